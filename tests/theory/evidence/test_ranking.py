"""Models on rows left out by parent, recomputed by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.theory.evidence.cross_validation import (
    MAX_FOLDS,
    errors,
    influences,
    left_out_predictions,
    rank_models,
    score_model,
)
from polyqw.theory.evidence.rivals import CONSTANT, LAW, LAW_ALPHA, RIVALS, fit_model, law_with
from tests.theory.evidence.tables import evidence, printed_rows

BY_NAME = {m.name: m for m in (LAW, LAW_ALPHA, CONSTANT, *RIVALS)}


def table(seed=0, n=14, groups=None):
    rng = np.random.default_rng(seed)
    heights = rng.uniform(2.6, 3.6, n)
    return evidence(heights, 400 / heights**2 + rng.normal(0, 2, n), groups=groups)


def test_left_out_by_hand():
    groups = [0, 0, 1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 6, 7]
    rows = table(groups=groups)
    u, tcs = np.array([r.height_angstrom**-2 for r in rows]), np.array([r.tc_kelvin for r in rows])
    law, constant, line = [], [], []
    for k, group in enumerate(groups):
        keep = np.array(groups) != group
        law.append((u[keep] @ tcs[keep]) / (u[keep] @ u[keep]) * u[k])
        constant.append(tcs[keep].mean())
        slope, start = np.polyfit(u[keep] ** -0.5, tcs[keep], 1)
        line.append(start + slope * u[k] ** -0.5)
    for name, by_hand in (("law", law), ("constant", constant), ("line_in_h", line)):
        assert left_out_predictions(BY_NAME[name], rows) == pytest.approx(by_hand, rel=1e-9)
    score = score_model(LAW, rows)
    assert score.rmse_kelvin == pytest.approx(np.sqrt(np.mean((np.array(law) - tcs) ** 2)))
    assert score.mae_kelvin == pytest.approx(np.mean(np.abs(np.array(law) - tcs)))
    assert (score.n, score.n_groups) == (14, 8)
    assert score.rmse_ci95_kelvin[0] < score.rmse_kelvin < score.rmse_ci95_kelvin[1]


@settings(max_examples=30)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=12).filter(lambda g: len(set(g)) > 2), st.integers(0, 999))
def test_no_parent_stands_on_both_sides(groups, seed):
    """What is predicted of a row does not change with the Tc of its kin."""
    rows = table(seed, len(groups), groups)
    before = left_out_predictions(LAW, rows)
    changed = [
        r if r.group != rows[0].group else evidence([r.height_angstrom], [9999.0], groups=[r.group])[0] for r in rows
    ]
    after = left_out_predictions(LAW, changed)
    kin = np.array([r.group == rows[0].group for r in rows])
    assert after[kin] == pytest.approx(before[kin])
    assert not np.allclose(after[~kin], before[~kin])


def test_many_groups_are_dealt_into_folds():
    rows = table(3, 4 * MAX_FOLDS)
    one, again = left_out_predictions(LAW, rows, seed=1), left_out_predictions(LAW, rows, seed=1)
    assert (one == again).all()
    assert len(np.unique(np.round(one * [r.height_angstrom**2 for r in rows], 9))) == MAX_FOLDS


def test_families_keep_their_own_parameters():
    rng = np.random.default_rng(4)
    heights = rng.uniform(2.6, 3.6, 20)
    families = ["iron"] * 10 + ["cuprate"] * 10
    tcs = np.where(np.arange(20) < 10, 400, 1300) / heights**2
    rows = evidence(heights, tcs, family=families)
    assert left_out_predictions(LAW, rows) == pytest.approx(tcs)
    iron, cuprate = rows[:10], rows[10:]
    all_of_iron = left_out_predictions(CONSTANT, iron, cuprate)
    expected = [(tcs.sum() - tc) / 19 for tc in tcs[:10]]
    assert all_of_iron == pytest.approx(expected)
    assert left_out_predictions(BY_NAME["family_mean"], iron, cuprate) == pytest.approx(
        [(tcs[:10].sum() - tc) / 9 for tc in tcs[:10]]
    )


def test_a_bound_counts_only_what_exceeds_it():
    rows = evidence([3.0, 3.0], [50.0, 50.0], bounds=[True, True])
    assert errors(np.array([40.0, 60.0]), rows) == pytest.approx([0.0, 10.0])
    known = evidence([3.0, 3.1, 3.2], [40.0, 50.0, 45.0], bounds=[False, True, False])
    assert fit_model(CONSTANT, known) == pytest.approx([42.5])


def test_the_law_wins_on_its_own_data_and_loses_on_others():
    law_data = table(1, 30)
    assert rank_models((LAW, CONSTANT), law_data)[0].model is LAW
    rng = np.random.default_rng(2)
    shuffled = evidence([r.height_angstrom for r in law_data], rng.permutation([r.tc_kelvin for r in law_data]))
    assert rank_models((LAW, CONSTANT), shuffled)[0].model is CONSTANT


@pytest.mark.parametrize(
    ("model", "descriptors", "law"),
    [
        ("roeser_huber", {"t_t_angstrom": (2.7, 4.0), "n_planes": (1, 4)}, lambda a, n: 90 * n ** (2 / 3) / a**2),
        ("apical_distance", {"t_x_apical_angstrom": (2.2, 2.9)}, lambda d: 5 + 30 * d),
        ("edge", {"t_t_angstrom": (3.7, 4.0)}, lambda a: 400 - 80 * a),
        ("number_of_planes", {"n_planes": (1, 4)}, lambda n: 20 + 30 * n),
        ("anion_height", {"anion_height_angstrom": (1.2, 1.6)}, lambda z: 50 - 900 * (z - 1.38) ** 2),
        ("tetrahedron_angle", {"x_t_x_angle_degrees": (104, 115)}, lambda t: 50 - 2 * (t - 109.4712) ** 2),
        ("field_curvature", {"field_curvature_ev_per_angstrom2": (-5, 20)}, lambda c: 30 + 3 * c),
        ("field_force", {"field_force_ev_per_angstrom": (0, 4)}, lambda f: 60 - 9 * f),
    ],
)
def test_each_rival_finds_its_own_law(model, descriptors, law):
    rng = np.random.default_rng(6)
    values = {name: rng.uniform(*span, 15) for name, span in descriptors.items()}
    tcs = law(*values.values())
    family = "iron" if model in ("anion_height", "tetrahedron_angle") else "cuprate"
    rows = evidence(rng.uniform(3, 4, 15), tcs, family=family, **values)
    assert all(BY_NAME[model].applies_to(row) for row in rows)
    assert left_out_predictions(BY_NAME[model], rows) == pytest.approx(np.maximum(tcs, 0), rel=1e-6)
    bare = evidence([3.0], [40.0], family=family)[0]
    assert not BY_NAME[model].applies_to(bare)


def test_influence_by_refitting():
    rows = [evidence([r[1][r[3]]], [r[2]])[0] for r in printed_rows("cuprate")]
    u, tcs = np.array([r.height_angstrom**-2 for r in rows]), np.array([r.tc_kelvin for r in rows])
    lam = u @ tcs / (u @ u)
    variance = ((tcs - lam * u) ** 2).sum() / (len(rows) - 1)
    for k, influence in enumerate(influences(rows)):
        keep = np.arange(len(rows)) != k
        without = u[keep] @ tcs[keep] / (u[keep] @ u[keep])
        assert influence.lambda_without == pytest.approx(without)
        assert influence.cook == pytest.approx(((lam * u - without * u) ** 2).sum() / variance)


def test_law_with_a_printed_constant_learns_nothing():
    rows = table()
    assert left_out_predictions(law_with({"iron": 400.0}), rows) == pytest.approx(
        [400 / r.height_angstrom**2 for r in rows]
    )


def test_a_constant_has_no_rank_correlation():
    assert score_model(CONSTANT, table()).spearman is None
    assert score_model(LAW, table()).spearman > 0.9


def test_interval_of_the_error_covers_what_it_claims():
    """The RMSE of many compounds is known; intervals from tables of thirty hold it about as often as they say."""
    rng = np.random.default_rng(12)
    inside = []
    for k in range(120):
        heights = rng.uniform(2.6, 3.6, 30)
        rows = evidence(heights, 400 / heights**2 + rng.normal(0, 2, 30))
        low, high = score_model(law_with({"iron": 400.0}), rows, seed=k).rmse_ci95_kelvin
        inside.append(low <= 2.0 <= high)
    assert 0.85 <= np.mean(inside) <= 0.99
