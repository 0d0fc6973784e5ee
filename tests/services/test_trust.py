"""What a file says of itself counts as evidence only from the reference set, or where the user vouches for it."""

from __future__ import annotations

import csv
import gzip
import json
import shutil

import pytest
from sqlalchemy import func, select, text

from polyqw.core.kagome import find_kagome_nets
from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin, Provenance, Transition, TransitionKind, Trust
from polyqw.db.models import Structure
from polyqw.db.models import Transition as TransitionRow
from polyqw.io.cif.reference_set import reference_digests
from polyqw.io.read_options import ReadOptions
from polyqw.services.cite.sources import cite_read
from polyqw.services.claims.ledger import Data
from polyqw.services.describe.describe import describe_analysed
from polyqw.services.drawing.section import Table
from polyqw.services.exchange.ase_export import export_ase
from polyqw.services.exchange.cif_export import export_cif
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.exchange.table_export import export_csv
from polyqw.services.ingest import ingest
from polyqw.services.law.fit import FAMILIES_WITH_TABLE, table_rows
from polyqw.services.law.fit_tests import printed_evidence
from polyqw.services.law.heights import compare_heights
from polyqw.services.law.heights_section import comparisons
from polyqw.services.law.law_section import measured_heights
from polyqw.services.place.database import reading
from polyqw.services.report.wells_section import WellPages, section
from polyqw.services.structures.analyse import analyse_inputs, analysed_row, read_inputs
from polyqw.services.structures.lookup import Lookup
from polyqw.services.structures.records import show
from polyqw.services.systems.kagome import kagome_row
from polyqw.services.systems.of_structure import search
from polyqw.services.validation.dataset import database_data, folder_data
from polyqw.services.validation.run import validate
from tests.conftest import structure_path

OPTIONS = AnalysisOptions()
TRUSTED = ReadOptions(trusted=True)
CLAIMED = {
    "origin": "measured",
    "table_row": "YBa2Cu3O7-d",
    "tc_kelvin": 93.0,
    "tc_kind": "measured",
    "tc_pressure_gpa": 0.0,
    "tc_source": "its author",
}

BOAST = """data_ybco_o700
_chemical_formula_sum 'Ba2 Cu3 O7 Y'
_polyqw_origin measured
_polyqw_table_row YBa2Cu3O7-d
_polyqw_tc_kelvin 93
_polyqw_tc_kind measured
_polyqw_tc_source 'its author'
_polyqw_tc_pressure_gpa 0
_cell_length_a 3.9
_cell_length_b 3.9
_cell_length_c 11.5
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'P m m m'
loop_
_space_group_symop_operation_xyz
x,y,z
-x,-y,-z
-x,-y,z
x,y,-z
x,-y,-z
-x,y,z
-x,y,-z
x,-y,z
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ba1 Ba 0.5 0.5 0.19
Y1 Y 0.5 0.5 0.5
Cu1 Cu 0 0 0
Cu2 Cu 0 0 0.36
O1 O 0 0.5 0
O2 O 0.5 0 0.38
O3 O 0 0.5 0.38
O4 O 0 0 0.16
"""


@pytest.fixture
def boast(tmp_path):
    """Give a file from outside that names itself the measured YBa2Cu3O7 of the papers, under a reference name."""
    path = tmp_path / "boast.cif"
    path.write_text(BOAST, encoding="utf-8")
    return path


def ingested(database, *paths, reading_options=None):
    return [
        done.outcome
        for done in ingest(str(database), [str(p) for p in paths], OPTIONS, reading=reading_options or ReadOptions())
    ]


def one_of(database):
    """Return what the database says of its only structure."""
    with reading(str(database)) as session:
        (structure,) = session.scalars(select(Structure)).all()
        (record,) = show(session, str(structure.id))
    return record


def standing(record):
    return {name: record[name] for name in ("trust", "origin", "table_row", "tc_kelvin", "claims")}


