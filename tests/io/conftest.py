"""Where the structures are that these tests read."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = sorted([*(ROOT / "cifs").glob("*.cif"), *(ROOT / "tests" / "data" / "structures").glob("*.cif")])


def pytest_generate_tests(metafunc):
    if "published_path" in metafunc.fixturenames:
        metafunc.parametrize("published_path", PUBLISHED, ids=[path.stem for path in PUBLISHED])


@pytest.fixture(scope="session")
def corpus_paths():
    """CIFs of the 3DSC corpus; not part of the project, so tests of them skip without it."""
    root = Path(os.environ.get("POLYQW_CORPUS", ROOT.parent / "shared" / "corpus"))
    paths = sorted((root / "cifs").glob("*.cif"))
    if not paths:
        pytest.skip(f"no corpus in {root}; set POLYQW_CORPUS to the folder that holds cifs/ and tc.csv")
    return paths
