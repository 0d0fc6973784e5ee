"""The printed tables of the papers, where there is no database: the seed, held in memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from polyqw.db.models import Base
from polyqw.db.seed import seed

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def seed_in_memory() -> Iterator[Session]:
    """Open a database that holds the seed alone and ends with the block; nothing is written to disk."""
    engine = create_engine("sqlite://")
    try:
        Base.metadata.create_all(engine)
        with Session(engine) as session:
            seed(session)
            session.flush()
            yield session
    finally:
        engine.dispose()