UNVOUCHED = {"trust": "none", "origin": "unknown", "table_row": None, "tc_kelvin": None, "claims": CLAIMED}
VOUCHED = {"trust": "user", "origin": "measured", "table_row": "YBa2Cu3O7-d", "tc_kelvin": 93.0, "claims": None}


def law_rows(database):
    with reading(str(database)) as session:
        return session.execute(text("SELECT count(*) FROM v_law")).scalar()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request, tmp_path):
    """Give the place of an empty database."""
    if request.param == "sqlite":
        yield str(tmp_path / "wells.db")
        return
    server = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url_of(name)
    server.drop(name)


def test_a_file_does_not_vouch_for_itself(database, boast):
    assert ingested(database, boast) == ["stored"]
    assert standing(one_of(database)) == UNVOUCHED
    assert law_rows(database) == 0
    with reading(database) as session:
        assert compare_heights(session) == []
        assert list(database_data(session, "x").structures) == []
        assert session.scalar(select(func.count()).where(TransitionRow.key.is_(None))) == 0


def test_vouching_and_taking_it_back(database, boast):
    ingested(database, boast)
    assert ingested(database, boast, reading_options=TRUSTED) == ["updated"]
    assert standing(one_of(database)) == VOUCHED
    assert law_rows(database) > 0
    with reading(database) as session:
        assert {c.structure.block for c in compare_heights(session)} == {"ybco_o700"}
    assert ingested(database, boast, reading_options=TRUSTED) == ["unchanged"]
    assert ingested(database, boast) == ["updated"]
    assert standing(one_of(database)) == UNVOUCHED
    assert law_rows(database) == 0
    assert ingested(database, boast) == ["unchanged"]


def test_workers_are_told_who_vouches(tmp_path, boast):
    (done,) = ingest(str(tmp_path / "a.db"), [str(boast)], OPTIONS, jobs=1, reading=TRUSTED)
    assert done.outcome == "stored"
    assert one_of(tmp_path / "a.db")["trust"] == "user"


def test_a_copy_of_a_reference_file_is_that_file(tmp_path):
    copy = shutil.copy(structure_path("ybco_o700"), tmp_path / "mine.cif")
    packed = tmp_path / "packed.cif.gz"
    packed.write_bytes(gzip.compress(structure_path("tl1212").read_bytes()))
    for number, path in enumerate((copy, packed)):
        database = tmp_path / f"{number}.db"
        for vouch in (ReadOptions(), TRUSTED):
            assert ingested(database, path, reading_options=vouch) == ["stored" if vouch != TRUSTED else "unchanged"]
            record = one_of(database)
            assert (record["trust"], record["origin"], record["claims"]) == ("reference", "measured", None)


def test_a_changed_byte_makes_a_stranger(tmp_path):
    changed = tmp_path / "ybco_o700.cif"
    changed.write_bytes(structure_path("ybco_o700").read_bytes().replace(b"0.18377", b"0.18376"))
    ingested(tmp_path / "a.db", changed)
    record = one_of(tmp_path / "a.db")
    assert standing(record) == UNVOUCHED | {
        "claims": CLAIMED
        | {"tc_kelvin": 91.7, "tc_kind": "reported", "tc_source": "SuperCon3D", "tc_pressure_gpa": None}
    }


def test_every_reference_file_is_known_by_its_content():
    found = [a for a in analyse_inputs([str(structure_path("nacl").parent)], OPTIONS) if a.record]
    assert {a.record.provenance.trust for a in found} == {Trust.REFERENCE}
    assert {a.record.file_sha256 for a in found} == reference_digests()


@pytest.fixture(scope="module")
def beside_stranger(reference_template, tmp_path_factory):
    """Make a database of the reference structures and the file from outside."""
    folder = tmp_path_factory.mktemp("beside")
    path = folder / "boast.cif"
    path.write_text(BOAST, encoding="utf-8")
    database = shutil.copy(reference_template, folder / "wells.db")
    ingested(database, path)
    return str(database)


