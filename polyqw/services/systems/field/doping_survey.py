"""Every octahedron with an ion of another charge at one of its apices: which way its electron is pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from polyqw.core.site_weights import apply_policy
from polyqw.errors import UsageError
from polyqw.services.drawing.columns import Column
from polyqw.services.systems.field.doping import COLUMNS, octahedra, pushed_row
from polyqw.theory.field import assign_charges, make_ewald
from polyqw.theory.field.charges import OXIDATION_STATES
from polyqw.theory.field.doping import End, Substitution, apex_site, dope, push, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from polyqw.core.cell import Cell
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed

BY_STATE: Final = {3.0: "Sr", 2.0: "La"}
"""What replaces an ion of a charge: as in La2-xSrxCuO4 and Bi2Sr2-xLaxCuO6 (papers/001 and 002, Fig. 1b-c)."""

REPEAT: Final = 1
"""Cells to a dopant in every direction; `polyqw field --dope` has larger ones too."""

SURVEY_COLUMNS: Final = (
    "block", "formula_written", "phase", Column("substitution", "dopant"), *COLUMNS[1:4], *COLUMNS[5:7],
    Column("force_by_dopant_ev_per_angstrom", "by the dopant", "eV/Å", 3),
    Column("towards_dopant", "towards it"),
)  # fmt: skip


def survey_rows(analysed: Iterable[Analysed], options: AnalysisOptions) -> list[dict[str, Any]]:
    """Return for each octahedron and apex what one dopant there does; wells without charges are left out."""
    return [row for one in analysed for row in _rows_of(one, options)]


def _rows_of(one: Analysed, options: AnalysisOptions) -> Iterator[dict[str, Any]]:
    analysis, record = one.analysis, one.record
    wells = octahedra(analysis.wells) if analysis else []
    if record is None or not wells:
        return
    cell = apply_policy(record.cell, options.occupancy)
    for well in wells:
        for end in End:
            if (row := _row(cell, well, end)) is not None:
                yield {"block": one.block, "formula_written": cell.formula_written, "phase": str(well.phase), **row}


def _row(cell: Cell, well: Well, end: End) -> dict[str, Any] | None:
    site, _ = apex_site(cell, well, end)
    old = cell.sites[site].main_element
    new = BY_STATE.get(OXIDATION_STATES.get(old, 0.0))
    if new is None or new == old:
        return None
    substitution, difference = Substitution(old, new, end), OXIDATION_STATES[new] - OXIDATION_STATES[old]
    try:
        charges = assign_charges(cell, [well.plane_metal]).of_sites
        field, n_metals = dope(cell, charges, well, substitution, difference, REPEAT)
        undoped = make_ewald(cell.lattice, cell.frac, charges)
    except UsageError:
        return None
    pushed = push(field, cell, well, REPEAT, n_metals)
    at = np.array([well.cart_electron])
    own = pushed.force + float(undoped.evaluate(at).gradient[0] @ upward(cell, well))
    return {
        "substitution": f"{old}:{new}@{end}",
        "force_by_dopant_ev_per_angstrom": own,
        "towards_dopant": "yes" if (own > 0) is (end is End.UPPER) else "no",
        **pushed_row(pushed),
    }


def survey_notes(rows: list[dict[str, Any]]) -> list[str]:
    """Return in a sentence for each kind of dopant how often the electron is pushed towards it."""
    notes = []
    for new, kind in (("Sr", "less charge (Sr for a trivalent ion)"), ("La", "more charge (La for a divalent one)")):
        own = [row for row in rows if f":{new}@" in row["substitution"]]
        towards = sum(row["towards_dopant"] == "yes" for row in own)
        if own:
            notes.append(
                f"An ion of {kind} at an apex, one to a cell, itself pushes the electron towards it in {towards} of "
                f"{len(own)} cases."
            )
    return notes
