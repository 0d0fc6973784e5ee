"""The same file twice changes nothing; a changed one takes the old one's place; a copy is not a second."""

from dataclasses import replace

import pytest
from sqlalchemy import select, text

from polyqw.core.wells import Status
from polyqw.db.look.restore import read_analysis, read_record
from polyqw.db.models import Compound, Descriptor, IngestIssue, Structure, Transition
from polyqw.db.open.engine import transaction
from polyqw.db.store.structures import (
    Issue,
    Outcome,
    known_digests,
    record_issue,
)
from polyqw.errors import DatabaseError


def put(engine, samples, record, analysis=None, **settings):
    with transaction(engine) as session:
        return samples.store_structure(session, record, analysis or samples.analysis(), **samples.settings | settings)


def put_file(engine, samples, records, issues=(), content="first", file="a.cif"):
    with transaction(engine) as session:
        blocks = [(record, samples.analysis()) for record in records]
        return samples.store_file(session, file, samples.sha256(content), blocks, issues, **samples.settings)


def count(engine, table):
    with transaction(engine) as session:
        return session.execute(text(f"SELECT count(*) FROM {table}")).scalar()


def superseded_by(engine, structure_id):
    with transaction(engine) as session:
        return session.get(Structure, structure_id).superseded_by


def everything(engine):
    """Return all that ingest writes, but for keys that only count and moments."""
    tables = (
        "structure",
        "site",
        "well",
        "well_vertex",
        "descriptor",
        "transition",
        "source_file",
        "source_block",
    )
    with transaction(engine) as session:
        return {table: session.execute(text(f"SELECT * FROM {table} ORDER BY 1, 2, 3")).all() for table in tables}


def test_stored_is_what_comes_back(engine, samples):
    record, analysis = samples.record(), samples.analysis()
    outcome = put(engine, samples, record, analysis)
    assert outcome.outcome is Outcome.STORED
    with transaction(engine) as session:
        structure = session.get(Structure, outcome.structure_id)
        found = read_record(session, structure)
        assert replace(found, cell=record.cell) == record
        assert found.cell.sites == record.cell.sites
        assert (found.cell.lattice == record.cell.lattice).all()
        assert read_analysis(structure) == analysis
        assert structure.tolerances == samples.settings["tolerances"]
        assert structure.analysis_version == "1"
        assert structure.formula == record.cell.formula
        assert structure.c_angstrom == pytest.approx(11.7)
        assert structure.gamma_degrees == pytest.approx(89.853, abs=1e-3)
        assert structure.volume_angstrom3 == pytest.approx(record.cell.volume)
        assert structure.stored_at.tzinfo is not None
        units = {row.name: row.unit for row in structure.descriptors}
        assert units == {"plane_edge_angstrom": "Å", "buckling_degrees": "°", "n_planes": None}


def test_transition_belongs_to_structure_and_compound(engine, samples):
    outcome = put(engine, samples, samples.record())
    with transaction(engine) as session:
        row = session.scalars(select(Transition).where(Transition.structure_id == outcome.structure_id)).one()
        assert (row.tc_kelvin, row.kind, row.source) == (93.0, "measured", "_exptl_tc")
        assert row.compound_id == session.get(Structure, outcome.structure_id).compound_id


def test_structure_without_well_or_tc(engine, samples):
    analysis = samples.analysis(
        status=Status.NO_WELL,
        reason="no_plane_metal",
        message="No Cu.",
        family=None,
        wells=(),
        descriptors={},
        steps=(),
    )
    outcome = put(engine, samples, samples.record(transition=None), analysis)
    with transaction(engine) as session:
        assert read_analysis(session.get(Structure, outcome.structure_id)) == analysis
        failures = session.execute(text("SELECT status, reason, structure_id FROM v_failures")).all()
        assert failures == [("no_well", "no_plane_metal", outcome.structure_id)]
    assert count(engine, "v_law") == 0


