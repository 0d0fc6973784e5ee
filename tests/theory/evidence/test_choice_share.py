"""How much of an agreement is the choice of wells, against brute force and tables made to order."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.errors import UsageError
from polyqw.theory.evidence.choice_share import choice_share, median_heights, nested_predictions
from polyqw.theory.evidence.cross_validation import left_out_predictions, score_model
from polyqw.theory.evidence.rivals import FAMILY_MEAN, RIVALS
from polyqw.theory.evidence.rows import EvidenceRow
from tests.theory.evidence.tables import printed_rows, two_wells
from tests.theory.evidence.test_choice import brute_force

PHASE_MEAN = next(model for model in RIVALS if model.name == "chosen_phase_mean")


def share_of(rows):
    return choice_share([r[1] for r in rows], [r[2] for r in rows])


def chosen(rows):
    return [EvidenceRow(f"{r[0]} {k}", "iron", str(k), r[2], r[1], r[3]) for k, r in enumerate(rows)]


@pytest.mark.parametrize(("family", "own", "common"), [("iron", 1.70, 1.87), ("cuprate", 8.82, 17.98)])
def test_printed_tables(family, own, common):
    found = share_of(printed_rows(family))
    assert found.rmse_own_kelvin == pytest.approx(own, abs=0.005)
    assert found.rmse_common_kelvin == pytest.approx(common, abs=0.005)


def test_common_heights_by_brute_force():
    rows = printed_rows("cuprate")
    median = {p: float(np.median([r[1][p] for r in rows if p in r[1]])) for p in ("alpha", "beta")}
    assert median_heights([r[1] for r in rows]) == median
    tcs = np.array([r[2] for r in rows])
    error, _, _ = brute_force([{p: median[p] for p in r[1]} for r in rows], tcs)
    found = share_of(rows)
    assert found.rmse_common_kelvin == pytest.approx(np.sqrt(error / len(rows)))
    assert found.rmse_constant_kelvin == pytest.approx(np.sqrt(((tcs - tcs.mean()) ** 2).mean()))


@pytest.mark.parametrize("family", ["iron", "cuprate"])
def test_nested_by_hand(family):
    """Without the compound, all choices of the others one by one; then the phase that most of them take."""
    rows = printed_rows(family)[:7]
    tcs = np.array([r[2] for r in rows])
    by_hand = []
    for k, row in enumerate(rows):
        others = [r for j, r in enumerate(rows) if j != k]
        _, phases, lam = brute_force([r[1] for r in others], np.delete(tcs, k))
        most = max(sorted(row[1]), key=phases.count)
        by_hand.append(lam / row[1][most] ** 2)
    assert nested_predictions([r[1] for r in rows], list(tcs)) == pytest.approx(by_hand)
    assert share_of(rows).nested_rmse_kelvin == pytest.approx(np.sqrt(np.mean((np.array(by_hand) - tcs) ** 2)))
    assert share_of(rows).nested_constant_rmse_kelvin == pytest.approx(
        np.sqrt(np.mean([(np.delete(tcs, k).mean() - tc) ** 2 for k, tc in enumerate(tcs)]))
    )


@settings(max_examples=25)
@given(st.integers(0, 2**32 - 1), st.floats(1.0, 500.0))
def test_a_compound_does_not_choose_its_own_well(seed, other_tc):
    heights, tcs = two_wells(np.random.default_rng(seed), 7)
    before = nested_predictions(heights, list(tcs))
    after = nested_predictions(heights, [other_tc, *tcs[1:]])
    assert after[0] == pytest.approx(before[0])


def test_heights_that_tell_nothing_leave_all_to_the_choice():
    rng = np.random.default_rng(1)
    alpha, beta = 2.7 + rng.normal(0, 0.02, 40), 3.1 + rng.normal(0, 0.02, 40)
    heights = [{"alpha": float(a), "beta": float(b)} for a, b in zip(alpha, beta, strict=True)]
    tcs = np.where(rng.random(40) < 0.5, 400 / 2.7**2, 400 / 3.1**2) + rng.normal(0, 1, 40)
    assert choice_share(heights, list(tcs)).share == pytest.approx(1.0, abs=0.05)


def test_one_well_each_leaves_nothing_to_the_choice():
    heights = np.linspace(2.6, 3.4, 8)
    found = choice_share([{"alpha": float(h)} for h in heights], list(400 / heights**2))
    assert found.share == pytest.approx(0.0, abs=1e-12)
    assert found.nested_rmse_kelvin == pytest.approx(0.0, abs=1e-9)


def test_mean_of_the_chosen_phase_by_hand():
    """Two to seven compounds of each phase are left in the iron table; 2.35 K by leaving one out."""
    rows = printed_rows("iron")
    by_hand = [np.mean([o[2] for j, o in enumerate(rows) if j != k and o[3] == row[3]]) for k, row in enumerate(rows)]
    assert left_out_predictions(PHASE_MEAN, chosen(rows)) == pytest.approx(by_hand)
    assert score_model(PHASE_MEAN, chosen(rows)).rmse_kelvin == pytest.approx(2.35, abs=0.005)


def test_a_phase_that_no_other_chose_gets_the_mean():
    rows = chosen([r for r in printed_rows("iron") if r[3] != "gamma"] + [printed_rows("iron")[-1]])
    assert rows[-1].phase == "gamma"
    own, mean = (left_out_predictions(model, rows)[-1] for model in (PHASE_MEAN, FAMILY_MEAN))
    assert own == pytest.approx(mean)


def test_too_little():
    with pytest.raises(UsageError, match="three compounds"):
        choice_share([{"alpha": 3.0}] * 2, [40, 50])
