"""Damage files at random and see that each comes to a status: ``python -m tests.fuzzing --seconds 600``.

CIFs and, one in ten, tables of Tc. What fails is written to a folder, with the seed that gives it again.
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
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.errors import UsageError
from polyqw.io.inputs import Source
from polyqw.io.tc_cells import HIGHEST_GIGAPASCAL, HIGHEST_KELVIN
from polyqw.io.tc_rows import RefusedRow, TcReading, read_tc_rows
from polyqw.services.ingest.work import work

if TYPE_CHECKING:
    from collections.abc import Iterator

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


TABLES = (
    b"file,tc_kelvin,kind,pressure_gpa,group,origin,tc_su_kelvin\na.cif,93,measured,,y,measured,0.5\nb.cif,2,,0,,,\n",
    b"id;rawMaterial;formula;criticalTemperature;appliedPressure;doi\n1;x;YBa2Cu3O7;92,5 K;1,5 GPa;x\n2;;Nb;<9;;\n",
    b"formula_sc,tc,cif,material_id_2,synth_doped\nLa2CuO4,37.5,d/x.cif,mp-1,True\nAg2O1,0,y.cif,mp-3,False\n",
    "\ufeffname\tTc (mK)\tpressure [kbar]\tfield (T)\nNb\t9250 ± 30\t0\t0\nPb\t~7200(100)\t1e2\t1\n".encode(),
)  # fmt: skip
"""Tables of Tc in the layouts that are known."""

TABLE_WORDS = (
    "tc Tc pressure (GPa) (mK) K mK °C GPa MPa kPa mPa Pa bar ~ < <= > ± +/- 0 -1 1e999 1.7e308 nan inf 1,234 0,5 "
    "5-9 ambient ; , \t # id formula file unit appliedPressure K**9 9**9**9 kelvin*kelvin ٣ \x00"
).split(" ")


def table_cases(seed: int) -> Iterator[Case]:
    """Yield damaged tables of Tc without end; the same for one seed."""
    n = 0
    while True:
        rng = random.Random(f"table-{seed}-{n}")
        data = rng.choice(TABLES)
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            data = rng.choice((_table_word, _table_word, _digit, _line, _bytes, _cut, _splice))(rng, data, [*TABLES])
        yield Case(f"table-{seed}-{n}", data)
        n += 1


def _table_word(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    k = rng.randrange(len(data) + 1)
    return data[:k] + rng.choice(TABLE_WORDS).encode() + data[k + rng.randrange(4) :]


def table_fault(data: bytes) -> str | None:
    """Return what is wrong with what is read of a table of Tc, or None."""
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder) / "tc.csv"
        path.write_bytes(data)
        try:
            found = read_tc_rows(path, TcReading())
        except UsageError as error:
            return None if "\n" not in str(error) else f"several lines: {error}"
        except Exception as error:
            return f"failed: {error!r}"
    if (seconds := time.process_time() - start) > LONGEST_SECONDS:
        return f"took {seconds:.1f} s"
    for row in found.rows:
        if isinstance(row, RefusedRow):
            if not (row.reason and row.message):
                return f"line {row.line} refused without a reason"
        elif not (0 < row.tc_kelvin <= HIGHEST_KELVIN and 0 <= (row.pressure_gpa or 0.0) <= HIGHEST_GIGAPASCAL):
            return f"line {row.line}: {row.tc_kelvin} K at {row.pressure_gpa} GPa"
    return None


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


def main() -> int:
    """Run for a time; return the number of faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "fuzz")
    chosen = parser.parse_args()
    end = time.monotonic() + chosen.seconds
    seen: Counter[str] = Counter()
    n_faults = 0
    tables = table_cases(chosen.seed)
    for number, case in enumerate(cases(chosen.seed)):
        if time.monotonic() > end:
            break
        if number % 10 == 0:
            table = next(tables)
            seen["table of Tc"] += 1
            if told := table_fault(table.data):
                n_faults += 1
                chosen.folder.mkdir(parents=True, exist_ok=True)
                path = chosen.folder / f"{table.seed}.csv"
                path.write_bytes(table.data)
                click.echo(f"{path}: {told}", err=True)
        told, worked = fault(case.data)
        seen.update(f"{f.status}: {f.reason}" if f.reason else f.status for f in worked.found)
        if told:
            n_faults += 1
            chosen.folder.mkdir(parents=True, exist_ok=True)
            path = chosen.folder / f"{case.seed}.cif"
            path.write_bytes(case.data)
            click.echo(f"{path}: {told}", err=True)
    click.echo(f"{seen.total()} data blocks from seed {chosen.seed}, {n_faults} faults")
    for name, count in seen.most_common():
        click.echo(f"{count:8}  {name}")
    return min(n_faults, 1)


if __name__ == "__main__":
    sys.exit(main())
