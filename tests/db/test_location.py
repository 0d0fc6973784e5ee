"""Paths and URLs told apart."""

from pathlib import Path

import pytest

from polyqw.db.open.location import locate
from polyqw.errors import DatabaseError


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ("a.db", "a.db"),
        (Path("x/a b#1?.db"), "x/a b#1?.db"),
        ("sqlite:///rel/a.db", "rel/a.db"),
        ("sqlite:////abs/a.db", "/abs/a.db"),
        ("sqlite+pysqlite:///a.db", "a.db"),
        ("sqlite:///a%20b.db", "a b.db"),
    ],
)
def test_sqlite(given, path):
    assert locate(given).path == Path(path)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_means_psycopg(scheme):
    assert locate(f"{scheme}://u@h/d?host=/tmp").url == "postgresql+psycopg://u@h/d?host=/tmp"


@pytest.mark.parametrize(
    "given",
    [
        "",
        ":memory:",
        "sqlite://",
        "sqlite:///:memory:",
        "sqlite:///a.db?mode=rwc",
        "mysql://h/d",
        "sqlite://a.db",
    ],
)
def test_refused(given):
    with pytest.raises(DatabaseError):
        locate(given)


@pytest.mark.parametrize("url", ["postgresql://me:secret@h/d", "postgresql://h/d?user=me&password=secret"])
def test_password_is_not_shown(url):
    assert "secret" not in str(locate(url))
    assert "me" in str(locate(url))
