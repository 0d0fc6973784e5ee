"""Structures as SQL: what a filter asks of them, and the entries of a page."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Text, and_, exists, func, literal, or_, select, true, union_all
from sqlalchemy.orm import selectinload

from polyqw.db.models import Composition, Compound, Reference, Site, Structure, Transition, Well
from polyqw.io.optimade.structure import FULL
from polyqw.services.exchange.optimade_properties import PREFIX
from polyqw.services.exchange.optimade_references import (
    OF_STRUCTURE,
    OF_TRANSITION,
    reference_id,
    related_references,
)
from polyqw.services.exchange.optimade_structures import structure_entry
from polyqw.services.interfaces.optimade.fields import Absent, Field, Listed, Value, ValueKind, seconds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from polyqw.services.interfaces.optimade.fields import Condition, Fields

    Entry = dict[str, Any]

STRING, INTEGER, FLOAT = ValueKind.STRING, ValueKind.INTEGER, ValueKind.FLOAT
CURRENT: Final[Condition] = Structure.superseded_by.is_(None)

_KEY = Structure.id
_COLUMNS: Final[dict[str, Any]] = {
    "name": Structure.block,
    "family": Structure.family,
    "status": Structure.status,
    "reason": Structure.reason,
    "message": func.nullif(Structure.message, "", type_=Text),
    "origin": Structure.origin,
    "trust": Structure.trust,
    "method": Structure.method,
    "source": Structure.source,
    "doi": Structure.doi,
    "citation": Structure.citation,
    "temperature_kelvin": Structure.temperature_kelvin,
    "pressure_gpa": Structure.pressure_gpa,
    "pressure_note": Structure.pressure_note,
    "table_row": Structure.table_row,
    "note": Structure.note,
    "file_sha256": Structure.file_sha256,
    "structure_sha256": Structure.structure_sha256,
    "analysis_version": Structure.analysis_version,
    "compound": select(Compound.name).where(Compound.id == Structure.compound_id).scalar_subquery(),
}
"""Our own properties that are columns, or nearly."""

_TC: Final = {
    "tc_kelvin": FLOAT, "tc_kind": STRING, "tc_pressure_gpa": FLOAT, "tc_upper_bound_kelvin": FLOAT,
    "tc_not_observed_kelvin": FLOAT, "tc_max_kelvin": FLOAT, "tc_max_pressure_gpa": FLOAT,
}  # fmt: skip
_ABSENT: Final = (
    "assemblies", "fractional_site_positions", "space_group_symbol_hall",
    "space_group_symbol_hermann_mauguin_extended", "space_group_symmetry_operations_xyz",
)  # fmt: skip
"""Properties of the specification that no structure has here."""

_SYMBOL = re.compile(r"[A-Z][a-z]?")


@cache
def structure_fields() -> Fields:
    """Return what a filter can ask of structures."""
    n_sites = _count(Site)
    return {
        "id": Value(STRING, structure_id()),
        "type": Value(STRING, literal("structures")),
        "immutable_id": Value(
            STRING,
            func.optimade_immutable_id(
                Structure.file_sha256, Structure.block, Structure.analysis_version, Structure.tolerances
            ),
        ),
        "last_modified": Value(ValueKind.TIMESTAMP, seconds(Structure.stored_at.expression)),
        "elements": _listed(STRING, _count(Composition), select(Composition.structure_id, Composition.element)),
        "nelements": Value(INTEGER, _count(Composition)),
        "elements_ratios": _listed(
            FLOAT, _count(Composition), select(Composition.structure_id, Composition.fraction)
        ),
        "chemical_formula_descriptive": Value(STRING, Structure.formula.expression),
        "chemical_formula_reduced": Value(STRING, _formula("reduced"), _has_symbols),
        "chemical_formula_hill": Value(STRING, _formula("hill"), _has_symbols),
        "chemical_formula_anonymous": Value(STRING, _formula("anonymous")),
        "dimension_types": _listed(INTEGER, literal(3), select(_KEY, literal(1))),
        "nperiodic_dimensions": Value(INTEGER, literal(3)),
        "lattice_vectors": _listed(FLOAT, literal(3)),
        "cartesian_site_positions": _listed(FLOAT, n_sites),
        "nsites": Value(INTEGER, n_sites),
        "species": None,
        "species_at_sites": _listed(STRING, n_sites),
        "structure_features": _features(),
        "space_group_it_number": Value(INTEGER, Structure.space_group_number.expression),
        "space_group_symbol_hermann_mauguin": Value(STRING, func.optimade_hermann_mauguin(Structure.space_group)),
        **dict.fromkeys(_ABSENT, Absent()),
        **{PREFIX + name: field for name, field in _own_fields().items()},
    }


def structure_id() -> ColumnElement[Any]:
    """Return the id of a structure as an entry."""
    return func.optimade_id(Structure.file_sha256, Structure.block)


def find_key(session: Session, name: str) -> int | None:
    """Return the key of the current structure that is called so as an entry, or None."""
    block = name.rpartition("-")[0]
    statement = select(_KEY).where(CURRENT, structure_id() == name)
    return session.scalar(statement.where(Structure.block == block)) or session.scalar(statement)


def structure_entries(session: Session, keys: Sequence[int], names: Collection[str] | None) -> list[Entry]:
    """Return entries in the order of their keys.

    Where all properties that are wanted are single values, nothing but these is read.

    Parameters
    ----------
    names : collection of str or None
        Properties that are wanted; None for all.
    """
    fields = structure_fields()
    values = {name: fields[name] for name in names or () if isinstance(fields.get(name), Value)}
    if names is not None and len(values) == len(names):
        found = _light_entries(session, keys, values)
    else:
        found = _whole_entries(session, keys, names)
    return [found[key] for key in keys]


def _light_entries(session: Session, keys: Sequence[int], values: Fields) -> dict[int, Entry]:
    columns = [value.sql for value in values.values() if isinstance(value, Value)]
    related = _related(session, keys)
    entries = {}
    for key, name, *row in session.execute(select(_KEY, structure_id(), *columns).where(_KEY.in_(keys))):
        attributes = dict(zip(values, row, strict=True))
        if attributes.get("last_modified"):
            attributes["last_modified"] += "Z"
        entries[key] = _entry(name, attributes, related[key])
    return entries


def _whole_entries(session: Session, keys: Sequence[int], names: Collection[str] | None) -> dict[int, Entry]:
    options = (
        selectinload(Structure.wells).selectinload(Well.vertices),
        selectinload(Structure.transitions).selectinload(Transition.reference),
        selectinload(Structure.sites),
        selectinload(Structure.compound),
    )
    entries = {}
    for structure in session.scalars(select(Structure).where(_KEY.in_(keys)).options(*options)):
        entry = structure_entry(session, structure, related_references(structure))
        if names is not None:
            entry["attributes"] = {name: entry["attributes"].get(name) for name in names}
        entries[structure.id] = entry
    return entries


def _entry(name: str, attributes: dict[str, Any], related: dict[str, str]) -> Entry:
    data = [{"type": "references", "id": key, "meta": {"description": words}} for key, words in related.items()]
    return {
        "id": name,
        "type": "structures",
        "attributes": {k: v for k, v in attributes.items() if k not in ("id", "type")},
        "relationships": {"references": {"data": data}} if data else {},
    }


def _related(session: Session, keys: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the references of some structures by their ids, and what each says."""
    found: dict[int, dict[str, str]] = defaultdict(dict)
    own = select(_KEY, Structure.doi, Structure.citation, Structure.source).where(_KEY.in_(keys))
    for key, doi, citation, source in session.execute(own):
        if doi or citation or source:
            found[key][reference_id(doi, None, citation or source)] = OF_STRUCTURE
    texts = (
        select(Transition.structure_id, Reference.doi, Reference.key, Reference.citation)
        .join(Reference, Reference.id == Transition.reference_id)
        .where(Transition.structure_id.in_(keys))
        .order_by(Transition.id)
    )
    for owner, doi, short, citation in session.execute(texts):
        found[owner or 0].setdefault(reference_id(doi, short, citation), OF_TRANSITION)
    return found


