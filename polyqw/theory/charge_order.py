"""Charge orders of the cuprates as patterns of sites: stripes (papers/001 Eq. 2), checkerboards (papers/002 Fig. 1).

Sites are the centres of the plaquettes of a CuO2 plane, a square lattice of constant a0: one site for each Cu.

The two papers count in two ways:

- papers/001, Eq. 2, x = 2/(4n): the 2 counts one electron in each of two planes (α and β), the 4n the sites of one of
  them. Per Cu of both planes, the x of La2-xSrxCuO4, that is half: 2/(2·4n) = 1/(4n).
- papers/002, Fig. 1d-g: an up- and a down-electron in the supercell of one plane; x is per Cu.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor, hypot
from typing import TYPE_CHECKING, Final, TypeAlias

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

Point: TypeAlias = tuple[Fraction, Fraction]

STRIPE_SPACINGS: Final = range(2, 9)
"""n of papers/001, Eq. 2; the text sets the upper end, x = 0.0625."""

STRIPE_PERIOD: Final = 4
"""Spacing of the stripes along a [a0] (papers/001, after Eq. 2)."""

LAYER_SHIFT: Final[Point] = (Fraction(1, 2), Fraction(1, 2))
"""Q, by which the β-plane is displaced from the α-plane [a0] (papers/001, Fig. 1d)."""


class Electron(StrEnum):
    """The doped electrons: by their plane in papers/001, by their displacement in papers/002."""

    ALPHA = "alpha"
    BETA = "beta"
    UP = "up"
    DOWN = "down"


class State(StrEnum):
    """What a paper says that a charge order is."""

    SUPERCONDUCTING = "superconducting"
    INSULATING = "insulating"


@dataclass(frozen=True, slots=True)
class Doped:
    """A doped site: the electron on it and its position [a0]."""

    electron: Electron
    position: Point


@dataclass(frozen=True, slots=True)
class Pattern:
    """A periodic pattern of doped sites.

    Parameters
    ----------
    vectors : pair of int pairs
        Translations of the pattern [a0].
    doped : tuple of Doped
        Those of one supercell.
    n_planes : int
        Planes that the doped sites are spread over.
    x_printed : Fraction
        Doping as the paper gives it.
    state : State or None
        What the paper says that it is, where it says.
    alternatives : tuple of Doped
        Sites that would do as well for the last doped one (A and B of papers/002 Fig. 1g).
    """

    name: str
    source: str
    vectors: tuple[tuple[int, int], tuple[int, int]]
    doped: tuple[Doped, ...]
    n_planes: int
    x_printed: Fraction
    state: State | None
    alternatives: tuple[Doped, ...] = ()

    @property
    def sites_per_plane(self) -> int:
        """Sites (Cu) of one plane in the supercell."""
        (a, b), (c, d) = self.vectors
        return abs(a * d - b * c)

    @property
    def x_one_plane(self) -> Fraction:
        """Doped electrons of all planes over the sites of one: the count of papers/001, Eq. 2."""
        return Fraction(len(self.doped), self.sites_per_plane)

    @property
    def x_per_copper(self) -> Fraction:
        """Doped electrons over the sites of all planes: the x of La2-xSrxCuO4."""
        return self.x_one_plane / self.n_planes

    @property
    def is_fourfold(self) -> bool:
        """Whether a quarter turn about the first doped site maps the pattern on itself, electrons on their like."""
        centre = self.doped[0].position
        return all(self._holds(d.electron, _quarter_turn(d.position, centre)) for d in self.doped) and all(
            self._is_translation((-y, x)) for x, y in self.vectors
        )

    def images(self, width: float, height: float) -> Iterator[Doped]:
        """Yield the doped sites with 0 <= x < width and 0 <= y < height [a0]."""
        (a, b), (c, d) = self.vectors
        area = a * d - b * c
        for doped in self.doped:
            x, y = doped.position
            corners = [(px - x, py - y) for px in (0, width) for py in (0, height)]
            along = [(px * d - py * c) / area for px, py in corners]
            across = [(py * a - px * b) / area for px, py in corners]
            for i in range(floor(min(along)), ceil(max(along)) + 1):
                for j in range(floor(min(across)), ceil(max(across)) + 1):
                    place = (x + i * a + j * c, y + i * b + j * d)
                    if 0 <= place[0] < width and 0 <= place[1] < height:
                        yield Doped(doped.electron, place)

    def nearest_distance(self, one: Electron, other: Electron) -> float | None:
        """Return the shortest distance in the plane between electrons of two kinds [a0]; None if one is missing."""
        starts = [d.position for d in self.doped if d.electron is one]
        ends = [d.position for d in self.doped if d.electron is other]
        (a, b), (c, d) = self.vectors
        lengths = [
            hypot(q[0] + i * a + j * c - p[0], q[1] + i * b + j * d - p[1])
            for p in starts
            for q in ends
            for i in range(-2, 3)
            for j in range(-2, 3)
        ]
        return min((length for length in lengths if length > 0), default=None)

    def _holds(self, electron: Electron, place: Point) -> bool:
        return any(
            d.electron is electron and self._is_translation((place[0] - d.position[0], place[1] - d.position[1]))
            for d in self.doped
        )

    def _is_translation(self, vector: tuple[Fraction | int, Fraction | int]) -> bool:
        (a, b), (c, d) = self.vectors
        determinant = a * d - b * c
        i = Fraction(vector[0] * d - vector[1] * c) / determinant
        j = Fraction(vector[1] * a - vector[0] * b) / determinant
        return i.denominator == j.denominator == 1


def _quarter_turn(place: Point, centre: Point) -> Point:
    x, y = place[0] - centre[0], place[1] - centre[1]
    return (centre[0] - y, centre[1] + x)


def stripe_doping(n: int) -> Fraction:
    """Return x = 2/(4n) as printed: electrons of two planes over sites of one (papers/001, Eq. 2).

    Parameters
    ----------
    n : int
        Spacing of the stripes along b [a0], 2 to 8.

    Raises
    ------
    UsageError
        If n lies outside of 2 to 8.
    """
    if n not in STRIPE_SPACINGS:
        raise UsageError(f"the stripe spacing n runs from 2 to 8 (papers/001, after Eq. 2), not {n}")
    return Fraction(2, STRIPE_PERIOD * n)


def stripe_doping_per_copper(n: int) -> Fraction:
    """Return the doping per Cu of the stripes of Eq. 2, 1/(4n): one electron over the 4n sites of its own plane."""
    return stripe_doping(n) / 2


def stripe_centre_offset(n: int) -> Point:
    """Return by how much the centre of the 4 x n rectangle of α-sites misses the nearest β-site, along a and b [a0].

    papers/001 calls the order of α- and β-electrons symmetric (Fig. 1e). With the printed displacement
    Q = (a0/2, a0/2) no β-site lies half-way between α-sites four a0 apart.
    """
    centre = (Fraction(STRIPE_PERIOD, 2), Fraction(n, 2))
    return (_to_lattice(centre[0] - LAYER_SHIFT[0]), _to_lattice(centre[1] - LAYER_SHIFT[1]))


def _to_lattice(value: Fraction) -> Fraction:
    return abs(value - floor(value + Fraction(1, 2)))


def make_stripe(n: int) -> Pattern:
    """Return the stripes of spacing n: an α-electron for each 4 x n sites, a β-electron on the β-site nearest to
    the centre of its rectangle (papers/001, Eq. 2 and Fig. 2).

    Of equally near β-sites the one of smaller coordinates is taken.
    """
    x = stripe_doping(n)
    centre = (Fraction(STRIPE_PERIOD, 2), Fraction(n, 2))
    beta = (centre[0] - stripe_centre_offset(n)[0], centre[1] - stripe_centre_offset(n)[1])
    zero = (Fraction(0), Fraction(0))
    return Pattern(
        f"stripes 4 x {n}",
        "papers/001 Eq. 2" + (f", Fig. 2{'abcd'[(2, 3, 4, 6).index(n)]}" if n in {2, 3, 4, 6} else ""),
        ((STRIPE_PERIOD, 0), (0, n)),
        (Doped(Electron.ALPHA, zero), Doped(Electron.BETA, beta)),
        2,
        x,
        State.INSULATING if n == 4 else State.SUPERCONDUCTING,
    )


def _checkerboard(name: str, panel: str, vectors: tuple[tuple[int, int], tuple[int, int]], x: Fraction) -> Pattern:
    (a, b), (c, d) = vectors
    centre = (Fraction(a + c, 2), Fraction(b + d, 2))
    return Pattern(
        name,
        f"papers/002 Fig. 1{panel}",
        vectors,
        (Doped(Electron.UP, (Fraction(0), Fraction(0))), Doped(Electron.DOWN, centre)),
        1,
        x,
        State.INSULATING,
    )


CHECKERBOARDS: Final = (
    _checkerboard("checkerboard 4√2 x 4√2", "d", ((4, 4), (4, -4)), Fraction(1, 16)),
    _checkerboard("checkerboard 4 x 4", "e", ((4, 0), (0, 4)), Fraction(1, 8)),
    _checkerboard("checkerboard 2√2 x 2√2", "f", ((2, 2), (2, -2)), Fraction(1, 4)),
)
"""The magic dopings of papers/002, Fig. 1d-f: up-electrons on the corners, down-electrons in the centres."""

NEMATIC: Final = Pattern(
    "nematic 3 x 4",
    "papers/002 Fig. 1g",
    ((3, 0), (0, 4)),
    (
        Doped(Electron.UP, (Fraction(0), Fraction(0))),
        Doped(Electron.DOWN, (Fraction(1), Fraction(2))),
    ),
    1,
    Fraction(1, 6),
    State.SUPERCONDUCTING,
    (Doped(Electron.DOWN, (Fraction(1), Fraction(2))), Doped(Electron.DOWN, (Fraction(2), Fraction(2)))),
)
"""The optimal doping 1/6: the centre (1.5, 2) of the supercell is no site, so the down-electron stands on A or B."""


def charge_orders() -> tuple[Pattern, ...]:
    """Return every pattern of the papers: stripes for n = 2 to 8, checkerboards, and the 1/6 pattern."""
    return (*(make_stripe(n) for n in STRIPE_SPACINGS), *CHECKERBOARDS, NEMATIC)
