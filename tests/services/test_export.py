"""The database in the formats of others: read back with the libraries that these formats belong to."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from ase.db import connect
from optimade.models import EntryInfoResource, ReferenceResource, StructureResource
from pymatgen.core import Structure as PymatgenStructure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Trust
from polyqw.db.look.restore import read_analysis, read_cell, read_record
from polyqw.db.open import migrate
from polyqw.errors import PolyqwError, UsageError
from polyqw.io.ase import cell_from_atoms
from polyqw.io.cif.space_group import find_space_group
from polyqw.io.read_options import ReadOptions
from polyqw.services.exchange.ase_export import export_ase
from polyqw.services.exchange.cif_export import export_cif
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.exchange.selection import exchange_id, select_structures
from polyqw.services.exchange.table_export import TABLES, VIEWS, export_csv, export_parquet
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.records import find_structures
from tests.conftest import structure_path

TRUSTED = ReadOptions(trusted=True)
HOSTILE = "../../=cmd|calc!A0"
HOSTILE_NOTE = "=HYPERLINK(&#34;http://x&#34;) <script>alert(1)</script> &#27;[2J"


@pytest.fixture(scope="module")
def hostile_database(tmp_path_factory):
    """Make a database of one structure whose every text is an attack."""
    folder = tmp_path_factory.mktemp("hostile")
    text = structure_path("lafeaso_f005").read_text()
    text = text.replace("data_lafeaso_f005", f"data_{HOSTILE}", 1)
    text = text.replace("'ICSD collection code 184646'", "'@SUM(A1)'").replace("SuperCon3D", "'+1+1|x'")
    text = text.replace("_polyqw_table_row ", f"_polyqw_note '{HOSTILE_NOTE}'\n_polyqw_table_row ", 1)
    file = folder / "-2+3.cif"
    file.write_text(text)
    (done,) = ingest(str(folder / "x.db"), [str(file)], AnalysisOptions(), reading=TRUSTED)
    assert (done.outcome, done.status) == ("stored", "ok")
    return str(folder / "x.db")


@pytest.fixture
def hostile(hostile_database):
    with reading(hostile_database) as session:
        yield session


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory):
    """Make a database with its seed and no structure."""
    path = tmp_path_factory.mktemp("empty") / "x.db"
    migrate.init(path)
    return str(path)


def lines_of(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def entries_of(path, kind):
    return [one for one in lines_of(path) if one.get("type") == kind]


def test_selection(session):
    everything = select_structures(session, [])
    iron = select_structures(session, ["family=iron"])
    assert {s.family for s in iron} == {"iron"}
    assert {s.id for s in iron} == {r["id"] for r in find_structures(session, "family=iron")}
    named = select_structures(session, ["lafeaso_cod", "COD 4107570", str(everything[0].id), "lafeaso_cod"])
    assert [s.block for s in named] == ["lafeaso_cod", everything[0].block]
    assert {s.block for s in select_structures(session, ["Hg"])} == {s.block for s in everything if "Hg" in s.formula}
    with pytest.raises(UsageError, match="names no structure and is no condition"):
        select_structures(session, ["unobtainium"])
    assert len({exchange_id(s) for s in everything}) == len(everything)


def test_optimade_is_what_its_own_models_take(session, tmp_path):
    done = export_optimade(session, tmp_path / "out")
    jsonl = tmp_path / "out" / "optimade.jsonl"
    header, *rest = lines_of(jsonl)
    assert header == {"x-optimade": {"api_version": "1.2.0"}}
    assert [one["type"] for one in rest[:2]] == ["info", "info"]
    assert {one["id"] for one in rest[:2]} == {"structures", "references"}
    for one in rest[:2]:
        EntryInfoResource(**one)
    structures = [StructureResource(**one) for one in rest if one["type"] == "structures"]
    references = [ReferenceResource(**one) for one in rest if one["type"] == "references"]
    assert done.counts == {"structures": len(structures), "references": len(references)}
    assert len(structures) == len(find_structures(session, ""))
    properties = rest[0]["properties"]
    known = {one.id for one in references}
    for one in (o for o in rest if o["type"] == "structures"):
        assert set(one["attributes"]) <= set(properties)
        assert all(properties[name]["description"] for name in one["attributes"])
        related = one["relationships"].get("references", {"data": []})["data"]
        assert {r["id"] for r in related} <= known
    config = (tmp_path / "out" / "optimade.yaml").read_text()
    assert config.startswith("config_version: 0.1.0\n")
    assert config.endswith('entries:\n  jsonl_path: "optimade.jsonl"\n')


def test_optimade_says_what_the_database_says(session, tmp_path):
    export_optimade(session, tmp_path, ["lafeaso_cod", "bak122_x050"])
    measured, mixed = (one["attributes"] for one in entries_of(tmp_path / "optimade.jsonl", "structures"))
    (structure,) = select_structures(session, ["lafeaso_cod"])
    assert measured["_polyqw_height_alpha_angstrom"] == pytest.approx(2.6432, abs=5e-5)
    assert measured["_polyqw_height_alpha_su_angstrom"] == pytest.approx(0.0035, abs=5e-5)
    assert [w["height_angstrom"] for w in measured["_polyqw_wells"]] == [w.height_angstrom for w in structure.wells]
    assert (measured["_polyqw_origin"], measured["_polyqw_status"]) == ("measured", "ok")
    assert measured["_polyqw_structure_sha256"] == structure.structure_sha256
    assert measured["chemical_formula_reduced"] == "AsFeLaO"
    assert (measured["space_group_it_number"], measured["structure_features"]) == (129, [])
    assert measured["last_modified"] == structure.stored_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (mixed["_polyqw_tc_kelvin"], mixed["_polyqw_tc_kind"]) == (38.0, "reported")
    assert mixed["structure_features"] == ["disorder"]
    assert {"name": "Ba0.5K0.5", "chemical_symbols": ["Ba", "K"], "concentration": [0.5, 0.5]} in mixed["species"]
    doi = {one["attributes"].get("doi") for one in entries_of(tmp_path / "optimade.jsonl", "references")}
    assert "10.1021/ja800073m" in doi


def test_a_second_export_gives_the_same_bytes(session, tmp_path):
    for folder in ("a", "b"):
        export_optimade(session, tmp_path / folder, ["family=iron"])
        export_csv(session, tmp_path / folder)
        export_cif(session, tmp_path / folder, ["family=nickelate"])
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert files == sorted(p.name for p in (tmp_path / "b").iterdir())
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_ase_holds_every_cell_with_its_occupancies(session, tmp_path):
    path = tmp_path / "wells.db"
    path.write_text("something else, to be replaced")
    done = export_ase(session, path)
    structures = {exchange_id(s): s for s in select_structures(session, [])}
    n_disordered = 0
    with connect(str(path)) as database:
        assert len(database) == len(structures) == done.counts["structures"]
        for row in database.select():
            structure = structures[row.exchange_id]
            atoms = row.toatoms()
            if row.disordered:
                n_disordered += 1
                atoms.info["occupancy"] = row.data["occupancy"]
                atoms.set_array("spacegroup_kinds", np.array(row.data["spacegroup_kinds"]))
                assert "most abundant" in row.data["disorder_note"]
            before, after = read_cell(session, structure), cell_from_atoms(atoms)
            assert [s.species for s in after.sites] == [s.species for s in before.sites]
            assert np.abs(after.frac - before.frac).max() < 1e-9
        (row,) = database.select("name=bak122_x050")
        assert (row.tc_kelvin, row.tc_kind, row.family) == (38.0, "reported", "iron")
        assert row.h_alpha_angstrom == pytest.approx(2.7650, abs=5e-5)
        assert row.data["polyqw"]["wells"][0]["kind"] == "nonahedron"
    assert f"{n_disordered} of {len(structures)} structures" in done.notes[0]


def test_csv_with_its_description(session, tmp_path):
    done = export_csv(session, tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text())
    assert package["profile"] == "tabular-data-package"
    assert list(done.counts) == [*TABLES, *VIEWS]
    resources = {one["path"]: one for one in package["resources"]}
    for name, count in done.counts.items():
        data = (tmp_path / f"{name}.csv").read_bytes()
        rows = list(csv.DictReader(data.decode().splitlines()))
        resource = resources[f"{name}.csv"]
        fields = resource["schema"]["fields"]
        assert len(rows) == count
        assert (resource["bytes"], resource["hash"]) == (len(data), f"sha256:{hashlib.sha256(data).hexdigest()}")
        assert data.decode().splitlines()[0].split(",") == [f["name"] for f in fields]
        assert all(f["title"] and f["description"] and f["source"] for f in fields)
        numbers = [f["name"] for f in fields if f["type"] == "number"]
        assert all(float(row[n]) is not None for row in rows for n in numbers if row[n])
        for link in resource["schema"].get("foreignKeys", []):
            target = next(r for r in package["resources"] if r["name"] == link["reference"]["resource"])
            assert link["reference"]["fields"] in [f["name"] for f in target["schema"]["fields"]]
    fields = {f["name"]: f for f in resources["v_wells.csv"]["schema"]["fields"]}
    assert (fields["height_angstrom"]["unit"], fields["height_angstrom"]["title"]) == ("Å", "height angstrom (Å)")
    assert fields["layered"]["type"] == "boolean"


def test_parquet_with_its_description(session, tmp_path):
    pq = pytest.importorskip("pyarrow.parquet")
    done = export_parquet(session, tmp_path)
    for name, count in done.counts.items():
        assert pq.read_metadata(tmp_path / f"{name}.parquet").num_rows == count
    table = pq.read_table(tmp_path / "v_wells.parquet")
    metadata = table.schema.field("height_angstrom").metadata
    assert metadata[b"unit"].decode() == "Å"
    assert metadata[b"description"] == b"Height h."
    assert metadata[b"source"] == b"well.height_angstrom"
    assert table.schema.metadata[b"table"] == b"v_wells"
    heights = sorted(w.height_angstrom for s in select_structures(session, []) for w in s.wells)
    assert sorted(table["height_angstrom"].to_pylist()) == heights
    stored = pq.read_table(tmp_path / "structure.parquet")["stored_at"]
    assert all(moment.tzinfo is not None for moment in stored.to_pylist())


@pytest.mark.parametrize("dummies", [False, True])
def test_cif_gives_the_same_heights_again(session, tmp_path, dummies):
    done = export_cif(session, tmp_path, dummies=dummies)
    structures = {exchange_id(s): s for s in select_structures(session, [])}
    assert sorted(p.stem for p in done.paths) == sorted(structures)
    for analysed in analyse_inputs([str(tmp_path)], AnalysisOptions(), reading=TRUSTED):
        structure = structures[analysed.block]
        before, after = read_analysis(structure), analysed.analysis
        assert (analysed.status, analysed.reason) == (before.status, before.reason)
        assert [(w.kind, w.phase, w.multiplicity, w.n_faces) for w in after.wells] == [
            (w.kind, w.phase, w.multiplicity, w.n_faces) for w in before.wells
        ]
        assert [w.height for w in after.wells] == pytest.approx([w.height for w in before.wells], abs=1e-9)
        assert analysed.record.structure_sha256 == structure.structure_sha256
        before = read_record(session, structure).provenance
        assert analysed.record.provenance == replace(before, trust=Trust.USER)


@pytest.mark.parametrize("dummies", [False, True])
def test_pymatgen_reads_the_same_cell_composition_and_space_group(session, tmp_path, dummies):
    export_cif(session, tmp_path, dummies=dummies)
    for structure in select_structures(session, []):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = PymatgenStructure.from_file(str(tmp_path / f"{exchange_id(structure)}.cif"))
            group = SpacegroupAnalyzer(found, 0.01, angle_tolerance=-1).get_space_group_number()
        cell = read_cell(session, structure)
        assert dict(found.composition.get_el_amt_dict()) == pytest.approx(cell.composition, abs=1e-6)
        edges = (structure.a_angstrom, structure.b_angstrom, structure.c_angstrom)
        assert found.lattice.abc == pytest.approx(edges, abs=1e-9)
        assert found.volume == pytest.approx(structure.volume_angstrom3)
        assert group == find_space_group(cell, 0.01).number


def test_cif_lists_wells_and_dummies(session, tmp_path):
    (path,) = export_cif(session, tmp_path / "plain", ["lafeaso_cod"]).paths
    text = path.read_text()
    assert "_polyqw_well_height_angstrom" in text
    assert "nonahedron" in text
    assert "dum" not in text
    (path,) = export_cif(session, tmp_path / "dummies", ["lafeaso_cod"], dummies=True).paths
    dummies = [line.split() for line in path.read_text().splitlines() if line.startswith("  X")]
    (structure,) = select_structures(session, ["lafeaso_cod"])
    assert re.search(r"^_polyqw_space_group_number +129$", text, re.MULTILINE)
    assert structure.space_group_number == 129
    wells = read_analysis(structure).wells
    apices = sum(vertex.role == "apex" for well in wells for vertex in well.vertices)
    assert len(dummies) == len(wells) + apices
    centres = [
        np.array(row[2:5], dtype=float) @ read_cell(session, structure).lattice for row in dummies if row[0][1] == "c"
    ]
    assert np.allclose(centres, [well.cart_electron for well in wells], atol=1e-6)
    assert {(row[1], row[5], row[6]) for row in dummies} == {("X", "0", "dum")}


def test_hostile_texts_stay_texts(hostile, tmp_path):
    (structure,) = select_structures(hostile, [])
    assert structure.block == HOSTILE
    name = exchange_id(structure)
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-")
    export_cif(hostile, tmp_path / "cif")
    assert [p.name for p in (tmp_path / "cif").iterdir()] == [f"{name}.cif"]
    (again,) = analyse_inputs([str(tmp_path / "cif")], AnalysisOptions(), reading=TRUSTED)
    assert again.record.provenance == read_record(hostile, structure).provenance
    export_csv(hostile, tmp_path / "csv")
    (row,) = csv.DictReader((tmp_path / "csv" / "structure.csv").read_text().splitlines())
    assert (row["source"], row["note"][:6]) == ("'@SUM(A1)", "'=HYPE")
    assert row["block"] == HOSTILE  # begins with a dot, so is no formula
    for file in (tmp_path / "csv").glob("*.csv"):
        for cells in csv.reader(file.read_text().splitlines()):
            for cell in cells:
                assert not cell.startswith(("=", "@", "+")), (file, cell)
    export_optimade(hostile, tmp_path / "optimade")
    (entry,) = entries_of(tmp_path / "optimade" / "optimade.jsonl", "structures")
    StructureResource(**entry)
    assert entry["id"] == name
    assert entry["attributes"]["_polyqw_name"] == HOSTILE
    assert "\x1b" not in (tmp_path / "optimade" / "optimade.jsonl").read_text()
    export_ase(hostile, tmp_path / "x.db")
    with connect(str(tmp_path / "x.db")) as database:
        assert next(database.select()).name == HOSTILE


def test_an_empty_database_gives_empty_files(empty_database, tmp_path):
    with reading(empty_database) as session:
        assert export_optimade(session, tmp_path).counts == {"structures": 0, "references": 0}
        assert export_csv(session, tmp_path).counts["structure"] == 0
        assert export_ase(session, tmp_path / "x.db").counts == {"structures": 0}
        assert export_cif(session, tmp_path / "cif").paths == ()
        pytest.importorskip("pyarrow")
        assert export_parquet(session, tmp_path).counts["v_wells"] == 0
    assert len(lines_of(tmp_path / "optimade.jsonl")) == 3
    assert (tmp_path / "v_wells.csv").read_text().startswith("structure_id,well_id,")


@pytest.mark.parametrize("export", [export_optimade, export_csv, export_parquet, export_ase, export_cif])
def test_a_place_that_cannot_be_written_to(session, tmp_path, export):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PolyqwError, match="cannot be written"):
        export(session, tmp_path / "file" / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("name", ["hostile_database", "empty_database"])
def test_frictionless_finds_the_data_package_valid(request, tmp_path, name):
    frictionless = pytest.importorskip("frictionless")
    with reading(request.getfixturevalue(name)) as session:
        export_csv(session, tmp_path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        report = frictionless.Package(str(tmp_path / "datapackage.json")).validate()
    assert [(task.name, e.message) for task in report.tasks for e in task.errors] == []
    assert report.errors == []
    assert len(report.tasks) == len([*TABLES, *VIEWS])
