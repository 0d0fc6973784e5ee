"""Blocks of oxide planes: planes that share apices, the phase of each by its place, and reservoirs between blocks."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from polyqw.core.neighbors import subtract
from polyqw.core.wells import Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from polyqw.core.arrays import Image
    from polyqw.core.bodies.octahedron import Octahedron
    from polyqw.core.squares import Plaquette

    Links = dict[int, tuple[int, Image]]


def without_reservoirs(
    octahedra: Sequence[Octahedron], occupancy_of: Callable[[Plaquette], float], whole: float
) -> list[Octahedron]:
    """Return the octahedra but for those of reservoir planes, which join blocks and are none of their planes.

    A plane of a reservoir, such as that of (Cu,C) with O 0.75 in (Cu,C)Ba2Ca3Cu4O11, is not whole and shares both of
    its apices with planes that are. A plane that is not whole but stands otherwise keeps its wells.

    Parameters
    ----------
    occupancy_of : callable
        Mean occupancy of the anions that bridge a square within its plane.
    whole : float
        Least occupancy of a plane that is whole.
    """
    occupancies = [occupancy_of(octahedron.plaquette) for octahedron in octahedra]
    above, below = _links(octahedra)
    return [
        octahedron
        for number, octahedron in enumerate(octahedra)
        if occupancies[number] >= whole
        or not all(number in side and occupancies[side[number][0]] >= whole for side in (above, below))
    ]


def phases_by_block(octahedra: Sequence[Octahedron]) -> tuple[list[Phase], int]:
    """Return the phase of each octahedron by its place in its block, and the planes of the thickest block.

    Two planes belong to one block when they share an apex: the upper apex of the one is the lower of the other.
    The innermost plane is alpha; a block without end (infinite layers) is alpha throughout.
    """
    names = (Phase.ALPHA, Phase.BETA, Phase.GAMMA)
    above, below = _links(octahedra)
    phases, thickest, endless = [], 1, False
    for number in range(len(octahedra)):
        up, down = _steps(above, number), _steps(below, number)
        if up is None or down is None:
            phases.append(Phase.ALPHA)
            endless = True
            continue
        thickest = max(thickest, up + down + 1)
        depth = (up + down) // 2 - min(up, down)
        phases.append(names[min(depth, 2)])
    return phases, 0 if endless else thickest


def _steps(links: dict[int, tuple[int, Image]], start: int) -> int | None:
    """Return how many planes follow one another from a well, or None when they return to it."""
    count, here = 0, start
    while here in links:
        here = links[here][0]
        count += 1
        if here == start or count > len(links):
            return None
    return count


def _links(octahedra: Sequence[Octahedron]) -> tuple[Links, Links]:
    """Return the octahedron above each that shares its upper apex, with the cell it stands in, and those below."""
    lower: dict[tuple[int, int], list[tuple[int, Image]]] = defaultdict(list)
    for number, octahedron in enumerate(octahedra):
        site, image = octahedron.apices[0].members[0]
        lower[octahedron.plaquette.orientation, site].append((number, image))
    above: dict[int, tuple[int, Image]] = {}
    below: dict[int, tuple[int, Image]] = {}
    for number, octahedron in enumerate(octahedra):
        site, image = octahedron.apices[1].members[0]
        for other, other_image in lower[octahedron.plaquette.orientation, site]:
            if octahedra[other].apices[0].members[0][0] == site:
                shift = subtract(image, other_image)
                above[number] = (other, shift)
                below[other] = (number, subtract((0, 0, 0), shift))
    return above, below