def _own_fields() -> dict[str, Field]:
    columns: dict[str, Field] = {
        name: Value(FLOAT if name.endswith(("_kelvin", "_gpa")) else STRING, column)
        for name, column in _COLUMNS.items()
    }
    for phase in ("alpha", "beta", "gamma"):
        columns[f"height_{phase}_angstrom"] = Value(FLOAT, _height(phase, Well.height_angstrom))
        columns[f"height_{phase}_su_angstrom"] = Value(FLOAT, _height(phase, Well.height_su_angstrom))
    columns |= {name: Value(kind, _tc(name)) for name, kind in _TC.items()}
    sites = select(Site.structure_id, Site.label)
    others: dict[str, Field] = {
        "n_tc": Value(INTEGER, _count(Transition)),
        "warnings": _warnings(),
        "wells": _listed(STRING, _count(Well)),
        "transitions": _listed(STRING, _count(Transition)),
        "site_labels": _listed(STRING, _count(Site), sites),
        "claims": None,
    }
    return columns | others


def _listed(kind: ValueKind, length: ColumnElement[Any], items: Select[*tuple[Any, ...]] | None = None) -> Listed:
    return Listed(kind, length, _KEY.expression, items)


def _count(model: type[Composition | Site | Well | Transition]) -> ColumnElement[Any]:
    owned = select(func.count()).select_from(model).where(model.structure_id == _KEY)
    return owned.correlate(Structure).scalar_subquery()