def test_undefined_descriptors_are_left_out(engine, samples):
    analysis = samples.analysis(descriptors={"bond_angstrom": float("nan"), "n_planes": 2.0})
    put(engine, samples, samples.record(), analysis)
    with transaction(engine) as session:
        assert session.scalars(select(Descriptor.name)).all() == ["n_planes"]


def test_text_of_any_file(engine, samples):
    outcome = put(engine, samples, samples.record(file="odd\udce9.cif", note="a\x00b", block="blöck"))
    with transaction(engine) as session:
        structure = session.get(Structure, outcome.structure_id)
        assert (structure.file, structure.note, structure.block) == ("odd\\udce9.cif", "a\\x00b", "blöck")
        settings = samples.settings
        digest = samples.sha256("first")
        assert known_digests(session, ["odd\udce9.cif"], **settings) == {"odd\udce9.cif": digest}


def test_twice_is_unchanged(engine, samples):
    first = put(engine, samples, samples.record())
    before = everything(engine)
    assert put(engine, samples, samples.record()) == replace(first, outcome=Outcome.UNCHANGED)
    assert everything(engine) == before


def test_order_of_tolerances_does_not_matter(engine, samples):
    put(engine, samples, samples.record())
    turned = dict(reversed(samples.settings["tolerances"].items()))
    assert put(engine, samples, samples.record(), tolerances=turned).outcome is Outcome.UNCHANGED


@pytest.mark.parametrize("change", [{"analysis_version": "2"}, {"tolerances": {"height_cluster_angstrom": 0.02}}])
def test_another_analysis_replaces_the_wells(engine, samples, change):
    first = put(engine, samples, samples.record())
    again = put(engine, samples, samples.record(), samples.analysis(height=3.7), **change)
    assert again == replace(first, outcome=Outcome.UPDATED)
    with transaction(engine) as session:
        structure = session.get(Structure, first.structure_id)
        assert {well.height_angstrom for well in structure.wells} == {3.7}
        assert structure.superseded_by is None
    assert [count(engine, table) for table in ("structure", "well", "well_vertex", "site")] == [1, 2, 12, 3]
    assert put(engine, samples, samples.record(), **change).outcome is Outcome.UNCHANGED


def test_changed_file_supersedes(engine, samples):
    old = put(engine, samples, samples.record())
    new = put(engine, samples, samples.record(content="second", z=0.26))
    assert new.outcome is Outcome.UPDATED
    assert new.structure_id != old.structure_id
    assert superseded_by(engine, old.structure_id) == new.structure_id
    assert superseded_by(engine, new.structure_id) is None
    assert count(engine, "structure") == 2
    assert count(engine, "v_wells") == 2
    assert put(engine, samples, samples.record(content="second", z=0.26)).outcome is Outcome.UNCHANGED


def test_changed_back(engine, samples):
    first = put(engine, samples, samples.record())
    second = put(engine, samples, samples.record(content="second"))
    assert put(engine, samples, samples.record()) == replace(first, outcome=Outcome.UPDATED)
    assert superseded_by(engine, first.structure_id) is None
    assert superseded_by(engine, second.structure_id) == first.structure_id
    assert count(engine, "structure") == 2


def test_copy_under_another_path_is_not_a_second(engine, samples):
    first = put(engine, samples, samples.record())
    assert put(engine, samples, samples.record(file="b.cif")) == replace(first, outcome=Outcome.UNCHANGED)
    assert count(engine, "structure") == 1


def test_copy_keeps_a_structure_current(engine, samples):
    first = put(engine, samples, samples.record())
    put(engine, samples, samples.record(file="b.cif"))
    second = put(engine, samples, samples.record(content="second"))
    assert superseded_by(engine, first.structure_id) is None  # b.cif still holds it
    third = put(engine, samples, samples.record(file="b.cif", content="third"))
    assert superseded_by(engine, first.structure_id) == third.structure_id
    assert superseded_by(engine, second.structure_id) is None


