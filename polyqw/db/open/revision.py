"""The schema revisions this program knows, and whether a database has the right one."""

from __future__ import annotations

from typing import Final

from polyqw.errors import DatabaseError, SchemaVersionError

REVISIONS: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Every revision in ``migrations/versions``, oldest first; kept here so that nobody need import Alembic."""

HEAD: Final = REVISIONS[-1]
"""The revision this program works with."""


def require_head(revision: str | None, where: str) -> None:
    """Raise unless a database is at the revision of this program.

    Parameters
    ----------
    revision : str or None
        What the database says; None when it has no ``alembic_version``.
    where : str
        The database, for the message.

    Raises
    ------
    DatabaseError
        If the database holds no polyqw schema.
    SchemaVersionError
        If the schema is older or newer than this program.
    """
    if revision is None:
        raise DatabaseError(f"{where} holds no polyqw database; make one with `polyqw db init`")
    if revision == HEAD:
        return
    if revision in REVISIONS:
        raise SchemaVersionError(
            f"{where} has schema {revision}, older than this program's {HEAD}; run polyqw db upgrade"
        )
    raise SchemaVersionError(
        f"{where} has schema {revision}, which this program (schema {HEAD}) does not know; "
        f"install a newer polyqw (run polyqw db upgrade with that one)"
    )
