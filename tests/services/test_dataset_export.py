"""The data set to learn from, read back: whole, licensed row by row, parents never parted, baselines by hand."""

from __future__ import annotations

import json
import warnings
from collections import defaultdict

import numpy as np
import pytest
from sqlalchemy import func, select

from polyqw.core.record import Origin
from polyqw.db.models import Structure, Well, WellVertex
from polyqw.services.exchange.dataset_export import NOT_STATED, TABLES, export_dataset, licence_of
from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.services.place.database import reading
from tests.conftest import ROOT, read_table

pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module")
def folder(reference_template, tmp_path_factory):
    """Write the data set of the reference structures."""
    folder = tmp_path_factory.mktemp("dataset")
    with reading(reference_template) as session:
        export_dataset(session, folder)
    return folder


@pytest.fixture(scope="module")
def read(folder):
    return {path.stem: pq.read_table(path).to_pylist() for path in folder.glob("*.parquet")}


def test_it_holds_what_the_database_holds(read, reference_template):
    with reading(reference_template) as session:
        counts = {
            name: session.scalar(select(func.count()).select_from(model))
            for name, model in zip(TABLES.values(), (Structure, Well, WellVertex), strict=True)
        }
        heights = dict(session.execute(select(Well.id, Well.height_angstrom)).all())
    assert {name: len(read[name]) for name in counts} == counts
    assert {row["id"]: row["height_angstrom"] for row in read["well"]} == heights
    assert not any("/" in str(row.get("file", "")) for row in read["structure"])


def test_every_row_of_a_structure_has_its_licence(read):
    licences = {row["name"]: row["licence"] for row in read_table(ROOT / "cifs" / "SOURCES.csv")}
    of_structure = {row["id"]: row["licence"] for row in read["structure"]}
    assert {row["block"]: row["licence"] for row in read["structure"]} == licences
    for name in ("well", "vertex", "row", "prediction"):
        assert all(row["licence"] == of_structure[row["structure_id"]] for row in read[name])


@pytest.mark.parametrize(
    ("source", "licence"), [("COD 1000030", "CC0 1.0"), ("ICSD 1", NOT_STATED), (None, NOT_STATED)]
)
def test_licence_of_files_that_do_not_travel_along(source, licence):
    assert licence_of(Structure(source=source, file_sha256="0" * 64)).startswith(licence)


def test_rows_are_evidence_and_their_well_knows_no_tc(read):
    origins = {row["id"]: row["origin"] for row in read["structure"]}
    assert read["row"]
    for row in read["row"]:
        assert row["origin"] == origins[row["structure_id"]] != Origin.CONSTRUCTED
        heights = [h for p in ("alpha", "beta", "gamma") if (h := row[f"height_{p}_angstrom"]) is not None]
        assert row["height_angstrom"] == min(heights)


def test_a_parent_lies_in_one_fold(read):
    folds = defaultdict(set)
    for row in read["row"]:
        folds[row["origin"], row["parent"]].add(row["fold"])
    assert len(folds) > 10
    assert all(len(found) == 1 for found in folds.values())
    assert len({(origin, *fold) for (origin, _), fold in folds.items()}) == len(folds)


def test_baselines_by_hand(read):
    rows = {row["structure_id"]: row for row in read["row"]}
    predicted = {(row["structure_id"], row["model"]): row["tc_predicted_kelvin"] for row in read["prediction"]}
    lams = {str(family): lam for family, lam in PRINTED_LAMBDA.items()}
    for number, row in rows.items():
        printed = lams[row["family"]] / row["height_angstrom"] ** 2
        assert predicted[number, "law_fixed"] == pytest.approx(printed)
        kin = [r for r in rows.values() if (r["origin"], r["family"]) == (row["origin"], row["family"])]
        others = [r["tc_kelvin"] for r in kin if r["fold"] != row["fold"] and not r["is_bound"]]
        assert predicted[number, "family_mean"] == pytest.approx(np.mean(others))
    for score in read["score"]:
        own = [
            (predicted[number, score["model"]], row)
            for number, row in rows.items()
            if (row["origin"], row["family"]) == (score["origin"], score["family"])
            and (number, score["model"]) in predicted
        ]
        wrong = [max(tc - row["tc_kelvin"], 0) if row["is_bound"] else tc - row["tc_kelvin"] for tc, row in own]
        assert score["n"] == len(own)
        assert score["rmse_kelvin"] == pytest.approx(np.sqrt(np.mean(np.square(wrong))))


def test_models_are_the_law_constants_and_rivals(read):
    models = {(score["family"], score["model"]) for score in read["score"]}
    for family in ("cuprate", "iron"):
        for model in ("law", "law_fixed", "law_alpha", "constant", "family_mean", "line_in_h", "roeser_huber"):
            assert (family, model) in models


def test_frictionless_finds_the_package_and_its_rows_valid(folder, read):
    frictionless = pytest.importorskip("frictionless")
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own dependencies
        assert frictionless.Package.validate_descriptor(package).errors == []
        for resource in package["resources"]:
            assert (folder / resource["path"]).stat().st_size == resource["bytes"]
            assert list(read[resource["name"]][0]) == [field["name"] for field in resource["schema"]["fields"]]
            rows = frictionless.Resource(
                name=resource["name"], data=read[resource["name"]],
                schema=frictionless.Schema.from_descriptor({**resource["schema"], "foreignKeys": []}),
            )  # fmt: skip
            report = rows.validate()
            assert [(task.name, e.message) for task in report.tasks for e in task.errors] == []


def test_columns_carry_unit_and_meaning(folder):
    for path in folder.glob("*.parquet"):
        schema = pq.read_schema(path)
        assert schema.metadata[b"name"] == b"polyqw-dataset"
        for field in schema:
            assert field.metadata[b"description"]
            assert not field.name.endswith("_angstrom") or field.metadata[b"unit"] == "Å".encode()
