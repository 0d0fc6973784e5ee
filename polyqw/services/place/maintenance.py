"""Create, upgrade, check and back up the database that a command works on; each answer begins with where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from polyqw.db.open import migrate
from polyqw.db.open.location import locate
from polyqw.db.open.revision import HEAD
from polyqw.db.open.schema_page import schema_page
from polyqw.services.place.location import default_database

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HEAD", "backup", "check", "current", "init", "schema_page", "upgrade"]

Answer = TypeVar("Answer")


def _on(act: Callable[[str], Answer]) -> Callable[[str | None], tuple[str, Answer]]:
    def of_database(database: str | None) -> tuple[str, Answer]:
        name = database or default_database()
        return str(locate(name)), act(name)

    return of_database


init = _on(migrate.init)
upgrade = _on(migrate.upgrade)
current = _on(migrate.current)
check = _on(migrate.check)


def backup(database: str | None, target: str) -> str:
    """Copy the database to a new file; return where it is."""
    return _on(lambda name: migrate.backup(name, target))(database)[0]
