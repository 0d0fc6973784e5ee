"""Large cells, and the memory that a worker takes."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.measure import Row, seconds
from benchmarks.reading import ingest_all, parse_bare
from polyqw.core.analysis import find_wells
from polyqw.core.cell import Cell, Site

SAMPLE_SECONDS = 0.05


def growth() -> Row:
    """Return the exponent with which the analysis grows from some 1,600 to 10,000 atoms."""
    counts, times = [], []
    for size in (10, 16, 25):
        cell = layered_cell(size)
        counts.append(len(cell.sites))
        times.append(min(seconds(lambda c=cell: find_wells(c)) for _ in range(3)))
    exponent = statistics.linear_regression([math.log(n) for n in counts], [math.log(t) for t in times]).slope
    found = f"{exponent:.2f} ({counts[0]} atoms {times[0]:.2f} s, {counts[-1]} atoms {times[-1]:.2f} s)"
    return "growth exponent of the analysis", "≤ 1.25, aim 1.05", found


def large_file(width: int = 26, depth: int = 25) -> Row:
    """Return the time of a whole ingest of one large file in P 1 over that of pymatgen's parse of it."""
    cell = layered_cell(width, depth)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.cif"
        path.write_bytes(cif_of(cell))
        ours = min(seconds(lambda: ingest_all([path])) for _ in range(2))
        theirs = seconds(lambda: parse_bare([path]))
    return (
        f"whole ingest of a file of {len(cell.sites):,} atoms in P 1 against pymatgen's parse of it",
        "≤ 0.20",
        f"{ours / theirs:.2f} ({ours:.1f} s, {theirs:.1f} s)",
    )


def cif_of(cell: Cell) -> bytes:
    """Return a cell as a CIF in P 1."""
    lengths = np.linalg.norm(cell.lattice, axis=1)
    lines = ["data_large", *(f"_cell_length_{axis} {edge}" for axis, edge in zip("abc", lengths, strict=True))]
    lines += [f"_cell_angle_{angle} 90" for angle in ("alpha", "beta", "gamma")]
    lines += ["loop_", "_symmetry_equiv_pos_as_xyz", "x,y,z", "loop_"]
    lines += [f"_atom_site_{name}" for name in ("label", "type_symbol", "fract_x", "fract_y", "fract_z")]
    lines += [f"{s.label} {s.main_element} {' '.join(f'{x % 1:.7f}' for x in s.frac)}" for s in cell.sites]
    return ("\n".join(lines) + "\n").encode()


def layered_cell(width: int, depth: int | None = None) -> Cell:
    """Return a slab of width x depth cells of a bilayer cuprate, all sites listed."""
    depth = depth or width
    c, unit = 11.7, []
    for z in (0.0, 3.2):
        unit += [("Cu", (0, 0, z)), ("O", (0.5, 0, z)), ("O", (0, 0.5, z))]
    unit += [("Ca", (0.5, 0.5, 1.6)), ("Ba", (0.5, 0.5, -2.2)), ("Ba", (0.5, 0.5, 5.4))]
    unit += [("O", (0, 0, -2.4)), ("O", (0, 0, 5.6)), ("Cu", (0, 0, -4.2)), ("O", (0, 0.5, -4.2))]
    unit += [("Hg", (0.5, 0, -4.2)), ("O", (0.5, 0.5, -4.3)), ("O", (0.25, 0.25, -4.3))]
    sites = [
        Site(f"{element}{k}", ((element, 1.0),), ((x + i) / width, (y + j) / depth, z / c))
        for i in range(width)
        for j in range(depth)
        for k, (element, (x, y, z)) in enumerate(unit)
    ]
    return Cell(np.diag([3.86 * width, 3.86 * depth, c]), tuple(sites))


def worker_memory(files: list[Path]) -> Row:
    """Return the largest resident memory of any process below an ingest with two workers."""
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "polyqw", "ingest", *map(str, files), "-j", "2", "--db", f"{folder}/bench.db"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        peaks: dict[int, int] = {}
        own = 0
        while process.poll() is None:
            own = max(own, _peak_kib(process.pid))
            for pid in _below(process.pid):
                peaks[pid] = max(peaks.get(pid, 0), _peak_kib(pid))
            time.sleep(SAMPLE_SECONDS)
    largest = max(peaks.values(), default=0) / 1024
    return (
        f"memory of a worker (resident, largest of {len(peaks)} processes), {len(files):,} files",
        "≤ 250 MiB, aim 150",
        f"{largest:.0f} MiB; the parent {own / 1024:.0f} MiB",
    )


def _peak_kib(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:")), 0)


def _below(pid: int) -> list[int]:
    parents = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = Path(f"/proc/{entry}/stat").read_text(encoding="ascii")
            except OSError:
                continue
            parents[int(entry)] = int(stat.rpartition(")")[2].split()[1])
    found, wave = [], [pid]
    while wave:
        wave = [child for child, parent in parents.items() if parent in wave]
        found += wave
    return found
