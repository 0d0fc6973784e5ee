"""The versions of polyqw and of what it stands on."""

from importlib.metadata import version

from polyqw.core.analysis import ANALYSIS_VERSION
from polyqw.db.open.revision import HEAD
from polyqw.version import __version__


def versions() -> dict[str, str]:
    """Return name and version of polyqw, its analysis, its schema, and the libraries that results depend on."""
    return {
        "polyqw": __version__,
        "analysis": ANALYSIS_VERSION,
        "schema": HEAD,
        **{name: version(name) for name in ("pymatgen", "ase", "numpy", "scipy", "sqlalchemy")},
    }


def versions_text() -> str:
    """Return the same as a line of text."""
    return ", ".join(f"{name} {number}" for name, number in versions().items())
