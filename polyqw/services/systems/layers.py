"""The wells of one structure layer by layer: which binds more by the law, and the report's section on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Phase
from polyqw.services.drawing.columns import OF_WELL, STRUCTURE, Column
from polyqw.services.drawing.section import Section, Table, system_section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("bi2223_pb", "bi2212_ideal", "hg1223_o835", "hg1223_high_pressure", "la4ni3o10_i4mmm_ap")

BINDING = Column("relative_binding", "1/h² over that of alpha", decimals=3)


def section(data: Lookup) -> Section:
    """Return the report's section."""
    structures, left_out = data.with_own(IN_REPORT, lambda s: len({w.phase for w in s.wells} - {Phase.MU}) > 1)
    found = [(a.block, _wells(a)) for a in structures]
    rows = [_row(name, well, wells[0]) for name, wells in found for well in wells]
    notes = [_order(name, wells) for name, wells in found if len(wells) > 1]
    notes += [left_out] if left_out else []
    table = Table(rows, (STRUCTURE, OF_WELL, "apices", "height_angstrom", BINDING), "Wells from the inside out.")
    return system_section("layers", "Wells by layer", "polyqw wells FILE", notes, tables=[table])


def _wells(analysed: Analysed) -> list[Well]:
    assert analysed.analysis is not None
    return [w for w in analysed.analysis.wells if w.phase is not Phase.MU]


def _row(name: str, well: Well, alpha: Well) -> dict[str, Any]:
    return {
        "name": name,
        "phase": str(well.phase),
        "apices": "-".join(well.apices),
        "height_angstrom": well.height,
        "relative_binding": (alpha.height / well.height) ** 2,
    }


def _order(name: str, wells: Sequence[Well]) -> str:
    order = sorted(wells, key=lambda w: w.height)
    heights = " < ".join(f"{w.phase} {w.height:.3f} Å" for w in order)
    return (
        f"{name}: {heights}; the papers' order of binding, alpha above beta, "
        f"{'follows' if order[0].phase is Phase.ALPHA else 'does not follow'} from these heights."
    )
