"""The law against small corpora made here, recomputed from the files without the program's own statistics."""

import csv
import json
import re
import shutil
from itertools import permutations, product

import numpy as np
import pytest
from scipy import stats

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin
from polyqw.db.models import WellChoice
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.validation.dataset import database_data, folder_data
from polyqw.services.validation.figures import law_figure, prediction_figure
from polyqw.services.validation.page import write_page
from polyqw.services.validation.rows import gather_rows
from polyqw.services.validation.run import validate
from tests.conftest import structure_path

CUPRATES = {
    # file: (Tc, parent)
    "ybco_o698": (91, "y"),
    "hg1201_o415": (94, "hg1"),
    "hg1201_o418": (92, "hg1"),
    "tl1212": (103, "tl"),
    "lco_lto_cod": (20, "la"),
    "hg1223_o835": (133, "hg3"),
    "bi2201_amaa": (12, "bi"),
}


def make(folder, rows, header="file,tc_kelvin,group,kind,origin"):
    """Make a corpus of reference structures with Tc of our own."""
    folder.mkdir()
    lines = [header]
    for name, tc, group, kind, origin in rows:
        shutil.copy(structure_path(name), folder / f"{name}.cif")
        lines.append(f"{name}.cif,{tc},{group},{kind},{origin}")
    (folder / "tc.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def run(folder, wells=WellChoice.BEST, seed=0, origin=Origin.UNKNOWN):
    structures = analyse_inputs([str(folder)], AnalysisOptions())
    return validate(folder_data(str(folder), None, {}, structures), wells, origin, seed=seed)


def gathered_of(folder):
    structures = analyse_inputs([str(folder)], AnalysisOptions())
    data = folder_data(str(folder), None, {}, structures)
    return gather_rows(data.structures, data.entries_of, WellChoice.BEST, Origin.MEASURED)


def heights(folder, name):
    """Return the mean height of each phase of a file."""
    (found,) = analyse_inputs([str(folder / f"{name}.cif")], AnalysisOptions())
    phases = {}
    for well in found.analysis.wells:
        if well.phase != "mu":
            phases.setdefault(str(well.phase), []).extend([well.height] * well.multiplicity)
    return {phase: float(np.mean(values)) for phase, values in phases.items()}


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    rows = [(name, tc, group, "", "measured") for name, (tc, group) in CUPRATES.items()]
    folder = make(tmp_path_factory.mktemp("small") / "set", rows)
    return folder, run(folder)


def test_counts(small):
    _, found = small
    result = found.result
    assert result["n_files"] == result["n_with_well"] == result["n_with_tc"] == result["n_rows"] == len(CUPRATES)
    assert result["n_failed"] == result["n_zero_tc"] == 0
    assert found.problems == []
    assert set(result["families"]) == {"cuprate"}
    assert set(result["by_origin"]) == {"measured"}
    assert result["by_origin"]["measured"]["cuprate"]["n"] == len(CUPRATES)


def test_errors_recomputed(small):
    """Errors, bounds and rank correlation, written out with loops over the files."""
    folder, found = small
    values = found.result["families"]["cuprate"]
    wells = {name: heights(folder, name) for name in CUPRATES}
    law, constant, absolute = [], [], []
    for name, (tc, group) in CUPRATES.items():
        nearest = min(wells[name].values(), key=lambda h, tc=tc: abs(1320 / h**2 - tc))
        law.append(1320 / nearest**2)
        absolute.append(abs(tc - law[-1]))
        constant.append(np.mean([t for t, g in CUPRATES.values() if g != group]))
    tcs = np.array([tc for tc, _ in CUPRATES.values()])
    assert values["rmse_law_kelvin"] == pytest.approx(np.sqrt(np.mean((np.array(law) - tcs) ** 2)))
    assert values["mae_law_kelvin"] == pytest.approx(np.mean(absolute))
    assert values["rmse_constant_kelvin"] == pytest.approx(np.sqrt(np.mean((np.array(constant) - tcs) ** 2)))
    assert values["spearman"] == pytest.approx(stats.spearmanr(law, tcs).statistic)
    assert values["n_groups"] == 6
    best = {
        g: max((n for n in CUPRATES if CUPRATES[n][1] == g), key=lambda n: CUPRATES[n][0])
        for _, g in CUPRATES.values()
    }
    above = [CUPRATES[n][0] > 1320 / min(wells[n].values()) ** 2 for n in best.values()]
    assert values["fraction_above_bound"] == pytest.approx(np.mean(above))
    assert values["highest_tc_of_each_parent"]["n"] == 6
    for row, tc in zip(sorted(found.rows, key=lambda row: list(CUPRATES).index(row["block"])), law, strict=True):
        assert row["tc_law_kelvin"] == pytest.approx(tc)
        assert row["residual_kelvin"] == pytest.approx(CUPRATES[row["block"]][0] - tc)


def test_figures_show_the_rows(small):
    _, found = small
    families = found.result["families"]
    points = prediction_figure(found.rows, families).axes[0].lines[0].get_xydata()
    assert points == pytest.approx(np.array([(row["tc_kelvin"], row["tc_law_kelvin"]) for row in found.rows]))
    measured, curve, *_ = law_figure(found.rows, families).axes[0].lines
    assert measured.get_xydata() == pytest.approx(
        np.array([(row["height_angstrom"], row["tc_kelvin"]) for row in found.rows])
    )
    assert curve.get_ydata() == pytest.approx(1320 / curve.get_xdata() ** 2)


def test_choice_recomputed(small):
    """All 720 orders of the six parents, all choices of wells, each with its own λ."""
    folder, found = small
    best = {}
    for name, (tc, group) in CUPRATES.items():
        if group not in best or tc > best[group][1]:
            best[group] = (name, tc)
    wells = [list(heights(folder, name).values()) for name, _ in best.values()]
    tcs = [tc for _, tc in best.values()]

    def error(order):
        return min(
            float(((np.array(order) - (u @ order) / (u @ u) * u) ** 2).sum())
            for choice in product(*wells)
            for u in [np.array(choice) ** -2]
        )

    own = error(tcs)
    p = np.mean([error(order) <= own * (1 + 1e-9) for order in permutations(tcs)])
    values = found.result["families"]["cuprate"]
    assert values["choice_test"]["exact"]
    assert values["p_choice"] == pytest.approx(p)


def test_rivals_are_ranked_on_the_same_rows(small):
    ranking = small[1].result["families"]["cuprate"]["ranking"]
    assert len({row["n"] for row in ranking}) == 1
    errors = [row["rmse_kelvin"] for row in ranking]
    assert errors == sorted(errors)
    assert {"law", "law_alpha", "law_fixed", "constant", "family_mean", "roeser_huber"} <= {
        r["model"] for r in ranking
    }
    assert {row["ci95"] for row in ranking} == {None}, "six parents give no interval"


def with_tc(tmp_path, tc_of):
    names = [
        "ybco_o698",
        "hg1201_o415",
        "tl1212",
        "hg1223_o835",
        "bi2201_amaa",
        "lco_lto_cod",
        "hg1223_high_pressure",
        "bi2223_pb",
        "hg1201_o431",
    ]
    rows = []
    for k, name in enumerate(names):
        h = min(heights(structure_path(name).parent, name).values())
        rows.append((name, f"{tc_of(h, k):.3f}", f"p{k}", "measured", "measured"))
    return make(tmp_path / "set", rows)


def test_verdict_of_a_corpus_that_follows_the_law(tmp_path):
    found = run(with_tc(tmp_path, lambda h, k: 1320 / h**2 * (1.01 if k % 2 else 0.99)))
    assert "beats a constant Tc" in found.result["verdict"]
    assert found.result["families"]["cuprate"]["p_choice"] < 0.05


def test_verdict_of_a_corpus_that_goes_against_it(tmp_path):
    found = run(with_tc(tmp_path, lambda h, k: 12 * h + k % 2))
    assert "loses to a constant Tc" in found.result["verdict"]
    assert found.result["families"]["cuprate"]["spearman"] < 0


def test_one_measurement_on_several_structures_is_one_parent(tmp_path):
    """Two parents by name whose Tc is of one composition, and a third that shares a parent with one of them."""
    header = "file,tc_kelvin,group,formula"
    rows = [
        ("ybco_o698", 91, "p1", "YBa2Cu3O7"),
        ("ybco_o700", 91, "p2", "Y2Ba4Cu6O14"),
        ("ybco_o710", 88, "p2", "YBa2Cu3O6.9"),
        ("tl1212", 103, "p3", "TlBa2CaCu2O7"),
    ]
    folder = make(tmp_path / "set", [])
    for name, *_ in rows:
        shutil.copy(structure_path(name), folder / f"{name}.cif")
    lines = [f"{name}.cif,{tc},{group},{formula}" for name, tc, group, formula in rows]
    (folder / "tc.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    found = run(folder, origin=Origin.MEASURED)
    assert {row["block"]: row["group"] for row in found.rows} == {
        "ybco_o698": "p1", "ybco_o700": "p1", "ybco_o710": "p1", "tl1212": "p3",
    }  # fmt: skip
    assert found.result["families"]["cuprate"]["n_groups"] == 2


def test_always_alpha_and_always_beta(small):
    folder, _ = small
    alpha = run(folder, WellChoice.ALPHA)
    assert {row["phase"] for row in alpha.rows} == {"alpha"}
    assert len(alpha.rows) == len(CUPRATES)
    beta = run(folder, WellChoice.BETA)
    assert {row["phase"] for row in beta.rows} == {"beta"}
    assert 0 < len(beta.rows) < len(CUPRATES)


def test_zeros_bounds_and_failures(tmp_path):
    folder = make(
        tmp_path / "set",
        [
            ("ybco_o698", 91, "a", "", ""),
            ("hg1201_o415", 94, "b", "", ""),
            ("tl1212", 103, "c", "", ""),
            ("lco_lto_cod", 5, "d", "not_observed", ""),
            ("bi2201_amaa", 0, "e", "", ""),
        ],
    )
    (folder / "broken.cif").write_text("data_x\n_cell_length_a 1\n")
    found = run(folder, origin=Origin.MEASURED)
    values = found.result["families"]["cuprate"]
    zeros = found.result["zeros"]["families"]["cuprate"]
    (bi2201,) = [row.evidence for row in gathered_of(folder).zero_rows]
    assert (zeros["n_zeros"], zeros["as_bounds"]["n"], zeros["left_out"]["n"]) == (1, 5, 4)
    excess = 1320 / bi2201.height_angstrom**2 - 4.2
    assert 5 * zeros["as_bounds"]["rmse_law_kelvin"] ** 2 == pytest.approx(
        4 * zeros["left_out"]["rmse_law_kelvin"] ** 2 + excess**2
    )
    assert (found.result["n_zero_tc"], found.result["n_failed"]) == (1, 1)
    assert (values["n"], values["n_bounds"]) == (4, 1)
    assert any("broken.cif" in problem for problem in found.problems)
    # a bound of 5 K under a law of 100 K counts with what exceeds it
    law = [r["tc_law_kelvin"] - r["tc_kelvin"] for r in found.rows]
    assert values["rmse_law_kelvin"] == pytest.approx(np.sqrt(np.mean(np.square(law))))
    assert values["lambda_median_kelvin_angstrom2"] < np.median(
        [r["tc_kelvin"] * r["height_angstrom"] ** 2 for r in found.rows]
    )


def test_notes_on_rows_that_do_not_belong_together(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("hg1223_high_pressure", "lafeaso_cod", "tl1212"):
        shutil.copy(structure_path(name), folder)
    (folder / "tc.csv").write_text(
        "file,formula,tc_kelvin,pressure_gpa,synthetic_doped\n"
        "hg1223_high_pressure.cif,Hg1Ba2Ca2Cu3O8,134,,0\n"
        "lafeaso_cod.cif,LaFeAsO0.89F0.11,26,,1\n"
        "tl1212.cif,,103,,0\n"
    )
    notes = {row["file"].rsplit("/")[-1]: row["notes"] for row in run(folder).rows}
    assert "Tc at 0 GPa" in notes["hg1223_high_pressure.cif"]
    assert "Tc is that of LaFeAsO0.89F0.11" in notes["lafeaso_cod.cif"]
    assert "doping put in by computer" in notes["lafeaso_cod.cif"]
    assert notes["tl1212.cif"] == ""


def test_computed_heights_stand_beside_measured_ones(tmp_path):
    """A cell stretched by one part in ten along c is held against the structure it was made from."""
    folder = make(tmp_path / "set", [("tl1212", 103, "mp-1", "", "dft"), ("nacl", 5, "mp-2", "", "dft")])
    text = (folder / "tl1212.cif").read_text()
    line = next(x for x in text.splitlines() if x.startswith("_cell_length_c"))
    c = float(line.split()[1].partition("(")[0])
    (folder / "tl1212.cif").write_text(text.replace(line, f"_cell_length_c {1.1 * c:.6f}"))
    found = run(folder)
    (pair,) = found.result["height_pairs"]
    assert pair["measured"] == "tl1212"
    assert pair["bias"] == pytest.approx(0.1, abs=1e-4)
    assert pair["bias_lambda"] == pytest.approx(0.21, abs=3e-4)
    assert found.result["families"]["cuprate"]["height_bias"]["n_pairs"] == 1
    assert "too few to tell" in found.result["verdict"]


def test_nothing_to_tell(tmp_path):
    folder = make(tmp_path / "set", [("nacl", 5, "a", "", "")])
    found = run(folder)
    assert found.result["families"] == {}
    assert "says nothing" in found.result["verdict"]
    paths = write_page(tmp_path / "page", found.name, found.result, found.rows, found.problems)
    assert paths["validation.html"].exists()


def test_database_as_data_set(reference_template):
    with reading(reference_template) as session:
        found = validate(database_data(session, "the database"), WellChoice.BEST, Origin.UNKNOWN)
    assert found.result["n_rows"] > 10
    assert set(found.result["by_origin"]) >= {"measured"}
    assert {"cuprate", "iron"} <= set(found.result["families"])


def test_page_and_files(small, tmp_path):
    found = small[1]
    paths = write_page(tmp_path / "page", "<script>alert(1)</script>", found.result, found.rows, ["a <b> problem"])
    page = paths["validation.html"].read_text()
    assert "<script>" not in page
    assert "a &lt;b&gt; problem" in page
    assert not re.search(r"""(?:src|href|action)\s*=\s*["']?(?:https?:)?//""", page), "the page asks for nothing"
    with paths["rows.csv"].open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == len(CUPRATES)
    kept = json.loads(paths["validation.json"].read_text())
    assert kept["families"]["cuprate"]["rmse_law_kelvin"] == found.result["families"]["cuprate"]["rmse_law_kelvin"]
    again = write_page(tmp_path / "again", "<script>alert(1)</script>", found.result, found.rows, ["a <b> problem"])
    for name in paths:
        assert paths[name].read_bytes() == again[name].read_bytes(), name


def test_whole_corpus(corpus):
    found = run(corpus)
    result = found.result
    assert (result["n_files"], result["n_failed"]) == (1391, 0)
    assert result["n_rows"] == sum(v["n"] for v in result["families"].values()) > 300
    assert result["n_with_tc"] + result["n_zero_tc"] <= 1391
    assert set(result["by_origin"]) == {"dft", "synthetic_doped"}
    for values in result["families"].values():
        tcs = [r["tc_kelvin"] - r["tc_law_kelvin"] for r in found.rows if r["family"] == "cuprate"]
        if values is result["families"]["cuprate"]:
            assert values["rmse_law_kelvin"] == pytest.approx(np.sqrt(np.mean(np.square(tcs))))
    assert all(row["notes"] for row in found.rows)
