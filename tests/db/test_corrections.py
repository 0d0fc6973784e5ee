"""What a person put right, in an older version, stays right when the structure is read again."""

import pytest
from sqlalchemy import select

from polyqw.db.models import Structure, Transition
from polyqw.db.open.engine import transaction


@pytest.fixture
def corrected(engine, samples):
    """Give a database with a structure whose pressure and Tc were put right, and its number."""
    with transaction(engine) as session:
        stored = samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
        samples.correct(session, stored.structure_id, "pressure_gpa", "8.0")
        samples.correct(session, stored.structure_id, "pressure_gpa", "8.5")
        samples.correct(session, stored.structure_id, "note", None)
        samples.correct(session, stored.structure_id, "tc_kelvin", "135", "transition")
    return engine


def values(engine, structure_id):
    with transaction(engine) as session:
        transition = session.scalars(select(Transition).where(Transition.structure_id == structure_id)).one()
        structure = session.get(Structure, structure_id)
        return structure.pressure_gpa, structure.note, transition.tc_kelvin


@pytest.mark.parametrize(
    ("record", "settings", "expected"),
    [
        ({}, {"analysis_version": "2"}, (8.5, None, 135.0)),
        ({"content": "a comment more"}, {}, (8.5, None, 135.0)),
        ({"file": "b.cif", "content": "x"}, {}, (8.5, None, 135.0)),
        ({"content": "other", "z": 0.3}, {}, (0.0001, "a note", 93.0)),
    ],
    ids=["analysed anew", "same cell", "another file", "another cell"],
)
def test_survives_reading_again(corrected, samples, record, settings, expected):
    with transaction(corrected) as session:
        read = samples.record(**record), samples.analysis()
        again = samples.store_structure(session, *read, **samples.settings | settings)
    assert values(corrected, again.structure_id) == expected
