"""What a person put right stays right when the structure is read again."""

import pytest
from sqlalchemy import select

from polyqw.db.models import CorrectedTable, Correction, Structure, Transition, table_of
from polyqw.db.open.engine import transaction
from polyqw.db.store.corrections import CORRECTABLE, add_correction
from polyqw.db.store.structures import store_structure
from polyqw.errors import DatabaseError


@pytest.fixture
def corrected(engine, samples):
    """Give a database with a structure whose pressure and Tc were put right, and its number."""
    with transaction(engine) as session:
        stored = store_structure(session, samples.record(), samples.analysis(), **samples.settings)
        why = {"reason": "The paper says 8.5 GPa.", "author": "M. Curie"}
        add_correction(session, stored.structure_id, "pressure_gpa", 8.5, **why)
        add_correction(session, stored.structure_id, "tc_kelvin", 135, table=CorrectedTable.TRANSITION, **why)
    return engine, stored.structure_id


def pressure_and_tc(engine, structure_id):
    with transaction(engine) as session:
        transition = session.scalars(select(Transition).where(Transition.structure_id == structure_id)).one()
        return session.get(Structure, structure_id).pressure_gpa, transition.tc_kelvin


def test_applied_at_once_and_old_value_kept(corrected):
    engine, structure_id = corrected
    assert pressure_and_tc(engine, structure_id) == (8.5, 135.0)
    with transaction(engine) as session:
        assert session.scalars(select(Correction.old_value)).all() == ["0.0001", "93.0"]


@pytest.mark.parametrize(
    ("record", "settings"),
    [
        ({}, {"analysis_version": "2"}),
        ({"content": "a comment more"}, {}),
        ({"file": "b.cif", "content": "x"}, {}),
    ],
)
def test_survives_reading_again(corrected, samples, record, settings):
    engine, _ = corrected
    with transaction(engine) as session:
        again = store_structure(session, samples.record(**record), samples.analysis(), **samples.settings | settings)
    assert pressure_and_tc(engine, again.structure_id) == (8.5, 135.0)


def test_another_structure_is_left_alone(corrected, samples):
    engine, _ = corrected
    with transaction(engine) as session:
        other = store_structure(
            session, samples.record(content="other", z=0.3), samples.analysis(), **samples.settings
        )
    assert pressure_and_tc(engine, other.structure_id) == (0.0001, 93.0)


def test_last_correction_wins_and_null_empties(corrected):
    engine, structure_id = corrected
    with transaction(engine) as session:
        add_correction(session, structure_id, "pressure_gpa", None, reason="Not stated after all.", author="M. Curie")
    assert pressure_and_tc(engine, structure_id)[0] is None


@pytest.mark.parametrize(
    ("column", "value", "complaint"),
    [
        ("height_angstrom", 3.0, "cannot be corrected"),
        ("pressure_gpa", "high", "takes a number"),
        ("origin", "guess", "ck_structure_origin|CHECK"),
    ],
)
def test_refused(corrected, column, value, complaint):
    engine, structure_id = corrected
    with pytest.raises(DatabaseError, match=complaint), transaction(engine) as session:
        add_correction(session, structure_id, column, value, reason="x", author="y")


def test_unknown_structure(engine):
    with pytest.raises(DatabaseError, match="no structure 99"), transaction(engine) as session:
        add_correction(session, 99, "note", "x", reason="x", author="y")


def test_correctable_columns_exist():
    for table, names in CORRECTABLE.items():
        model = Structure if table is CorrectedTable.STRUCTURE else Transition
        assert set(names) <= set(table_of(model).columns.keys())
