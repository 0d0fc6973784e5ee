"""The package against the printed equations in many digits, over the whole parameter space."""

import numpy as np
import pytest
from mpmath import mp

from polyqw.cles import (
    Parameters,
    solve_binding,
    solve_carriers,
    solve_gaps,
    solve_resistivity,
    solve_tc_linearised,
    solve_temperatures,
)
from polyqw.cles.temperatures import thermal_logarithm
from tests.cles.reference import (
    Model,
    all_temperatures,
    extended_pairs,
    gaps,
    linearised_temperature,
    pair_energy,
    temperature,
    theta,
)

N_SETS = 240
PRECISION = 1e-12


def random_sets(seed, n):
    """Models whose χ is not below 1e-50 eV, so that 160 digits suffice for the printed logarithm."""
    rng = np.random.default_rng(seed)
    sets = []
    while len(sets) < n:
        omega_c = 10 ** rng.uniform(-1, 1)
        values = {
            "g": 0.0 if rng.random() < 0.1 else 10 ** rng.uniform(-2, 1),
            "j": 0.0 if rng.random() < 0.05 else 10 ** rng.uniform(-3, 1),
            "epsilon_l": -omega_c * rng.uniform(0.1, 1.5),
            "u": omega_c * rng.uniform(0.0, 4.0),
            "dn": 10 ** rng.uniform(-2, 2),
            "omega_c": omega_c,
            "prefactor": rng.choice([3.51, 3.527754]),
            "exponent": int(rng.choice([1, 2])),
        }
        level = values["epsilon_l"] + values["u"] / 2
        near_level = level + rng.choice([-1, 1]) * 10 ** rng.uniform(-12, -1) * omega_c
        mu = rng.choice([rng.uniform(0, omega_c), near_level, level, 0.0, omega_c])
        if not 0 <= mu <= omega_c or (values["j"] == 0 and (values["g"] == 0 or mu == level)):
            continue
        if solve_gaps(mu, Parameters(**values)).ln_chi > np.log(1e-50):
            sets.append((float(mu), values))
    return sets


def relative_error(value, exact):
    return 0.0 if exact == value else float(abs(mp.mpf(float(value)) / exact - 1))


@pytest.fixture(autouse=True)
def _many_digits():
    with mp.workdps(160):
        yield


def test_gaps_and_temperatures_agree_to_twelve_digits():
    worst = dict.fromkeys(("chi", "e_d", "tc", "tstar", "node"), 0.0)
    for mu, values in random_sets(20240, N_SETS):
        parameters = Parameters(**values)
        found, hot = solve_gaps(mu, parameters), solve_temperatures(mu, parameters)
        ours = (found.chi_ev, found.e_d_ev, hot.tc_kelvin, hot.tstar_kelvin, hot.tstar_node_kelvin)
        assert found.converged
        assert hot.converged
        level_distance = abs(mp.mpf(values["epsilon_l"]) + mp.mpf(values["u"]) / 2 - mp.mpf(mu))
        if level_distance == 0:
            assert hot.tstar_node_kelvin == 0
            exact = (*_without_node(values, mu), mp.mpf(0))
        else:
            exact = all_temperatures(Model(**values), mu)
        for name, value, reference in zip(worst, ours, exact, strict=True):
            error = relative_error(value, reference)
            worst[name] = max(worst[name], error)
            assert error <= PRECISION, (name, mu, values)
    assert worst["tstar"] < 1e-14


def _without_node(values, mu):
    model = Model(**values)
    chi, e_d, k, _ = gaps(model, mu)
    return chi, e_d, temperature(model, mu, chi, k), temperature(model, mu, e_d, k) if e_d else mp.mpf(0)


@pytest.mark.parametrize(("mu", "g"), [(-0.05, 0.3), (-0.3, 0.9), (1.1, 0.4), (-0.01, 0.05), (1.5, 2.0)])
def test_gaps_outside_the_band(mu, g):
    chi, e_d, k, delta_j = gaps(Model(g, 0.2, -0.5, 1.0, 0.8, 1.0), mu)
    found = solve_gaps(mu, Parameters(g=g, j=0.2, u=1.0, dn=0.8))
    if found.reason:
        assert chi < 1e-60
        assert np.isnan(found.chi_ev)
    else:
        for value, exact in (
            (found.chi_ev, chi),
            (found.e_d_ev, e_d),
            (found.k, k),
            (found.delta_j_ev, delta_j),
        ):
            assert relative_error(value, exact) <= PRECISION


@pytest.mark.parametrize("mu", [0.02, 0.15, 0.1999, 0.2, 0.21, 0.6, 1.0])
@pytest.mark.parametrize("g", [0.05, 0.3])
def test_linearised_temperature(mu, g):
    with mp.workdps(25):
        exact = linearised_temperature(Model(g, 0.09, -0.5, 1.4, 0.804, 1.0), mu)
    assert relative_error(solve_tc_linearised(mu, Parameters(g=g)).tc_kelvin, exact) <= PRECISION


@pytest.mark.parametrize("z", [1e-9, 0.5, 3.999, 4.001, 4.5, 12.0, 60.0, 1e5])
def test_thermal_logarithm(z):
    with mp.workdps(30):
        nodes = [0, *(x for x in (1, 2, 4, 8, 16, 32, 64) if x < z), min(z, 128)]
        exact = mp.quad(lambda x: mp.tanh(x / 2) / x, nodes) + mp.log(max(z, 128) / mp.mpf(128))
    assert relative_error(thermal_logarithm(np.array([z]))[0], exact) < 1e-15 * 4
    assert thermal_logarithm(np.array([-z]))[0] == -thermal_logarithm(np.array([z]))[0]


def test_binding_and_resistivity():
    for mu, values in random_sets(7, 120):
        at_level = mu == values["epsilon_l"] + values["u"] / 2  # which region depends on a rounding
        if mu >= values["omega_c"] or values["j"] == 0 or at_level:
            continue
        parameters = Parameters(**values)
        e0, binding = pair_energy(Model(**values), mu)
        found = solve_binding(mu, parameters)
        assert found.converged
        beta = 2 * mp.mpf(mu) - e0
        assert abs(float(mp.log(beta)) - found.ln_beta) <= PRECISION * max(1.0, abs(found.ln_beta)), values
        scale = abs(values["epsilon_l"]) + values["u"] + abs(float(binding))
        assert abs(float(binding) - found.binding_ev) <= PRECISION * scale
        # Eq. 8 sees β only as an exponent of a large number: digits are lost with it
        for kelvin in (1.0, 100.0, 3000.0):
            ratio = solve_resistivity(kelvin, mu, parameters)
            if mu > 0:
                assert relative_error(ratio.theta, theta(kelvin, mu, e0)) <= 1e-11


def test_extended_pairs():
    for mu, g, j in (
        (0.05, 0.05, 0.09),
        (0.2, 0.05, 0.09),
        (0.21, 0.3, 0.2),
        (0.6, 1.0, 0.5),
        (0.0, 0.3, 0.2),
    ):
        with mp.workdps(40):
            chi = mp.mpf(float(solve_gaps(mu, Parameters(g=g, j=j)).chi_ev))
            exact = extended_pairs(Model(g, j, -0.5, 1.4, 0.804, 1.0), mu, chi)
        assert relative_error(solve_carriers(mu, Parameters(g=g, j=j)).n_e, exact) <= PRECISION