def _formula(form: str) -> ColumnElement[Any]:
    of = select(func.optimade_formula(form, Composition.element, Composition.amount))
    return of.where(Composition.structure_id == _KEY).correlate(Structure).scalar_subquery()


def _has_symbols(formula: str) -> Condition:
    """Return that a structure has all elements of a formula."""
    having = [
        _KEY.in_(select(Composition.structure_id).where(Composition.element == symbol))
        for symbol in dict.fromkeys(_SYMBOL.findall(formula))
    ]
    return and_(true(), *having)


def _height(phase: str, column: ColumnElement[Any] | Any) -> ColumnElement[Any]:
    of = select(func.optimade_height(Well.id, column, Well.multiplicity))
    return of.where(Well.structure_id == _KEY, Well.phase == phase).correlate(Structure).scalar_subquery()


def _tc(name: str) -> ColumnElement[Any]:
    columns = (Transition.id, name, Transition.tc_kelvin, Transition.kind, Transition.pressure_gpa)
    of = select(func.optimade_tc(*columns, Structure.pressure_gpa))
    return of.where(Transition.structure_id == _KEY).correlate(Structure).scalar_subquery()


def _features() -> Listed:
    disordered = or_(func.json_array_length(Site.species) > 1, 1.0 - Site.occupancy > FULL)
    is_disordered = exists().where(Site.structure_id == _KEY, disordered).correlate(Structure)
    items = select(Site.structure_id, literal("disorder")).where(disordered).distinct()
    return Listed(STRING, func.iif(is_disordered, 1, 0), _KEY.expression, items)


def _warnings() -> Listed:
    lists = (Structure.parser_warnings, Structure.warnings)
    each = [func.json_each(column).table_valued("value", name=f"each_{k}") for k, column in enumerate(lists)]
    items = union_all(*(select(_KEY, one.c.value.label("item")).join_from(Structure, one, true()) for one in each))
    length = sum((func.json_array_length(column) for column in lists), start=literal(0))
    return Listed(STRING, length, _KEY.expression, select(*items.subquery().columns))
