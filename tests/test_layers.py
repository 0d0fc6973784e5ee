"""Imports point down only, and the command line starts light."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import polyqw

PACKAGE = Path(polyqw.__file__).parent
FLOOR = {"constants", "errors", "untrusted"}
ALLOWED = {
    "constants": set(),
    "errors": set(),
    "resources": set(),
    "untrusted": set(),
    "core": {*FLOOR, "core"},
    "theory": {*FLOOR, "core", "theory"},
    "cles": {*FLOOR, "cles"},
    "io": {*FLOOR, "resources", "core", "io"},
    "db": {*FLOOR, "resources", "core", "db"},
    "services": {*FLOOR, "resources", "core", "theory", "cles", "io", "db", "services"},
    "cli": {*FLOOR, "services", "cli", "core", "resources"},
    "api": {*FLOOR, "services", "api", "core", "resources"},
    "featurizer": {*FLOOR, "services", "api", "core"},
    "__main__": {"cli"},
    "__init__": {"api", "errors", "featurizer"},  # for type checkers; loaded when a name is used
}
OUTSIDE_OF_CORE = {
    "os",
    "pathlib",
    "io",
    "time",
    "datetime",
    "logging",
    "random",
    "subprocess",
    "click",
    "sqlalchemy",
}


def imports_of(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names if node.module == "polyqw"}
    return names


MODULES = sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=[str(p.relative_to(PACKAGE)) for p in MODULES])
def test_imports_point_down(path):
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    ours = {name.split(".")[1] for name in imports_of(path) if name.startswith("polyqw.")}
    ours.discard("__version__")
    assert ours <= ALLOWED[room], f"{room} may not import {ours - ALLOWED[room]}"


@pytest.mark.parametrize(
    "path", [p for p in MODULES if p.relative_to(PACKAGE).parts[0] in {"core", "theory", "cles"}]
)
def test_the_physics_is_pure(path):
    assert {name.split(".")[0] for name in imports_of(path)}.isdisjoint(OUTSIDE_OF_CORE)
    calls = {
        node.func.id
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert calls.isdisjoint({"print", "open", "input"})


HEAVY = ("pymatgen", "ase", "pint", "scipy", "pandas", "numpy", "sqlalchemy", "matplotlib")


def test_importing_the_package_loads_nothing():
    code = (
        "import sys\nimport polyqw\ndir(polyqw)\n"
        f"found = [m for m in {HEAVY!r} if m in sys.modules]\nassert not found, found\n"
        "ours = [m for m in sys.modules if m.startswith('polyqw.')]\nassert not ours, ours\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("words", [["--help"], ["-h"]])
def test_help_imports_nothing_heavy(words):
    code = (
        "import sys\nfrom polyqw.cli.main import run\n"
        f"try:\n    run({words!r})\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"found = [m for m in {HEAVY!r} if m in sys.modules]\nassert not found, found\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Exit codes" in done.stdout
