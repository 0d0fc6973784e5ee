"""What the law would give for a structure, beside what was found, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.wells import Family
from polyqw.db.look.find import find_compound, published_heights, transitions_of
from polyqw.services.describe.wording import foreign, joined, length, tc_words
from polyqw.services.law.heights import ORDINARY_SCATTER, SAME_HEIGHT, names_row
from polyqw.services.law.predict import fitted_lambda, predict_structure, table_family
from polyqw.services.law.printed import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import PublishedHeight, Structure
    from polyqw.services.structures.analyse import Analysed

_TABLE_NOUNS = {Family.CUPRATE: "cuprates", Family.IRON: "iron compounds"}
_NO_LAW = frozenset({Family.ELEMENT, Family.KAGOME})


def tell_law(session: Session, analysed: Analysed) -> str:
    """Return the Tc that the law would give with the λ fitted to the printed table of the family, as sentences."""
    family = analysed.analysis.family if analysed.analysis else None
    if family is None or family in _NO_LAW:
        return ""
    lam = fitted_lambda(session, family)
    predicted = [p for p in predict_structure(session, analysed) if p.lam == lam]
    if not predicted:
        return "The law names no Tc, for it has no alpha, beta or gamma well."
    values = [
        f"{p.tc_kelvin:.1f} K for the {p.phase} height of {length(p.height_angstrom or 0.0)} (95 % interval "
        f"{p.tc_low_kelvin:.0f} to {p.tc_high_kelvin:.0f} K)"
        for p in predicted
    ]
    listed = joined(list(dict.fromkeys(values)))
    words = f"If Tc = λ/h² held with λ = {lam.value:.0f} K Å², the {lam.source}, it would give {listed}."
    if family is Family.NICKELATE:
        words += " That λ is of cuprates; the papers use it for nickelates too."
    if len({p.phase for p in predicted}) > 1:
        words += " Which of these wells sets Tc the law does not say; the papers choose by hand."
    return words


def tell_known_tc(session: Session | None, analysed: Analysed, structure: Structure | None) -> str:
    """Return the Tc that the database, or else the file, holds for a structure, as a sentence with their kinds."""
    values: list[str] = []
    if structure is not None and session is not None:
        own = structure.transitions
        where = "The database holds" if own else "For this compound the database holds"
        rows = own or transitions_of(session, structure.compound)
        values = [tc_words(t.tc_kelvin, t.kind, t.pressure_gpa, t.source) for t in rows]
    else:
        transition = analysed.record.provenance.transition if analysed.record else None
        where = "The file states"
        if transition is not None:
            values = [tc_words(transition.tc_kelvin, transition.kind, transition.pressure_gpa, transition.source)]
        elif session is not None and analysed.record is not None:
            compound = find_compound(session, analysed.record.cell.formula)
            where = "For this formula the database holds"
            found = [] if compound is None else transitions_of(session, compound)
            values = [tc_words(t.tc_kelvin, t.kind, t.pressure_gpa, t.source) for t in found]
    return f"{where} {joined(list(dict.fromkeys(values)))}." if values else ""


def tell_printed(session: Session, analysed: Analysed) -> str:
    """Return how the heights stand to those that the papers print, as sentences; empty where nothing is odd.

    A structure that stands beside a row is held against that row; any other against the range of the family.
    """
    analysis, record = analysed.analysis, analysed.record
    if analysis is None or record is None or analysis.family is None or analysis.family in _NO_LAW:
        return ""
    table = table_family(analysis.family)
    printed = published_heights(session, table_name=TABLES[table])
    row = [p for p in printed if names_row(record.provenance.table_row, p)]
    if row:
        return _beside_row(analysis.phase_heights, row)
    sentences = [
        _outside(f"mean {phase}" if sum(w.phase == phase for w in analysis.wells) > 1 else phase, height, own, table)
        for phase, height in analysis.phase_heights.items()
        if (own := [p.height_angstrom for p in printed if p.phase == phase])
    ]
    return " ".join(text for text in sentences if text)


def _beside_row(heights: dict[str, float], row: Sequence[PublishedHeight]) -> str:
    comparisons = []
    for printed in row:
        found = heights.get(printed.phase)
        if found is None:
            comparisons.append(
                f"{printed.height_angstrom:.4f} Å for a {printed.phase} well that this structure does not have"
            )
            continue
        difference = printed.height_angstrom - found
        if abs(difference) <= SAME_HEIGHT:
            side = "equal to this one to the digits printed"
        else:
            side = f"{abs(difference):.3f} Å {'above' if difference > 0 else 'below'} this one"
        comparisons.append(f"{printed.height_angstrom:.4f} Å for {printed.phase}, {side}")
    return (
        f"In the row of {foreign(row[0].formula_printed)} the papers print {'; '.join(dict.fromkeys(comparisons))}."
    )


def _outside(name: str, height: float, printed: Sequence[float], table: Family) -> str:
    low, high = min(printed), max(printed)
    if low - ORDINARY_SCATTER <= height <= high + ORDINARY_SCATTER:
        return ""
    return (
        f"The {name} height of {length(height)} lies outside the {low:.4f} to {high:.4f} Å that the papers print "
        f"for {_TABLE_NOUNS[table]}."
    )
