"""Exact limits, scaling and monotonicity."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_less

from polyqw.cles import (
    EXACT_PREFACTOR,
    Method,
    Parameters,
    find_coupling,
    find_crossings,
    find_optimum,
    make_max_tc_map,
    make_tc_map,
    solve_binding,
    solve_carriers,
    solve_gaps,
    solve_resistivity,
    solve_tc,
    solve_tc_linearised,
    solve_temperatures,
)
from polyqw.constants import BOLTZMANN_EV_PER_K as KB

MU = np.linspace(0.0, 1.0, 101)
couplings = st.floats(0.02, 3.0)
TIGHT = 1e-13


# --- gaps ---------------------------------------------------------------------------------------------


@given(j=couplings, dn=st.floats(0.05, 20.0))
def test_gap_at_mu_star_without_conventional_pairing(j, dn):
    parameters = Parameters(g=0.0, j=j, dn=dn)
    assert_allclose(solve_gaps(parameters.mu_star, parameters).chi_ev, j / (2 * dn), rtol=TIGHT)


@given(g=st.floats(0.01, 10.0), omega_c=st.floats(0.01, 100.0))
def test_gap_of_conventional_pairing_in_mid_band(g, omega_c):
    solution = solve_gaps(omega_c / 2, Parameters(g=g, j=0.0, omega_c=omega_c))
    assert_allclose(solution.chi_ev, omega_c / 2 / np.sinh(1 / g), rtol=TIGHT)
    assert solution.k == g
    assert solution.delta_j_ev == 0


def test_identities_of_the_gap_equations():
    g, j = np.linspace(0.0, 1.0, 8)[:, None, None], np.linspace(0.01, 1.0, 9)[:, None]
    solution = solve_gaps(MU, Parameters(g=g, j=j))
    assert solution.converged.all()
    assert np.abs(solution.residual).max() < 1e-12
    assert (solution.e_d_ev >= np.abs(0.2 - MU) * (1 - 1e-13)).all()
    assert_allclose(solution.delta_j_ev, j * solution.chi_ev / solution.k, rtol=TIGHT)
    assert_allclose(np.exp(solution.ln_chi), solution.chi_ev, rtol=1e-12)
    assert_allclose(solution.p, 0.804 * np.broadcast_to(MU, solution.p.shape), rtol=TIGHT)


def test_band_is_symmetric_for_conventional_pairing():
    parameters = Parameters(g=0.3, j=0.0)
    assert_allclose(solve_gaps(MU, parameters).chi_ev, solve_gaps(1 - MU, parameters).chi_ev, rtol=1e-12)


def test_gaps_and_temperatures_grow_with_coupling():
    strength = np.linspace(0.05, 1.0, 40)
    for parameters in (Parameters(g=strength), Parameters(j=strength)):
        solution = solve_gaps(MU[:, None], parameters)
        assert_array_less(solution.chi_ev[:, :-1], solution.chi_ev[:, 1:])
        tc = solve_tc(MU[:, None], parameters.replace(exponent=1))
        assert_array_less(tc[:, :-1], tc[:, 1:])
        linearised = solve_tc_linearised(MU[:, None], parameters).tc_kelvin
        assert_array_less(linearised[:, :-1], linearised[:, 1:])


@given(scale=st.floats(1e-3, 1e3), mu=st.floats(0.0, 1.0), g=couplings, j=couplings)
@settings(deadline=None)
def test_energies_scale_together(scale, mu, g, j):
    one = Parameters(g=g, j=j)
    many = Parameters(g=g, j=j, epsilon_l=-0.5 * scale, u=1.4 * scale, dn=0.804 / scale, omega_c=scale)
    for solve, names in (
        (solve_gaps, ("chi_ev", "e_d_ev", "delta_j_ev")),
        (solve_temperatures, ("tc_kelvin", "tstar_kelvin")),
        (solve_tc_linearised, ("tc_kelvin",)),
    ):
        small, large = solve(mu, one), solve(mu * scale, many)
        for name in names:
            assert_allclose(getattr(large, name), scale * getattr(small, name), rtol=1e-11)


# --- temperatures -------------------------------------------------------------------------------------


def test_without_localized_coupling_the_ratio_is_the_prefactor():
    for prefactor in (3.51, EXACT_PREFACTOR):
        parameters = Parameters(g=0.3, j=0.0, prefactor=prefactor, exponent=[[1], [2]])
        gaps, found = solve_gaps(MU, parameters), solve_temperatures(MU, parameters)
        assert_allclose(found.tc_kelvin, 2 * gaps.chi_ev / (prefactor * KB), rtol=TIGHT)
        assert_allclose(found.tstar_kelvin, 2 * gaps.e_d_ev / (prefactor * KB), rtol=TIGHT)
        assert_allclose(found.tstar_node_kelvin, found.tstar_kelvin, rtol=TIGHT)


def test_linearised_equation_has_exponent_one_in_the_band():
    # exact for weak coupling only: χ and T must both be small beside the band
    parameters = Parameters(g=0.05, j=0.03, prefactor=EXACT_PREFACTOR)
    mu = np.array([0.3, 0.4, 0.5, 0.7])
    linearised = solve_tc_linearised(mu, parameters)
    assert_allclose(linearised.tc_kelvin, solve_tc(mu, parameters.replace(exponent=1)), rtol=1e-6)
    assert linearised.method is Method.LINEARISED
    assert (linearised.exponent == 1).all()
    assert np.isnan(linearised.tstar_kelvin).all()


def test_linearised_equation_has_exponent_two_at_the_band_edge():
    # δ must be comparable to t, or K0 = K and n does not matter; χ and T must be small beside the band
    parameters = Parameters(g=0.12, j=0.005, prefactor=EXACT_PREFACTOR, epsilon_l=-0.5, u=1.0)
    linearised = solve_tc_linearised(0.0, parameters).tc_kelvin
    errors = [abs(solve_tc(0.0, parameters.replace(exponent=n)) / linearised - 1) for n in (1, 2)]
    assert errors[1] < 0.1 * errors[0]


def test_node_touches_zero_only_at_mu_star():
    parameters = Parameters()
    node = solve_temperatures(MU, parameters).tstar_node_kelvin
    assert solve_temperatures(parameters.mu_star, parameters).tstar_node_kelvin < 1e-10
    assert (node[np.abs(MU - 0.2) > 1e-3] > 1).all()
    assert (node <= solve_temperatures(MU, parameters).tstar_kelvin * (1 + 1e-14)).all()


def test_tc_alone_equals_tc_in_company():
    assert (solve_tc(MU, Parameters()) == solve_temperatures(MU, Parameters()).tc_kelvin).all()


# --- crossings and optimum ----------------------------------------------------------------------------


def test_crossings_are_where_the_temperatures_meet_for_any_exponent():
    found = find_crossings(Parameters())
    assert found.count == 2
    for mu in (found.mu1_ev, found.mu2_ev):
        for n in (1, 2):
            hot = solve_temperatures(mu, Parameters(exponent=n))
            assert_allclose(hot.tc_kelvin, hot.tstar_kelvin, rtol=1e-11)
    inside = solve_temperatures([0.18, 0.2, 0.22], Parameters())
    assert (inside.tc_kelvin > inside.tstar_kelvin).all()


def test_number_of_crossings():
    found = find_crossings(
        Parameters(g=[0.05, 0.05, 0.26, 0.0], j=[0.09, 1.0, 0.81, 0.0], dn=[0.804, 0.804, 3.2, 1.0])
    )
    assert found.count.tolist() == [2, 1, 0, 0]
    assert found.reason.tolist() == ["", "", "no_crossing", "no_coupling"]
    assert np.isnan(found.p1).tolist() == [False, True, True, True]
    assert np.isnan(found.p2).tolist() == [False, False, True, True]
    assert solve_gaps(0.0, Parameters(j=1.0)).chi_ev > solve_gaps(0.0, Parameters(j=1.0)).e_d_ev


def test_both_crossings_can_lie_on_one_side_of_mu_star():
    below = find_crossings(Parameters(g=0.15, j=0.64, u=1.68, dn=1.9952623149688795))
    assert below.mu1_ev < below.mu2_ev < below.mu_star_ev
    above = find_crossings(Parameters(g=0.06, j=0.68, u=2.7, dn=1.9952623149688795))
    assert above.mu_star_ev < above.mu1_ev < above.mu2_ev


def test_optimum_is_the_highest_of_a_dense_scan():
    rng = np.random.default_rng(5)
    parameters = Parameters(
        g=10 ** rng.uniform(-1.5, 0.3, 60), j=10 ** rng.uniform(-2, 0.3, 60),
        dn=10 ** rng.uniform(-0.7, 0.7, 60),
        epsilon_l=-rng.uniform(0.2, 1, 60), u=rng.uniform(0.3, 3, 60), exponent=rng.choice([1, 2], 60),
    )  # fmt: skip
    optimum = find_optimum(parameters)
    near = parameters.mu_star + 0.3 * np.linspace(-1, 1, 1501)[:, None] ** 3
    dense = np.concatenate(
        [solve_tc(np.linspace(0, 1, 2001)[:, None], parameters), solve_tc(np.clip(near, 0, 1), parameters)]
    )
    assert (optimum.tc_kelvin >= dense.max(axis=0) * (1 - 1e-13)).all()
    assert_allclose(solve_tc(optimum.mu_ev, parameters), optimum.tc_kelvin, rtol=1e-12)


def test_dip_at_mu_star_is_not_taken_for_the_maximum():
    optimum = find_optimum(Parameters(g=0.25, j=0.02))
    assert optimum.tc_kelvin > 1.2 * optimum.tc_at_mu_star_kelvin
    assert find_optimum(Parameters(g=0.25, j=0.02, exponent=1)).tc_kelvin > optimum.tc_at_mu_star_kelvin


# --- maps ---------------------------------------------------------------------------------------------


def test_maps_agree_with_single_points():
    g, j = np.linspace(0.01, 0.3, 7), np.linspace(0.01, 0.3, 9)
    at_level = make_tc_map(g, j, 0.2, Parameters())
    assert at_level.tc_kelvin.shape == (7, 9)
    assert at_level.tc_kelvin[3, 5] == solve_tc(0.2, Parameters(g=g[3], j=j[5]))
    highest = make_max_tc_map(g, j, Parameters())
    assert (highest.tc_kelvin >= at_level.tc_kelvin).all()
    assert highest.exponent == 2


@pytest.mark.parametrize("exponent", [1, 2])
def test_thin_scan_of_a_map_misses_nothing(exponent):
    g, j = np.linspace(0.01, 0.6, 41), np.linspace(0.01, 0.6, 41)
    thorough = find_optimum(Parameters(g=g[:, None], j=j, exponent=exponent))
    thin = find_optimum(Parameters(g=g[:, None], j=j, exponent=exponent), n_scan=10, n_around=10)
    assert_allclose(thin.tc_kelvin, thorough.tc_kelvin, rtol=1e-12)


def test_peak_hidden_between_scan_points_is_found():
    parameters = Parameters(g=0.11322033898305084, j=0.01983050847457627)
    thin = find_optimum(parameters, n_scan=12, n_around=14)
    assert_allclose(thin.tc_kelvin, find_optimum(parameters, n_scan=2000, n_around=100).tc_kelvin, rtol=1e-12)


# --- carriers -----------------------------------------------------------------------------------------


def test_carriers_in_the_weak_limit_and_at_mu_star():
    parameters = Parameters(g=0.05, j=0.02)
    mu = np.array([0.1, 0.4, 0.7])
    assert_allclose(solve_carriers(mu, parameters).n_e, 0.804 * mu, rtol=1e-6)
    at_level = solve_carriers(parameters.mu_star, parameters)
    assert_allclose(at_level.n_l, 0.5, atol=1e-12)
    assert at_level.n_p == at_level.n_e + at_level.n_l


def test_localized_pairs_fill_with_doping():
    carriers = solve_carriers(np.linspace(0.0, 0.5, 200), Parameters())
    assert (np.diff(carriers.n_l) > 0).all()
    assert ((carriers.n_l > 0) & (carriers.n_l < 1)).all()
    solution = solve_gaps(0.05, Parameters())
    assert_allclose(solve_carriers(0.05, Parameters()).n_l, (solution.delta_j_ev / 0.3) ** 2, rtol=1e-9)


# --- binding and resistivity --------------------------------------------------------------------------


@given(g=st.floats(0.02, 5.0), mu=st.floats(0.0, 0.95))
def test_conventional_pair_energy(g, mu):
    found = solve_binding(mu, Parameters(g=g, j=0.0))
    assert_allclose(found.ln_beta, np.log(2 * (1 - mu)) - 2 / g - np.log(-np.expm1(-2 / g)), rtol=1e-12, atol=1e-12)


@given(g=st.floats(0.0, 3.0), j=st.floats(1e-3, 3.0), mu=st.floats(0.0, 0.999))
def test_binding_satisfies_its_equation(g, j, mu):
    found = solve_binding(mu, Parameters(g=g, j=j))
    assert found.converged
    assert abs(found.residual) < 1e-11
    assert found.w_ev > 0
    assert found.region == (1 if mu < 0.2 else 2)
    assert_allclose(found.e0_ev, 2 * mu - found.beta_ev, rtol=TIGHT)
    kinetic = mu / 2 if mu < 0.2 else 0.0
    shift = kinetic - 0.5 + 1.4 if mu < 0.2 else 0.4
    assert_allclose(found.omega_ev, found.e0_ev - shift, rtol=1e-9, atol=1e-12)


def test_binding_of_the_text():
    found = solve_binding([0.1, 0.3], Parameters())
    assert found.region.tolist() == [1, 2]
    assert_allclose(found.binding_ev, [0.4 - 0.1 + found.beta_ev[0], 0.4 + found.w_ev[1]], rtol=TIGHT)


def test_theta_in_region_one_is_kt_over_mu():
    mu = np.linspace(0.02, 0.19, 30)
    theta = solve_resistivity([[50.0], [300.0]], mu, Parameters()).theta
    assert_allclose(theta, np.array([[50.0], [300.0]]) * KB / mu, rtol=1e-9)


def test_theta_tends_to_its_residual_value():
    found = solve_resistivity(1e-3, np.linspace(0.21, 0.95, 30), Parameters())
    assert_allclose(found.theta, found.residual_theta, rtol=1e-4)
    at_the_top = solve_resistivity(1e-3, 1 - 1e-9, Parameters()).residual_theta
    assert_allclose(at_the_top, 0.8, rtol=1e-3)


def test_theta_is_smooth_from_millikelvin_to_ten_thousand_kelvin():
    temperature = np.geomspace(1e-3, 1e4, 4001)
    for mu in (0.01, 0.199, 0.2, 0.25, 0.9):
        theta = solve_resistivity(temperature, mu, Parameters()).theta
        assert np.isfinite(theta).all()
        assert (np.diff(theta) > 0).all()
        assert np.diff(np.log(theta)).max() < 0.0045


# --- inverse ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exponent", [1, 2])
def test_coupling_gives_back_its_temperature(exponent):
    tc = np.geomspace(0.01, 1000, 50)
    for mu in (None, 0.0, 0.05, 0.21, 0.7, 1.0):
        parameters = Parameters(exponent=exponent)
        found = find_coupling(tc, parameters, mu)
        assert (found.count == 1).all()
        assert_allclose(solve_tc(found.mu_ev, parameters.replace(j=found.j)), tc, rtol=1e-12)


def test_two_couplings_above_a_minimum_and_none_below():
    parameters = Parameters(g=0.25)
    strengths = np.linspace(1e-4, 0.05, 2001)
    for _ in range(4):
        dense = solve_tc(0.2, parameters.replace(j=strengths))
        near = np.clip(dense.argmin() + np.array([-1, 1]), 0, 2000)
        strengths = np.linspace(*strengths[near], 2001)
    lowest = dense.min()
    found = find_coupling([(1 - 1e-9) * lowest, (1 + 1e-9) * lowest, 60.0, 200.0], parameters)
    assert found.count.tolist() == [0, 2, 2, 1]
    assert found.reason.tolist() == ["no_solution", "", "", ""]
    assert found.j_other[2] < found.j[2]
    for j in (found.j, found.j_other):
        assert_allclose(solve_tc(0.2, parameters.replace(j=j[1:3])), found.tc_kelvin[1:3], rtol=1e-11)
    assert find_coupling(5.0, parameters.replace(exponent=1)).reason == "no_solution"