def _evidence(session, family):
    rows = table_rows(session, family)
    return printed_evidence(session, rows, [height for row in rows for height in row if height.chosen])


def numbers(session):
    """Return what the tables, their tests and the papers' claims draw on."""
    compared = comparisons(Lookup(session))
    return {
        "comparisons": compared,
        "measured": measured_heights(compared),
        "evidence": [_evidence(session, family) for family in FAMILIES_WITH_TABLE],
        "v_law": session.execute(text("SELECT * FROM v_law ORDER BY well_id, transition_id")).all(),
        "transitions": session.execute(text("SELECT * FROM transition ORDER BY id")).all(),
        "named": {name: s.file_sha256 for name, s in Data(session).structures.items()},
    }


def test_a_stranger_changes_no_number_of_the_reference_set(reference_template, beside_stranger):
    with reading(reference_template) as before, reading(beside_stranger) as after:
        expected, found = numbers(before), numbers(after)
        assert found == expected
        assert expected["measured"]
        assert after.scalar(select(func.count(Structure.id))) == before.scalar(select(func.count(Structure.id))) + 1


def page_of(database):
    """Return what the report tells of the structure that is no reference one, and its line in the list."""
    with reading(database) as session:
        (structure,) = session.scalars(select(Structure).where(Structure.trust != "reference")).all()
        parts = section(Lookup(session)).parts
    (line,) = (row for part in parts if isinstance(part, Table) for row in part.rows if row["id"] == structure.id)
    (page,) = (p for part in parts if isinstance(part, WellPages) for p in part.pages if p.structure is structure)
    return page.facts, line, [well.printed for well in page.wells]


def test_report_shows_what_the_file_says(beside_stranger):
    facts, line, printed = page_of(beside_stranger)
    assert facts["the file says"] == "origin measured; row YBa2Cu3O7-d; Tc 93 K, measured (its author)"
    assert facts["origin"] == "unknown"
    assert not facts.keys() & {"Tc", "row of the papers", "vouched for by"}
    assert (line["origin"], line["tc_kelvin"]) == ("unknown (the file says measured)", None)
    assert not any(printed)


def test_report_says_whom_the_user_vouches_for(tmp_path, boast):
    ingested(tmp_path / "a.db", boast, reading_options=TRUSTED)
    facts, line, printed = page_of(str(tmp_path / "a.db"))
    assert facts["vouched for by"] == "the user, not the reference set"
    assert (line["origin"], line["tc_kelvin"]) == ("measured", 93.0)
    assert any(printed)
    with reading(str(tmp_path / "a.db")) as session:
        assert measured_heights(comparisons(Lookup(session)))


def test_validation_takes_claims_only_where_they_speak_against_the_file(tmp_path):
    (tmp_path / "tc.csv").write_text("file,tc_kelvin\na.cif,90\nb.cif,91\n", encoding="utf-8")
    (tmp_path / "a.cif").write_text(BOAST, encoding="utf-8")
    (tmp_path / "b.cif").write_text(BOAST.replace("_origin measured", "_origin dft"), encoding="utf-8")

    def origins(reading_options):
        data = folder_data(str(tmp_path), None, {}, analyse_inputs([str(tmp_path)], OPTIONS, reading=reading_options))
        return {row["file"].rpartition("/")[2]: row["origin"] for row in validate(data, "best", Origin.UNKNOWN).rows}

    assert origins(ReadOptions()) == {"a.cif": "unknown", "b.cif": "dft"}
    assert origins(TRUSTED) == {"a.cif": "measured", "b.cif": "dft"}


def test_a_changed_model_is_still_no_measurement(tmp_path):
    path = tmp_path / "model.cif"
    path.write_text("# mine\n" + structure_path("model_csv3sb5").read_text(encoding="utf-8"), encoding="utf-8")
    (read,) = analyse_inputs([str(path)], OPTIONS)
    row = kagome_row(search(read, find_kagome_nets))
    assert row["origin"] == "unknown"
    assert any("constructed model" in warning for warning in row["warnings"])


