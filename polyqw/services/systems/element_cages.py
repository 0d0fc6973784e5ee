"""The octahedral cages of element structures, file by file (papers/002 Fig. 6)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.cages import find_cages
from polyqw.core.tolerances import CAGES
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.drawing.style import BLUE, GREEN, RED, new_figure
from polyqw.services.systems.of_structure import corner_rows, search

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.core.cages import Cage, ElementCages
    from polyqw.core.cell import Cell
    from polyqw.core.reasons import Reason
    from polyqw.services.structures.lookup import Lookup
    from polyqw.services.systems.of_structure import OfStructure

IN_REPORT = ("nb", "ta", "pb", "al", "re")

MOST_DRAWN = 12

COLUMNS = (
    "element", "packing", "diagonals", Column("cages_per_atom", "cages per atom", decimals=2), "n_body_orientations",
    "apex_directions_per_site", Column("volume_share", "V cages / V cell", decimals=3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GroupedCages:
    """The cages of a structure, and the same grouped by equal diagonals."""

    all: ElementCages
    groups: Sequence[Sequence[Cage]]

    @property
    def reason(self) -> Reason | None:
        """Why there are none."""
        return self.all.reason


def group_cages(cell: Cell) -> GroupedCages:
    """Return the cages of a cell of one element."""
    found = find_cages(cell)
    return GroupedCages(found, alike(found.cages))


def cages_row(of: OfStructure[GroupedCages]) -> dict[str, Any]:
    """Return the fields of ``polyqw elements --json``."""
    found, row = of.found.all if of.found else None, of.analysed.row()
    if of.found is None or found is None or not found.cages:
        empty = ("element", "packing", "nearest_angstrom", "cages_per_cell", "cages_per_atom", "n_body_orientations",
                 "cages_around_atom", "apex_directions_per_site", "volume_share")  # fmt: skip
        return {**row, **dict.fromkeys(empty), "element": found.element if found else None, "cages": [], "notes": []}
    return {
        **row,
        "element": found.element,
        "packing": str(found.packing),
        "nearest_angstrom": found.nearest,
        "cages_per_cell": len(found.cages),
        "cages_per_atom": len(found.cages) / found.n_atoms,
        "n_body_orientations": found.n_orientations,
        "cages_around_atom": found.cages_around_atom[1],
        "apex_directions_per_site": max(cage.equivalent_apices for cage in found.cages),
        "volume_share": found.volume_share,
        "cages": [_cage_row(group) for group in of.found.groups],
        "notes": notes(found),
    }


def alike(cages: Sequence[Cage]) -> list[list[Cage]]:
    """Return cages grouped by equal diagonals."""
    rest = list(cages)
    groups: list[list[Cage]] = []
    while rest:
        diagonals = np.array([cage.diagonals for cage in rest])
        same = np.abs(diagonals - diagonals[0]).max(axis=1) <= CAGES.equal_length
        groups.append([cage for cage, is_same in zip(rest, same, strict=True) if is_same])
        rest = [cage for cage, is_same in zip(rest, same, strict=True) if not is_same]
    return sorted(groups, key=lambda group: float(group[0].diagonals[0]))


def _cage_row(group: Sequence[Cage]) -> dict[str, Any]:
    cage = group[0]
    return {
        "multiplicity": len(group),
        "diagonals_angstrom": cage.diagonals.tolist(),
        "angles_degrees": cage.angles.tolist(),
        "volume_angstrom3": cage.volume,
        "apex_directions": cage.equivalent_apices,
        "centres_cart_angstrom": [c.centre.tolist() for c in group],
        "vertices": corner_rows(cage.vertices, cage.cart),
    }


def notes(found: ElementCages) -> list[str]:
    """Return how the six octahedra of papers/002 fare: by directions at one site, and by cages around one atom."""
    cage = found.cages[0]
    apices, around = cage.equivalent_apices, found.cages_around_atom[1]
    holds = {0: "by neither reading", 1: "by one reading", 2: "by both readings"}[(apices == 6) + (around == 6)]
    sentences = [
        f"papers/002 speaks of six octahedra of different orientation around one electron. Electron in the centre of "
        f"a cage: one cage, whose apex can point in {apices} equal directions (diagonals "
        f"{', '.join(f'{x:.4f}' for x in cage.diagonals)} Å); electron on an atom: {around} cages share it. "
        f"The cages of the crystal come in {found.n_orientations} orientation{'s' * (found.n_orientations > 1)}. "
        f"Six holds {holds}."
    ]
    if found.volume_share > 1:
        sentences.append(
            f"the cages overlap: together they hold {found.volume_share:.3f} times the volume of the crystal."
        )
    return sentences


def draw_cages(structures: Sequence[GroupedCages]) -> Figure:
    """Return one cage of each kind of each structure, with its diagonals."""
    shown = [(one.all, group) for one in structures for group in one.groups]
    columns = min(3, len(shown))
    lines = -(-len(shown) // columns)
    figure = new_figure(4.2 * columns, 4.3 * lines)
    for k, (found, group) in enumerate(shown):
        panel: Any = figure.add_subplot(lines, columns, k + 1, projection="3d")
        _draw_cage(panel, group[0])
        panel.set_title(
            f"{found.element} ({found.packing}): {len(group)} per cell, "
            f"{len(found.cages) / found.n_atoms:g} per atom\nV = {group[0].volume:.3f} Å³", fontsize=10,
        )  # fmt: skip
        panel.legend(fontsize=8, frameon=False, loc="lower left", title="diagonals", title_fontsize=8)
    return figure


def _draw_cage(panel: Any, cage: Cage) -> None:
    points = cage.cart - cage.centre
    for i, j in combinations(range(6), 2):
        if i // 2 != j // 2:
            panel.plot(*points[[i, j]].T, color="0.4", lw=1)
    for axis, colour in enumerate((RED, BLUE, GREEN)):
        label = f"{cage.diagonals[axis]:.3f} Å"
        panel.plot(*points[[2 * axis, 2 * axis + 1]].T, "--", color=colour, lw=1.2, label=label)
    panel.scatter(*points.T, color="black", s=30, depthshade=False)
    panel.scatter([0], [0], [0], color="orange", s=40, depthshade=False)
    reach = float(np.abs(points).max())
    panel.set(xlim=(-reach, reach), ylim=(-reach, reach), zlim=(-reach, reach))
    panel.set_box_aspect((1, 1, 1), zoom=1.1)
    panel.set_axis_off()


def section(data: Lookup) -> Section:
    """Return the report's section."""
    structures, left_out = data.with_own(IN_REPORT, lambda s: " " not in s.formula)
    searched = [search(a, group_cages) for a in structures]
    found = [of.found for of in searched if of.found and of.found.groups]
    rows = [cages_row(of) for of in searched if of.found and of.found.groups]
    lines = [{**r, "diagonals": " ".join(f"{x:.4f}" for x in r["cages"][0]["diagonals_angstrom"])} for r in rows]
    caption = "Octahedral cages of the packings, as papers/002 Fig. 6."
    return system_section(
        "elements",
        "Elements",
        "polyqw elements FILE",
        [*sorted({note for one in found for note in notes(one.all)}), *([left_out] if left_out else [])],
        [Picture("elements", draw_cages(found[:MOST_DRAWN]), caption)] if found else [],
        [Table(lines, COLUMNS, "Octahedral cages.")],
    )
