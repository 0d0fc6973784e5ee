"""E0 counted in an exact Fock space, excitations, borders, phases and the derivatives of the conclusion."""

import math
from itertools import product

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.cles import (
    Parameters,
    find_binding_onset,
    find_optimum,
    solve_binding,
    solve_resistivity,
    solve_temperatures,
)
from polyqw.cles.binding import PairEnergy
from polyqw.cles.conductivity import Sample, solve_resistivity_of_sample, solve_sigma0
from polyqw.cles.fock import SmallModel, miss_of_eq3, repulsion_in_pair_energy, solve_pair_states
from polyqw.cles.phases import derivation_holds, label_phases
from polyqw.cles.requirements import REQUIREMENTS, fulfils, log_slope_at_doping, log_slope_at_optimum
from polyqw.errors import UsageError

PAPER = Parameters()
DERIVED = PairEnergy.DERIVED
# A second Fock space, of occupation strings: (localized, below, above) x (up, down).
MODES = [(orbital, spin) for orbital in "lba" for spin in "ud"]


def destroy(mode, state):
    """Apply an annihilator to {occupation: amplitude}."""
    k, found = MODES.index(mode), {}
    for occupied, amplitude in state.items():
        if k in occupied:
            sign = (-1) ** sum(m < k for m in occupied)
            found[occupied - {k}] = found.get(occupied - {k}, 0.0) + sign * amplitude
    return found


def create(mode, state):
    k, found = MODES.index(mode), {}
    for occupied, amplitude in state.items():
        if k not in occupied:
            sign = (-1) ** sum(m < k for m in occupied)
            found[occupied | {k}] = found.get(occupied | {k}, 0.0) + sign * amplitude
    return found


def create_pair(orbital, state):
    return create((orbital, "u"), create((orbital, "d"), state))


def destroy_pair(orbital, state):
    return destroy((orbital, "d"), destroy((orbital, "u"), state))


def act(m, state):
    """Apply Eq. 1."""
    terms = []
    for orbital, energy in zip("lba", (m.epsilon_l, m.epsilon_below, m.epsilon_above), strict=True):
        terms += [(energy, create((orbital, s), destroy((orbital, s), state))) for s in "ud"]
    terms.append((m.u, create_pair("l", destroy_pair("l", state))))
    for k in "ba":
        terms += [(m.j, create_pair("l", destroy_pair(k, state))), (m.j, create_pair(k, destroy_pair("l", state)))]
    terms += [(-m.lam, create_pair(k, destroy_pair(q, state))) for k, q in product("ba", "ba")]
    total = {}
    for factor, part in terms:
        for occupied, amplitude in part.items():
            total[occupied] = total.get(occupied, 0.0) + factor * amplitude
    return total


def overlap(a, b):
    return sum(amplitude * b.get(occupied, 0.0) for occupied, amplitude in a.items())


def states_of_eq2(m):
    unpaired = create(("l", "d"), create_pair("b", {frozenset(): 1.0}))
    broken = destroy(("b", "u"), destroy(("l", "d"), unpaired))
    reference = 2 * m.epsilon_below + m.epsilon_l
    pairs = [create_pair("a", broken), create_pair("l", broken)]
    return pairs, [[overlap(x, act(m, y)) - (x is y) * reference for y in pairs] for x in pairs]


ENERGY = st.floats(-2, 2)


@given(ENERGY, st.floats(0.1, 3), ENERGY, ENERGY, st.floats(0.05, 1), st.floats(0, 0.5))
def test_extended_pair_holds_no_repulsion_in_either_fock_space(epsilon_l, u, below, above, j, lam):
    model = SmallModel(epsilon_l, u, below, above, j, lam)
    found = solve_pair_states(model, doubly_occupied=False)
    uncoupled = SmallModel(epsilon_l, u, below, above, 0.0, 0.0)
    _, block = states_of_eq2(uncoupled)
    assert found.extended_ev == pytest.approx(block[0][0], abs=1e-12)
    assert found.extended_ev == pytest.approx(2 * above - below - epsilon_l, abs=1e-12)
    assert found.localized_ev == pytest.approx(block[1][1], abs=1e-12)
    assert found.omega_ev == pytest.approx(np.linalg.eigvalsh(states_of_eq2(model)[1])[0], abs=1e-12)
    assert found.leak_ev == pytest.approx(0.0, abs=1e-12)
    assert repulsion_in_pair_energy(model) == pytest.approx(0.0, abs=1e-12)


