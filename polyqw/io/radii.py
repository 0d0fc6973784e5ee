"""Ionic radii, from the tables that pymatgen carries (Shannon, Acta Cryst. A 32, 751 (1976))."""


def ionic_radius_pm(element: str, charge: int, spin: str = "") -> float:
    """Return the Shannon ionic radius in sixfold coordination [pm]."""
    from pymatgen.core import Species  # noqa: PLC0415 - slow to import

    return 100.0 * float(Species(element, charge).get_shannon_radius("VI", spin, "ionic"))
