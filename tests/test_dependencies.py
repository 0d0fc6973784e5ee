"""What the program imports is what it declares, and without an extra one line says how to get it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import polyqw
from polyqw.cli.main import main
from polyqw.errors import MissingLibraryError
from polyqw.io.optimade.client import check_filter
from polyqw.resources import resource_path
from polyqw.services.place.environment import OPTIONAL
from polyqw.theory.evidence.slopes import has_mixed_models
from tests.conftest import ROOT, structure_path

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = ("dask", "mcp", "mixed", "ml", "notebook", "optimade", "parquet", "postgres", "web")
UNDECLARED = {"matminer", "polyqw"}  # a base class where it is installed, and ourselves
BEHIND = {"ipykernel", "python-multipart", "scikit-learn"}
"""The kernel of a notebook; what starlette reads uploads with; pipelines that the featurizer is a step of."""


def plain(name: str) -> str:
    """Return the name of a distribution without versions and extras, as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


DECLARED = {plain(line) for line in PROJECT["dependencies"]}
OF_EXTRAS = {plain(line) for extra in EXTRAS for line in PROJECT["optional-dependencies"][extra]}


def imported() -> dict[str, set[str]]:
    """Return the libraries that the package and the migrations import, and where."""
    found: dict[str, set[str]] = {}
    package = Path(polyqw.__file__).parent
    for path in [*package.rglob("*.py"), *resource_path("migrations").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                found.setdefault(name.partition(".")[0], set()).add(path.name)
    return {name: places for name, places in found.items() if name not in sys.stdlib_module_names}


def test_every_import_is_declared():
    brought_by = packages_distributions()
    for library, places in imported().items():
        bringers = {plain(name) for name in brought_by.get(library, [library])}
        assert library in UNDECLARED or bringers & (DECLARED | OF_EXTRAS), f"{library}, imported by {sorted(places)}"


def test_everything_declared_is_imported():
    brought_by = packages_distributions()
    used = {plain(name) for library in imported() for name in brought_by.get(library, [library])}
    assert (DECLARED | OF_EXTRAS) - used == BEHIND


def test_info_knows_what_the_extras_bring():
    assert set(filter(None, OPTIONAL.values())) == set(EXTRAS)
    for library, extra in OPTIONAL.items():
        declared = {plain(line) for line in PROJECT["optional-dependencies"].get(extra, [])}
        assert extra is None or plain(library) in declared


@pytest.fixture
def absent(monkeypatch):
    """Make libraries look as if they were not installed."""

    def absent(*libraries: str) -> None:
        for name in list(sys.modules):
            if name.partition(".")[0] in libraries and "." in name:
                monkeypatch.delitem(sys.modules, name)
        for library in libraries:
            monkeypatch.setitem(sys.modules, library, None)

    return absent


@pytest.mark.parametrize(
    ("extra", "libraries", "words"),
    [
        (
            "dask",
            ["distributed"],
            ["ingest", str(structure_path("nb")), "--db", "{tmp}/x.db", "--scheduler", "tcp://localhost:1"],
        ),
        ("optimade", ["requests"], ["import", "optimade", "http://localhost:1", "--db", "{tmp}/x.db"]),
        ("optimade", ["optimade"], ["import", "optimade", "http://localhost:1", "--db", "{tmp}/x.db"]),
        ("parquet", ["pyarrow"], ["export", "parquet", "-o", "{tmp}/out", "--db", "{db}"]),
        ("parquet", ["pyarrow"], ["export", "dataset", "-o", "{tmp}/out", "--db", "{db}"]),
        ("postgres", ["psycopg"], ["find", "Cu", "--db", "postgresql://localhost/x"]),
        ("web", ["datasette"], ["serve", "--db", "{db}"]),
        ("web", ["uvicorn"], ["serve", "--db", "{db}"]),
        ("web", ["starlette"], ["serve", "--db", "{db}"]),
        ("mcp", ["mcp"], ["mcp", "--db", "{db}"]),
    ],
)
def test_without_an_extra_one_line_names_it(absent, reference_template, tmp_path, extra, libraries, words):
    absent(*libraries)
    line = [word.format(tmp=tmp_path, db=reference_template) for word in words]
    with pytest.raises(MissingLibraryError) as caught:
        main.main(args=line, prog_name="polyqw", standalone_mode=False)
    message = str(caught.value)
    assert message.endswith(f"install it with: pip install 'polyqw[{extra}]'")
    assert "\n" not in message
    assert not (tmp_path / "out").exists()


def test_the_filter_needs_the_grammar_alone(absent):
    absent("fastapi", "httpx2", "pymongo", "starlette")
    check_filter('elements HAS ALL "Cu","O"')


def test_without_statsmodels_there_is_no_mixed_model(absent):
    assert has_mixed_models()
    absent("statsmodels")
    assert not has_mixed_models()
