"""Expand atom sites by symmetry without pymatgen, where the answer is provably the same.

pymatgen compares positions with a tolerance; this way is open only where no tolerance can matter: all operations are
exact, form a group, and every two images either coincide to rounding or stand well apart. Everything else goes to the
reference reader.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from polyqw.core.cell import Cell, Site
from polyqw.io.cif.operations import make_operations
from polyqw.io.cif.places import classes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pymatgen.core.sites import Site as PymatgenSite

    from polyqw.core.arrays import FloatArray, IntArray
    from polyqw.io.cif.atom_sites import AtomSite
    from polyqw.io.cif.operations import Operations
    from polyqw.io.cif.symmetry import Symmetry

IDEAL: Final = (1 / 3, 2 / 3)
IDEAL_TOLERANCE: Final = 1e-4
"""Coordinates this near to thirds, relatively, are put right by pymatgen, and so here."""

FULL: Final = 1e-9
"""Rounding of a sum of occupancies."""

REWRITTEN: Final = frozenset({"D", "T"})
"""Symbols that the reference reader gives another name."""

MAX_IMAGES: Final = 400_000
"""Images compared at once; larger files go to the reference reader, which has its own limits."""


def expand(lattice: FloatArray, symmetry: Symmetry, sites: Sequence[AtomSite]) -> tuple[Cell, list[int]] | None:
    """Return the cell of some atom sites, and for each of its sites the row it is an image of.

    None where it is not certain that pymatgen would give the same.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    sites : sequence of AtomSite
        Atoms in one place follow each other in any order; occupancies between 0 and 1.05.
    """
    texts = operations_of(symmetry)
    if len(sites) * len(texts) > MAX_IMAGES:
        return None
    operations = make_operations(texts)
    frac = _ideal(np.array([site.frac for site in sites]))
    places = classes(frac) if operations.is_exact else None
    if places is None:
        return None
    kept, place_of = np.unique(places, return_inverse=True)
    contents = _contents(sites, place_of)
    orbits = _orbits(operations, frac[kept])
    if contents is None or orbits is None:
        return None
    owner, found = orbits
    images: list[list[tuple[float, float, float]]] = [[] for _ in kept]
    for k, (x, y, z) in zip(owner, found.tolist(), strict=True):
        images[k].append((x, y, z))
    order = _order_of_places(contents)
    cell = Cell(lattice, tuple(Site(sites[kept[k]].label, contents[k], frac) for k in order for frac in images[k]))
    return cell, [int(kept[k]) for k in order for _ in images[k]]


def _order_of_places(contents: Sequence[tuple[tuple[str, float], ...]]) -> list[int]:
    """Return the places in the order in which pymatgen lists them: compositions compared, then sites."""
    sites = {content: _pymatgen_site(content) for content in contents}
    ordered = sorted(sites, key=lambda content: sites[content].species)
    ordered.sort(key=sites.__getitem__)
    rank = {content: k for k, content in enumerate(ordered)}
    return sorted(range(len(contents)), key=lambda place: rank[contents[place]])


@lru_cache(maxsize=4096)  # the same few contents fill all files
def _pymatgen_site(content: tuple[tuple[str, float], ...]) -> PymatgenSite:
    from pymatgen.core import Composition  # noqa: PLC0415
    from pymatgen.core.sites import Site  # noqa: PLC0415

    return Site(Composition(dict(content)), (0, 0, 0))


def operations_of(symmetry: Symmetry) -> tuple[str, ...]:
    """Return the operations of a symmetry; the identity where none is stated."""
    return symmetry.operations or ("x,y,z",)


def _ideal(frac: FloatArray) -> FloatArray:
    """Return coordinates with those that are a rounded third put right."""
    result = frac.copy()
    for ideal in IDEAL:
        result[np.abs(frac / ideal - 1) <= IDEAL_TOLERANCE] = ideal
    return result


def _orbits(operations: Operations, frac: FloatArray) -> tuple[list[int], FloatArray] | None:
    """Return the images of positions in the cell (m, 3) and which position each is of; None where unsure."""
    images = np.einsum("aij,sj->sai", operations.rotations, frac) + operations.shifts
    images = (images - np.floor(images)).reshape(-1, 3)
    same = classes(images)
    if same is None:
        return None
    first = np.unique(same)
    owner = first // len(operations)
    if len(np.unique(owner)) != len(frac):
        return None  # two positions of one orbit, written apart
    return owner.tolist(), images[first] % 1.0


def _contents(sites: Sequence[AtomSite], place_of: IntArray) -> list[tuple[tuple[str, float], ...]] | None:
    """Return the elements of each place with their occupancies; None where pymatgen would change them."""
    amounts: list[dict[str, float]] = [{} for _ in range(int(place_of.max()) + 1)]
    for site, place in zip(sites, place_of, strict=True):
        own = amounts[place]
        own[site.element] = own.get(site.element, 0.0) + site.occupancy
    if any(sum(own.values()) > 1.0 + FULL or own.keys() & REWRITTEN or own.keys() == {"O", "H"} for own in amounts):
        return None
    return [tuple(sorted(own.items())) for own in amounts]
