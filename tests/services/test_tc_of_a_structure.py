"""A Tc has a kind and a pressure wherever it is shown: find, exports, notebook, views, report and words."""

import csv
import json
import sqlite3
from contextlib import closing

import pytest
from ase.db import connect
from sqlalchemy import text

from polyqw.api.database import open_database
from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Transition, TransitionKind
from polyqw.db.look.find import find_structures as by_key
from polyqw.db.look.find import published_heights
from polyqw.db.models import WellChoice
from polyqw.io.cif.read import read_cif
from polyqw.io.read_options import ReadOptions
from polyqw.services.claims.ledger import run_claims
from polyqw.services.exchange.ase_export import export_ase
from polyqw.services.exchange.cif_export import export_cif
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.exchange.table_export import export_csv
from polyqw.services.ingest import ingest
from polyqw.services.law.heights import _circumstances
from polyqw.services.law.history import save_predictions
from polyqw.services.law.predict import predict_structure
from polyqw.services.law.score import score_predictions
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.records import find_structures
from polyqw.services.validation.dataset import database_data
from polyqw.services.validation.rows import gather_rows
from tests.conftest import structure_path

# lafeaso_cod states neither pressure nor Tc, model_la3ni2o7_fmmm stands at 29.5 GPa.
AMBIENT, PRESSED = "lafeaso_cod", "model_la3ni2o7_fmmm"
BOUND = [(30.0, "not_observed", None), (35.0, "not_observed", None)]
SEVERAL = [
    (26.0, "reported", None),
    (24.0, "measured", 0.0),
    (25.0, "measured", None),
    (43.0, "measured", 4.0),
    (51.0, "not_observed", 12.0),
    (60.0, "upper_bound", None),
]


def give(database, name, values):
    """Replace the Tc of a structure."""
    with closing(sqlite3.connect(database)) as connection:
        ids = connection.execute("SELECT id, compound_id FROM structure WHERE block = ?", (name,)).fetchone()
        connection.execute("DELETE FROM transition WHERE structure_id = ?", ids[:1])
        connection.executemany(
            "INSERT INTO transition (tc_kelvin, kind, pressure_gpa, structure_id, compound_id) VALUES (?,?,?,?,?)",
            [(*value, *ids) for value in values],
        )
        connection.commit()


def summary(database, name):
    with reading(str(database)) as session:
        (record,) = (r for r in find_structures(session, "") if r["name"] == name)
        return {key: record[key] for key in record if key.startswith(("tc_", "n_tc"))}


def test_not_observed_is_no_tc(reference_copy):
    give(reference_copy, AMBIENT, BOUND)
    assert summary(reference_copy, AMBIENT) == {
        "tc_kelvin": None, "tc_kind": "not_observed", "tc_pressure_gpa": None, "tc_upper_bound_kelvin": None,
        "tc_not_observed_kelvin": 30.0, "tc_max_kelvin": None, "tc_max_pressure_gpa": None,
    } | {"n_tc": 2}  # fmt: skip
    with reading(str(reference_copy)) as session:
        assert AMBIENT not in {r["name"] for r in find_structures(session, "tc_kelvin>20")}
        assert AMBIENT in {r["name"] for r in find_structures(session, "tc_not_observed_kelvin>20")}


def test_measured_goes_before_reported_and_other_pressures_stand_apart(reference_copy):
    give(reference_copy, AMBIENT, SEVERAL)
    assert summary(reference_copy, AMBIENT) == {
        "tc_kelvin": 25.0, "tc_kind": "measured", "tc_pressure_gpa": None, "tc_upper_bound_kelvin": 60.0,
        "tc_not_observed_kelvin": None, "tc_max_kelvin": 43.0, "tc_max_pressure_gpa": 4.0, "n_tc": 6,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("pressure", "is_own"), [(None, False), (0.0, False), (28.1, True), (30.9, True), (27.9, False), (31.1, False)]
)
def test_a_structure_under_pressure(reference_copy, pressure, is_own):
    """Five per cent of the structure's pressure is the same pressure; a Tc without a pressure is an ambient one."""
    give(reference_copy, PRESSED, [(80.0, "measured", pressure)])
    found = summary(reference_copy, PRESSED)
    assert (found["tc_kelvin"], found["tc_max_kelvin"]) == (80.0 if is_own else None, 80.0)
    assert found["tc_max_pressure_gpa"] == pressure
    with reading(str(reference_copy)) as session:
        statement = (
            "SELECT tc_kelvin, tc_other_pressure_kelvin, lambda_kelvin_angstrom2 FROM v_law WHERE source LIKE :name"
        )
        name = session.execute(text("SELECT source FROM structure WHERE block = :b"), {"b": PRESSED}).scalar()
        for own, other, lam in session.execute(text(statement), {"name": name}):
            assert (own, other) == ((80.0, None) if is_own else (None, 80.0))
            assert (lam is not None) is is_own


