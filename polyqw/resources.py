"""Find the files that travel with the program: the seed, the migrations, the reference CIFs."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def checkout_root() -> Path | None:
    """Return the root of the source checkout this program runs from, or None when it is installed."""
    root = _PACKAGE.parent
    return root if (root / "pyproject.toml").is_file() and (root / "db" / "seed").is_dir() else None


def resource_path(*parts: str) -> Path:
    """Return the path of a file or folder that travels with the program.

    Parameters
    ----------
    *parts : str
        Path below the top level, e.g. ``"db", "seed", "reference.csv"``.

    Raises
    ------
    FileNotFoundError
        If the installation is incomplete.
    """
    installed = _PACKAGE / "_data"
    root = installed if installed.is_dir() else _PACKAGE.parent
    path = root.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation; reinstall polyqw")
    return path
