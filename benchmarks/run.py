"""Measure side by side what the goals speak of, and write benchmarks/RESULTS.md.

The corpus is looked for in $POLYQW_CORPUS or in ../shared/corpus beside the checkout; rows that need it say so when
it is not there. Nothing here is asserted: the figures are for people.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import abuse, cles, peers, queries, reading, reports, serving, size
from benchmarks.measure import ROUNDS, Row, process, ratio_of
from polyqw.services.place.versions import versions

if TYPE_CHECKING:
    from collections.abc import Iterable

HERE = Path(__file__).resolve().parent
CORPUS = Path(os.environ.get("POLYQW_CORPUS", HERE.parents[1] / "shared" / "corpus")) / "cifs"
REFERENCES = HERE.parent / "cifs"


def start_rows() -> list[Row]:
    """Return the rows on starting the program."""
    bare_click = ("-c", "import click")
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        process("-m", "polyqw", "db", "init", "--db", database)
        query = ("-m", "polyqw", "query", "--db", database, "SELECT count(*) FROM published_height")
        return [
            (
                "`polyqw --help` against `python -c 'import click'`",
                "≤ 1.8, aim 1.15",
                ratio_of(lambda: process("-m", "polyqw", "--help"), lambda: process(*bare_click)),
            ),
            (
                "a read-only query, cold, against `python -c 'import click'`",
                "≤ 9, aim 2",
                ratio_of(lambda: process(*query), lambda: process(*bare_click)),
            ),
        ]


def peer_lines(title: str, found: list[peers.Peer], n_inputs: int, *, compared: bool) -> list[str]:
    """Return a table of other programs."""
    other = (" other atoms than pymatgen |", "---|") if compared else ("", "")
    lines = [
        "",
        f"## {title}",
        "",
        f"| program | ms for each | done of {n_inputs:,} |{other[0]}",
        f"|---|---|---|{other[1]}",
    ]
    for peer in found:
        shown = f" {peer.n_other} |" if compared else ""
        lines.append(f"| {peer.name} | {peer.milliseconds:.1f} | {peer.n_done:,} |{shown}")
    return lines


def abuse_lines() -> list[str]:
    """Return tables of files made to cost more than they are; a process starts with the memory of its parent."""
    grown, verbs = (
        subprocess.run(
            [sys.executable, "-m", "benchmarks.abuse", *words],
            capture_output=True,
            text=True,
            check=True,
            timeout=3600,
        ).stdout.splitlines()
        for words in ([], ["--verbs"])
    )
    return [
        "",
        "## Files made to cost more than they are",
        "",
        f"`polyqw wells` in a process of its own, at {', '.join(map(str, abuse.SIZES))} times a size: processor time "
        "and largest resident memory.",
        "",
        "| file | goal | growth of the time beyond a plain file's (time; memory at each size) |",
        "|---|---|---|",
        *grown,
        "",
        "Crystals, and what is almost one, near the limits of size in every verb that reads files:",
        "",
        "| verb and file | goal | processor time, largest resident memory |",
        "|---|---|---|",
        *verbs,
    ]


def version_of(name: str) -> str:
    """Return a package with its version, or that it is not there."""
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return f"no {name}"


def main() -> None:
    """Measure and write the results."""
    files = sorted(CORPUS.glob("*.cif")) if CORPUS.is_dir() else []
    references = sorted(REFERENCES.glob("*.cif"))
    rows: list[Row] = []

    def measured(found: Iterable[Row]) -> None:  # told at once: all of it takes minutes
        for row in found:
            rows.append(row)
            sys.stderr.write(" | ".join(row) + "\n")

    if files:
        measured(reading.rows(files))
        measured([*queries.rows(files), size.worker_memory(files)])
        measured(reports.rows())
    else:
        measured([("rows on the corpus", "", f"skipped: no corpus in {CORPUS}; set POLYQW_CORPUS")])
    measured([size.growth(), size.large_file(), *start_rows(), *cles.rows(), *serving.rows()])
    packages = ", ".join([*(f"{k} {v}" for k, v in versions().items()), *map(version_of, ("gemmi",))])
    lines = [
        "# Measured ratios",
        "",
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} processors, Python "
        f"{platform.python_version()}, {packages}.",
        f"Both sides of a ratio are measured in turn in one run; median of {ROUNDS} (smallest-largest).",
        "",
        "| what | goal | measured |",
        "|---|---|---|",
        *(f"| {what} | {goal} | {measured} |" for what, goal, measured in rows),
    ]
    if files:
        part = files[::4]
        lines += peer_lines("Reading a quarter of the corpus", peers.readers(part), len(part), compared=True)
    found = peers.analysers(references)
    lines += peer_lines("The reference structures, read already", found, len(references), compared=False)
    lines += abuse_lines()
    (HERE / "RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
