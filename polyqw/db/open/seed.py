"""Fill a database with the curated values of ``db/seed`` and the meaning of its columns."""

from __future__ import annotations

import csv
import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Boolean, Double, Integer, select, update

from polyqw.db.models import (
    Base,
    Claim,
    ColumnMetadata,
    Compound,
    PressurePoint,
    PublishedHeight,
    PublishedPrediction,
    Reference,
    Resonance,
    Transition,
    table_of,
    unit_of,
)
from polyqw.db.store.write import insert_all
from polyqw.errors import DatabaseError
from polyqw.resources import resource_path

if TYPE_CHECKING:
    from sqlalchemy import Column, Table
    from sqlalchemy.orm import Session

    Row = dict[str, Any]

_TABLES: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (Reference, ("key",)),
    (Compound, ("name",)),
    (PublishedHeight, ("table_name", "row_number", "phase")),
    (PublishedPrediction, ("key",)),
    (Transition, ("key",)),
    (Resonance, ("compound_id", "phase")),
    (Claim, ("key",)),
    (PressurePoint, ("compound_id", "pressure_from_gpa")),
)
"""Tables with a seed, in the order of their foreign keys, and what tells their rows apart."""

_LINKS = {
    "compound": ("compound_id", Compound, "name"),
    "reference": ("reference_id", Reference, "key"),
    "experiment": ("experiment_id", Reference, "key"),
}
"""Columns of the CSV that name a row of another table."""


def seed(session: Session) -> None:
    """Insert the seed's rows, bring changed ones up to date, and touch no other.

    Raises
    ------
    DatabaseError
        If a row of the seed cannot be read, with its file and line.
    """
    _match_formulas(session)
    for model, keys in _TABLES:
        _merge(session, model, keys, _seed_rows(session, model))
    _merge(session, ColumnMetadata, ("table_name", "column_name"), column_notes())


def column_notes() -> list[Row]:
    """Return a row of `ColumnMetadata` for every column of every table and view."""
    notes = [
        _note(mapper.class_, position, column)
        for mapper in Base.registry.mappers
        for position, column in enumerate(table_of(mapper.class_).columns)
    ]
    positions: Counter[str] = Counter()
    for row in _read("view_column.csv"):
        notes.append({**row, "position": positions[row["table_name"]], "unit": row["unit"] or None})
        positions[row["table_name"]] += 1
    return notes


def _note(model: type[Base], position: int, column: Column[Any]) -> Row:
    return {
        "table_name": table_of(model).name,
        "column_name": column.name,
        "position": position,
        "unit": column.info["unit"] or unit_of(column.name),
        "description": column.doc,
        "source": column.info["source"] or model.SOURCE,
    }


def _match_formulas(session: Session) -> None:
    """Give a compound that a structure file brought first the name of the seed, so that both are one."""
    rows = _read("compound.csv")
    own = [row["name"] for row in rows]
    for row in rows:
        if row["formula"]:
            brought = update(Compound).where(Compound.formula == row["formula"], Compound.name.not_in(own))
            session.execute(brought.values(name=row["name"]))


def _seed_rows(session: Session, model: type[Base]) -> list[Row]:
    name = f"{model.__tablename__}.csv"
    links = {link: _keys(session, table_of(target), key) for link, (_, target, key) in _LINKS.items()}
    rows = []
    for line, text_row in enumerate(_read(name), start=2):
        try:
            rows.append(_typed(model, text_row, links))
        except (KeyError, ValueError) as error:
            raise DatabaseError(f"db/seed/{name} line {line} cannot be read: {error}") from error
    return rows


def _keys(session: Session, table: Table, name: str) -> dict[str, int]:
    return {row[0]: row[1] for row in session.execute(select(table.c[name], table.c.id))}


def _typed(model: type[Base], text_row: dict[str, str], links: dict[str, dict[str, int]]) -> Row:
    columns = table_of(model).columns
    row: Row = {}
    for name, value in text_row.items():
        if name in _LINKS:
            row[_LINKS[name][0]] = links[name][value] if value else None
        else:
            row[name] = _value(columns[name], value)
    return row


def _value(column: Column[Any], value: str) -> Any:
    if isinstance(column.type, JSON):
        return json.loads(value or "{}")
    if value == "":
        return None
    if isinstance(column.type, Boolean):
        return {"yes": True, "no": False}[value]
    if isinstance(column.type, Integer):
        return int(value)
    return float(value) if isinstance(column.type, Double) else value


def _merge(session: Session, model: type[Base], keys: tuple[str, ...], rows: list[Row]) -> None:
    """Insert new rows and update changed ones, told apart by ``keys``."""
    table = table_of(model)
    known = {tuple(found[key] for key in keys): found for found in session.execute(select(*table.columns)).mappings()}
    new = []
    for row in rows:
        key = tuple(row[name] for name in keys)
        found = known.get(key)
        if found is None:
            new.append(row)
        elif any(found[name] != value for name, value in row.items()):
            matches = [table.columns[name] == value for name, value in zip(keys, key, strict=True)]
            session.execute(update(model).where(*matches).values(row))
    insert_all(session, model, new)


def _read(name: str) -> list[dict[str, str]]:
    with resource_path("db", "seed", name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
