"""Measure side by side what the goals speak of, and write benchmarks/RESULTS.md.

The corpus is looked for in $POLYQW_CORPUS or in ../shared/corpus beside the checkout; rows that need it say so when
it is not there. Nothing here is asserted: the figures are for people.
"""

from __future__ import annotations

import math
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pymatgen.io.cif import CifParser

from benchmarks import cles
from polyqw.core.analysis import find_wells
from polyqw.core.cell import Cell, Site
from polyqw.core.options import AnalysisOptions
from polyqw.io.cif import read_cif
from polyqw.io.read_options import Reader, ReadOptions
from polyqw.services.analyse import analyse_inputs
from polyqw.services.ingest import ingest
from polyqw.services.versions import versions

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).resolve().parent
CORPUS = Path(os.environ.get("POLYQW_CORPUS", HERE.parents[1] / "shared" / "corpus")) / "cifs"
ROUNDS = 5


def seconds(action: Callable[[], object]) -> float:
    """Return the wall time of an action [s]."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def parse_bare(files: list[Path]) -> None:
    """Parse files with pymatgen and nothing else."""
    for file in files:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            CifParser(file).parse_structures(primitive=False)


def ingest_all(files: list[Path], jobs: int = 0, reader: Reader = Reader.AUTO) -> None:
    """Ingest files into a new database."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        list(ingest(database, map(str, files), AnalysisOptions(), jobs=jobs, reading=ReadOptions(reader)))


def analyse_all(files: list[Path], reader: Reader) -> None:
    """Read and analyse files, and store nothing."""
    list(analyse_inputs(map(str, files), AnalysisOptions(), reading=ReadOptions(reader)))


def ingest_rows(files: list[Path]) -> list[tuple[str, str, str]]:
    """Return the rows on reading and storing the corpus."""
    part = files[::4]
    rows = [
        (
            f"ingest (read, hash, analyse, write) against bare pymatgen parsing of the same files, {reader}",
            "≤ 1.8, aim 1.3",
            ratio_of(
                lambda r=reader: seconds(lambda: ingest_all(part, reader=r)),
                lambda: seconds(lambda: parse_bare(part)),
            ),
        )
        for reader in (Reader.AUTO, Reader.PYMATGEN)
    ]
    rows.append(
        (
            "reading and analysing, pymatgen's way against the direct one with fallback",
            "≥ 2.2, aim 3",
            ratio_of(
                lambda: seconds(lambda: analyse_all(part, Reader.PYMATGEN)),
                lambda: seconds(lambda: analyse_all(part, Reader.AUTO)),
            ),
        )
    )
    rows.append(
        (
            "one worker against two, pymatgen's way, 1,391 files",
            "≥ 1.6, aim 1.85",
            ratio_of(
                lambda: seconds(lambda: ingest_all(files, 1, Reader.PYMATGEN)),
                lambda: seconds(lambda: ingest_all(files, 2, Reader.PYMATGEN)),
            ),
        )
    )
    rows.append(("all files against a quarter of them (4.0 is linear)", "3.5-4.6", ratio_of(
        lambda: seconds(lambda: ingest_all(files)), lambda: seconds(lambda: ingest_all(part)))))  # fmt: skip
    rows.append(("ingest of an unchanged folder against the first one", "≤ 5 %, aim 1 %", again(files)))
    rows.append(
        ("analysis against that file's pymatgen parse, median", "≤ 50 %, aim 20 %", analysis_share(files[::8]))
    )
    return rows


def again(files: list[Path]) -> str:
    """Return the share of the first ingest that a second one of the same files takes."""
    shares = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            database = str(Path(folder) / "bench.db")
            first, second = (
                seconds(lambda d=database: list(ingest(d, map(str, files), AnalysisOptions()))) for _ in range(2)
            )
            shares.append(second / first)
    return f"{statistics.median(shares):.1%}"


def process(*words: str) -> float:
    """Return the wall time of a process [s]."""
    return seconds(lambda: subprocess.run([sys.executable, *words], capture_output=True, check=True))


