"""Fermi-surface sketches of structures, as the papers read them off the wells, file by file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.core.wells import Kind
from polyqw.errors import UsageError
from polyqw.theory.fermi import Sheet, SheetKind, WellGroup, iron_sheets, oxide_sheets

if TYPE_CHECKING:
    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed


@dataclass(frozen=True, slots=True)
class FermiSketch:
    """The sheets of one data block.

    Parameters
    ----------
    oxide, iron : tuple of WellGroup
        Its wells by phase and height.
    n_planes : int or None
        Oxide planes of a block, None where there is none or the block has no end.
    stretch : float
        How much the arcs that planes share were stretched and contracted [Å].
    sheets : tuple of Sheet
        Arcs in the order in which doping brings them, then rings and pockets.
    n_wanted : int or None
        How many arcs are asked for; None is all.
    """

    analysed: Analysed
    oxide: tuple[WellGroup, ...]
    iron: tuple[WellGroup, ...]
    n_planes: int | None
    stretch: float
    sheets: tuple[Sheet, ...]
    n_wanted: int | None = None

    @property
    def arcs(self) -> tuple[Sheet, ...]:
        """The arcs, those not occupied included."""
        return tuple(s for s in self.sheets if s.kind is SheetKind.ARC)

    def is_occupied(self, sheet: Sheet) -> bool:
        """Whether a sheet is among those asked for; rings and pockets always are."""
        arcs = self.arcs
        return sheet not in arcs or self.n_wanted is None or arcs.index(sheet) < self.n_wanted


def fermi_sketch(analysed: Analysed, *, stretch: float = 0.0, n_wanted: int | None = None) -> FermiSketch:
    """Return the sheets of a data block; one without wells has none.

    Parameters
    ----------
    stretch : float
        Stretch of the antibonding and contraction of the bonding copy of an arc that planes share [Å].
    n_wanted : int or None
        How many arcs are occupied, in the order of the papers with doping; None is all.
    """
    if n_wanted is not None and n_wanted < 1:
        raise UsageError(f"the number of sheets is 1 or more, not {n_wanted}")
    wells = analysed.analysis.wells if analysed.analysis else ()
    planes = analysed.analysis.descriptors.get("n_planes") if analysed.analysis else None
    n_planes = None if planes is None else round(planes)
    oxide = tuple(_group(w) for w in wells if w.kind is Kind.OCTAHEDRON)
    iron = tuple(_group(w) for w in wells if w.kind is not Kind.OCTAHEDRON)
    sheets = (*oxide_sheets(oxide, n_planes, stretch), *iron_sheets(iron))
    return FermiSketch(analysed, oxide, iron, n_planes, stretch, sheets, n_wanted)


def _group(well: Well) -> WellGroup:
    return WellGroup(well.phase, well.height, well.multiplicity, well.apices)
