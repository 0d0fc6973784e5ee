"""Reports that tests of several rooms read: whole ones, ones without figures, and what a hostile database gives."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.io.read_options import ReadOptions
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
from polyqw.services.report import write
from polyqw.services.report.write import write_report
from tests.conftest import structure_path

if TYPE_CHECKING:
    from pathlib import Path

DATE = "1700000000"
"""SOURCE_DATE_EPOCH of the reports."""

HOSTILE = "x<script>alert(1)</script>|y"
HOSTILE_ROW = '</script><a href="javascript:alert(3)">row</a>'
NO_PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


def written(database, folder) -> dict[str, Path]:
    """Write a report; return the paths of its files by name."""
    with reading(str(database)) as session, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", DATE)
        return write_report(session, folder).paths


def written_without_figures(database, folder) -> dict[str, Path]:
    """Write a report whose figures are empty, for tests of its text: figures take most of the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(write, "figure_in_kinds", lambda figure, kinds: dict.fromkeys(kinds, NO_PICTURE))
        return written(database, folder)


def written_on_hostile_text(folder) -> dict[str, Path]:
    """Write a report on structures and rows whose names and sources try to become markup."""
    text = structure_path("tl1212").read_text()
    named = text.replace("data_tl1212", f"data_{HOSTILE}", 1)
    assert named != text
    source = next(line for line in named.splitlines() if line.startswith("_polyqw_source"))
    named = named.replace(source, "_polyqw_source '<img src=x onerror=alert(2)> | \"quoted\"'")
    (folder / "a.cif").write_text(named)
    (folder / "b<i>|b.cif").write_text("no CIF")
    flat = structure_path("nacl").read_text().replace("data_nacl", "data_</td><b>n", 1)
    (folder / "c.cif").write_text(flat)
    database = folder / "x.db"
    list(ingest(str(database), [str(folder)], AnalysisOptions(), reading=ReadOptions(trusted=True)))
    with sqlite3.connect(database) as connection:  # names that stand in sentences and figures, not only in tables
        connection.execute("UPDATE compound SET name = '<b onclick=x>K</b>' WHERE name = 'K0.8FeySe2'")
        connection.execute(
            "UPDATE published_height SET formula_printed = ? WHERE formula_printed = 'YBa2Cu3O7-d'", [HOSTILE_ROW]
        )
    connection.close()
    return written_without_figures(database, folder / "report")