def test_exact_energy_solves_eq3_with_the_derived_e0_alone():
    model = SmallModel(-0.5, 1.4, 0.05, 0.4, 0.11, 0.06)
    assert miss_of_eq3(model, DERIVED) == pytest.approx(0.0, abs=1e-12)
    assert abs(miss_of_eq3(model, PairEnergy.PRINTED)) > 0.1


def test_a_localized_pair_agrees_with_the_printed_e0():
    """For μ >= μ* the pair of Eq. 4 starts from 2εL + U, as printed."""
    model = SmallModel(-0.5, 1.4, 0.05, 0.4, 0.11, 0.06)
    found = solve_pair_states(model, doubly_occupied=True)
    assert found.extended_ev == pytest.approx(2 * 0.4 - (2 * -0.5 + 1.4))
    assert (found.localized_ev, found.leak_ev) == pytest.approx((0.0, 0.0), abs=1e-12)
    e0, e1 = found.omega_ev + 2 * -0.5 + 1.4, found.omega_ev
    assert (0.11**2 / e1 - 0.06) / (e0 - 2 * 0.4) == pytest.approx(1.0)


@pytest.mark.parametrize("mu", [0.0, 0.07, 0.15, 0.19, 0.199])
def test_derived_root_against_fifty_digits(mu):
    found = solve_binding(mu, PAPER, DERIVED)
    with mpmath.workdps(50):
        g, a, width = mpmath.mpf("0.05"), mpmath.mpf("0.09") ** 2 / mpmath.mpf("0.804"), 2 - 2 * mpmath.mpf(mu)
        offset = 2 * (mpmath.mpf("0.2") - mpmath.mpf(mu))

        def eq3(ln_beta):
            beta = mpmath.exp(ln_beta)
            return (g + a / (beta + offset)) / 2 * mpmath.log(1 + width / beta) - 1

        root = mpmath.findroot(eq3, float(found.ln_beta) + 0.01)
    assert float(found.ln_beta) == pytest.approx(float(root), abs=1e-10)
    assert float(found.gain_ev) == pytest.approx(float(mpmath.exp(root)) - 0.5 - 1.5 * mu, abs=1e-12)
    assert float(found.binding_ev) == pytest.approx(float(mpmath.exp(root)) - 1.0 - mu, abs=1e-12)


def test_derived_e0_is_continuous_at_the_level_and_the_printed_one_is_not():
    below, above = 0.2 - 1e-9, 0.2 + 1e-9
    beta = [solve_binding(mu, PAPER, DERIVED).beta_ev for mu in (below, above)]
    assert beta[0] == pytest.approx(beta[1], abs=1e-8)
    printed = [float(solve_binding(mu, PAPER).binding_ev) for mu in (below, above)]
    assert printed[1] - printed[0] == pytest.approx(0.2238, abs=1e-3)
    theta = [float(solve_resistivity(100.0, mu, PAPER, DERIVED).theta) for mu in (below, above)]
    assert theta[0] == pytest.approx(theta[1], rel=1e-6)


@pytest.mark.parametrize("e0", list(PairEnergy))
@given(st.floats(0, 0.9), st.floats(0, 0.2), st.floats(0.2, 1.8))
def test_binding_changes_its_sign_at_the_onset(e0, mu, g, u):
    model = Parameters(g=g, u=u)
    onset = float(find_binding_onset(mu, model, e0))
    assert float(solve_binding(mu, model.replace(j=1.01 * onset + 1e-3), e0).binding_ev) > 0
    if onset > 1e-3:
        assert float(solve_binding(mu, model.replace(j=0.99 * onset), e0).binding_ev) < 0


def test_onset_of_the_papers_set():
    """At E_b = 0 and μ = 0 β is 1 eV: κ = 2/ln 3, A = (κ - 0.05)·1.4, j² = 0.804·A."""
    by_hand = math.sqrt(0.804 * 1.4 * (2 / math.log(3) - 0.05))
    assert float(find_binding_onset(0.0, PAPER, DERIVED)) == pytest.approx(by_hand)
    assert float(find_binding_onset(0.0, PAPER)) == 0.0
    assert math.isnan(find_binding_onset(1.5, PAPER))


def test_one_localized_electron_lies_where_the_excitation_says():
    """Four states of one site in a pairing field: ΓD± are the energies of one electron over both paired states."""
    delta, field, u = 0.05, 0.03, 1.4
    single = delta - u / 2
    low, high = np.linalg.eigvalsh([[0.0, field], [field, 2 * delta]])
    e_d = math.hypot(delta, field)
    assert single - low == pytest.approx(-u / 2 + e_d)
    assert single - high == pytest.approx(-u / 2 - e_d)


