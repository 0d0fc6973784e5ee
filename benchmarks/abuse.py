"""How time and memory grow with files made to cost more than they are: run ``python -m benchmarks.abuse [KIND...]``.

Each kind is read and analysed by ``polyqw wells`` in a process of its own, at one, two and four times its size; the
largest lies near the limits of size. The time of a plain small file is taken off before the growth is computed.
``python -m benchmarks.abuse --verbs [VERB...]`` gives the largest file of each kind of crystal to every other verb
that reads files.
"""

from __future__ import annotations

import gzip
import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from polyqw.io.read_options import DEFAULT
from tests import abusive_cifs as abusive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.measure import Row

SIZES = (1, 2, 4)
LONGEST_SECONDS = 120.0
LEAST_SECONDS = 0.2
"""Times within this of a plain file's have no growth that means anything."""


class Abuse(NamedTuple):
    """A kind of file.

    Parameters
    ----------
    make : callable
        Returns the bytes for a number of pieces.
    pieces : int
        At size 1.
    suffix : str
    """

    make: Callable[[int], bytes]
    pieces: int
    suffix: str = ".cif"


class Taken(NamedTuple):
    """What a process took: processor time [s] and its largest resident memory [MiB]; NaN where it was stopped."""

    seconds: float
    mebibytes: float


KINDS: dict[str, Abuse] = {
    "quotes that never close, on one line": Abuse(abusive.open_quotes, 800_000),
    "values outside any item": Abuse(abusive.values_outside, 1_200_000),
    "a loop that nobody reads": Abuse(abusive.long_loop, 230_000),
    "items": Abuse(abusive.many_items, 110_000),
    "names of one loop": Abuse(abusive.loop_of_many_names, 110_000),
    "one loop again and again": Abuse(abusive.items_given_again, 4_500),
    "text fields": Abuse(abusive.many_text_fields, 110_000),
    "lines of a text field": Abuse(abusive.long_text_field, 400_000),
    "lines of comment": Abuse(abusive.comments, 1_200_000),
    "blank lines": Abuse(abusive.blank_lines, 1_200_000),
    "characters of one value": Abuse(abusive.long_token, 2_400_000),
    "data blocks": Abuse(abusive.many_blocks, 240),
    "structures": Abuse(abusive.many_structures, 240),
    "digits of a number": Abuse(abusive.long_number, 2_400_000),
    "digits of an operation": Abuse(abusive.digits_in_operation, 2_400_000),
    "operations": Abuse(abusive.many_operations, 100_000),
    "magnetic operations and centrings": Abuse(abusive.magnetic_operations, 60_000),
    "characters of a label": Abuse(abusive.long_label, 2_400_000),
    "digits of a mixture": Abuse(abusive.mixture_of_digits, 2_400_000),
    "characters of a formula": Abuse(abusive.long_formula, 400_000),
    "rows at one place": Abuse(abusive.rows_at_one_place, 4_900),
    "rows near one place": Abuse(abusive.rows_near_one_place, 4_900),
    "rows within an Ångström": Abuse(abusive.rows_in_a_ball, 4_900),
    "metals in shared places": Abuse(abusive.full_metals_in_shared_places, 700),
    "rows along a line": Abuse(abusive.line_of_atoms, 600),
    "rows in a thin sheared cell": Abuse(abusive.sheared_cell, 500),
    "rows that only pymatgen expands": Abuse(abusive.thirds, 100),
    "rows with su": Abuse(abusive.with_su, 4_900),
    "full metal sites": Abuse(abusive.dense_metal, 4_900),
    "repeated rows": Abuse(abusive.repeated_rows, 4_900),
    "members over the limit": Abuse(abusive.archive_over_the_limit, 60, ".zip"),
    "members that overlap": Abuse(abusive.archive_that_overlaps, 40_000, ".zip"),
    "empty members": Abuse(abusive.archive_of_many_members, 6_000, ".zip"),
    "streams of a gzip file": Abuse(abusive.gzip_of_many_members, 120_000, ".cif.gz"),
}

