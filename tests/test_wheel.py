"""What is shipped: the wheel and the sdist hold what they need, and work in an environment of their own."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

from polyqw.db.open.revision import HEAD
from polyqw.version import __version__
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("wheel")
"""What these tests share is made once."""

if importlib.util.find_spec("build") is None:
    pytest.skip("needs the build package to build a wheel", allow_module_level=True)


def call(*words, cwd, **changes):
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("POLYQW", "PYTHON"))} | changes
    done = subprocess.run(
        list(map(str, words)), cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Build the wheel and the sdist from the checkout."""
    folder = tmp_path_factory.mktemp("dist")
    # without hatchling here, an environment of its own fetches it
    isolation = ["--no-isolation"] if importlib.util.find_spec("hatchling") else []
    call(sys.executable, "-m", "build", *isolation, "--wheel", "--sdist", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return wheel, sdist


@pytest.fixture(scope="session")
def installed(built, tmp_path_factory):
    """Install the wheel alone into a new environment that finds its dependencies where the tests find theirs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=False)
    scheme = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", scheme))
    scripts = Path(sysconfig.get_path("scripts", "venv", scheme))
    python = scripts / "python"
    call(
        sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, "install", "--no-index",
        "--no-deps", built[0], cwd=folder,
    )  # fmt: skip
    # paths alone, so that an editable polyqw (a .pth beside the dependencies) is not followed
    theirs = dict.fromkeys(sysconfig.get_path(name) for name in ("purelib", "platlib"))
    (site / "dependencies.pth").write_text("".join(f"{path}\n" for path in theirs))
    return scripts


def test_wheel_holds_what_it_needs(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = set(wheel.namelist())
    for folder in ("cifs", "db/cookbook", "db/seed", "db/series", "migrations"):
        here = {
            f"polyqw/_data/{path.relative_to(ROOT).as_posix()}"
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        assert here
        assert here <= names
    assert "polyqw/_data/CITATION.cff" in names
    assert "polyqw/py.typed" in names
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "polyqw").rglob("*.py")}
    kinds = {".j2", ".html", ".css", ".js", ".txt"}
    templates = {p.relative_to(ROOT).as_posix() for p in (ROOT / "polyqw").rglob("*") if p.suffix in kinds}
    assert templates
    assert code | templates <= names


def test_wheel_holds_nothing_else(built):
    with zipfile.ZipFile(built[0]) as wheel:
        names = wheel.namelist()
    assert {name.split("/")[0] for name in names} == {"polyqw", f"polyqw-{__version__}.dist-info"}
    for name in names:
        assert not any(part in ("tests", "__pycache__", "docs") for part in name.split("/")), name
        assert not name.endswith((".db", ".pyc", ".db-wal", ".db-shm")), name
    assert len(names) == len(set(names))


def test_sdist_holds_the_tests_too(built):
    with tarfile.open(built[1]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    for needed in (
        "pyproject.toml", "README.md", "LICENSE", "polyqw/cli/main.py", "cifs/tl1212.cif",
        "db/seed/published_height.csv", "db/cookbook/sources.sql", "docs/cli.md",
        "docs/manual/sessions.py", "tests/data/structures/expected.csv", "tests/test_wheel.py",
    ):  # fmt: skip
        assert needed in names
    assert not any(name.endswith((".db", ".pyc")) for name in names)


def test_installed_program_works_from_an_empty_folder(installed, tmp_path):
    python, polyqw = installed / "python", installed / "polyqw"
    home = {"HOME": str(tmp_path / "home"), "MPLCONFIGDIR": str(tmp_path / "mpl")}
    empty = tmp_path / "empty"
    empty.mkdir()
    place = call(python, "-c", "import polyqw; print(polyqw.__file__)", cwd=empty, **home).strip()
    assert Path(place).is_relative_to(installed.parent), "the installed wheel is not what runs"
    shown = call(polyqw, "--version", cwd=empty, **home).splitlines()
    assert f"polyqw {__version__}" in shown
    assert f"schema {HEAD}" in shown
    report = json.loads(call(polyqw, "ingest", "--reference", "--db", "x.db", "--json", cwd=empty, **home))
    assert report["stored"] == len(list((ROOT / "cifs").glob("*.cif")))
    assert report["failed"] == 0
    fit = json.loads(call(polyqw, "fit", "--family", "cuprate", "--json", "--db", "x.db", cwd=empty, **home))
    assert fit["lambda_mean"] == pytest.approx(1288.2, abs=0.05)
    assert call(polyqw, "cite", cwd=empty, **home).startswith("@misc{polyqw,")
    call(polyqw, "report", "-o", "report", "--db", "x.db", cwd=empty, **home)
    assert (empty / "report" / "report.html").stat().st_size > 10_000
    assert sorted(p.name for p in empty.iterdir()) == ["report", "x.db"]
