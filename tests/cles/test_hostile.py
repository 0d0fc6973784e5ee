"""Questions without an answer, and answers at the end of the doubles; warnings are errors here."""

import itertools

import numpy as np
import pytest

from polyqw.cles import (
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
    solve_tc_linearised,
    solve_temperatures,
)
from polyqw.errors import UsageError

EXTREMES = list(
    itertools.product(
        [0.0, 1e-310, 1e-300, 1e-6, 0.05, 1e3],  # g
        [0.0, 1e-200, 1e-20, 1e-3, 0.09, 1e3, 1e200],  # j
        [1e-12, 0.804, 1e12],  # dn
        [(-0.5, 1.4), (-0.5, 1.0), (-1.0, 0.0), (0.5, 1.0), (-0.5, -0.5)],  # ε_L, U
    )
)
COLUMNS = [
    np.array(column)[:, None] for column in zip(*[(g, j, d, *level) for g, j, d, level in EXTREMES], strict=True)
]
MU = np.array([-1e6, -0.3, -1e-12, 0.0, 1e-300, 1e-12, 0.2, 0.2 - 2e-16, 0.5, 1.0 - 1e-16, 1.0, 1.3, 1e6])


@pytest.fixture(scope="module")
def extreme():
    g, j, dn, epsilon_l, u = COLUMNS
    return Parameters(g=g, j=j, dn=dn, epsilon_l=epsilon_l, u=u)


@pytest.mark.parametrize("exponent", [1, 2])
def test_extreme_models_give_numbers_or_reasons(extreme, exponent):
    parameters = extreme.replace(exponent=exponent)
    gaps, hot = solve_gaps(MU, parameters), solve_temperatures(MU, parameters)
    fine = gaps.reason == ""
    assert not (gaps.reason == "not_converged").any()
    assert gaps.converged.all()
    assert hot.converged.all()
    for values in (gaps.chi_ev, gaps.e_d_ev, gaps.delta_j_ev, gaps.k, hot.tc_kelvin, hot.tstar_kelvin):
        assert (np.isfinite(values) == fine).all()
        assert (values[fine] >= 0).all()
    inside = np.broadcast_to((MU >= 0) & (MU <= 1), fine.shape)
    coupled = (parameters.g > 0) | (parameters.j > 0)
    assert fine[inside & coupled & (gaps.reason != "out_of_range")].all()
    assert (gaps.reason[~np.broadcast_to(coupled, fine.shape)] == "no_coupling").all()
    resolved = fine & inside & (gaps.chi_ev > 1e-290)
    assert np.abs(gaps.residual[resolved]).max() < 1e-9


def test_extreme_models_in_the_other_solvers(extreme):
    carriers = solve_carriers(MU, extreme)
    known = carriers.reason == ""
    assert (carriers.n_l[known] >= 0).all()
    assert (carriers.n_l[known] <= 1).all()
    binding = solve_binding(MU, extreme)
    assert binding.converged.all()
    assert (np.isfinite(binding.ln_beta) == (binding.reason == "")).all()
    assert (binding.reason[:, MU < 0] == "outside_band").all()
    for temperature in (1e-3, 1.0, 1e4):
        theta = solve_resistivity(temperature, MU, extreme)
        assert (np.isnan(theta.theta) == (theta.reason != "")).all()
        assert (theta.theta[theta.reason == ""] >= 0).all()
    linearised = solve_tc_linearised(MU, extreme)
    assert (np.isnan(linearised.tc_kelvin) == (linearised.reason != "")).all()


def test_extreme_models_in_the_searches(extreme):
    flat = extreme.replace(**{name: getattr(extreme, name).ravel() for name in ("g", "j", "dn", "epsilon_l", "u")})
    optimum = find_optimum(flat, n_scan=20, n_around=10)
    assert (np.isfinite(optimum.tc_kelvin) == (optimum.reason == "")).all()
    crossings = find_crossings(flat, n_scan=20)
    assert (crossings.count <= 2).all()
    assert ((crossings.reason == "") == (crossings.count > 0)).all()
    coupling = find_coupling(90.0, flat.replace(exponent=1), mu=0.3)
    assert (np.isfinite(coupling.j) == (coupling.count > 0)).all()


