"""Reports of large databases: time, memory, and the size of their first page.

``python -m benchmarks.reports NUMBER`` measures one.
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from polyqw.core.options import AnalysisOptions
from polyqw.services.ingest import ingest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row

CORPUS: Final = Path(os.environ.get("POLYQW_CORPUS") or Path(__file__).parents[2] / "shared" / "corpus")
LARGEST_CHANGE: Final = 0.004
"""Share by which the edges of a varied cell differ from those of the file at most."""

_LENGTH = re.compile(r"^(_cell_length_[abc]\s+)([0-9.]+)(\(\d+\))?", re.MULTILINE)
_BLOCK = re.compile(r"^data_(\S*)", re.MULTILINE)


def varied(text: str, number: int, rng: random.Random) -> str:
    """Return a CIF whose cell is a little larger or smaller, its shape and its positions kept."""
    scale = 1 + rng.uniform(-LARGEST_CHANGE, LARGEST_CHANGE)
    longer = _LENGTH.sub(lambda m: f"{m[1]}{float(m[2]) * scale:.5f}{m[3] or ''}", text)
    return _BLOCK.sub(lambda m: f"data_{m[1]}_{number}", longer)


def write_varied(folder: Path, number: int, seed: int = 1) -> None:
    """Write so many CIFs: the corpus, then its files with varied cells, again and again."""
    rng, files = random.Random(seed), sorted((CORPUS / "cifs").glob("*.cif"))
    for k in range(number):
        file, again = files[k % len(files)], k // len(files)
        text = file.read_text(encoding="utf-8", errors="replace")
        (folder / f"{k:06d}.cif").write_text(varied(text, again, rng) if again else text, encoding="utf-8")


def row(number: int) -> Row:
    """Return processor time, largest memory and first page of the report on so many structures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        cifs, database, report = folder / "cifs", folder / "many.db", folder / "report"
        cifs.mkdir()
        write_varied(cifs, number)
        list(ingest(str(database), [str(cifs)], AnalysisOptions(), jobs=2))
        words = [sys.executable, "-m", "polyqw", "report", "--db", str(database), "-o", str(report), "--no-save"]
        process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, words)
        found = (
            f"{used.ru_utime + used.ru_stime:.0f} s of processor, {used.ru_maxrss / 1024:.0f} MiB, first page "
            f"{(report / 'report.html').stat().st_size / 1e6:.1f} MB, structures.csv "
            f"{(report / 'structures.csv').stat().st_size / 1e6:.1f} MB"
        )
    return f"`report` of {number:,} structures", "≤ 15 s, 250 MiB, first page 2 MB", found


def rows() -> Iterator[Row]:
    """Yield the reports on the corpus, and on 10,904 structures."""
    for number in (1391, 10_904):
        yield row(number)


if __name__ == "__main__":
    sys.stdout.write(" | ".join(row(int(sys.argv[1]))) + "\n")
