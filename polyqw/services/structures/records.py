"""Structures and compounds of the database as records for people, and filters on them."""

from __future__ import annotations

import heapq
from dataclasses import asdict
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from polyqw.core.outside import as_row
from polyqw.core.structure_tc import tc_of_structure
from polyqw.db.look.find import published_heights, structures_of, transitions_of
from polyqw.db.look.restore import read_claims
from polyqw.db.models import Descriptor, Structure
from polyqw.db.models.structures import values_of
from polyqw.db.well_columns import read_well
from polyqw.errors import UsageError
from polyqw.services.structures.conditions import read_condition
from polyqw.services.structures.file_claims import claims_row
from polyqw.services.structures.naming import resolve
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.structures.sieve import sieve_of
from polyqw.services.structures.stored import each_current
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Compound, Transition

_IN_SUMMARY = (
    "family", "status", "reason", "origin", "trust", "source", "table_row", "space_group_number",
    "temperature_kelvin", "pressure_gpa",
)  # fmt: skip
_OF_CELL = (
    "formula_declared", "space_group", "a_angstrom", "b_angstrom", "c_angstrom", "alpha_degrees", "beta_degrees",
    "gamma_degrees",
)  # fmt: skip
_TEXTS = (
    "name", "formula", "formula_written", "compound", "parent", "family", "status", "reason", "origin", "trust",
    "source", "table_row", "tc_kind",
)  # fmt: skip
_NUMBERS = (
    "id", "space_group_number", "temperature_kelvin", "pressure_gpa", "tc_kelvin", "tc_pressure_gpa",
    "tc_upper_bound_kelvin", "tc_not_observed_kelvin", "tc_max_kelvin", "tc_max_pressure_gpa", "n_tc",
    "h_alpha_angstrom", "h_beta_angstrom", "h_gamma_angstrom", "volume_angstrom3",
)  # fmt: skip
_PRINTED = ("phase", "height_angstrom", "tc_kelvin", "chosen", "lambda_printed_kelvin_angstrom2")


def structure_summary(structure: Structure) -> dict[str, Any]:
    """Return one line about a structure: what ``polyqw find`` filters and shows."""
    return {
        "id": structure.id,
        "name": structure.block,
        "formula": structure.formula,
        "formula_written": structure.formula_written,
        "compound": structure.compound.name,
        "parent": structure.compound.parent,
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
        See `polyqw.services.structures.conditions`; the fields are those of `structure_summary`.
    sort : str, optional
        Field to sort by; a leading ``-`` turns the order round. Records without the field come last.
    limit : int, optional
        Largest number of records.

    Raises
    ------
    UsageError
        If a condition cannot be read or names no field.
    """
    fields = _fields(session)
    holds = read_condition(expression, fields)
    name = (sort or "").removeprefix("-")
    if sort and name not in fields:
        raise UsageError(
            f"cannot sort by {name!r}{or_else(name, fields, '; the fields are ' + ', '.join(sorted(fields)))}"
        )
    through = map(structure_summary, each_current(session, sieve_of(expression).sql))
    found = (record for record in through if holds(record))
    if not sort:
        return list(islice(found, limit))
    return _sorted(found, name, limit, is_descending=sort.startswith("-"))


def _sorted(
    records: Iterable[dict[str, Any]], name: str, limit: int | None, *, is_descending: bool
) -> list[dict[str, Any]]:
    """Return records by a field, those without it last; of many, no more are kept than are wanted."""
    rest: list[dict[str, Any]] = []

    def known() -> Iterator[dict[str, Any]]:
        for record in records:
            if record.get(name) is not None:
                yield record
            elif limit is None or len(rest) < limit:
                rest.append(record)

    def key(record: dict[str, Any]) -> Any:
        return record[name]

    if limit is None:
        found = sorted(known(), key=key, reverse=is_descending)
    else:
        found = (heapq.nlargest if is_descending else heapq.nsmallest)(limit, known(), key=key)
    return [*found, *rest][:limit]


def _fields(session: Session) -> dict[str, bool]:
    """Return the fields of `structure_summary`, and whether they are numbers."""
    descriptors = session.scalars(select(Descriptor.name).distinct())
    return {**dict.fromkeys(_TEXTS, False), **dict.fromkeys((*_NUMBERS, *descriptors), True)}


def count_structures(session: Session) -> int:
    """Return the number of current structures."""
    return int(session.scalar(select(func.count()).where(Structure.superseded_by.is_(None))) or 0)


def show(session: Session, key: str) -> list[dict[str, Any]]:
    """Return all there is on structures (by id, source id, block or file) or on a compound (by name or formula).

    Raises
    ------
    UsageError
        If the database knows nothing of that name.
    """
    named = resolve(session, key)
    if not named.compounds:
        return [structure_record(s) for s in named.structures]
    parents = dict.fromkeys(c.parent for c in named.compounds)
    return [compound_record(session, [c for c in named.compounds if c.parent == parent]) for parent in parents]


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


def compound_record(session: Session, compounds: Sequence[Compound]) -> dict[str, Any]:
    """Return all there is on the compositions of a parent compound: printed heights, transitions, structures."""
    first = compounds[0]
    printed = [p for c in compounds for p in published_heights(session, compound=c)]
    return {
        "compound_id": first.id,
        "compound": first.name,
        **values_of(first, ("formula", "parent")),
        "compositions": [c.name for c in compounds],
        "family": next((c.family for c in compounds if c.family), None),
        "note": first.note,
        "published_heights": [
            {"compound": p.compound.name, **values_of(p, _PRINTED), "source": f"{p.reference.key}, {p.source}"}
            for p in printed
        ],
        "transitions": [
            {"compound": c.name, **transition_record(t)} for c in compounds for t in transitions_of(session, c)
        ],
        "structures": [structure_summary(s) for s in structures_of(session, compounds)],
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
