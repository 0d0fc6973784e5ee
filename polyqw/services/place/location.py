"""Which database a command works on; loads no database library."""

from pathlib import Path

from polyqw.db.open.location import locate


def default_database() -> str:
    """Return the path of the database when none is named.

    In a source checkout (any folder of it) it is ``db/polyqw.db`` there, elsewhere a file in the user's data folder.
    """
    here = Path.cwd()
    for candidate in (here, *here.parents):
        if (candidate / "polyqw" / "__init__.py").is_file() and (candidate / "db" / "seed").is_dir():
            return str(candidate / "db" / "polyqw.db")
    import platformdirs  # noqa: PLC0415 - only needed outside a checkout

    return str(Path(platformdirs.user_data_dir("polyqw", appauthor=False)) / "polyqw.db")


def shown_place(database: str) -> str:
    """Return where a database is, for people: a password hidden, the home folder as ``~``."""
    location = locate(database)
    return str(location) if location.path is None else shorten_home(location.path)


def named_place(database: str | None) -> str:
    """Return the database that a command works on as its user named it: the default one by its path, no password."""
    return str(locate(database or default_database()))


def shorten_home(path: Path) -> str:
    """Return a path with the user's home folder as ``~``."""
    try:
        return str(Path("~") / path.absolute().relative_to(Path.home()))
    except (ValueError, RuntimeError):  # elsewhere, or there is no home
        return str(path)