def test_path_that_becomes_a_copy(engine, samples):
    first = put(engine, samples, samples.record())
    second = put(engine, samples, samples.record(file="b.cif", content="second"))
    assert put(engine, samples, samples.record(file="b.cif")) == replace(first, outcome=Outcome.UPDATED)
    assert superseded_by(engine, second.structure_id) == first.structure_id


def test_compounds_are_shared(engine, samples):
    put(engine, samples, samples.record())
    before = count(engine, "compound")
    put(engine, samples, samples.record(file="b.cif", content="second", z=0.3))
    assert count(engine, "compound") == before


def test_family_of_a_compound_comes_with_the_first_well(engine, samples):
    lame = samples.analysis(status=Status.NO_WELL, reason="no_apex", family=None, wells=())
    record = samples.record()
    put(engine, samples, record, lame)
    put(engine, samples, samples.record(file="b.cif", content="second"))
    with transaction(engine) as session:
        found = select(Compound.family).where(Compound.formula == record.cell.formula)
        assert session.scalars(found).one() == "cuprate"


def test_blocks_of_one_file(engine, samples):
    outcomes = put_file(engine, samples, [samples.record(), samples.record(block="two")])
    assert [outcome.outcome for outcome in outcomes] == [Outcome.STORED, Outcome.STORED]
    again = put_file(engine, samples, [samples.record(), samples.record(block="two")])
    assert [outcome.outcome for outcome in again] == [Outcome.UNCHANGED, Outcome.UNCHANGED]


def test_block_that_vanishes_is_superseded(engine, samples):
    one, two = put_file(engine, samples, [samples.record(), samples.record(block="two")])
    (new,) = put_file(engine, samples, [samples.record(content="second")], content="second")
    assert superseded_by(engine, one.structure_id) == new.structure_id
    assert superseded_by(engine, two.structure_id) == new.structure_id


def test_file_that_stops_being_readable_keeps_its_structure(engine, samples):
    (old,) = put_file(engine, samples, [samples.record()])
    put_file(engine, samples, [], [Issue("rejected", "not_cif", "No data block.")], content="second")
    assert superseded_by(engine, old.structure_id) is None
    with transaction(engine) as session:
        assert session.execute(text("SELECT file, status FROM v_failures")).all() == [("a.cif", "rejected")]
    (again,) = put_file(engine, samples, [samples.record()])
    assert again == replace(old, outcome=Outcome.UNCHANGED)
    assert count(engine, "v_failures") == 0


def test_issue_is_recorded_once(engine, samples):
    for message in ("Took 21 s.", "Took 22 s."):
        with transaction(engine) as session:
            record_issue(session, "a.cif", None, Issue("failed", "timeout", message), seconds=20.0)
    with transaction(engine) as session:
        assert session.scalars(select(IngestIssue.message)).all() == ["Took 22 s."]


def test_files_that_need_not_be_read_again(engine, samples):
    put_file(engine, samples, [samples.record()])
    put_file(engine, samples, [], [Issue("rejected", "not_cif", "x")], content="bad", file="bad.cif")
    put_file(engine, samples, [], [Issue("failed", "timeout", "x")], content="slow", file="slow.cif")
    first, bad = (samples.sha256(name) for name in ("first", "bad"))  # slow.cif is worth another try
    other = samples.settings | {"tolerances": {}}
    with transaction(engine) as session:
        assert known_digests(session, ["a.cif", "b.cif"], **other) == {}
        names = ["a.cif", "bad.cif", "slow.cif", "new.cif"]
        assert known_digests(session, names, **samples.settings) == {"a.cif": first, "bad.cif": bad}
        assert known_digests(session, names[1:2], **samples.settings) == {"bad.cif": bad}
        assert known_digests(session, names, analysis_version="2", tolerances={}) == {}


def test_vertex_of_no_site_is_refused(engine, samples):
    analysis = samples.analysis()
    well = analysis.wells[0]
    wrong = replace(well, vertices=(replace(well.vertices[0], site=7), *well.vertices[1:]))
    with pytest.raises(DatabaseError):
        put(engine, samples, samples.record(), replace(analysis, wells=(wrong,)))
    assert count(engine, "structure") == 0
