"""Ratios of reading and storing a corpus."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

from pymatgen.io.cif import CifParser

from benchmarks.measure import Row, ratio_of, seconds
from polyqw.core.analysis import find_wells
from polyqw.core.options import AnalysisOptions
from polyqw.io.cif.read import read_cif
from polyqw.io.read_options import Reader, ReadOptions
from polyqw.services.ingest import ingest
from polyqw.services.structures.analyse import analyse_inputs

PLAIN = AnalysisOptions()
WITH_SPACE_GROUP = AnalysisOptions(space_group_tolerance=0.01)


def parse_bare(files: list[Path]) -> None:
    """Parse files with pymatgen and nothing else."""
    for file in files:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            CifParser(file).parse_structures(primitive=False)


def ingest_all(
    files: list[Path], jobs: int = 0, reader: Reader = Reader.AUTO, options: AnalysisOptions = PLAIN
) -> None:
    """Ingest files into a new database."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        list(ingest(database, map(str, files), options, jobs=jobs, reading=ReadOptions(reader)))


def analyse_all(files: list[Path], reader: Reader) -> None:
    """Read and analyse files, and store nothing."""
    list(analyse_inputs(map(str, files), PLAIN, reading=ReadOptions(reader)))


def rows(files: list[Path]) -> list[Row]:
    """Return the rows on reading and storing the corpus."""
    part = files[::4]

    def against_bare(options: AnalysisOptions, reader: Reader) -> str:
        return ratio_of(
            lambda: seconds(lambda: ingest_all(part, reader=reader, options=options)),
            lambda: seconds(lambda: parse_bare(part)),
        )

    what = "ingest (read, hash, analyse, write) against bare pymatgen parsing of the same files"
    return [
        (f"{what}, {Reader.AUTO}", "≤ 1.8, aim 1.3", against_bare(PLAIN, Reader.AUTO)),
        (f"{what}, {Reader.PYMATGEN}", "≤ 1.8, aim 1.3", against_bare(PLAIN, Reader.PYMATGEN)),
        (f"{what}, {Reader.AUTO}, with space group", "≤ 2.5, aim 1.9", against_bare(WITH_SPACE_GROUP, Reader.AUTO)),
        (
            "reading and analysing, pymatgen's way against the direct one with fallback",
            "≥ 2.2, aim 3",
            ratio_of(
                lambda: seconds(lambda: analyse_all(part, Reader.PYMATGEN)),
                lambda: seconds(lambda: analyse_all(part, Reader.AUTO)),
            ),
        ),
        (
            f"one worker against two, pymatgen's way, {len(files):,} files, workers started in it",
            "≥ 1.6, aim 1.85",
            ratio_of(lambda: apart(files, 1), lambda: apart(files, 2)),
        ),
        (
            "all files against a quarter of them (4.0 is linear)",
            "3.5-4.6",
            ratio_of(lambda: seconds(lambda: ingest_all(files)), lambda: seconds(lambda: ingest_all(part))),
        ),
        ("ingest of an unchanged folder against the first one", "≤ 5 %, aim 1 %", again(files)),
        ("analysis against that file's pymatgen parse, median", "≤ 50 %, aim 20 %", analysis_share(files[::8])),
    ]


def apart(files: list[Path], jobs: int) -> float:
    """Return the time of an ingest with pymatgen in a process of its own [s], small as that of the program."""
    words = [sys.executable, "-m", "benchmarks.reading", str(jobs), *map(str, files)]
    return float(subprocess.run(words, stdout=subprocess.PIPE, check=True).stdout)


def again(files: list[Path]) -> str:
    """Return the share of the first ingest that a second one of the same files takes."""
    shares = []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder:
            database = str(Path(folder) / "bench.db")
            first, second = (seconds(lambda d=database: list(ingest(d, map(str, files), PLAIN))) for _ in range(2))
            shares.append(second / first)
    return f"{statistics.median(shares):.1%}"


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


if __name__ == "__main__":
    _files = [Path(name) for name in sys.argv[2:]]
    sys.stdout.write(f"{seconds(lambda: ingest_all(_files, int(sys.argv[1]), Reader.PYMATGEN))}\n")
