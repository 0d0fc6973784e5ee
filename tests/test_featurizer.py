"""Wells as features, with matminer and without it."""

import inspect
import math
import pickle
import subprocess
import sys

import pandas as pd
import pytest

import polyqw
from polyqw.io.pymatgen import structure_from_cell
from tests.conftest import ROOT, structure_path


@pytest.fixture(scope="module")
def structures():
    names = ("lafeaso_cod", "hg1223_o835", "srtio3")
    return [structure_from_cell(polyqw.read_cif(structure_path(name))[0].cell) for name in names]


def test_features_are_those_of_the_wells(structures):
    featurizer = polyqw.featurizer.WellFeaturizer()
    labels = featurizer.feature_labels()
    assert len(labels) == len(set(labels))
    iron, cuprate, none = (dict(zip(labels, featurizer.featurize(s), strict=True)) for s in structures)
    found = polyqw.find_wells(structures[0])
    assert iron["h_alpha_angstrom"] == found.heights_angstrom["alpha"]
    assert iron["h_mu_angstrom"] == found.wells[-1].height
    assert (iron["wells_per_cell"], iron["distinct_wells"], iron["faces_beta"]) == (8, 3, 13)
    assert (iron["is_iron"], iron["is_cuprate"], cuprate["is_cuprate"], iron["layered"]) == (1, 0, 1, 1)
    assert (cuprate["n_planes"], cuprate["wells_alpha"], cuprate["wells_beta"]) == (3, 1, 2)
    assert math.isnan(iron["h_gamma_angstrom"])
    assert (none["wells_per_cell"], none["has_wells"]) == (0, 0)
    assert math.isnan(none["h_alpha_angstrom"])
    assert math.isnan(none["layered"])
    assert "polyqw" in featurizer.citations()[0]
    assert featurizer.implementors()


def test_options_are_those_of_find_wells(structures):
    strict = polyqw.featurizer.WellFeaturizer(occupancy="ordered")
    assert dict(zip(strict.feature_labels(), strict.featurize(structures[1]), strict=True))["has_wells"] == 0


def test_options_survive_a_clone_of_scikit_learn(structures):
    base = pytest.importorskip("sklearn.base")
    chosen = {"occupancy": "ordered", "iron_anions": ("As", "P"), "reader": "gemmi"}
    featurizer = polyqw.featurizer.WellFeaturizer(**chosen)
    copy = base.clone(featurizer)
    assert copy is not featurizer
    assert copy.get_params() == featurizer.get_params()
    assert copy.get_params().items() >= chosen.items()
    assert dict(zip(copy.feature_labels(), copy.featurize(structures[1]), strict=True))["has_wells"] == 0
    assert copy.set_params(occupancy="weighted") is copy
    assert dict(zip(copy.feature_labels(), copy.featurize(structures[1]), strict=True))["has_wells"] == 1
    with pytest.raises(ValueError, match="no option 'colour'"):
        copy.set_params(colour="red")


def test_options_survive_the_workers_of_joblib(structures):
    joblib = pytest.importorskip("joblib")
    strict = polyqw.featurizer.WellFeaturizer(occupancy="ordered", iron_anions=("As",))
    there = joblib.Parallel(n_jobs=2, timeout=120)(joblib.delayed(strict.get_params)() for _ in range(2))
    assert there == [strict.get_params()] * 2
    kept = pickle.loads(pickle.dumps(strict))
    has_wells = strict.feature_labels().index("has_wells")
    assert [kept.featurize(structure)[has_wells] for structure in structures[:2]] == [1, 0]


def test_it_is_the_first_step_of_a_pipeline(structures):
    pipeline = pytest.importorskip("sklearn.pipeline")
    impute = pytest.importorskip("sklearn.impute")
    steps = pipeline.make_pipeline(polyqw.featurizer.WellFeaturizer(), impute.SimpleImputer(keep_empty_features=True))
    steps.set_params(wellfeaturizer__occupancy="ordered")
    features = steps.fit_transform(structures)
    assert features.shape == (3, len(polyqw.featurizer.WellFeaturizer().feature_labels()))
    assert list(features[:, 2]) == [1, 0, 0]


def test_options_are_the_common_ones_of_find_wells():
    own, called = (inspect.signature(f).parameters for f in (polyqw.featurizer.WellFeaturizer, polyqw.find_wells))
    assert {name: p.default for name, p in own.items()} == {
        name: p.default for name, p in called.items() if name not in ("structure", "block", "trust")
    }
    assert tuple(own) == polyqw.featurizer.OPTIONS


def test_matminer_runs_it_over_a_table(structures):
    base = pytest.importorskip("matminer.featurizers.base")
    featurizer = polyqw.featurizer.WellFeaturizer()
    assert isinstance(featurizer, base.BaseFeaturizer)
    featurizer.set_n_jobs(1)
    table = featurizer.featurize_dataframe(pd.DataFrame({"s": structures}, index=[5, 7, 9]), "s", pbar=False)
    assert list(table.index) == [5, 7, 9]
    assert list(table.columns) == ["s", *featurizer.feature_labels()]
    assert table.loc[5, "h_alpha_angstrom"] == polyqw.find_wells(structures[0]).heights_angstrom["alpha"]
    many = featurizer.featurize_many(structures, pbar=False)
    assert [row[0] for row in many] == [8.0, 3.0, 0.0]


def test_it_works_without_matminer():
    code = """
import sys
sys.modules["matminer"] = None
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "matminer" else find(name, *rest)
import pandas as pd, polyqw
featurizer = polyqw.featurizer.WellFeaturizer()
files = ["cifs/lafeaso_cod.cif", "cifs/srtio3.cif"]
table = featurizer.featurize_dataframe(pd.DataFrame({"file": files}, index=[3, 4]), "file")
assert list(table.columns) == ["file", *featurizer.feature_labels()]
assert list(table["wells_per_cell"]) == [8.0, 0.0]
assert featurizer.featurize_many(files)[0][0] == 8.0
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