def test_every_door_tells_them_apart(reference_copy, tmp_path):
    give(reference_copy, AMBIENT, BOUND)
    database = open_database(reference_copy)
    (row,) = database.find("", sort="name").query("name == @AMBIENT").to_dict("records")
    assert row["tc_kelvin"] != row["tc_kelvin"]
    assert row["tc_not_observed_kelvin"] == 30.0
    law = database.query("SELECT * FROM v_law WHERE tc_kelvin > 20")
    assert AMBIENT not in set(law["source"]) | set(law["compound"])
    with reading(str(reference_copy)) as session:
        export_optimade(session, tmp_path / "optimade", [AMBIENT])
        export_ase(session, tmp_path / "ase.db", [AMBIENT])
        export_csv(session, tmp_path / "csv")
    lines = (tmp_path / "optimade" / "optimade.jsonl").read_text().splitlines()
    (entry,) = (e["attributes"] for e in map(json.loads, lines) if e.get("type") == "structures" and "id" in e)
    assert (entry["_polyqw_tc_kelvin"], entry["_polyqw_tc_kind"]) == (None, "not_observed")
    assert entry["_polyqw_tc_not_observed_kelvin"] == 30.0
    with connect(str(tmp_path / "ase.db")) as ase:
        (row,) = ase.select()
        assert (row.get("tc_kelvin"), row.tc_not_observed_kelvin, row.tc_kind) == (None, 30.0, "not_observed")
    for name in ("v_law", "v_tc"):
        with (tmp_path / "csv" / f"{name}.csv").open(newline="") as stream:
            found = [r for r in csv.DictReader(stream) if r["tc_kind"] == "not_observed"]
        assert {(r["tc_kelvin"], r["tc_not_observed_kelvin"]) for r in found} == {("", "30.0"), ("", "35.0")}


@pytest.mark.parametrize("kind", list(TransitionKind))
def test_a_cif_keeps_kind_and_pressure(tmp_path, kind):
    """A bound has an item of its own, so that who reads ``_polyqw_tc_kelvin`` alone takes no bound for a Tc."""
    items = f"_polyqw_tc_kelvin 30\n_polyqw_tc_kind {kind}\n_polyqw_tc_pressure_gpa 4\n"
    text = structure_path(AMBIENT).read_text().replace("_cell_length_a", f"{items}_cell_length_a", 1)
    (tmp_path / "a.cif").write_text(text)
    trusted = ReadOptions(trusted=True)
    list(ingest(str(tmp_path / "a.db"), [str(tmp_path / "a.cif")], AnalysisOptions(), reading=trusted))
    with reading(str(tmp_path / "a.db")) as session:
        (path,) = export_cif(session, tmp_path / "out").paths
    written = path.read_text()
    assert ("_polyqw_tc_kelvin " in written) is (kind in ("measured", "reported"))
    (again,) = read_cif(path.name, path.read_bytes(), trusted)
    assert again.provenance.transition == Transition(30.0, kind, None, 4.0)


def test_words_name_the_kind_of_a_bound(reference_copy):
    give(reference_copy, AMBIENT, BOUND)
    with reading(str(reference_copy)) as session:
        (structure,) = by_key(session, AMBIENT)
        printed = next(p for p in published_heights(session) if p.formula_printed == "LaFeAsO")
        told = [part for part in _circumstances(printed, structure) if "Tc given" in part]
    assert told == []


def test_a_bound_or_another_pressure_does_not_hit_the_law(reference_copy):
    """The share of structures on the law counts values at the pressure of the structure."""
    with closing(sqlite3.connect(reference_copy)) as connection:
        connection.execute("UPDATE transition SET kind = 'not_observed' WHERE structure_id IS NOT NULL")
        connection.commit()
    with reading(str(reference_copy)) as session:
        (row,) = run_claims(session, ["law-nearly-all"])
    assert row["recomputed"] is None
    assert "no measured structure with a Tc" in row["note"]


def test_a_prediction_is_scored_at_its_own_pressure(reference_copy, tmp_path):
    path = tmp_path / "new.cif"
    path.write_text(structure_path("y124_sr").read_text())
    with reading(str(reference_copy)) as session:
        found = [p for a in analyse_inputs([str(path)], AnalysisOptions()) for p in predict_structure(session, a)]
    save_predictions(str(reference_copy), found)
    list(ingest(str(reference_copy), [str(path)], AnalysisOptions()))
    outcomes = []
    for pressure in (20.0, 0.0):
        give(reference_copy, "y124_sr", [(98.0, "measured", pressure)])
        with reading(str(reference_copy)) as session:
            rows = score_predictions(session)["rows"]
            outcomes.append({(row["outcome"], row["observed_kelvin"]) for row in rows})
    assert outcomes == [{("open", None)}, {("hit", 98.0)}]


def test_validate_takes_values_at_the_pressure_of_the_structure(reference_copy):
    give(reference_copy, AMBIENT, SEVERAL)
    with reading(str(reference_copy)) as session:
        data = database_data(session, "x")
        gathered = gather_rows(data.structures, data.entries_of, WellChoice.BEST)
    (row,) = (r for r in gathered.rows if r.block == AMBIENT)
    assert (row.evidence.tc_kelvin, row.n_reports, row.notes) == (24.5, 2, ())
