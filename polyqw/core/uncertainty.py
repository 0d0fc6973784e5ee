"""The standard uncertainty of a height, from those of the cell and of the coordinates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from polyqw.core.arrays import Corner, FloatArray, IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.free_parameters import FreeParameters

NEGLIGIBLE_ANGSTROM: Final = 1e-5
"""A parameter whose usual uncertainty moves h by less than this is not missed where the file states none."""

_MOST_NAMES = 6
_ROUNDING = 1e-6

Weighted: TypeAlias = tuple["Corner", float]


@dataclass(frozen=True, slots=True)
class Span:
    """The images a height is made of: two ends, each a weighted mean, and the square that gives the normal.

    Parameters
    ----------
    square : tuple of (site, image), (4,)
        Corners in order around the plaquette.
    low, high : tuple of ((site, image), weight)
        The ends of h; the weights of each sum to one.
    """

    square: tuple[Corner, Corner, Corner, Corner]
    low: tuple[Weighted, ...]
    high: tuple[Weighted, ...]


@dataclass(frozen=True, slots=True)
class HeightUncertainty:
    """The standard uncertainty of a height and where it comes from.

    Parameters
    ----------
    su : float or None
        [Å]; None where the source states none that enters.
    parts : dict
        Name of each parameter to its share, the size of dh/dp times su(p) [Å], largest first.
    missing : tuple of str
        Parameters that h depends on and whose uncertainties the source does not state.
    """

    su: float | None = None
    parts: dict[str, float] = field(default_factory=dict)
    missing: tuple[str, ...] = ()


class Spanned(Protocol):
    """Whatever has a height."""

    @property
    def span(self) -> Span:
        """What the height is made of."""


def height_uncertainties(cell: Cell, groups: Sequence[Sequence[Spanned]]) -> list[HeightUncertainty]:
    """Return the standard uncertainty of the mean height of each group of wells of a cell.

    u(h)² = sum over the free parameters p of (dh/dp)² u(p)². Covariances are not in a CIF and count as zero, but what
    symmetry ties together is one parameter (see `polyqw.core.free_parameters.free_parameters`), and the wells that
    are gathered to one height move together with it. Source: JCGM 100:2008, Eq. 10.

    Parameters
    ----------
    groups : sequence of sequence of Spanned
        Of the wells whose mean height is meant, for each height.
    """
    if cell.parameters is None:
        return [HeightUncertainty() for _ in groups]
    moves = _Moves.of(cell.parameters, len(cell.sites))
    return [_height_uncertainty(cell, moves, [well.span for well in wells]) for wells in groups]


@dataclass(frozen=True, slots=True, eq=False)
class _Moves:
    """The free parameters of a cell, found by the sites they move.

    Parameters
    ----------
    straining : array of int, (s,)
        Parameters that strain the cell.
    rows : array of int, (m,)
        Shifts in ascending order of their sites.
    first : array of int, (n + 1,)
        For each site, where its shifts begin in `rows`.
    """

    free: FreeParameters
    straining: IntArray
    rows: IntArray
    first: IntArray

    @classmethod
    def of(cls, free: FreeParameters, n_sites: int) -> _Moves:
        rows = np.argsort(free.site, kind="stable")
        first = np.searchsorted(free.site[rows], np.arange(n_sites + 1))
        return cls(free, np.flatnonzero(free.strain.any(axis=(1, 2))), rows, first)

    def of_sites(self, sites: IntArray) -> tuple[IntArray, IntArray]:
        """Return the shifts of some sites in ascending order, and the number of its site in the list for each."""
        rows = [self.rows[self.first[site] : self.first[site + 1]] for site in sites]
        number = np.repeat(np.arange(len(sites)), [len(own) for own in rows])
        joined = np.concatenate(rows)
        order = np.argsort(joined, kind="stable")
        return joined[order], number[order]


def _height_uncertainty(cell: Cell, moves: _Moves, spans: Sequence[Span]) -> HeightUncertainty:
    free = moves.free
    entering, slopes = _height_slopes(cell, moves, spans)
    each_su = free.su[entering]
    stated = ~np.isnan(each_su)
    matters = np.abs(slopes) * free.usual_su[entering] > NEGLIGIBLE_ANGSTROM
    missing = tuple(free.names[k] for k in entering[matters & ~stated])
    if not (matters & stated).any():
        return HeightUncertainty(missing=missing)
    parts = np.abs(slopes[stated]) * each_su[stated]
    names = [free.names[k] for k in entering[stated]]
    su = float(np.sqrt(parts @ parts))
    order = [k for k in np.argsort(-parts, kind="stable") if parts[k] > _ROUNDING * su]
    return HeightUncertainty(su, {names[k]: float(parts[k]) for k in order}, missing)


def _height_slopes(cell: Cell, moves: _Moves, spans: Sequence[Span]) -> tuple[IntArray, FloatArray]:
    """Return the parameters that may move the mean height of some wells, and dh/dp for each [Å per unit of p].

    With s the vector between the ends, d1 and d2 the diagonals of the square, N = d1 x d2 and n the unit vector of N,
    the height is s.n, made positive. Its derivative with respect to the Cartesian position of an end of weight w is
    w n; with t = s - (s.n)n, that with respect to d1 is (d2 x t)/|N| and to d2 (t x d1)/|N|. A shift of a site adds
    up over its images; a strain e moves every image at r by r e. Sites that the wells do not touch move nothing, so
    that many different heights in a large cell cost no more than their number.
    """
    free = moves.free
    site, cart, pull = _pulls(cell, spans)
    touched, number = np.unique(site, return_inverse=True)
    gradient = np.zeros((len(touched), 3))
    np.add.at(gradient, number, pull)
    gradient = gradient @ cell.lattice.T / len(spans)
    virial = cart.T @ pull / len(spans)
    rows, number = moves.of_sites(touched)
    owner = free.owner[rows]
    entering = np.union1d(moves.straining, owner)
    slopes = np.zeros(len(entering))
    slopes[np.searchsorted(entering, moves.straining)] = np.einsum("kij,ij->k", free.strain[moves.straining], virial)
    along = np.einsum("mi,mi->m", free.shift[rows], gradient[number])
    np.add.at(slopes, np.searchsorted(entering, owner), along)
    return entering, slopes


def _pulls(cell: Cell, spans: Sequence[Span]) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return site, position [Å] and derivative of the height with respect to the position, of all images involved."""
    count = len(spans)
    corner_site, corners = _positions(cell, (corner for span in spans for corner in span.square))
    ends = [
        (owner, corner, sign * weight)
        for owner, span in enumerate(spans)
        for sign, end in ((-1.0, span.low), (1.0, span.high))
        for corner, weight in end
    ]
    owner = np.array([k for k, _, _ in ends], dtype=np.intp)
    weight = np.array([w for _, _, w in ends])[:, None]
    end_site, end_cart = _positions(cell, (corner for _, corner, _ in ends))
    between = np.zeros((count, 3))
    np.add.at(between, owner, weight * end_cart)
    square = corners.reshape(count, 4, 3)
    one, other = square[:, 2] - square[:, 0], square[:, 3] - square[:, 1]
    normal = np.cross(one, other)
    size = np.linalg.norm(normal, axis=1, keepdims=True)
    normal /= size
    along = (between * normal).sum(axis=1, keepdims=True)
    sign = np.where(along < 0, -1.0, 1.0)
    aside = between - along * normal
    first = sign * np.cross(other, aside) / size
    second = sign * np.cross(aside, one) / size
    on_corners = np.stack([-first, -second, first, second], axis=1).reshape(-1, 3)
    on_ends = weight * (sign * normal)[owner]
    return (
        np.concatenate([corner_site, end_site]),
        np.concatenate([corners, end_cart]),
        np.concatenate([on_corners, on_ends]),
    )


def _positions(cell: Cell, corners: Iterable[Corner]) -> tuple[IntArray, FloatArray]:
    listed = list(corners)
    site = np.array([s for s, _ in listed], dtype=np.intp)
    image = np.array([i for _, i in listed], dtype=float)
    return site, (cell.frac[site] + image) @ cell.lattice


def missing_warning(found: Iterable[HeightUncertainty]) -> str | None:
    """Return a warning where heights depend on parameters whose uncertainties the source does not state."""
    each = list(found)
    names = list(dict.fromkeys(name for one in each for name in one.missing))
    if not names:
        return None
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    what = ", ".join(names[:_MOST_NAMES]) + more
    if all(one.su is None for one in each):
        return f"heights have no uncertainty: the source states none for {what}"
    return f"uncertainties of heights leave out {what}, for which the source states none"