def test_wells_describe_and_cite_name_the_claims(boast):
    (analysed,) = analyse_inputs([str(boast)], OPTIONS)
    row = analysed_row(analysed)
    assert (row["trust"], row["claims"]) == ("none", CLAIMED)
    (explained,) = analyse_inputs([str(boast)], OPTIONS, explain=True)
    described = describe_analysed(explained, OPTIONS, None)
    assert (
        "According to the file the structure was measured, it stands beside the row YBa2Cu3O7-d of the papers, and "
        "Tc = 93 K (measured, its author). Nobody has vouched for that."
    ) in described.text
    assert "The structure was measured" not in described.text
    sources = cite_read(read_inputs([str(boast)]))
    assert [s.role for s in sources if s.note == "its author"] == ["Tc that the file claims for Ba2 Cu3 O7 Y1"]


def test_exports_carry_trust_and_claims(tmp_path, boast):
    ase_db = pytest.importorskip("ase.db", reason="needs ase")
    ingested(tmp_path / "a.db", boast)
    with reading(str(tmp_path / "a.db")) as session:
        export_csv(session, tmp_path / "csv")
        export_ase(session, tmp_path / "ase.db")
        export_optimade(session, tmp_path / "optimade")
        export_cif(session, tmp_path / "cif")
    with (tmp_path / "csv" / "structure.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    told = ("trust", "origin", "table_row", "origin_claimed", "table_row_claimed", "tc_claimed_kelvin")
    assert [row[name] for name in told] == ["none", "unknown", "", "measured", "YBa2Cu3O7-d", "93.0"]
    with ase_db.connect(str(tmp_path / "ase.db")) as connection:
        (ase_row,) = connection.select()
        assert (ase_row.trust, ase_row.data["polyqw"]["claims"]) == ("none", CLAIMED)
    (path,) = (tmp_path / "optimade").glob("*.jsonl")
    entries = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    (attributes,) = (e["attributes"] for e in entries if e.get("type") == "structures" and "attributes" in e)
    assert (attributes["_polyqw_trust"], attributes["_polyqw_claims"]) == ("none", CLAIMED)
    (path,) = (tmp_path / "cif").iterdir()
    exported = path.read_text(encoding="ascii")
    assert "_polyqw_claimed_origin" in exported
    assert "_polyqw_table_row" not in exported


@pytest.mark.parametrize("vouch", [ReadOptions(), TRUSTED], ids=["none", "user"])
def test_cif_export_and_back(tmp_path, boast, vouch):
    ingested(tmp_path / "a.db", boast, reading_options=vouch)
    with reading(str(tmp_path / "a.db")) as session:
        export_cif(session, tmp_path / "cif")
    there = one_of(tmp_path / "a.db")
    (path,) = (tmp_path / "cif").iterdir()
    ingested(tmp_path / "b.db", path)
    assert standing(one_of(tmp_path / "b.db")) == UNVOUCHED
    ingested(tmp_path / "c.db", path, reading_options=TRUSTED)
    assert standing(one_of(tmp_path / "c.db")) == standing(there) | {"trust": "user"}


def test_weighing_twice_is_weighing_once():
    said = Provenance(
        origin=Origin.MEASURED, table_row="X", transition=Transition(9.0, TransitionKind.MEASURED), note="kept"
    )
    once = said.weighed(Trust.NONE)
    assert once.weighed(Trust.NONE) == once
    assert (once.origin, once.table_row, once.transition, once.note) == (Origin.UNKNOWN, None, None, "kept")
    assert (once.claims.origin, once.claims.table_row, once.claims.transition) == (
        said.origin, said.table_row, said.transition,
    )  # fmt: skip
    assert said.weighed(Trust.USER).claims.is_empty
