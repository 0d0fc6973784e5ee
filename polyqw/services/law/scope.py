"""Whether a structure is one that the law speaks of: layered, and doped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.theory.nominal_doping import is_undoped, nominal_holes

if TYPE_CHECKING:
    from polyqw.services.structures.analyse import Analysed


def no_layers(analysed: Analysed) -> str:
    """Say why a structure with wells is none that the papers speak of; empty where it is."""
    if analysed.analysis is None or not analysed.analysis.wells:
        return ""
    if all(well.layered for well in analysed.analysis.wells):
        return ""
    return "its planes run in more than one orientation (3-D), and the law is of layers; --any predicts all the same"


def doping_note(analysed: Analysed) -> tuple[float | None, str]:
    """Return the nominal holes per plane metal of a structure, and a note where there are none."""
    assert analysed.analysis is not None
    metal = next((well.plane_metal for well in analysed.analysis.wells), None)
    if analysed.record is None or metal is None:
        return None, ""
    holes = nominal_holes(analysed.record.cell.composition, metal)
    return holes, "undoped by its composition: most such compounds do not superconduct" if is_undoped(holes) else ""
