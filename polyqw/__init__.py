"""Polyhedral quantum wells in superconductors: geometry, database and tests of Tc = λ/h².

The names below are loaded when they are first used, so that ``import polyqw`` itself stays light::

    >>> import polyqw
    >>> found = polyqw.find_wells("cifs/lafeaso_cod.cif")
    >>> found.to_dataframe()[["phase", "height_angstrom"]]

Every error that a user can cause is a `polyqw.errors.PolyqwError`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.version import __version__

if TYPE_CHECKING:
    from polyqw import errors, featurizer
    from polyqw.api import (
        Database,
        LawTc,
        WellAnalysis,
        find_wells,
        find_wells_many,
        law,
        open_database,
        predict,
        read_cif,
    )

__all__ = [
    "Database",
    "LawTc",
    "WellAnalysis",
    "__version__",
    "errors",
    "featurizer",
    "find_wells",
    "find_wells_many",
    "law",
    "open_database",
    "predict",
    "read_cif",
]


def __getattr__(name: str) -> object:
    """Load a public name when it is first used (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module 'polyqw' has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    is_module = name in ("errors", "featurizer")
    found = import_module(f"polyqw.{name}") if is_module else getattr(import_module("polyqw.api"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names, loaded or not."""
    return sorted({*globals(), *__all__})
