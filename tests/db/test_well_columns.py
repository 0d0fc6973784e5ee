"""Every field of a well and of a vertex has a column, and every column a field."""

import pytest

from polyqw.db.models import Well, WellVertex
from polyqw.db.well_columns import columns_of
from tests.db.conftest import make_analysis

(WELL, _) = make_analysis().wells


@pytest.mark.parametrize(
    ("value", "model", "keys"),
    [
        (WELL, Well, {"id", "structure_id"}),
        (WELL.vertices[0], WellVertex, {"well_id", "structure_id", "vertex_index"}),
    ],
)
def test_columns_are_those_of_the_model(value, model, keys):
    assert columns_of(value).keys() | keys == set(model.__table__.columns.keys())
