"""Parents by structure or by composition: which rows are kin, and what intervals make of them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.record import Origin
from polyqw.services.validation.groups import join_kin
from polyqw.services.validation.rows import ValidationRow
from polyqw.services.validation.verdicts import adjust_p_values, verdict
from polyqw.theory.evidence.cross_validation import score_model
from polyqw.theory.evidence.rivals import law_with
from polyqw.theory.evidence.rows import EvidenceRow

LAW = law_with({"iron": 400.0})


def row(parent, formula, *, height=3.0, tc=40.0, file="f"):
    evidence = EvidenceRow(formula, "iron", parent, tc, {"alpha": height}, "alpha")
    return ValidationRow(evidence, file, "b", Origin.DFT, formula, 1, ())


def groups(rows):
    return [one.evidence.group for one in join_kin(rows)]


def connected(rows):
    """Return the index of the first row that each row hangs together with, by walking the graph of shared keys."""
    keys = [{("p", r.evidence.group), ("f", r.tc_formula)} for r in rows]
    reach = [{k} for k in range(len(rows))]
    for _ in rows:
        reach = [
            set().union(*(reach[j] for j in range(len(rows)) if any(keys[i] & keys[j] for i in one))) for one in reach
        ]
    return [min(one) for one in reach]


FORMULAE = ["FeSe", "LaFeAsO", "BaFe2As2", "LiFeAs", "KFe2As2"]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from(FORMULAE)), min_size=1, max_size=8))
def test_kin_is_what_hangs_together(pairs):
    rows = [row(parent, formula) for parent, formula in pairs]
    found, expected = groups(rows), connected(rows)
    same = [[one == other for other in found] for one in found]
    assert same == [[one == other for other in expected] for one in expected]


def test_a_formula_in_other_units_is_the_same_composition():
    assert groups([row("a", "LaFeAsO"), row("b", "La2Fe2As2O2"), row("c", "LaFeAsO0.5F0.5")]) == ["a", "a", "c"]


def table(seed, n=30):
    """Return rows with errors of 2 K, each compound hung on one to eight polymorphs with parents of their own."""
    rng = np.random.default_rng(seed)
    rows = []
    for k in range(n):
        h, miss = rng.uniform(2.6, 3.4), rng.normal(0, 2)
        for p in range(rng.integers(1, 9)):
            rows.append(row(f"mp-{k}-{p}", f"FeSe{1 + k / 100:.2f}", height=h, tc=400 / h**2 + miss))
    return rows


def coverage(prepare):
    inside = []
    for seed in range(120):
        low, high = score_model(LAW, [r.evidence for r in prepare(table(seed))], seed=seed).rmse_ci95_kelvin
        inside.append(low <= 2.0 <= high)
    return np.mean(inside)


def test_interval_of_the_error_holds_with_one_measurement_in_many_groups():
    assert coverage(join_kin) >= 0.88


def test_without_joining_it_would_be_too_narrow():
    assert coverage(lambda rows: rows) < 0.75


VALUES = {
    "n": 12, "n_groups": 9, "n_bounds": 0, "n_bounds_exceeded": 0, "rmse_law_kelvin": 5.0,
    "rmse_constant_kelvin": 9.0,
    "lambda_fixed_kelvin_angstrom2": 400.0, "law_less_constant_ci95_kelvin": [-6.0, -1.0],
    "p_law_against_constant": 0.03, "p_law_against_constant_holm": None,
}  # fmt: skip


@pytest.mark.parametrize(("others", "said"), [([], "beats"), ([0.04], "is not told apart from"), ([0.001], "beats")])
def test_several_verdicts_are_several_tests(others, said):
    """0.03 alone is below 0.05; the smallest of two counts twice; the largest of two once."""
    parts = [dict(VALUES), *({**VALUES, "p_law_against_constant": p} for p in others)]
    adjust_p_values(parts)
    assert f"{said} a constant Tc" in verdict("iron", "measured", parts[0])


def test_too_few_parents_and_bounds_alone():
    few = {**VALUES, "n_groups": 7, "p_law_against_constant": None, "law_less_constant_ci95_kelvin": None}
    adjust_p_values([few])
    assert "too few to tell, it takes 8 parents" in verdict("iron", "dft", few)
    bounds = {**VALUES, "n_bounds": 12, "n_bounds_exceeded": 11, "rmse_constant_kelvin": None}
    assert "bounds only: the law with λ = 400 K Å² gives more than was reached in 11 of them" in verdict(
        "nickelate", "measured", bounds
    )
    some = {**VALUES, "n_bounds": 2, "p_law_against_constant_holm": 0.03}
    assert "2 of them bounds" in verdict("iron", "measured", some)


def test_a_row_keeps_everything_but_its_group():
    (one,) = join_kin([row("a", "FeSe")])
    assert one == replace(row("a", "FeSe"))
