"""Structures and compounds of the database as records for people, and filters on them."""

from __future__ import annotations

import operator
import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from polyqw.core.outside import as_row
from polyqw.core.structure_tc import tc_of_structure
from polyqw.db.look.find import published_heights, structures_of, transitions_of
from polyqw.db.look.restore import read_claims
from polyqw.db.models.structures import values_of
from polyqw.db.well_columns import read_well
from polyqw.errors import UsageError
from polyqw.services.structures.file_claims import claims_row
from polyqw.services.structures.naming import resolve
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.structures.stored import current_structures

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, Structure, Transition

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<=": operator.le,
    ">=": operator.ge,
    "!=": operator.ne,
    "=": operator.eq,
    "<": operator.lt,
    ">": operator.gt,
}
_IN_SUMMARY = (
    "family", "status", "reason", "origin", "trust", "source", "table_row", "space_group_number",
    "temperature_kelvin", "pressure_gpa",
)  # fmt: skip
_OF_CELL = (
    "formula_declared", "space_group", "a_angstrom", "b_angstrom", "c_angstrom", "alpha_degrees", "beta_degrees",
    "gamma_degrees",
)  # fmt: skip
_PRINTED = ("phase", "height_angstrom", "tc_kelvin", "chosen", "lambda_printed_kelvin_angstrom2")
_CONDITION = re.compile(r"\s*([A-Za-z_][A-Za-z_0-9]*)\s*(?:(<=|>=|!=|=|<|>)\s*(.*?))?\s*")
_ELEMENT = re.compile(r"[A-Z][a-z]?")


def structure_summary(structure: Structure) -> dict[str, Any]:
    """Return one line about a structure: what ``polyqw find`` filters and shows."""
    return {
        "id": structure.id,
        "name": structure.block,
        "formula": structure.formula,
        "compound": structure.compound.name,
        **values_of(structure, _IN_SUMMARY),
        **asdict(tc_of_structure(structure.transitions, structure.pressure_gpa)),
        **{f"h_{phase}_angstrom": phase_height(structure, phase) for phase in ("alpha", "beta", "gamma")},
        "volume_angstrom3": structure.volume_angstrom3,
        **{d.name: d.value for d in structure.descriptors},
    }


def find_structures(
    session: Session, expression: str, *, sort: str | None = None, limit: int | None = None
) -> list[dict[str, Any]]:
    """Return the current structures that meet all conditions of an expression.

    Parameters
    ----------
    session : Session
    expression : str
        Conditions joined by commas: ``family=cuprate``, ``tc_kelvin>90``, ``Cu>=2`` (atoms in the formula), or an
        element alone (it is there). The fields are those of `structure_summary`.
    sort : str, optional
        Field to sort by; a leading ``-`` turns the order round. Records without the field come last.
    limit : int, optional
        Largest number of records.

    Raises
    ------
    UsageError
        If a condition cannot be read or names no field.
    """
    records = [structure_summary(s) for s in current_structures(session)]
    fields = {name for record in records for name in record}
    conditions = [_condition(text, fields) for text in expression.split(",") if text.strip()]
    found = [record for record in records if all(holds(record) for holds in conditions)]
    if sort:
        name = sort.removeprefix("-")
        if records and name not in fields:
            raise UsageError(f"cannot sort by {name!r}; the fields are {', '.join(sorted(fields))}")
        known = [r for r in found if r.get(name) is not None]
        rest = [r for r in found if r.get(name) is None]
        found = sorted(known, key=lambda r: r[name], reverse=sort.startswith("-")) + rest
    return found[:limit]


def _condition(text: str, fields: set[str]) -> Callable[[dict[str, Any]], bool]:
    match = _CONDITION.fullmatch(text)
    if match is None:
        raise UsageError(f"cannot read the condition {text.strip()!r}; write e.g. tc_kelvin>90 or family=cuprate")
    name, sign, value = match.groups()
    if sign is None and _ELEMENT.fullmatch(name):
        return lambda record: _amount(record["formula"], name) > 0
    if sign is None or (name not in fields and not _ELEMENT.fullmatch(name)):
        raise UsageError(f"{name!r} is no field; there are {', '.join(sorted(fields)) or 'no structures yet'}")
    compare = OPERATORS[sign]
    if _ELEMENT.fullmatch(name):
        amount = _number(text, value)
        return lambda record: compare(_amount(record["formula"], name), amount)
    return lambda record: _compares(record.get(name), compare, value, text)


def _compares(found: Any, compare: Callable[[Any, Any], bool], value: str, text: str) -> bool:
    if found is None:
        return False
    if isinstance(found, int | float):
        return compare(found, _number(text, value))
    return compare(str(found), value)


def _number(text: str, value: str) -> float:
    try:
        return float(value)
    except ValueError as error:
        raise UsageError(f"{value!r} in {text.strip()!r} is not a number") from error


def _amount(formula: str, element: str) -> float:
    match = re.search(rf"(?:^| ){element}([0-9.]+)(?: |$)", formula)
    return float(match[1]) if match else 0.0


def show(session: Session, key: str) -> list[dict[str, Any]]:
    """Return all there is on structures (by id, source id, block or file) or on a compound (by name or formula).

    Raises
    ------
    UsageError
        If the database knows nothing of that name.
    """
    named = resolve(session, key)
    if named.compound is not None:
        return [compound_record(session, named.compound)]
    return [structure_record(s) for s in named.structures]


def structure_record(structure: Structure) -> dict[str, Any]:
    """Return all there is on a structure."""
    return {
        **structure_summary(structure),
        **values_of(structure, ("file", "file_sha256", "method", "doi", "citation", "pressure_note", "note")),
        "claims": claims_row(read_claims(structure)),
        **values_of(structure, _OF_CELL),
        "message": structure.message,
        "warnings": [*structure.parser_warnings, *structure.warnings],
        **values_of(structure, ("superseded_by", "parser", "analysis_version")),
        "transitions": [transition_record(t) for t in structure.transitions],
        "wells": [as_row(read_well(w)) for w in structure.wells],
    }


def compound_record(session: Session, compound: Compound) -> dict[str, Any]:
    """Return all there is on a compound: printed heights, transitions, structures."""
    return {
        "compound_id": compound.id,
        "compound": compound.name,
        **values_of(compound, ("formula", "family", "note")),
        "published_heights": [
            {
                **values_of(p, _PRINTED),
                "source": f"{p.reference.key}, {p.source}",
            }
            for p in published_heights(session, compound=compound)
        ],
        "transitions": [transition_record(t) for t in transitions_of(session, compound)],
        "structures": [structure_summary(s) for s in structures_of(session, compound)],
    }


def transition_record(transition: Transition) -> dict[str, Any]:
    """Return a transition as plain values."""
    reference = transition.reference
    return {
        **values_of(transition, ("tc_kelvin", "tc_su_kelvin", "kind", "method", "pressure_gpa", "structure_id")),
        "reference": (reference.citation or reference.key) if reference else None,
        "source": transition.source,
        "note": transition.note,
    }
