"""Parents: rows that share a structure or a composition are one group."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from polyqw.io.formula import parse_formula
from polyqw.io.tables.tc_table import composition_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.validation.rows import ValidationRow


def join_kin(rows: Sequence[ValidationRow]) -> list[ValidationRow]:
    """Return the rows with groups such that those of one parent structure, or of one composition of Tc, are together.

    One measurement that a table hangs on several polymorphs thereby counts once; a row of two such polymorphs' kin
    joins their groups. A group takes the first name, in alphabetical order, of the parents in it.
    """
    leader: dict[str, str] = {}

    def lead(key: str) -> str:
        leader.setdefault(key, key)
        while leader[key] != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for row in rows:
        first, second = sorted((lead(_parent(row)), lead(_composition(row))))
        leader[second] = first
    names: dict[str, str] = {}
    for row in rows:
        root = lead(_parent(row))
        names[root] = min(names.get(root, row.evidence.group), row.evidence.group)
    return [replace(row, evidence=replace(row.evidence, group=names[lead(_parent(row))])) for row in rows]


def _parent(row: ValidationRow) -> str:
    return f"parent {row.evidence.group}"


def _composition(row: ValidationRow) -> str:
    amounts = parse_formula(row.tc_formula or row.evidence.name)
    return f"composition {composition_key(amounts) if amounts else row.tc_formula or row.evidence.name}"
