"""Structures and compounds by what people call them."""

import pytest

from polyqw.db.look import find
from polyqw.db.open.engine import transaction
from polyqw.errors import DatabaseError


@pytest.fixture
def stored(engine, samples):
    """Give a database with a superseded structure and two current ones, and their numbers."""
    with transaction(engine) as session:
        numbers = [
            samples.store_structure(session, record, samples.analysis(), **samples.settings).structure_id
            for record in (
                samples.record(content="old"),
                samples.record(content="new"),
                samples.record(content="other", file="b.cif", block="two", source="ICSD 7", table_row=None),
            )
        ]
    return engine, numbers


@pytest.mark.parametrize(
    ("key", "which"),
    [
        ("COD 1", 1),
        ("one", 1),
        ("a.cif", 1),
        ("ICSD 7", 2),
        ("two", 2),
        ("b.cif", 2),
        ("nothing", None),
        ("", None),
    ],
)
def test_find_structure(stored, key, which):
    engine, numbers = stored
    with transaction(engine) as session:
        found = find.find_structure(session, key)
        assert (found and found.id) == (None if which is None else numbers[which])


def test_by_number_also_superseded(stored):
    engine, numbers = stored
    with transaction(engine) as session:
        for number in numbers:
            assert find.find_structure(session, number).id == number
            assert find.find_structure(session, str(number)).id == number
        assert find.find_structure(session, 9999) is None
        assert find.find_structure(session, "9" * 30) is None


def test_ambiguous(stored, samples):
    engine, numbers = stored
    with transaction(engine) as session:
        third = samples.store_structure(
            session, samples.record(content="third", file="c.cif"), samples.analysis(), **samples.settings
        )
        with pytest.raises(
            DatabaseError, match=rf"2 structures are called one: .*{numbers[1]}, {third.structure_id}"
        ):
            find.find_structure(session, "one")
        assert len(find.find_structures(session, "one")) == 2


def test_structures_of_a_compound(stored):
    engine, numbers = stored
    with transaction(engine) as session:
        own = find.find_compound(session, "Ba0.6 Cu1 K0.4 O0.91")
        assert [row.id for row in find.structures_of(session, [own])] == numbers[1:]
        printed = find.find_compound(session, "YBa2Cu3O7-d")
        assert [row.id for row in find.structures_of(session, [printed])] == [numbers[1]]


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("CaKFe4As4", "CaKFe4As4"),
        ("As4 Ca1 Fe4 K1", "CaKFe4As4"),
        ("KCaFe4As4", "CaKFe4As4"),
        ("La3Ni2O7", "La3Ni2O7"),
        ("YBa2Cu3O7-d", "YBa2Cu3O7-d"),
        ("YBa2Cu3O7", None),
        ("", None),
    ],
)
def test_find_compound(engine, key, name):
    with transaction(engine) as session:
        found = find.find_compound(session, key)
        assert (found and found.name) == name
