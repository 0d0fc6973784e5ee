"""An open session on the reference structures, and the reports that several modules read."""

import pytest

from polyqw.services.place.database import reading
from tests.services.written_reports import written, written_on_hostile_text


def pytest_collection_modifyitems(items):
    """Have one process write the reports that many tests read: it takes half a minute."""
    for item in items:
        if {"report", "hostile"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("report"))


@pytest.fixture
def session(reference_template):
    """Read the database of the reference structures."""
    with reading(reference_template) as session:
        yield session


@pytest.fixture(scope="session")
def report(reference_template, tmp_path_factory):
    """Write the report on the reference structures."""
    return written(reference_template, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Write a report on a database whose texts try to become markup."""
    return written_on_hostile_text(tmp_path_factory.mktemp("hostile"))
