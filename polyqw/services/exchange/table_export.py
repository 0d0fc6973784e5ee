"""Write the tables and views that people calculate with, as CSV or Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from polyqw.db.look.tables import describe_table, table_rows
from polyqw.db.open.revision import HEAD
from polyqw.io.tables.data_package import write_csv_package
from polyqw.io.tables.parquet import write_parquet
from polyqw.io.tables.values import Column, DataTable
from polyqw.services.exchange.exported import Exported
from polyqw.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

TABLES: Final = (
    "structure", "composition", "site", "well", "descriptor", "compound", "transition", "published_height",
    "published_prediction", "prediction", "pressure_point", "resonance", "reference",
)  # fmt: skip
"""Tables that are handed out; the others are accounts of the program."""

VIEWS: Final = ("v_wells", "v_tc", "v_law")
"""Views that are handed out."""

LEFT_OUT: Final = {"structure": ("steps", "free_parameters", "tolerances")}
"""Columns that are accounts of the program: long, and of no use outside of it."""

ABOUT: Final = {
    "name": "polyqw-export",
    "title": "Polyhedral quantum wells, their heights, and transition temperatures",
    "description": "Tables of a polyqw database. Published, recomputed and predicted numbers are kept apart; a "
    "column with a unit ends in it. A structure with superseded_by is an older version of another.",
}


def export_csv(session: Session, folder: Path) -> Exported:
    """Write tables and views as CSV with ``datapackage.json``."""
    counts = write_csv_package(folder, data_tables(session), {**ABOUT, **_versions()})
    return Exported(counts, (*(folder / f"{name}.csv" for name in counts), folder / "datapackage.json"))


def export_parquet(session: Session, folder: Path) -> Exported:
    """Write tables and views as Parquet, their columns described in its metadata."""
    counts = write_parquet(folder, data_tables(session), {**ABOUT, **_versions()})
    return Exported(counts, tuple(folder / f"{name}.parquet" for name in counts))


def data_tables(session: Session) -> list[DataTable]:
    """Return the tables and views that are handed out; their rows are read as they are written."""
    described = [describe_table(name, leave_out=LEFT_OUT.get(name, ())) for name in TABLES]
    described += [describe_table(name) for name in VIEWS]
    return [
        DataTable(
            name=one.name,
            title=one.name.removeprefix("v_").replace("_", " "),
            description=one.description,
            columns=tuple(
                Column(c.name, c.title, c.kind.value, c.unit, c.description, c.source, c.is_required)
                for c in one.columns
            ),
            rows=table_rows(session, one),
            key=one.key,
            links=one.links,
        )
        for one in described
    ]


def _versions() -> dict[str, str]:
    return {"version": __version__, "schema_revision": HEAD}
