"""Which database a command works on; loads no database library."""

from __future__ import annotations

from pathlib import Path


def default_database(folder: Path | None = None) -> str:
    """Return the path of the database when none is named.

    In a source checkout (any folder of it) it is ``db/polyqw.db`` there, elsewhere a file in the user's data folder.

    Parameters
    ----------
    folder : Path, optional
        Where the command was started; default the working directory.
    """
    here = (folder or Path.cwd()).resolve()
    for candidate in (here, *here.parents):
        if (candidate / "polyqw" / "__init__.py").is_file() and (candidate / "db" / "seed").is_dir():
            return str(candidate / "db" / "polyqw.db")
    import platformdirs  # noqa: PLC0415 - only needed outside a checkout

    return str(Path(platformdirs.user_data_dir("polyqw", appauthor=False)) / "polyqw.db")
