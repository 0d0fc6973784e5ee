"""What tests of several rooms share: the reference structures in a database, golden numbers, the corpus."""

from __future__ import annotations

import csv
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import settings

from polyqw.core.options import AnalysisOptions
from polyqw.services.ingest import ingest
from tests.leftovers import pytest_configure  # noqa: F401 - a hook: nothing outlives the tests
from tests.postgres_server import postgres, postgres_template  # noqa: F401 - fixtures, one server for all rooms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

settings.register_profile("any load", deadline=None)
settings.load_profile("any load")

ROOT = Path(__file__).resolve().parents[1]
STRUCTURES = ROOT / "tests" / "data" / "structures"
GOLDEN = ROOT / "tests" / "data" / "golden"


class Golden(NamedTuple):
    """A number that the program must give."""

    name: str
    quantity: str
    value: float
    tolerance: float
    unit: str
    source: str


def read_table(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_golden(name: str) -> list[Golden]:
    """Return the rows of tests/data/golden/<name>.csv."""
    return [
        Golden(**{**row, "value": float(row["value"]), "tolerance": float(row["tolerance"])})
        for row in read_table(GOLDEN / f"{name}.csv")
    ]


def structure_path(name: str) -> Path:
    """Return the CIF of a reference or test structure."""
    reference = ROOT / "cifs" / f"{name}.cif"
    return reference if reference.exists() else STRUCTURES / f"{name}.cif"


@pytest.fixture(scope="session", autouse=True)
def interrupts() -> None:
    """Let interrupts reach what tests start, also where a shell in the background has them ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def reference_template(tmp_path_factory) -> str:
    """Make a database of the reference structures, for tests that only read it."""
    path = str(tmp_path_factory.mktemp("reference") / "reference.db")
    done = list(ingest(path, [str(ROOT / "cifs")], AnalysisOptions()))
    assert {d.outcome for d in done} == {"stored"}
    return path


@pytest.fixture
def reference_copy(reference_template, tmp_path) -> Path:
    """Give a database of the reference structures that a test may change."""
    return Path(shutil.copy(reference_template, tmp_path / "copy.db"))


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Give the folder of the 3DSC corpus; it is no part of the project, so tests of it skip without it."""
    root = Path(os.environ.get("POLYQW_CORPUS", ROOT.parent / "shared" / "corpus"))
    if not (root / "cifs").is_dir():
        pytest.skip(f"no corpus in {root}; set POLYQW_CORPUS to the folder that holds cifs/ and tc.csv")
    return root


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium, driven by playwright, that draws WebGL in software.

    One per module and not per session: while playwright runs, no test of the same thread can start an event loop.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright to drive a browser")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("needs a Chromium to open pages in")
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic"],
        )
        yield opened
        opened.close()