def test_sigma0_of_a_crystal_is_that_of_its_density_of_states():
    """4π e²ħ D0/(3 m V) with D0 = 0.804 /eV in 95 Å³, by hand: 6.5753e5 S/m."""
    by_hand = 4 * math.pi / 3 * 1.602176634e-19 * 1.054571817e-34 / 9.1093837139e-31 * 0.804 / 95e-30
    crystal = solve_sigma0([0.05, 0.2, 0.4], PAPER, Sample(95.0))
    assert crystal == pytest.approx(by_hand, rel=1e-8)
    few = solve_sigma0([0.05, 0.2, 0.4], PAPER, Sample(95.0, 1.0))
    assert few[0] == pytest.approx(by_hand, rel=1e-6)
    assert by_hand > few[1] > few[2]
    rho = solve_resistivity_of_sample(100.0, 0.21, PAPER, Sample(95.0))
    assert rho == pytest.approx(0.1593085417 / by_hand * 1e8, rel=1e-8)


def test_sigma0_of_one_site_by_the_printed_words():
    """4e²ħπ D0² E_J²/(3 m V [D0 E_J² + 4(μ - E0/2)]), E_J = J Nd - λ E1/J, with Nd = 1 and energies in joules."""
    mu, ev = 0.25, 1.602176634e-19
    found = solve_binding(mu, PAPER)
    d0, j, lam = 0.804 / ev, 0.09 / 0.804 * ev, 0.05 / 0.804 * ev
    e1, e0 = float(found.omega_ev) * ev, float(found.e0_ev) * ev
    e_j = j - lam * e1 / j
    below = 3 * 9.1093837139e-31 * 95e-30 * (d0 * e_j**2 + 4 * (mu * ev - e0 / 2))
    by_hand = 4 * ev**2 * 1.054571817e-34 * math.pi * d0**2 * e_j**2 / below
    assert solve_sigma0(mu, PAPER, Sample(95.0, 1.0)) == pytest.approx(by_hand, rel=1e-7)


@pytest.mark.parametrize("wrong", [(0.0, 1.0), (-5.0, 1.0), (95.0, 0.5), (math.inf, 2.0)])
def test_no_sample(wrong):
    with pytest.raises(UsageError, match="volume per site"):
        Sample(*wrong)


def test_phases_lie_where_the_temperatures_put_them():
    found = solve_temperatures(np.array([0.1, 0.2, 0.3]), PAPER)
    for mu, tc, tstar, names in zip(
        (0.1, 0.2, 0.3), found.tc_kelvin, found.tstar_kelvin,
        (("pseudogap", "metal"), ("metal", "metal"), ("metal", "metal")), strict=True,
    ):  # fmt: skip
        assert str(label_phases(0.99 * tc, mu, PAPER)) == "superconductor"
        assert str(label_phases(1.01 * tc, mu, PAPER)) == names[0]
        assert str(label_phases(1.01 * max(tc, tstar), mu, PAPER)) == names[1]
    assert str(label_phases(50.0, 0.0, PAPER)) == "antiferromagnet"
    assert str(label_phases(50.0, -0.05, PAPER)) == "antiferromagnet"


def test_derivation_needs_distance_from_the_level():
    """|δ| = 0.05 eV is ten kT at 58.02 K."""
    assert derivation_holds(58.0, 0.15, PAPER)
    assert not derivation_holds(58.1, 0.15, PAPER)
    assert not derivation_holds(1.0, 0.2, PAPER)


@pytest.mark.parametrize("asked", [r for r in REQUIREMENTS if r.name], ids=lambda r: r.name)
def test_slopes_against_wide_differences(asked):
    wide = 1e-3
    value = float(getattr(PAPER, asked.name))
    tops = [float(find_optimum(PAPER.replace(**{asked.name: value * math.exp(s)})).tc_kelvin) for s in (-wide, wide)]
    slope = log_slope_at_optimum(asked.name, PAPER)
    assert slope == pytest.approx(math.log(tops[1] / tops[0]) / (2 * wide), rel=2e-3)
    assert fulfils(asked, slope) == (asked.number != "i")


def test_slope_of_the_repulsion_changes_its_sign_at_the_optimum():
    assert log_slope_at_doping("u", 0.12, PAPER) < -10
    assert log_slope_at_doping("u", 0.2, PAPER) > 10