CRYSTALS: dict[str, Abuse] = {
    "perovskite blocks": Abuse(abusive.perovskite_blocks, 17_000),
    "blocks of an iron pnictide": Abuse(abusive.pnictide_blocks, 17_000),
    "kagome layers": Abuse(abusive.kagome_layers, 17_000),
    "close-packed metal": Abuse(abusive.close_packed_metal, 19_000),
    "metal in disorder": Abuse(abusive.disordered_metal, 19_000),
    "dense metal": Abuse(abusive.dense_metal, 19_683),
    "rows with su": Abuse(abusive.with_su, 17_000),
    "rows within an Ångström": Abuse(abusive.rows_in_a_ball, 19_600),
}
"""Files near the limits of size that are crystals, or almost: what a search can spend its time on."""

VERBS = (
    "wells", "explain", "describe", "cite", "predict", "field", "fermi", "stm", "series", "kagome", "elements",
)  # fmt: skip
"""Verbs that read a file in processes of their own; the workers of `ingest` are no children whose time is counted."""


def verb_rows(verbs: list[str] | None = None) -> Iterator[Row]:
    """Yield what each verb takes for the largest file of each kind of crystal."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "wells.db")
        subprocess.run([sys.executable, "-m", "polyqw", "db", "init", "--db", database], check=True, timeout=60)
        for name, abuse in CRYSTALS.items():
            data = abuse.make(abuse.pieces)
            for verb in verbs or VERBS:
                taken = _read(data, abuse.suffix, verb, database)
                yield (f"{verb}: {name}", "≤ 5 s, ≤ 300 MiB", f"{taken.seconds:.1f} s, {taken.mebibytes:.0f} MiB")


def rows(names: list[str] | None = None) -> Iterator[Row]:
    """Yield the growth of each kind of file: what, its goal, and what was measured at each size."""
    plain = _read(abusive.comments(1), ".cif")
    yield ("a plain small file", "", f"{plain.seconds:.1f} s, {plain.mebibytes:.0f} MiB")
    for name in names or KINDS:
        yield _row(name, KINDS[name], plain)


def _row(name: str, abuse: Abuse, plain: Taken) -> Row:
    files = [abuse.make(size * abuse.pieces) for size in SIZES]
    taken = [_read(data, abuse.suffix) for data in files]
    beyond = [max(t.seconds - plain.seconds, 1e-3) for t in taken]
    grown = "no more than a plain file"
    if any(math.isnan(t.seconds) for t in taken):
        grown = f"stopped after {LONGEST_SECONDS:g} s"
    elif beyond[-1] > LEAST_SECONDS:
        slope = statistics.linear_regression([math.log(s) for s in SIZES], [math.log(b) for b in beyond]).slope
        grown = f"exponent {slope:.2f}"
    times = ", ".join(f"{t.seconds:.1f}" for t in taken)
    memory = ", ".join(f"{t.mebibytes:.0f}" for t in taken)
    sizes = f"{len(files[-1]) / 2**20:.2f} MB at the most"
    return (f"{name}: {sizes}", "≤ 1.2, ≤ 5 s, ≤ 300 MiB", f"{grown} ({times} s; {memory} MiB)")


def _read(data: bytes, suffix: str, verb: str = "wells", database: str = "") -> Taken:
    """Return what a verb takes for a file; what is larger than a file may be is packed."""
    if suffix == ".cif" and len(data) > DEFAULT.file_bytes:
        data, suffix = gzip.compress(data), ".cif.gz"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"abuse{suffix}"
        path.write_bytes(data)
        process = subprocess.Popen(
            [sys.executable, "-m", "polyqw", verb, "--json", str(path)],
            env={**os.environ, "POLYQW_DB": database},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + LONGEST_SECONDS
        while True:
            done, _, usage = os.wait4(process.pid, os.WNOHANG)
            if done:
                process.returncode = 0
                return Taken(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
            if time.monotonic() > end:
                process.kill()
                process.wait()
                return Taken(math.nan, math.nan)
            time.sleep(0.02)


if __name__ == "__main__":
    _words = sys.argv[1:]
    for _row_found in verb_rows(_words[1:]) if _words[:1] == ["--verbs"] else rows(_words):
        sys.stdout.write("| " + " | ".join(_row_found) + " |\n")
        sys.stdout.flush()
