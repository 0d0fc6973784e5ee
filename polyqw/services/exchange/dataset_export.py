"""Write the wells of a database as a data set for others to learn from: Parquet with a data package.

``structure``, ``well`` and ``vertex`` hold what was analysed, ``row`` the structures with wells and a Tc in folds of
whole parents, ``prediction`` and ``score`` what the law, constants and rivals give for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from polyqw.db.look.tables import describe_table, table_rows
from polyqw.db.open.revision import HEAD
from polyqw.io.cif.reference_set import reference_licences
from polyqw.io.tables.data_package import write_parquet_package
from polyqw.io.tables.values import Column, DataTable
from polyqw.services.exchange.benchmark_tables import benchmark_tables
from polyqw.services.exchange.exported import Exported
from polyqw.services.structures.stored import current_structures
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure

TABLES: Final = {"structure": "structure", "well": "well", "well_vertex": "vertex"}
"""Tables of the database, and their names in the data set."""

LEFT_OUT: Final = {"structure": ("file", "steps", "free_parameters", "tolerances", "superseded_by", "stored_at")}
"""Columns that are accounts of the program or of the machine it ran on."""

NOT_STATED: Final = "not stated; see source, doi and citation of the structure"
COD_LICENCE: Final = "CC0 1.0 (Crystallography Open Database)"

LICENCE: Final = Column(
    "licence", "licence", "text", None, "Licence under which the structure stands that the row comes from.",
    "cifs/SOURCES.csv, or the database that the source names", is_required=True,
)  # fmt: skip

ABOUT: Final = {
    "name": "polyqw-dataset",
    "title": "Polyhedral quantum wells with their crystals, and a benchmark of Tc",
    "description": "structure, well and vertex: the current structures of a polyqw database. row: structures with "
    "layered wells and a Tc, those made from the papers' own numbers left out; fold is what to leave out together: "
    "parents, counted within an origin. prediction and score: the law Tc = λ/h², constants and rivals on these "
    "folds. The well of a row is the lowest, known without Tc. Compare models within one origin and family.",
}


def export_dataset(session: Session, folder: Path) -> Exported:
    """Write the Parquet files and ``datapackage.json``."""
    structures = current_structures(session)
    licences = {structure.id: licence_of(structure) for structure in structures}
    tables = [_table(session, name, own, licences) for name, own in TABLES.items()]
    tables += benchmark_tables(session, licences, LICENCE)
    counts = write_parquet_package(folder, tables, {**ABOUT, "version": __version__, "schema_revision": HEAD})
    n_unknown = sum(licence == NOT_STATED for licence in licences.values())
    notes = (f"the licence of {n_unknown} structures is not stated; look it up before you pass them on",)
    paths = (*(folder / f"{name}.parquet" for name in counts), folder / "datapackage.json")
    return Exported(counts, paths, notes if n_unknown else ())


def licence_of(structure: Structure) -> str:
    """Return the licence of a structure: of a reference structure that of its source, of the COD its own."""
    own = reference_licences().get(structure.file_sha256)
    if own is not None:
        return own
    return COD_LICENCE if (structure.source or "").startswith("COD ") else NOT_STATED


def _table(session: Session, name: str, own: str, licences: Mapping[int, str]) -> DataTable:
    described = describe_table(name, leave_out=LEFT_OUT.get(name, ()))
    columns = tuple(
        Column(c.name, c.title, c.kind.value, c.unit, c.description, c.source, c.is_required)
        for c in described.columns
    )
    names = [column.name for column in columns]
    place = names.index("id" if name == "structure" else "structure_id")

    def rows() -> Iterator[tuple[Any, ...]]:
        for row in table_rows(session, described):
            if row[place] in licences:
                yield (*row, licences[row[place]])

    links = tuple(
        (column, TABLES[t], target) for column, t, target in described.links if t in TABLES and column in names
    )
    title = own.replace("_", " ")
    return DataTable(own, title, described.description, (*columns, LICENCE), rows(), described.key, links)
