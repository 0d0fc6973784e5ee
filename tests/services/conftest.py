"""An open session on the reference structures."""

import pytest

from polyqw.services.database import reading


@pytest.fixture
def session(reference_template):
    """Read the database of the reference structures."""
    with reading(reference_template) as session:
        yield session
