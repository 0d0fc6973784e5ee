"""The schema refuses what cannot be true, and every column says what it is."""

import pytest
from sqlalchemy import inspect, select, text

from polyqw.core.record import Origin, TransitionKind, Trust
from polyqw.core.wells import Family, Kind, Phase, Role, Status
from polyqw.db.models import Base, ColumnMetadata, unit_of
from polyqw.db.open.engine import transaction
from polyqw.errors import DatabaseError


@pytest.fixture
def stored(engine, samples):
    with transaction(engine) as session:
        samples.store_structure(session, samples.record(), samples.analysis(), **samples.settings)
    return engine


def refuses(engine, statement):
    with pytest.raises(DatabaseError) as caught, transaction(engine) as session:
        session.execute(text(statement))
    return str(caught.value)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE well SET height_angstrom = 0",
        "UPDATE well SET height_angstrom = -1",
        "UPDATE well SET height_angstrom = NULL",
        "UPDATE well SET height_max_angstrom = height_min_angstrom - 0.1",
        "UPDATE well SET height_su_angstrom = -0.1",
        "UPDATE well SET kind = 'cube'",
        "UPDATE well SET phase = 'delta'",
        "UPDATE well SET multiplicity = 0",
        "UPDATE well_vertex SET role = 'corner'",
        "UPDATE well_vertex SET site_index = 99",
        "UPDATE structure SET a_angstrom = 0",
        "UPDATE structure SET gamma_degrees = 180",
        "UPDATE structure SET volume_angstrom3 = -1",
        "UPDATE structure SET origin = 'guessed'",
        "UPDATE structure SET status = 'fine'",
        "UPDATE structure SET status = 'no_well'",
        "UPDATE structure SET family = 'organic'",
        "UPDATE structure SET file_sha256 = 'abc'",
        "UPDATE structure SET space_group_number = 231",
        "UPDATE structure SET temperature_kelvin = -1",
        "UPDATE structure SET superseded_by = id",
        "UPDATE structure SET compound_id = 99999",
        "UPDATE transition SET tc_kelvin = -0.1",
        "UPDATE transition SET kind = 'averaged'",
        "UPDATE transition SET compound_id = NULL",
        "UPDATE transition SET tc_su_kelvin = -1",
        "UPDATE site SET occupancy = 0",
        "UPDATE published_height SET height_angstrom = 0",
        "UPDATE published_height SET table_name = 'metals'",
        "UPDATE published_height SET phase = 'alpha'",
        "UPDATE published_height SET lambda_printed_kelvin_angstrom2 = NULL WHERE chosen",
        "UPDATE published_height SET lambda_printed_kelvin_angstrom2 = 400 WHERE NOT chosen",
        "UPDATE resonance SET parity = 'none'",
        "UPDATE resonance SET energy_published_mev = 0",
        "UPDATE pressure_point SET state = 'metal'",
        "UPDATE pressure_point SET pressure_to_gpa = 0",
        "UPDATE pressure_point SET pressure_of_tc_gpa = 20 WHERE state = 'SC-II'",
        "UPDATE published_prediction SET tc_kelvin = -1",
        "UPDATE compound SET name = 'the same'",
        "UPDATE reference SET kind = 'rumour'",
        "DELETE FROM reference WHERE key = 'papers/002'",
        "DELETE FROM compound",
        "UPDATE source_file SET file_sha256 = 'abc'",
        "INSERT INTO ingest_issue (file, block, status, reason, message, recorded_at) "
        "VALUES ('a', '', 'ok', 'x', 'y', '2026-01-01')",
    ],
)
def test_bad_rows_are_refused(stored, statement):
    assert "\n" not in refuses(stored, statement)


def test_digest_and_block_are_unique(stored, samples):
    with transaction(stored) as session:
        second = samples.record(file="b.cif", content="second")
        samples.store_structure(session, second, samples.analysis(), **samples.settings)
    assert "file_sha256" in refuses(stored, f"UPDATE structure SET file_sha256 = '{samples.sha256('first')}'")


def test_enumerations_are_those_of_core(stored):
    """A kind that core gains must come with a migration."""
    checks = {
        check["name"]: check["sqltext"]
        for table in Base.metadata.tables
        for check in inspect(stored).get_check_constraints(table)
    }
    for name, kinds in {
        "ck_well_kind": Kind,
        "ck_well_phase": Phase,
        "ck_well_vertex_role": Role,
        "ck_structure_family": Family,
        "ck_structure_status": Status,
        "ck_structure_origin": Origin,
        "ck_structure_origin_claimed": Origin,
        "ck_structure_tc_claimed_kind": TransitionKind,
        "ck_structure_trust": Trust,
        "ck_transition_kind": TransitionKind,
    }.items():
        assert all(f"'{kind.value}'" in checks[name] for kind in kinds), name
        assert checks[name].count("'") == 2 * len(kinds), name


def test_every_constraint_has_a_name(engine):
    inspector = inspect(engine)
    for table in Base.metadata.tables:
        found = [
            inspector.get_pk_constraint(table),
            *inspector.get_foreign_keys(table),
            *inspector.get_unique_constraints(table),
            *inspector.get_check_constraints(table),
        ]
        assert all(item["name"] for item in found), table


def test_every_column_is_described(engine):
    inspector = inspect(engine)
    present = {
        (table, column["name"], position)
        for table in [*inspector.get_table_names(), *inspector.get_view_names()]
        for position, column in enumerate(inspector.get_columns(table))
    }
    with transaction(engine) as session:
        notes = session.scalars(select(ColumnMetadata)).all()
        assert {(note.table_name, note.column_name, note.position) for note in notes} == present
        for note in notes:
            assert note.description.endswith("."), note.column_name
            assert note.source, note.column_name
            unit = unit_of(note.column_name)
            assert unit is None or note.unit == unit, note.column_name


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("height_angstrom", "Å"),
        ("lambda_kelvin_angstrom2", "K Å²"),
        ("volume_angstrom3", "Å³"),
        ("tc_kelvin", "K"),
        ("energy_mev", "meV"),
        ("mu_ev", "eV"),
        ("n_faces", None),
    ],
)
def test_unit_of(name, unit):
    assert unit_of(name) == unit


def test_views_leave_out_mu_and_bounds(stored):
    with transaction(stored) as session:
        law = session.execute(text("SELECT * FROM v_law")).mappings().all()
        assert [row["phase"] for row in law] == ["alpha"]
        assert law[0]["lambda_kelvin_angstrom2"] == pytest.approx(93.0 * 3.6**2)
        session.execute(text("UPDATE transition SET kind = 'not_observed' WHERE structure_id IS NOT NULL"))
        assert session.execute(text("SELECT lambda_kelvin_angstrom2 FROM v_law")).scalars().all() == [None]
        assert len(session.execute(text("SELECT * FROM v_wells")).all()) == 2
