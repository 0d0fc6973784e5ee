"""A ranking by the law's promise: outcomes, parents and rivals on corpora made here."""

import numpy as np
import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.validation.dataset import database_data, folder_data, structures_alone
from polyqw.services.validation.screen import Promise, screen
from polyqw.services.validation.screen_section import draw_screen
from tests.conftest import structure_path
from tests.services.test_validation import heights, make

NAMES = ("ybco_o698", "hg1201_o415", "hg1201_o431", "tl1212", "hg1223_o835", "bi2201_amaa", "bi2223_pb",
         "hg1223_high_pressure", "lco_lto_cod", "ybco_o690_williams", "cacuo2_infinite")  # fmt: skip


def lowest(name):
    return min(heights(structure_path(name).parent, name).values())


def corpus(tmp_path, tc_of, names=NAMES):
    rows = [(n, f"{tc_of(lowest(n), k):.3f}", f"p{k}", "measured", "measured") for k, n in enumerate(names)]
    return make(tmp_path / "set", rows)


def run(folder, promise=Promise.LOWEST, **how):
    structures = analyse_inputs([str(folder)], AnalysisOptions())
    return screen(folder_data(str(folder), None, {}, structures), promise, **how)


@pytest.fixture(scope="module")
def follows(tmp_path_factory):
    return run(corpus(tmp_path_factory.mktemp("s"), lambda h, k: 1320 / h**2 + 0.01 * k), above_kelvin=105.0)


def test_ranked_by_what_the_lowest_well_promises(follows):
    by_hand = sorted(NAMES, key=lowest)
    assert [row["block"] for row in follows["ranking"]] == by_hand
    for row in follows["ranking"]:
        assert row["tc_law_kelvin"] == pytest.approx(1320 / lowest(row["block"]) ** 2)
        assert row["outcome"] == ("hit" if row["tc_kelvin"] >= 105 else "miss")
    assert follows["n_parents_hit"] == sum(row["tc_kelvin"] >= 105 for row in follows["ranking"])


def test_a_law_that_holds_finds_all_its_hits_first(follows):
    law = next(row for row in follows["precision"] if row["model"] == "law_fixed")
    assert law["k"] == 5
    assert law["n_hits"] == min(5, follows["n_parents_hit"])
    assert "more than chance gives" in follows["verdict"]


def test_a_law_that_is_turned_round_finds_none(tmp_path):
    found = run(corpus(tmp_path, lambda h, k: 40 * h + 0.01 * k), above_kelvin=40 * 3.65)
    law, *_ = [row for row in found["precision"] if row["model"] == "law_fixed"]
    line = next(row for row in found["precision"] if row["model"] == "line_in_h")
    assert law["n_hits"] < line["n_hits"]
    assert "no more than chance gives" in found["verdict"]


def test_threshold_is_the_upper_quartile_of_parents(tmp_path):
    folder = corpus(tmp_path, lambda h, k: 10.0 + k)
    found = run(folder)
    assert found["above_kelvin"] == pytest.approx(np.quantile(10.0 + np.arange(len(NAMES)), 0.75))


def test_bounds_zeros_and_what_nobody_measured(tmp_path):
    rows = [("ybco_o698", 91, "a", "reported", ""), ("tl1212", 20, "b", "not_observed", ""),
            ("bi2223_pb", 120, "c", "upper_bound", ""), ("hg1201_o415", 0, "d", "", "")]  # fmt: skip
    found = run(make(tmp_path / "set", rows), above_kelvin=80.0)
    assert {row["block"]: row["outcome"] for row in found["ranking"]} == {
        "ybco_o698": "hit", "tl1212": "miss", "bi2223_pb": "not_measured", "hg1201_o415": "not_measured",
    }  # fmt: skip
    assert found["precision"] == []
    assert "it takes 10" in found["verdict"]


def test_without_a_table_and_wells_by_name(tmp_path):
    structures = analyse_inputs([str(structure_path("hg1223_o835"))], AnalysisOptions())
    (row,) = screen(structures_alone("hg1223_o835.cif", structures), Promise.ALPHA)["ranking"]
    own = heights(structure_path("hg1223_o835").parent, "hg1223_o835")
    assert row["height_angstrom"] == pytest.approx(own["alpha"])
    assert own["alpha"] > own["beta"]
    assert (row["tc_kelvin"], row["outcome"]) == (None, "not_measured")


def test_the_database_with_what_was_not_measured(session):
    found = screen(database_data(session, "the database", with_unmeasured=True))
    outcomes = [row["outcome"] for row in found["ranking"]]
    assert outcomes.count("not_measured") == found["n_not_measured"] > 3
    points = [line.get_xydata() for line in draw_screen(found).axes[0].lines[:4]]
    assert sum(map(len, points[1:])) == len(found["ranking"])
    promised = [row["tc_law_kelvin"] for row in found["ranking"]]
    assert points[0][:, 1] == pytest.approx(promised)
    assert promised == sorted(promised, reverse=True)
