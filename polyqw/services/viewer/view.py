"""A crystal with its wells, as pages, pictures and files show it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.wells import Phase
from polyqw.services.drawing.numbers import with_su
from polyqw.services.drawing.style import OF_SHEET
from polyqw.services.viewer.atoms import Atom, drawn_atoms, element_colour, element_radius, find_bonds
from polyqw.services.viewer.drawn_cell import drawn_lattice
from polyqw.services.viewer.layers import ViewLayer, drawn_layers
from polyqw.services.viewer.shapes import turned
from polyqw.services.viewer.well_scene import body_faces, height_line, plaquette_ring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.wells import Well

DIGITS = 4
"""Digits of a length in a page [Å]."""

TURN, TILT = 24.0, 10.0
"""How far the eye goes round the crystal, and how far it is raised [degrees]."""

HEIGHT_DIGITS = 4
"""Digits of a height without a standard uncertainty [Å]."""


@dataclass(frozen=True, eq=False, slots=True)
class ViewWell:
    """A well as a view shows it.

    Parameters
    ----------
    well : Well
        As it was found or stored.
    faces : tuple of tuple of int
        Faces of its hull, vertices in order around each, anticlockwise seen from outside.
    ring : tuple of int
        The vertices of the plaquette in order around it; empty for a well without one.
    height_line : array, (2, 3)
        The ends of h on the axis through the confined electron [Å].
    """

    well: Well
    faces: tuple[tuple[int, ...], ...]
    ring: tuple[int, ...]
    height_line: FloatArray

    @property
    def label(self) -> str:
        """The height as crystallographers write it, e.g. ``h = 3.6928(7) Å``."""
        return f"h = {with_su(self.well.height, self.well.height_su, HEIGHT_DIGITS)} Å"

    @property
    def title(self) -> str:
        """Place and body, e.g. ``alpha nonahedron``."""
        return f"{self.well.phase} {self.well.kind}"

    @property
    def is_shown(self) -> bool:
        """Whether it is drawn at first: it is one of those that set a Tc."""
        return self.well.phase is not Phase.MU

    @property
    def colour(self) -> str:
        """Colour of its phase."""
        return OF_SHEET[self.well.phase]

    @property
    def cart_vertices(self) -> FloatArray:
        """Its vertices, (n, 3) [Å]."""
        return np.array([vertex.cart for vertex in self.well.vertices])


@dataclass(frozen=True, eq=False, slots=True)
class View:
    """A crystal and its wells.

    Parameters
    ----------
    name : str
        Of the structure.
    lattice : array, (3, 3)
        Vectors of the conventional cell as rows [Å]; its corner is the origin.
    atoms : tuple of Atom
        All of that cell, those on its faces on each of them, and corners of wells that lie outside.
    bonds : tuple of pairs of int
        Atoms that are bonded.
    layers : tuple of ViewLayer
        From below upward, all that cross the cell; empty where the planes do not make layers.
    axis : tuple of float, (3,)
        Unit vector that points up: the normal of the layers, else the longest vector of the cell.
    wells : tuple of ViewWell
    """

    name: str
    lattice: FloatArray
    atoms: tuple[Atom, ...]
    bonds: tuple[tuple[int, int], ...]
    layers: tuple[ViewLayer, ...]
    axis: tuple[float, float, float]
    wells: tuple[ViewWell, ...]

    @property
    def cart_atoms(self) -> FloatArray:
        """Positions of the atoms, (n, 3) [Å]."""
        return np.array([atom.cart for atom in self.atoms]).reshape(-1, 3)

    @property
    def eye(self) -> FloatArray:
        """Axes of the eye as rows (3, 3), the layers level: to the right, up, towards the eye."""
        up = np.array(self.axis)
        level = [np.linalg.norm(np.cross(up, vector)) / np.linalg.norm(vector) for vector in self.lattice]
        return turned(up, self.lattice[int(np.argmax(np.round(level, 3)))], TURN, TILT)

    @property
    def elements(self) -> tuple[str, ...]:
        """Elements that are drawn, in alphabetical order."""
        return tuple(sorted({atom.element for atom in self.atoms}))


def make_view(cell: Cell, wells: Sequence[Well], name: str) -> View:
    """Return the view of a cell with its wells; positions are those of the cell and of the vertices, unchanged."""
    lattice = drawn_lattice(cell)
    atoms = drawn_atoms(cell, lattice, wells)
    layers, axis = drawn_layers(cell, lattice, wells)
    metals = frozenset(well.plane_metal for well in wells)
    bonds = find_bonds([a.element for a in atoms], np.array([a.cart for a in atoms]).reshape(-1, 3), metals)
    return View(name, lattice, atoms, bonds, layers, axis, tuple(map(_view_well, wells)))


def _view_well(well: Well) -> ViewWell:
    return ViewWell(well, body_faces(well), plaquette_ring(well), height_line(well))


def first_seen(view: View) -> View:
    """Return a view with the wells alone that are drawn at first, and without the corners of the others."""
    wells = {k for k, well in enumerate(view.wells) if well.is_shown}
    kept = [k for k, atom in enumerate(view.atoms) if not atom.wells or wells.intersection(atom.wells)]
    new = {old: k for k, old in enumerate(kept)}
    return replace(
        view,
        atoms=tuple(view.atoms[k] for k in kept),
        bonds=tuple((new[i], new[j]) for i, j in view.bonds if i in new and j in new),
        wells=tuple(view.wells[k] for k in sorted(wells)),
    )


def view_row(view: View) -> dict[str, Any]:
    """Return a view as plain JSON for a page, lengths in Å to four digits."""
    return {
        "name": view.name,
        "lattice": _rounded(view.lattice),
        "axis": [round(x, 6) + 0.0 for x in view.axis],
        "eye": np.round(view.eye, 6).tolist(),
        "elements": {e: {"colour": element_colour(e), "radius": element_radius(e)} for e in view.elements},
        "atoms": [_atom_row(atom) for atom in view.atoms],
        "bonds": [list(pair) for pair in view.bonds],
        "layers": [
            {"formula": x.formula, "elevation_angstrom": round(x.elevation, DIGITS), "is_plane": x.is_plane}
            for x in view.layers
        ],
        "wells": [_well_row(shown) for shown in view.wells],
    }


def _atom_row(atom: Atom) -> dict[str, Any]:
    row: dict[str, Any] = {"element": atom.element, "cart": _rounded(np.array([atom.cart]))[0]}
    if atom.label != atom.element:
        row["label"] = atom.label
    if atom.wells:
        row["wells"] = list(atom.wells)
    return row


def _well_row(shown: ViewWell) -> dict[str, Any]:
    well = shown.well
    return {
        "kind": str(well.kind),
        "phase": str(well.phase),
        "title": shown.title,
        "label": shown.label,
        "height_angstrom": well.height,
        "height_su_angstrom": well.height_su,
        "apices": list(well.apices),
        "multiplicity": well.multiplicity,
        "colour": shown.colour,
        "is_shown": shown.is_shown,
        "vertices": _rounded(shown.cart_vertices),
        "vertex_elements": [vertex.element for vertex in well.vertices],
        "roles": [str(vertex.role) for vertex in well.vertices],
        "faces": [list(face) for face in shown.faces],
        "ring": list(shown.ring),
        "height_line": _rounded(shown.height_line),
        "electron": _rounded(np.array([well.cart_electron]))[0],
    }


def _rounded(values: FloatArray) -> list[list[float]]:
    return [[round(float(x), DIGITS) + 0.0 for x in row] for row in values]
