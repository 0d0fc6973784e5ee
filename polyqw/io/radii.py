"""Ionic radii, from the tables that pymatgen carries (Shannon, Acta Cryst. A 32, 751 (1976))."""

from __future__ import annotations


def ionic_radius_pm(element: str, charge: int, spin: str = "", coordination: str = "VI") -> float:
    """Return the Shannon ionic radius [pm].

    Parameters
    ----------
    spin : {'', 'High Spin', 'Low Spin'}
    coordination : str
        Coordination number in Roman numerals.
    """
    from pymatgen.core import Species  # noqa: PLC0415 - slow to import

    return 100.0 * float(Species(element, charge).get_shannon_radius(coordination, spin, "ionic"))
