"""Imports point down only, and the command line starts light."""

import ast
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import polyqw

PACKAGE = Path(polyqw.__file__).parent
FLOOR = {"version", "constants", "errors", "suggest", "untrusted"}
ALLOWED = {
    "version": set(),
    "constants": set(),
    "errors": set(),
    "resources": set(),
    "suggest": set(),
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
    "__init__": {"api", "errors", "featurizer", "version"},  # for type checkers; loaded when a name is used
}
LOOKING = {"core", "db", "db/look", "db/models"}
ROOMS = {
    "core": {"core/bodies"},
    "core/bodies": {"core"},  # of what lies below it: see the test of circles
    "io": {"core", "io/cif"},  # of a file that is no CIF, what it holds is judged by the rules for CIFs
    "io/cif": {"core", "io"},
    "io/optimade": {"core", "io", "io/cif"},
    "io/tables": {"core", "io"},
    "db/models": {"core"},
    "db/store": {"core", "db", "db/models"},
    "db/open": {"db/models", "db/store"},
    "db/look": {"core", "db", "db/models", "db/open"},
    "services/place": {*LOOKING, "db/open"},
    "services/workers": {"io"},
    "services/drawing": {"io"},
    "services/structures": {*LOOKING, "io", "io/cif", "services/place", "services/workers"},
    "services/law": {*LOOKING, "db/store", "theory", "services/place", "services/structures", "services/drawing"},
    "services/systems": {
        *LOOKING, "db/store", "io", "io/tables", "theory", "cles", "services/place", "services/structures",
        "services/law", "services/drawing",
    },
    "services/cite": {*LOOKING, "services/structures"},
    "services/describe": {*LOOKING, "services/structures", "services/law"},
    "services/claims": {
        *LOOKING, "io", "theory", "cles", "services/place", "services/structures", "services/law", "services/systems",
        "services/drawing",
    },
    "services/ingest": {"core", "io", "db/open", "db/store", "services/structures", "services/workers"},
    "services/validation": {
        *LOOKING, "io", "io/tables", "theory", "services/place", "services/structures", "services/law",
        "services/ingest", "services/drawing",
    },
    "services/exchange": {
        *LOOKING, "io", "io/cif", "io/optimade", "io/tables", "db/open", "db/store", "theory", "services/place",
        "services/structures", "services/law", "services/ingest", "services/validation",
    },
    "services/browse": {
        *LOOKING, "cles", "db/open", "io", "io/cif", "theory", "services/place", "services/workers",
        "services/structures", "services/law", "services/systems", "services/claims", "services/describe",
        "services/cite", "services/drawing", "services/exchange", "services/ingest", "services/viewer",
        "services/interfaces",
    },
    "services/viewer": {"core", "io/cif", "services/drawing"},
    "services/interfaces": {
        *LOOKING, "db/open", "io", "io/optimade", "services/place", "services/structures", "services/law",
        "services/describe", "services/exchange", "services/workers",
    },
    "services/report": {
        *LOOKING, "theory", "cles", "services/place", "services/structures", "services/law", "services/systems",
        "services/claims", "services/validation", "services/drawing", "services/viewer",
    },
}  # fmt: skip
"""What each room of a house of rooms may import, apart from itself and the floor."""
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


def names_in(path: Path) -> set[str]:
    """Return the modules that a file imports, also those for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                within = f"{node.module}.{alias.name}"
                found.add(within if within in NAMES else node.module)
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found & NAMES.keys()


def name_of(path: Path) -> str:
    return ".".join(("polyqw", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__")


def room_of(name: str) -> str:
    parts = name.split(".")[1:]
    inner = "/".join(parts[:2])
    return inner if inner in ROOMS else parts[0] if parts else ""


NAMES = {name_of(path): path for path in MODULES}


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_import_what_they_may(room):
    found = {
        (name, other)
        for name, path in NAMES.items()
        if room_of(name) == room
        for other in names_in(path)
        if room_of(other) not in {room, "", "resources", "services", *FLOOR, *ROOMS[room]}
    }
    assert not found


def test_every_room_has_its_rule():
    inner = {room_of(name) for name in NAMES}
    assert {room for room in inner if room.startswith(("services", "io", "db"))} - {"services", "db"} == {
        room for room in ROOMS if not room.startswith("core")
    }


def test_no_import_goes_in_a_circle():
    imports = {name: names_in(path) - {name} for name, path in NAMES.items()}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


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
        "ours = {m for m in sys.modules if m.startswith('polyqw.')} - {'polyqw.version'}\nassert not ours, ours\n"
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
