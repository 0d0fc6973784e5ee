"""The application under load: twenty readers, while large uploads are looked at.

``python -m benchmarks.serving`` prints the rows alone.
"""

from __future__ import annotations

import asyncio
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from benchmarks.size import cif_of, layered_cell
from polyqw.core.options import AnalysisOptions
from polyqw.services.ingest import ingest, reference_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measure import Row

READERS: Final = 20
SECONDS: Final = 20.0
PAGES: Final = (
    "/", "/compound/YBCO", "/compound/LaFeAsO", "/structure/26", "/screen", "/law", "/cles?part=answer",
    "/family/cuprate", "/search?q=Hg1223", "/static/app.css",
)  # fmt: skip


def rows() -> list[Row]:
    """Return how long pages take for many readers at once, with nothing else to do and beside uploads."""
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder) / "bench.db") as address:
        quiet, _ = asyncio.run(measure(address, n_uploads=0))
        busy, done = asyncio.run(measure(address, n_uploads=2))
    load = f"load of the machine {os.getloadavg()[0]:.1f}"
    return [
        (f"application, {READERS} readers at once: 95 of 100 pages within", "", f"{told(quiet)}; {load}"),
        (
            f"application, {READERS} readers at once while two uploads of 10,400 atoms are looked at",
            "≤ 1 s",
            f"{told(busy)}; {done} uploads done; {load}",
        ),
    ]


@contextmanager
def serving(database: Path) -> Iterator[str]:
    """Serve the reference structures; give the address."""
    list(ingest(str(database), [reference_folder()], AnalysisOptions()))
    words = (sys.executable, "-m", "polyqw", "serve", "--db", str(database), "-p", "0", "-j", "2", "--timeout", "120")
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            found = re.search(r"http://\S+?(?=/ )", process.stderr.readline())
            assert found
            yield found[0]
        finally:
            process.terminate()


async def measure(address: str, n_uploads: int) -> tuple[list[float], int]:
    """Return how long each page took [s], and how many uploads were looked at meanwhile."""
    limits = httpx.Limits(max_connections=READERS + n_uploads)
    async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:
        for page in PAGES:
            await client.get(page)
        end = time.perf_counter() + SECONDS
        uploads = [asyncio.create_task(_upload(client, end)) for _ in range(n_uploads)]
        found = await asyncio.gather(*(_read(client, k, end) for k in range(READERS)))
        done = sum([await upload for upload in uploads])
    return [took for one in found for took in one], done


async def _read(client: httpx.AsyncClient, k: int, end: float) -> list[float]:
    waits: list[float] = []
    while time.perf_counter() < end:
        start = time.perf_counter()
        answer = await client.get(PAGES[(k + len(waits)) % len(PAGES)])
        assert answer.status_code in (200, 303), answer.status_code
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.2)  # a reader reads
    return waits


async def _upload(client: httpx.AsyncClient, end: float) -> int:
    content, done = cif_of(layered_cell(26, 25)), 0
    while time.perf_counter() < end:
        answer = await client.post(
            "/analyse", files={"files": ("large.cif", content)}, headers={"accept": "application/json"}
        )
        assert [row["status"] for row in answer.json()] == ["ok"]
        done += 1
    return done


def told(waits: list[float]) -> str:
    """Return the waits in words."""
    cuts = statistics.quantiles(waits, n=20)
    return f"{1000 * cuts[-1]:.0f} ms (median {1000 * statistics.median(waits):.0f} ms, {len(waits):,} pages)"


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"| {' | '.join(row)} |\n")
