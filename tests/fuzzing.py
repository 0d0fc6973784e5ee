"""Damage what strangers send and see that it is refused in order: ``python -m tests.fuzzing --seconds 600``.

The doors: CIF files, tables of Tc, answers of OPTIMADE providers, questions to the pages of ``polyqw serve``. What
fails is written to a folder, with the seed that gives it again.
"""

from __future__ import annotations

import argparse
import gzip
import random
import sys
import tempfile
import time
import warnings
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from importlib.util import find_spec
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import httpx

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.io.inputs import Source
from polyqw.services.ingest import ingest
from polyqw.services.ingest.work import work
from tests import fuzz_browse, fuzz_optimade, fuzz_tables
from tests.damage import (
    Case,
    damage_bytes,
    damage_cut,
    damage_digit,
    damage_line,
    damage_splice,
    damage_word,
)
from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from polyqw.services.ingest.work import Worked

ROOT = Path(__file__).resolve().parents[1]
LONGEST_SECONDS = 20.0
"""Longest time for one file; the deadline of a worker."""

SMALLEST_ANGSTROM, LARGEST_ANGSTROM = 0.5, 20.0
"""Heights outside are no wells, whatever the file."""

DAMAGES = (
    damage_word, damage_word, damage_word, damage_digit, damage_line, damage_bytes, damage_cut, damage_splice,
)  # fmt: skip


@dataclass(slots=True)
class Door:
    """One way in: what comes through it, and what tells whether that went well.

    Parameters
    ----------
    cases : iterator
        Each with its seed and its data.
    fault : callable
        Gives what is wrong with a case, or None, and what became of it.
    seen : Counter
    """

    cases: Iterator[Any]
    fault: Callable[[Any], tuple[str | None, Counter[str]]]
    seen: Counter[str] = field(default_factory=Counter)


def originals() -> list[bytes]:
    """Return the files that are damaged: all that the project has."""
    folders = (ROOT / "cifs", ROOT / "tests" / "data" / "structures")
    return [path.read_bytes() for folder in folders for path in sorted(folder.glob("*.cif"))]


def cases(seed: int) -> Iterator[Case]:
    """Yield damaged files without end; the same for one seed."""
    files = originals()
    n = 0
    while True:
        rng = random.Random(f"{seed}-{n}")
        yield Case(f"{seed}-{n}", _damaged(rng, files))
        n += 1


def _damaged(rng: random.Random, files: list[bytes]) -> bytes:
    if rng.random() < 0.05:
        noise = rng.randbytes(rng.randrange(400))
        return rng.choice([noise, b"data_x\n" + noise, gzip.compress(noise)])
    data = rng.choice(files)
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        data = rng.choice(DAMAGES)(rng, data, files)
    return data


def fault(data: bytes) -> tuple[str | None, Worked]:
    """Return what is wrong with what a file comes to, or None, and what it comes to."""
    start = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        worked = work(Source("fuzz.cif", data), AnalysisOptions())
    seconds = time.monotonic() - start
    return _fault_of(worked, seconds), worked


def _fault_of(worked: Worked, seconds: float) -> str | None:
    if seconds > LONGEST_SECONDS:
        return f"took {seconds:.1f} s"
    if not worked.found:
        return "came to nothing"
    for found in worked.found:
        if found.status == Status.FAILED:
            return f"failed: {found.reason}: {found.message}"
        if found.status != Status.OK and not (found.reason and found.message):
            return f"{found.status} without a reason"
    for block in worked.rows.blocks if worked.rows else ():
        for well, _ in block.wells:
            height = well["height_angstrom"]
            if not SMALLEST_ANGSTROM < height < LARGEST_ANGSTROM:
                return f"a height of {height} Å"
    return None


def fault_of_file(case: Case) -> tuple[str | None, Counter[str]]:
    """Return what is wrong with what a file comes to, or None, and the statuses of its data blocks."""
    told, worked = fault(case.data)
    return told, Counter(f"{f.status}: {f.reason}" if f.reason else str(f.status) for f in worked.found)


@contextmanager
def doors(seed: int) -> Iterator[dict[str, Door]]:
    """Open the doors through which strangers send something; a server of pages runs until the end."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        found = {
            "cif": Door(cases(seed), fault_of_file),
            "tables": Door(fuzz_tables.cases(seed), fuzz_tables.fault),
            "optimade": Door(fuzz_optimade.cases(seed), fuzz_optimade.fault),
        }
        if find_spec("datasette") is not None:
            database = Path(folder) / "wells.db"
            list(ingest(str(database), [str(ROOT / "cifs" / "tl1212.cif")], AnalysisOptions()))
            address, _ = stack.enter_context(serving(database, Path(folder)))
            client = stack.enter_context(httpx.Client(base_url=address, timeout=60))
            found["browse"] = Door(fuzz_browse.cases(seed), partial(fuzz_browse.fault, client))
        yield found


def main() -> int:
    """Run for a time, the doors in turn; return 1 where there was a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fuzz")
    parser.add_argument("--door", choices=["cif", "tables", "optimade", "browse"], help="only this one")
    chosen = parser.parse_args()
    end = time.monotonic() + chosen.seconds
    n_faults = 0
    with doors(chosen.seed) as found:
        wanted = {name: door for name, door in found.items() if chosen.door in (None, name)}
        for name, door in cycle(wanted.items()):
            if time.monotonic() > end:
                break
            case = next(door.cases)
            told, seen = door.fault(case)
            door.seen.update(seen)
            if told:
                n_faults += 1
                chosen.folder.mkdir(parents=True, exist_ok=True)
                path = chosen.folder / f"{case.seed}.{name}"
                path.write_bytes(case.data)
                click.echo(f"{path}: {told}", err=True)
        click.echo(f"seed {chosen.seed}, {n_faults} faults")
        for name, door in wanted.items():
            click.echo(f"{name}: {door.seen.total()}")
            for status, count in door.seen.most_common():
                click.echo(f"{count:8}  {status}")
    return min(n_faults, 1)


if __name__ == "__main__":
    sys.exit(main())
