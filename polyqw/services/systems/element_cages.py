"""The octahedral cages of element structures, file by file (papers/002 Fig. 6)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.cages import Cage, ElementCages, find_cages
from polyqw.core.tolerances import CAGES
from polyqw.core.wells import Status
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.drawing.style import BLUE, GREEN, RED, new_figure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("nb", "ta", "pb", "al", "re")

COLUMNS = (
    "element", "packing", "diagonals", Column("cages_per_atom", "cages per atom", decimals=2), "n_body_orientations",
    "apex_directions_per_site", Column("volume_share", "V cages / V cell", decimals=3),
)  # fmt: skip


def cages_row(read: Analysed) -> dict[str, Any]:
    """Return the cages of a data block as plain values; one that could not be read keeps its status and reason."""
    found = find_cages(read.record.cell) if read.record else None
    row = read.row()
    if found is None:
        return row | _found(None)
    if found.reason is not None:
        row |= {"status": str(Status.NO_WELL), "reason": found.reason.code, "message": found.reason.message}
    return row | _found(found)


def _found(found: ElementCages | None) -> dict[str, Any]:
    if found is None or not found.cages:
        empty = ("element", "packing", "nearest_angstrom", "cages_per_cell", "cages_per_atom", "n_body_orientations",
                 "cages_around_atom", "apex_directions_per_site", "volume_share")  # fmt: skip
        return {**dict.fromkeys(empty), "element": found.element if found else None, "cages": [], "notes": []}
    apices = max(cage.equivalent_apices for cage in found.cages)
    return {
        "element": found.element,
        "packing": str(found.packing),
        "nearest_angstrom": found.nearest,
        "cages_per_cell": len(found.cages),
        "cages_per_atom": len(found.cages) / found.n_atoms,
        "n_body_orientations": found.n_orientations,
        "cages_around_atom": found.cages_around_atom[1],
        "apex_directions_per_site": apices,
        "volume_share": found.volume_share,
        "cages": [_cage_row(group) for group in alike(found.cages)],
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
        "diagonals_angstrom": [float(x) for x in cage.diagonals],
        "angles_degrees": [float(x) for x in cage.angles],
        "volume_angstrom3": cage.volume,
        "apex_directions": cage.equivalent_apices,
        "centres_cart_angstrom": [[float(x) for x in c.centre] for c in group],
        "vertices": [
            {"site": site, "image": list(image), "cart_angstrom": [float(x) for x in cart]}
            for (site, image), cart in zip(cage.vertices, cage.cart, strict=True)
        ],
    }


def notes(found: ElementCages) -> list[str]:
    """Return how the six octahedra of papers/002 fare: by directions at one site, and by cages around one atom."""
    cage = found.cages[0]
    apices, around = cage.equivalent_apices, found.cages_around_atom[1]
    holds = {0: "by neither reading", 1: "by one reading", 2: "by both readings"}[(apices == 6) + (around == 6)]
    told = [
        f"papers/002 speaks of six octahedra of different orientation around one electron. Electron in the centre of "
        f"a cage: one cage, whose apex can point in {apices} equal directions (diagonals "
        f"{', '.join(f'{x:.4f}' for x in cage.diagonals)} Å); electron on an atom: {around} cages share it. "
        f"The cages of the crystal come in {found.n_orientations} orientation{'s' * (found.n_orientations > 1)}. "
        f"Six holds {holds}."
    ]
    if found.volume_share > 1:
        told.append(
            f"the cages overlap: together they hold {found.volume_share:.3f} times the volume of the crystal."
        )
    return told


def draw_cages(rows: Sequence[dict[str, Any]]) -> Figure:
    """Return one cage of each kind of each structure, with its diagonals."""
    shown = [(row, cage) for row in rows for cage in row["cages"]]
    columns = min(3, len(shown))
    lines = -(-len(shown) // columns)
    figure = new_figure(4.2 * columns, 4.3 * lines)
    for k, (row, cage) in enumerate(shown):
        panel: Any = figure.add_subplot(lines, columns, k + 1, projection="3d")
        points = np.array([v["cart_angstrom"] for v in cage["vertices"]])
        points -= points.mean(axis=0)
        for i, j in combinations(range(6), 2):
            if i // 2 != j // 2:
                panel.plot(*points[[i, j]].T, color="0.4", lw=1)
        for axis, colour in enumerate((RED, BLUE, GREEN)):
            length = cage["diagonals_angstrom"][axis]
            panel.plot(*points[[2 * axis, 2 * axis + 1]].T, "--", color=colour, lw=1.2, label=f"{length:.3f} Å")
        panel.scatter(*points.T, color="black", s=30, depthshade=False)
        panel.scatter([0], [0], [0], color="orange", s=40, depthshade=False)
        reach = float(np.abs(points).max())
        panel.set(
            xlim=(-reach, reach),
            ylim=(-reach, reach),
            zlim=(-reach, reach),
        )
        panel.set_box_aspect((1, 1, 1), zoom=1.1)
        panel.set_axis_off()
        panel.set_title(
            f"{row['element']} ({row['packing']}): {cage['multiplicity']} per cell, "
            f"{row['cages_per_atom']:g} per atom\nV = {cage['volume_angstrom3']:.3f} Å³", fontsize=10,
        )  # fmt: skip
        panel.legend(fontsize=8, frameon=False, loc="lower left", title="diagonals", title_fontsize=8)
    return figure


def section(data: Lookup) -> Section:
    """Return the report's section."""
    rows = [cages_row(a) for a in data.analysed(IN_REPORT)]
    lines = [
        {**row, "diagonals": " ".join(f"{x:.4f}" for x in row["cages"][0]["diagonals_angstrom"])}
        for row in rows
        if row["cages"]
    ]
    caption = "Octahedral cages of the packings, as papers/002 Fig. 6."
    return system_section(
        "elements",
        "Elements",
        "polyqw elements FILE",
        sorted({note for row in rows for note in row["notes"]}),
        [Picture("elements", draw_cages(lines), caption)] if lines else [],
        [Table(lines, COLUMNS, "Octahedral cages.")],
    )
