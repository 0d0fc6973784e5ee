"""Polyhedral quantum wells in superconductors: geometry, database and tests of Tc = λ/h²."""

__version__ = "0.1.0"
