"""Hold the heights that the papers print against those that structures give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from polyqw.core.record import Origin
from polyqw.core.structure_tc import VALUES
from polyqw.core.wells import Phase
from polyqw.db.models import PublishedHeight, Structure, Transition
from polyqw.services.structures.phase_height import phase_height, phase_height_su
from polyqw.services.structures.stored import elements_of
from polyqw.theory.scaling import law_constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

SAME_HEIGHT = 0.0005
"""Heights that agree within this are equal to the digits printed [Å]."""

ORDINARY_SCATTER = 0.02
"""Scatter of good refinements of one compound [Å]: five of YBa2Cu3O7 here span 3.666 to 3.693 Å."""

REFINEMENT_SU = 0.010
"""Standard uncertainty of a height that states none [Å]: pooled standard deviation of alpha over the refinements
here of HgBa2CuO4+d (three, 0.003 Å) and YBa2Cu3O7-d (four, 0.012 Å)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A printed height beside one that a structure gives.

    Parameters
    ----------
    printed : PublishedHeight
    structure : Structure
    height_angstrom : float or None
        Height of the same phase in the structure; None when it has no such phase.
    height_su_angstrom : float
        As the file states it, else that of a refinement.
    explanation : str
        What the data say about the difference, one sentence.
    """

    printed: PublishedHeight
    structure: Structure
    height_angstrom: float | None
    height_su_angstrom: float
    explanation: str

    @property
    def difference_angstrom(self) -> float | None:
        """Printed less measured height [Å]."""
        return None if self.height_angstrom is None else self.printed.height_angstrom - self.height_angstrom


def compare_heights(session: Session) -> list[Comparison]:
    """Return every printed height beside every current structure that stands for its row."""
    structures = session.scalars(
        select(Structure)
        .where(Structure.superseded_by.is_(None), Structure.status == "ok", Structure.table_row.is_not(None))
        .order_by(Structure.table_row, Structure.block)
        .options(selectinload(Structure.wells), selectinload(Structure.transitions).joinedload(Transition.reference))
    ).all()
    printed = session.scalars(
        select(PublishedHeight).order_by(
            PublishedHeight.table_name, PublishedHeight.row_number, PublishedHeight.phase
        )
    ).all()
    comparisons = []
    for height in printed:
        beside = [s for s in structures if stands_for(s, height)]
        for structure in beside:
            explanation = _explain(height, structure, beside, printed)
            found, su = (of(structure, height.phase) for of in (phase_height, phase_height_su))
            comparisons.append(Comparison(height, structure, found, su or REFINEMENT_SU, explanation))
    return comparisons


def stands_for(structure: Structure, height: PublishedHeight) -> bool:
    """Whether a structure stands beside a row of the tables."""
    return names_row(structure.table_row, height)


def names_row(table_row: str | None, height: PublishedHeight) -> bool:
    """Whether what a structure gives as its row is the row of a printed height.

    The structure names the row by its printed formula; where two rows print one formula, followed by the Tc of the
    row in brackets.
    """
    name, _, rest = (table_row or "").partition(" (")
    if name != height.formula_printed:
        return False
    tc = rest.rstrip(")")
    return not tc.replace(".", "").isdigit() or float(tc) == height.tc_kelvin


def _explain(
    printed: PublishedHeight,
    structure: Structure,
    beside: Sequence[Structure],
    all_printed: Sequence[PublishedHeight],
) -> str:
    found = phase_height(structure, printed.phase)
    if found is None:
        phases = ", ".join(sorted({w.phase for w in structure.wells if w.phase != Phase.MU}))
        return f"the structure has no {printed.phase} well, only {phases}"
    circumstances = _circumstances(printed, structure)
    difference = printed.height_angstrom - found
    if abs(difference) <= SAME_HEIGHT:
        return "; ".join(["equal to the digits printed", *circumstances])
    side = "above" if difference > 0 else "below"
    size = f"printed {abs(difference):.3f} Å ({abs(difference) / found:.1%}) {side}"
    if abs(difference) <= ORDINARY_SCATTER:
        size += ", within the scatter of refinements"
    parts = [size, *circumstances]
    for other in beside:
        if other is not structure and other.origin == Origin.MEASURED and _agrees(other, printed):
            where = f" at {other.pressure_gpa:g} GPa" if other.pressure_gpa else ""
            parts.append(f"the printed height is that of {other.block}{where}")
    rest = [p for p in all_printed if _same_row(p, printed) and p.phase != printed.phase]
    if structure.origin == Origin.MEASURED and any(_agrees(structure, p) for p in rest):
        parts.append("another height of this row is this structure's to the digit, so the row mixes sources")
    if structure.note:
        parts.append(f"note: {structure.note}")
    return "; ".join(parts)


def _agrees(structure: Structure, printed: PublishedHeight) -> bool:
    height = phase_height(structure, printed.phase)
    return height is not None and abs(height - printed.height_angstrom) <= SAME_HEIGHT


def _same_row(one: PublishedHeight, other: PublishedHeight) -> bool:
    return (one.table_name, one.row_number) == (other.table_name, other.row_number)


def _circumstances(printed: PublishedHeight, structure: Structure) -> list[str]:
    parts = []
    if structure.origin == Origin.CONSTRUCTED:
        parts.append("the structure was made from the papers' own numbers and is no evidence")
    elif structure.origin == Origin.IDEALISED:
        parts.append("the coordinates are idealised, not refined")
    if structure.pressure_gpa and structure.origin != Origin.CONSTRUCTED:
        how = f" ({structure.pressure_note})" if structure.pressure_note else ""
        parts.append(f"the cell is at {structure.pressure_gpa:g} GPa{how}, the printed Tc is the ambient one")
    declared = structure.formula_declared or structure.formula
    if structure.origin == Origin.MEASURED and elements_of(printed.formula_printed) != elements_of(declared):
        parts.append(f"another composition: {declared}")
    for transition in structure.transitions:
        if transition.kind in VALUES and abs(transition.tc_kelvin - printed.tc_kelvin) > 1.0:
            parts.append(f"Tc given for this composition {transition.tc_kelvin:g} K, printed {printed.tc_kelvin:g} K")
    return parts


def comparison_row(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values."""
    printed, structure = comparison.printed, comparison.structure
    height = comparison.height_angstrom
    return {
        "published_height_id": printed.id,
        "structure_id": structure.id,
        "table": printed.table_name,
        "row": printed.row_number,
        "compound": printed.formula_printed,
        "phase": printed.phase,
        "chosen": printed.chosen,
        "height_printed_angstrom": printed.height_angstrom,
        "height_structure_angstrom": height,
        "difference_angstrom": comparison.difference_angstrom,
        "height_su_angstrom": comparison.height_su_angstrom,
        "tc_printed_kelvin": printed.tc_kelvin,
        "lambda_printed_height": law_constant(printed.tc_kelvin, printed.height_angstrom),
        "lambda_structure_height": None if height is None else law_constant(printed.tc_kelvin, height),
        "lambda_su_kelvin_angstrom2": (
            None if height is None else 2 * printed.tc_kelvin * height * comparison.height_su_angstrom
        ),
        "structure": structure.block,
        "origin": structure.origin,
        "trust": structure.trust,
        "pressure_gpa": structure.pressure_gpa,
        "source": structure.source,
        "explanation": comparison.explanation,
    }