def test_outside_the_band_is_an_answer_not_an_error():
    found = solve_gaps([-0.1, 0.3, 1.2], Parameters())
    assert found.reason.tolist() == ["not_superconducting", "", "not_superconducting"]
    assert np.isnan(found.chi_ev[[0, 2]]).all()
    strong = solve_gaps([-0.1, 1.2], Parameters(g=2.0))
    assert (strong.chi_ev > 0).all()
    assert np.abs(strong.residual).max() < 1e-13


def test_underflow_keeps_its_logarithm():
    found = solve_gaps(0.5, Parameters(g=1e-4, j=0.0))
    assert found.chi_ev == 0
    assert found.ln_chi == pytest.approx(-1e4, rel=1e-12)
    binding = solve_binding(0.05, Parameters(g=1e-4, j=1e-3))
    assert binding.beta_ev == 0
    assert binding.ln_beta < -1000


def test_a_point_does_not_depend_on_its_neighbours():
    rng = np.random.default_rng(1)
    mu, g = rng.uniform(0, 1, 50), rng.uniform(0, 1, 50)
    together = solve_temperatures(mu, Parameters(g=g))
    alone = [solve_temperatures(m, Parameters(g=c)).tc_kelvin for m, c in zip(mu, g, strict=True)]
    np.testing.assert_allclose(together.tc_kelvin, alone, rtol=1e-14)


def test_shapes_broadcast():
    found = solve_temperatures(np.zeros((4, 1, 1)) + 0.2, Parameters(g=[[0.1], [0.2]], j=[0.1, 0.2, 0.3]))
    assert found.tc_kelvin.shape == found.reason.shape == found.converged.shape == (4, 2, 3)
    assert solve_gaps(0.2, Parameters()).chi_ev.shape == ()
    assert solve_gaps([], Parameters()).chi_ev.shape == (0,)
    assert solve_resistivity([[1.0], [2.0]], [0.1, 0.2, 0.3], Parameters()).theta.shape == (2, 3)
    assert solve_resistivity(100.0, 0.3, Parameters()).theta.shape == ()
    assert find_optimum(Parameters(g=[[0.1], [0.2]], j=[0.1, 0.2])).tc_kelvin.shape == (2, 2)


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ({"g": -0.1}, "g is a coupling"),
        ({"j": [0.1, -1e-9]}, "j is a coupling"),
        ({"dn": 0.0}, "dn must be > 0"),
        ({"omega_c": -1.0}, "omega_c must be > 0"),
        ({"prefactor": 0.0}, "prefactor must be > 0"),
        ({"exponent": 3}, "exponent must be 2"),
        ({"exponent": 1.5}, "exponent must be 2"),
        ({"u": np.nan}, "u must be finite"),
        ({"epsilon_l": np.inf}, "epsilon_l must be finite"),
        ({"g": "strong"}, "g must be a number"),
        ({"g": [1, 2], "j": [1, 2, 3]}, "do not broadcast"),
    ],
)
def test_bad_parameters_are_refused_in_one_sentence(bad, word):
    with pytest.raises(UsageError, match=word) as error:
        Parameters(**bad)
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


def test_bad_questions_are_refused():
    parameters = Parameters()
    for ask in (
        lambda: solve_gaps(np.nan, parameters),
        lambda: solve_gaps([0.1, 0.2], Parameters(g=[0.1, 0.2, 0.3])),
        lambda: solve_resistivity(0.0, 0.1, parameters),
        lambda: solve_resistivity([1.0, 2.0], [0.1, 0.2, 0.3], parameters),
        lambda: find_coupling(-1.0, parameters),
        lambda: find_coupling([1.0, 2.0], parameters, mu=[0.1, 0.2, 0.3]),
        lambda: find_optimum(parameters, n_scan=1),
        lambda: find_optimum(parameters, n_around=1),
        lambda: make_tc_map(0.1, [0.1], 0.2, parameters),
        lambda: make_tc_map([0.1], [0.1], [0.2], parameters),
        lambda: make_max_tc_map([0.1], [0.1], Parameters(u=[1.4, 1.5])),
        lambda: parameters.replace(lam=0.1),
        lambda: parameters.chemical_potential(np.nan),
    ):
        with pytest.raises(UsageError):
            ask()


def test_parameters_cannot_be_changed_behind_their_back():
    g = np.array([0.1, 0.2])
    parameters = Parameters(g=g)
    g[0] = 9.0
    assert parameters.g[0] == 0.1
    with pytest.raises(ValueError, match="read-only"):
        parameters.g[0] = 1.0
    assert parameters.chemical_potential(parameters.doping(0.2)) == pytest.approx(0.2)
