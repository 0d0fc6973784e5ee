"""Damage what strangers send and see that it is refused in order: ``python -m tests.fuzzing --seconds 600``.

The doors: CIF files, answers of OPTIMADE providers, questions to the pages of ``polyqw serve``. What fails is written
to a folder, with the seed that gives it again.
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
from typing import TYPE_CHECKING, Any, NamedTuple

import click
import httpx

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.io.inputs import Source
from polyqw.services.ingest import ingest
from polyqw.services.ingest.work import work
from tests import fuzz_browse, fuzz_optimade
from tests.serving import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from polyqw.services.ingest.work import Worked

ROOT = Path(__file__).resolve().parents[1]
LONGEST_SECONDS = 20.0
"""Longest time for one file; the deadline of a worker."""

SMALLEST_ANGSTROM, LARGEST_ANGSTROM = 0.5, 20.0
"""Heights outside are no wells, whatever the file."""

WORDS = (
    "nan inf -inf 1e309 1e-320 -0 0 1/0 1/3 0.333 1_0 0x10 1e5 -1 999999999999 5e-324 1.5(99999999999) 1(-3) .5. +- "
    "½ ٣ loop_ data_ data_x save_ stop_ global_ _x _cell_length_a _atom_site_fract_x _atom_site_label ? . ' \" ; # ; "
    "x,y,z x,y,z+1/9999 y,y,y -x,-x,-x x-y,x,z+1/7 Fe Cu2+ D Zz Va Fe/Co P4/nmm F-43m 'I 4/m m m' 1 2 () \\ & < $(id)"
).split(" ")
BYTES = (b"\x00", b"\xff", b"\r", b"\n", b"\n;\n", b"'", b'"', b"#", b"_", b"\xe2\x80\xae", b"\x1a", b" ")


class Case(NamedTuple):
    """A damaged file.

    Parameters
    ----------
    seed : str
        Gives the case again.
    data : bytes
    """

    seed: str
    data: bytes


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
        data = rng.choice((_word, _word, _word, _digit, _line, _bytes, _cut, _splice))(rng, data, files)
    return data


def _word(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    lines = data.split(b"\n")
    k = rng.randrange(len(lines))
    words = lines[k].split(b" ")
    words[rng.randrange(len(words))] = rng.choice(WORDS).encode()
    lines[k] = b" ".join(words)
    return b"\n".join(lines)


def _digit(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    places = [k for k, c in enumerate(data) if c in b"0123456789.-"]
    if not places:
        return data
    k = rng.choice(places)
    return data[:k] + rng.choice(b"0123456789.-e( ").to_bytes() + data[k + 1 :]


def _line(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    lines = data.split(b"\n")
    one, other = rng.randrange(len(lines)), rng.randrange(len(lines))
    match rng.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _bytes(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    k = rng.randrange(len(data) + 1)
    return data[:k] + rng.choice(BYTES) + data[k + rng.randrange(3) :]


def _cut(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    one, other = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return data[:one] + data[other:] if rng.random() < 0.5 else data[:other]


def _splice(rng: random.Random, data: bytes, files: list[bytes]) -> bytes:
    other = rng.choice(files)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other)) :]


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
    parser.add_argument("--door", choices=["cif", "optimade", "browse"], help="only this one")
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
