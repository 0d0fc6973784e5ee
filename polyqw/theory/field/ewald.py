"""The field of an infinite neutral crystal on a test electron, by Ewald's sum."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, log, pi, sqrt
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree
from scipy.special import erfc

from polyqw.constants import COULOMB_EV_ANGSTROM
from polyqw.errors import UsageError
from polyqw.theory.field.values import SAME_PLACE, FieldValues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.arrays import ComplexArray, FloatArray, IntArray

NEUTRAL = 1e-3
"""Largest sum of charges still called neutral [e]: occupancies are printed with three digits."""

TERMS_AT_ONCE = 2_000_000
"""Size of the largest work array."""

WAVE_IS_CHEAPER = 1.8
"""Over the splitting at which both sums have equally many terms: measured on La2CuO4, 14 to 448 ions."""


@dataclass(frozen=True, eq=False, slots=True)
class EwaldField:
    """The field of a neutral crystal, its k = 0 term dropped.

    Without that term a neutral crystal still has a free constant in its potential (it depends on its surface), so
    differences of U mean something and absolute values do not. At an ion its own field is left out, which makes U
    there its site (Madelung) potential.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    splitting : float
        α: the crystal is split into short-ranged ions erfc(α r)/r and smooth ones erf(α r)/r [1/Å].
    real_cutoff : float
        [Å]
    reciprocal_cutoff : float
        [1/Å], with the factor 2π.
    cart_images, image_charges : array, (m, 3) and (m,)
        All ions within the real cutoff of the home cell [Å], [e].
    amplitudes : array of complex, (H + 1, 2 K + 1, 2 L + 1)
        Amplitude of each wave with indices h from 0, k and l from -K and -L, for both it and its opposite [e/Å];
        0 for waves beyond the cutoff and for the second of each pair.
    """

    lattice: FloatArray
    splitting: float
    real_cutoff: float
    reciprocal_cutoff: float
    cart_images: FloatArray
    image_charges: FloatArray
    amplitudes: ComplexArray
    _tree: KDTree = field(repr=False)

    def energy(self, cart_points: FloatArray) -> FloatArray:
        """Return U at points (n, 3) [Å], an array (n,) [eV]."""
        points = self._home(cart_points)
        potential = np.zeros(len(points))
        for part in self._parts(points):
            potential[part] = self._waves(points[part], 0)[0]
            row, _, distance, charge = self._pairs(points[part])
            on_ion = distance < SAME_PLACE
            apart = np.where(on_ion, 1.0, distance)
            own = -2 * self.splitting / sqrt(pi)
            term = charge * np.where(on_ion, own, erfc(self.splitting * apart) / apart)
            potential[part] += np.bincount(row, term, minlength=len(points[part]))
        return -COULOMB_EV_ANGSTROM * potential

    def evaluate(self, cart_points: FloatArray) -> FieldValues:
        """Return U, its gradient and its Hessian at points (n, 3) [Å]."""
        points = self._home(cart_points)
        n = len(points)
        potential, gradient, hessian = np.zeros(n), np.zeros((n, 3)), np.zeros((n, 3, 3))
        for part in self._parts(points):
            near = self._short_ranged(*self._pairs(points[part]), len(points[part]))
            for total, far, close in zip(
                (potential, gradient, hessian), self._waves(points[part], 2), near, strict=True
            ):
                total[part] = far + close
        k = -COULOMB_EV_ANGSTROM
        return FieldValues(k * potential, k * gradient, k * hessian)

    def _waves(self, points: FloatArray, order: int) -> tuple[FloatArray, ...]:
        """Return the potential of the smooth ions (n,), and for order 2 its gradient and its Hessian.

        A wave is a product of three factors, one for each index, and its derivative by a fractional coordinate the
        wave times 2πi its index. So the sum over all waves is three sums, over h, then k, then l.
        """
        frac = points @ np.linalg.inv(self.lattice)
        by_h, by_k, by_l = (
            [factor * (2j * pi * index) ** power for power in range(order + 1)]
            for index, factor in _factors(frac, self.amplitudes.shape)
        )
        flat = self.amplitudes.reshape(len(self.amplitudes), -1)
        sums = {}
        for a, of_h in enumerate(by_h):
            summed = (of_h @ flat).reshape(len(points), *self.amplitudes.shape[1:])
            for b, of_k in enumerate(by_k[: order + 1 - a]):
                line = np.einsum("nk,nkl->nl", of_k, summed)
                for c, of_l in enumerate(by_l[: order + 1 - a - b]):
                    sums[a, b, c] = np.einsum("nl,nl->n", of_l, line).real
        if not order:
            return (sums[0, 0, 0],)
        to_cart = np.linalg.inv(self.lattice)
        units = np.eye(3, dtype=int)
        gradient = np.stack([sums[tuple(u)] for u in units], axis=-1)
        hessian = np.stack([np.stack([sums[tuple(u + v)] for v in units], axis=-1) for u in units], axis=-2)
        return sums[0, 0, 0], gradient @ to_cart.T, to_cart @ hessian @ to_cart.T

    def _home(self, cart_points: FloatArray) -> FloatArray:
        frac = np.atleast_2d(cart_points) @ np.linalg.inv(self.lattice)
        return np.asarray((frac - np.floor(frac)) @ self.lattice)

    def _parts(self, points: FloatArray) -> Iterator[slice]:
        sphere = 4 / 3 * pi * self.real_cutoff**3 * len(self.cart_images) / _extent(self.cart_images)
        size = max(1, int(TERMS_AT_ONCE / max(self.amplitudes[0].size, sphere, 1.0)))
        return (slice(start, start + size) for start in range(0, len(points), size))

    def _pairs(self, points: FloatArray) -> tuple[IntArray, FloatArray, FloatArray, FloatArray]:
        """Return, for each pair of point and ion, the point's row, the vector to it, its length, the charge."""
        near = KDTree(points).sparse_distance_matrix(self._tree, self.real_cutoff, output_type="ndarray")
        row, ion = near["i"], near["j"]
        return row, points[row] - self.cart_images[ion], near["v"], self.image_charges[ion]

    def _short_ranged(
        self, row: IntArray, offset: FloatArray, distance: FloatArray, charge: FloatArray, n: int
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the sum of q f(d), f = erfc(α d)/d, with its derivatives; at an ion, of -erf(α d)/d."""
        alpha = self.splitting
        on_ion = distance < SAME_PLACE
        d = np.where(on_ion, 1.0, distance)
        bell = 2 * alpha / sqrt(pi) * np.exp(-((alpha * d) ** 2))
        f = erfc(alpha * d) / d
        first_by_d = -(f + bell) / d**2
        second = 2 * f / d**2 + 2 * bell / d**2 + 2 * alpha**2 * bell
        radial = (second - first_by_d) / d**2
        # near its own ion -erf(α d)/d = 2α/√π (-1 + α² d²/3 - ...)
        f = np.where(on_ion, -2 * alpha / sqrt(pi), f)
        first_by_d = np.where(on_ion, 4 * alpha**3 / (3 * sqrt(pi)), first_by_d)
        radial = np.where(on_ion, 0.0, radial)
        value = np.asarray(np.bincount(row, charge * f, minlength=n), dtype=np.float64)
        gradient: FloatArray
        hessian: FloatArray
        gradient, hessian = np.empty((n, 3)), np.empty((n, 3, 3))
        for i in range(3):
            gradient[:, i] = np.bincount(row, charge * first_by_d * offset[:, i], minlength=n)
            for j in range(i + 1):
                term = radial * offset[:, i] * offset[:, j] + (first_by_d if i == j else 0.0)
                hessian[:, i, j] = hessian[:, j, i] = np.bincount(row, charge * term, minlength=n)
        return value, gradient, hessian


def make_ewald(
    lattice: FloatArray,
    frac: FloatArray,
    charges: FloatArray,
    *,
    splitting: float | None = None,
    accuracy: float = 1e-12,
) -> EwaldField:
    """Return the field of a neutral crystal.

    Parameters
    ----------
    lattice : array, (3, 3)
        Lattice vectors as rows [Å].
    frac : array, (n, 3)
        Fractional positions of the ions.
    charges : array, (n,)
        Their charges [e].
    splitting : float, optional
        α [1/Å]; no result depends on it. Default: both sums take about equally long.
    accuracy : float
        Bound on what the cutoffs leave out of the second derivatives of the potential [e/Å³].

    Raises
    ------
    UsageError
        If the cell is not neutral: dropping k = 0 would then add a uniform background, whose curvature is the same
        everywhere and makes a minimum in three dimensions where there is none.
    """
    refuse_charged(charges)
    volume = float(abs(np.linalg.det(lattice)))
    alpha = splitting or WAVE_IS_CHEAPER * (2 * pi**3 * len(frac) / volume**2) ** (1 / 6)
    reach = _gaussian_reach(float(np.abs(charges).sum()), volume, alpha, accuracy)
    real_cutoff, reciprocal_cutoff = reach / alpha, 2 * alpha * reach
    wrapped = frac - np.floor(frac)
    cart_images, image_charges = _images(lattice, wrapped, charges, real_cutoff)
    return EwaldField(
        lattice,
        alpha,
        real_cutoff,
        reciprocal_cutoff,
        cart_images,
        image_charges,
        _amplitudes(lattice, wrapped, charges, alpha, reciprocal_cutoff),
        KDTree(cart_images),
    )


def refuse_charged(charges: FloatArray) -> None:
    """Raise if charges do not sum to zero.

    Raises
    ------
    UsageError
    """
    total = float(np.sum(charges))
    if not abs(total) <= NEUTRAL:
        raise UsageError(
            f"the cell is not neutral: its charges sum to {total:+.4g} e, and an infinite charged crystal has no "
            "field; give charges that sum to zero"
        )


def _gaussian_reach(charge: float, volume: float, alpha: float, accuracy: float) -> float:
    """Return s for the cutoffs s/α and 2 α s.

    The tails of the second derivatives, integrated over the space beyond, are 8√π (Q/V) s exp(-s²) and
    (8/π) Q α³ s exp(-s²), with Q the sum of |q| in the cell.
    """
    scale = max(8 * sqrt(pi) * charge / volume, 8 / pi * charge * alpha**3, accuracy)
    low, high = 1.0, 40.0
    while high - low > 1e-6:
        s = (low + high) / 2
        low, high = (s, high) if log(scale * s / accuracy) > s * s else (low, s)
    return max(high, 3.0)


def _images(
    lattice: FloatArray, wrapped: FloatArray, charges: FloatArray, cutoff: float
) -> tuple[FloatArray, FloatArray]:
    """Return all ions that a point of the home cell may have within the cutoff."""
    spacing = 1 / np.linalg.norm(np.linalg.inv(lattice), axis=0)
    charged = charges != 0
    wrapped, charges = wrapped[charged], charges[charged]
    reach = [ceil(cutoff / d) for d in spacing]
    shifts = np.stack(np.meshgrid(*[np.arange(-r, r + 1) for r in reach], indexing="ij"), axis=-1).reshape(-1, 3)
    frac = (wrapped[None] + shifts[:, None]).reshape(-1, 3)
    margin = cutoff / spacing + 1e-9
    kept = np.all((frac >= -margin) & (frac <= 1 + margin), axis=1)
    return frac[kept] @ lattice, np.tile(charges, len(shifts))[kept]


def _amplitudes(
    lattice: FloatArray, wrapped: FloatArray, charges: FloatArray, alpha: float, cutoff: float
) -> ComplexArray:
    """Return the amplitudes of the waves within the cutoff, one of each pair of opposite ones and not zero."""
    reciprocal = 2 * pi * np.linalg.inv(lattice).T
    reach = [int(cutoff * length / (2 * pi)) for length in np.linalg.norm(lattice, axis=1)]
    shape = (reach[0] + 1, 2 * reach[1] + 1, 2 * reach[2] + 1)
    (h, of_h), (k, of_k), (m, of_l) = _factors(-wrapped, shape)
    structure_factor = np.zeros((shape[0], shape[1] * shape[2]), dtype=np.complex128)
    size = max(1, TERMS_AT_ONCE // structure_factor.shape[1])
    for start in range(0, len(charges), size):
        part = slice(start, start + size)
        plane = (of_k[part, :, None] * of_l[part, None, :]).reshape(len(of_k[part]), -1)
        structure_factor += (of_h[part] * charges[part, None]).T @ plane
    h, k, m = np.meshgrid(h, k, m, indexing="ij")
    squared = ((np.stack([h, k, m], axis=-1) @ reciprocal) ** 2).sum(axis=-1)
    first_of_pair = (h > 0) | ((h == 0) & ((k > 0) | ((k == 0) & (m > 0))))
    kept = first_of_pair & (squared <= cutoff**2)
    squared = np.where(kept, squared, 1.0)
    weights = 8 * pi / abs(np.linalg.det(lattice)) * np.exp(-squared / (4 * alpha**2)) / squared
    return np.where(kept, weights * structure_factor.reshape(shape), 0.0)


def _factors(frac: FloatArray, shape: tuple[int, ...]) -> Iterator[tuple[IntArray, ComplexArray]]:
    """Yield, for each axis, the indices of the waves along it and exp(2πi index x) at each point, (n, indices)."""
    first = (0, -(shape[1] // 2), -(shape[2] // 2))
    for x, start, count in zip(frac.T, first, shape, strict=True):
        index = np.arange(start, start + count)
        yield index, np.exp(2j * pi * x[:, None] * index)


def _extent(cart: FloatArray) -> float:
    return float(np.prod(np.ptp(cart, axis=0) + 1.0))