def ratio_of(first: Callable[[], float], second: Callable[[], float]) -> str:
    """Return the median ratio of two measurements taken in turn, with its range."""
    first(), second()
    ratios = [first() / second() for _ in range(ROUNDS)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})"


def analysis_share(files: list[Path]) -> str:
    """Return the median over files of the time of the analysis over that of pymatgen's parse of the same file."""
    shares = []
    for file in files:
        parse = min(seconds(lambda f=file: parse_bare([f])) for _ in range(2))
        found = read_cif(str(file), file.read_bytes())
        cells = [block.cell for block in found if hasattr(block, "cell")]
        analysis = min(seconds(lambda c=cells: [find_wells(cell) for cell in c]) for _ in range(2))
        shares.append(analysis / parse)
    return f"{statistics.median(shares):.0%}"


def growth() -> str:
    """Return the exponent with which the analysis grows from some 1,600 to 10,000 atoms."""
    counts, times = [], []
    for size in (10, 16, 25):
        cell = layered_cell(size)
        counts.append(len(cell.sites))
        times.append(min(seconds(lambda c=cell: find_wells(c)) for _ in range(3)))
    exponent = statistics.linear_regression([math.log(n) for n in counts], [math.log(t) for t in times]).slope
    return f"{exponent:.2f} ({counts[0]} atoms {times[0]:.2f} s, {counts[-1]} atoms {times[-1]:.2f} s)"


def layered_cell(size: int) -> Cell:
    """Return a slab of size x size cells of a bilayer cuprate, all sites listed."""
    c, unit = 11.7, []
    for z in (0.0, 3.2):
        unit += [("Cu", (0, 0, z)), ("O", (0.5, 0, z)), ("O", (0, 0.5, z))]
    unit += [("Ca", (0.5, 0.5, 1.6)), ("Ba", (0.5, 0.5, -2.2)), ("Ba", (0.5, 0.5, 5.4))]
    unit += [("O", (0, 0, -2.4)), ("O", (0, 0, 5.6)), ("Cu", (0, 0, -4.2)), ("O", (0, 0.5, -4.2))]
    unit += [("Hg", (0.5, 0, -4.2)), ("O", (0.5, 0.5, -4.3)), ("O", (0.25, 0.25, -4.3))]
    sites = [
        Site(f"{element}{k}", ((element, 1.0),), ((x + i) / size, (y + j) / size, z / c))
        for i in range(size)
        for j in range(size)
        for k, (element, (x, y, z)) in enumerate(unit)
    ]
    return Cell(np.diag([3.86 * size, 3.86 * size, c]), tuple(sites))


def main() -> None:
    """Measure and write the results."""
    rows = []
    files = sorted(CORPUS.glob("*.cif")) if CORPUS.is_dir() else []
    if files:
        rows += ingest_rows(files)
    else:
        rows.append(("rows on the corpus", "", f"skipped: no corpus in {CORPUS}; set POLYQW_CORPUS"))
    rows.append(("growth exponent of the analysis", "≤ 1.25, aim 1.05", growth()))
    bare_click = ("-c", "import click")
    rows.append(
        (
            "`polyqw --help` against `python -c 'import click'`",
            "≤ 1.8, aim 1.15",
            ratio_of(lambda: process("-m", "polyqw", "--help"), lambda: process(*bare_click)),
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        process("-m", "polyqw", "db", "init", "--db", database)
        query = ("-m", "polyqw", "query", "--db", database, "SELECT count(*) FROM published_height")
        rows.append(
            (
                "a read-only query, cold, against `python -c 'import click'`",
                "≤ 9, aim 2",
                ratio_of(lambda: process(*query), lambda: process(*bare_click)),
            )
        )
    rows += cles.rows()
    lines = [
        "# Measured ratios",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}, " + ", ".join(f"{k} {v}" for k, v in versions().items()) + ".",
        f"Both sides of a ratio are measured in turn in one run; median of {ROUNDS} (smallest-largest).",
        "",
        "| what | goal | measured |",
        "|---|---|---|",
        *(f"| {what} | {goal} | {measured} |" for what, goal, measured in rows),
    ]
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
