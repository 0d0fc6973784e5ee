"""Tables of Tc in the layouts that are known, damaged."""

from __future__ import annotations

import random
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from polyqw.errors import UsageError
from polyqw.io.tables.tc_cells import HIGHEST_GIGAPASCAL, HIGHEST_KELVIN
from polyqw.io.tables.tc_rows import RefusedRow, TcReading, read_tc_rows
from tests.damage import Case, damage_bytes, damage_cut, damage_digit, damage_line, damage_splice

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_SECONDS = 20.0

TABLES = (
    b"file,tc_kelvin,kind,pressure_gpa,group,origin,tc_su_kelvin\na.cif,93,measured,,y,measured,0.5\nb.cif,2,,0,,,\n",
    b"id;rawMaterial;formula;criticalTemperature;appliedPressure;doi\n1;x;YBa2Cu3O7;92,5 K;1,5 GPa;x\n2;;Nb;<9;;\n",
    b"formula_sc,tc,cif,material_id_2,synth_doped\nLa2CuO4,37.5,d/x.cif,mp-1,True\nAg2O1,0,y.cif,mp-3,False\n",
    "\ufeffname\tTc (mK)\tpressure [kbar]\tfield (T)\nNb\t9250 ± 30\t0\t0\nPb\t~7200(100)\t1e2\t1\n".encode(),
)  # fmt: skip
"""Tables of Tc in the layouts that are known."""

WORDS = (
    "tc Tc pressure (GPa) (mK) K mK °C GPa MPa kPa mPa Pa bar ~ < <= > ± +/- 0 -1 1e999 1.7e308 nan inf 1,234 0,5 "
    "5-9 ambient ; , \t # id formula file unit appliedPressure K**9 9**9**9 kelvin*kelvin ٣ \x00"
).split(" ")


def cases(seed: int) -> Iterator[Case]:
    """Yield damaged tables of Tc without end; the same for one seed."""
    n = 0
    while True:
        rng = random.Random(f"table-{seed}-{n}")
        data = rng.choice(TABLES)
        for _ in range(rng.choice((1, 1, 2, 3, 8))):
            data = rng.choice((_word, _word, damage_digit, damage_line, damage_bytes, damage_cut, damage_splice))(
                rng, data, [*TABLES]
            )
        yield Case(f"table-{seed}-{n}", data)
        n += 1


def _word(rng: random.Random, data: bytes, _files: list[bytes]) -> bytes:
    k = rng.randrange(len(data) + 1)
    return data[:k] + rng.choice(WORDS).encode() + data[k + rng.randrange(4) :]


def fault(case: Case) -> tuple[str | None, Counter[str]]:
    """Return what is wrong with what is read of a table of Tc, or None, and how many lines came to what."""
    seen: Counter[str] = Counter()
    return _fault(case.data, seen), seen


def _fault(data: bytes, seen: Counter[str]) -> str | None:
    start = time.process_time()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        path = Path(folder) / "tc.csv"
        path.write_bytes(data)
        try:
            found = read_tc_rows(path, TcReading())
        except UsageError as error:
            seen["refused table"] += 1
            return None if "\n" not in str(error) else f"several lines: {error}"
        except Exception as error:
            return f"failed: {error!r}"
    if (seconds := time.process_time() - start) > LONGEST_SECONDS:
        return f"took {seconds:.1f} s"
    for row in found.rows:
        seen[row.reason if isinstance(row, RefusedRow) else "line read"] += 1
        if isinstance(row, RefusedRow):
            if not (row.reason and row.message):
                return f"line {row.line} refused without a reason"
        elif not (0 < row.tc_kelvin <= HIGHEST_KELVIN and 0 <= (row.pressure_gpa or 0.0) <= HIGHEST_GIGAPASCAL):
            return f"line {row.line}: {row.tc_kelvin} K at {row.pressure_gpa} GPa"
    return None
