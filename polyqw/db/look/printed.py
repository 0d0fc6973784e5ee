"""The printed tables of the papers, where there is no database: the seed, held in memory."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import StaticPool, create_engine
from sqlalchemy.orm import Session

from polyqw.db.models import Base
from polyqw.db.open.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def seed_in_memory() -> Iterator[Session]:
    """Open a database that holds the seed alone and ends with the block; nothing is written to disk."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(_seeded())
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


@cache
def _seeded() -> bytes:
    """Return the database as SQLite keeps it in a file, made once because seeding is slow."""
    connection = sqlite3.connect(":memory:")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session, session.begin():
            seed(session)
        return connection.serialize()
    finally:
        engine.dispose()
        connection.close()
