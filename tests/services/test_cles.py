"""The linked solver: rows for people, runs in the database, figures and their data."""

import math

import numpy as np
import pytest
from sqlalchemy import select, text

from polyqw.cles import Parameters
from polyqw.db.models import ClesPoint, ClesRun
from polyqw.db.open.engine import open_session
from polyqw.db.open.migrate import init
from polyqw.errors import UsageError
from polyqw.services.drawing.section import Bullets
from polyqw.services.structures.lookup import Lookup
from polyqw.services.systems.cles import figures as cles_figures
from polyqw.services.systems.cles import runs as cles_runs
from polyqw.services.systems.cles import section as cles_section
from polyqw.services.systems.cles import solve as cles


@pytest.fixture
def database(tmp_path):
    path = str(tmp_path / "cles.db")
    init(path)
    return path


def test_point_quotes_both_exponents_and_the_linearised_equation():
    row = cles.point_at(0.2, Parameters())
    assert row["tc_kelvin"] == row["tc_exponent_2_kelvin"] == pytest.approx(111.5429336, abs=1e-7)
    assert row["tc_exponent_1_kelvin"] == pytest.approx(132.6473508, abs=1e-7)
    assert row["tc_linearised_kelvin"] == pytest.approx(132.046139, abs=1e-5)
    assert row["exponent"] == 2
    assert cles.point_at(0.2, Parameters(exponent=1))["tc_kelvin"] == row["tc_exponent_1_kelvin"]


def test_point_outside_the_band_has_a_reason_and_no_number():
    row = cles.point_at(1.5, Parameters())
    assert math.isnan(row["tc_kelvin"])
    assert row["reason"] == "not_superconducting"
    assert row["converged"] is False


@pytest.mark.parametrize(("mu", "p"), [(None, None), (0.1, 0.1), (math.nan, None), (math.inf, None)])
def test_mu_or_p_but_not_both(mu, p):
    with pytest.raises(UsageError):
        cles.chemical_potential(mu, p, Parameters())


def test_doping_stands_for_the_chemical_potential():
    assert cles.chemical_potential(None, 0.1608, Parameters()) == pytest.approx(0.2)


def test_regions_of_the_maps_are_those_of_the_level():
    for figure, level in (("2a", lambda u, _: u / 2 - 0.5), ("2c", lambda u, epsilon: epsilon + u / 2)):
        data = cles_figures.compute_map(figure, Parameters(), 21)
        for row in data.rows():
            assert row["region"] == (1 if level(row["u_ev"], row.get("epsilon_l_ev")) > 0 else 2)
    assert cles_figures.compute_map("2d", Parameters(), 7).share_of_region_2() == 0
    derived = cles_figures.compute_map("2d", Parameters(), 7, "derived")
    assert derived.values.max() < 0 < cles_figures.compute_map("2d", Parameters(), 7).values.min()


def test_couplings_stand_beside_the_printed_heights(database):
    with open_session(database) as session:
        rows = cles.coupling_rows(session, Parameters())
    assert len(rows) == 22
    by_name = {(r["compound"], r["phase"]): r for r in rows}
    ybco = by_name["YBa2Cu3O7-d", "alpha"]
    assert ybco["height_angstrom"] == 3.672
    assert ybco["d0_j_exponent_2"] == pytest.approx(0.080050309722, abs=1e-12)
    assert ybco["d0_j_exponent_1"] == pytest.approx(0.071245425634, abs=1e-12)
    for row in rows:  # the coupling gives back the Tc it was fitted to
        again = cles.point_at(row["mu_ev"], Parameters(j=row["d0_j"]))
        assert again["tc_kelvin"] == pytest.approx(row["tc_kelvin"], rel=1e-9)


def test_runs_are_kept_once_and_hold_what_was_computed(database):
    parameters = Parameters()
    rows = cles_figures.curve_rows(parameters, from_p=0.0, to_p=1.0, n=11)
    for _ in range(2):
        assert cles_runs.save_run(database, "curve", parameters, rows).refusal is None
    with open_session(database) as session:
        (run,) = session.scalars(select(ClesRun)).all()
        assert (run.kind, run.exponent, run.n_points) == ("curve", 2, 11)
        assert run.n_converged == sum(r["converged"] for r in rows) < 11
        assert run.parameters["d0_j"] == 0.09
        points = session.scalars(select(ClesPoint).order_by(ClesPoint.point_index)).all()
        assert [p.tc_kelvin for p in points] == [None if math.isnan(r["tc_kelvin"]) else r["tc_kelvin"] for r in rows]
        assert points[-1].reason is not None


def test_fits_appear_in_their_view(database):
    parameters = Parameters(exponent=1)
    with open_session(database) as session:
        rows = cles.coupling_rows(session, parameters)
    assert cles_runs.save_run(database, "fit", parameters, rows).refusal is None
    with open_session(database) as session:
        found = session.execute(text("SELECT compound, height_angstrom, d0_j, exponent FROM v_cles")).all()
    assert len(found) == len(rows)
    assert {row.exponent for row in found} == {1}
    assert {row.d0_j for row in found} == {row["d0_j"] for row in rows}


@pytest.mark.parametrize("figure", cles_figures.MAPS)
def test_maps_have_a_row_for_every_point(figure):
    data = cles_figures.compute_map(figure, Parameters(), 7)
    rows = data.rows()
    assert len(rows) == 49
    assert data.values.shape == (7, 7)
    assert np.isfinite(data.values).sum() >= 48
    region = {"region"} if figure.startswith("2") else set()
    assert set(rows[0]) == {data.x_axis.name, data.y_axis.name, data.quantity, *region}


def test_map_values_are_the_solver_s():
    data = cles_figures.compute_map("3c", Parameters(), 5)
    row = data.rows()[13]
    best = cles.crossings_row(Parameters(g=row["d0_lambda"], j=row["d0_j"]))["optimum_tc_kelvin"]
    assert row["tc_max_kelvin"] == pytest.approx(best, rel=1e-9)
    data = cles_figures.compute_map("3d", Parameters(), 5)
    row = data.rows()[13]
    theta = cles.resistivity_row(row["temperature_kelvin"], row["p"] / 0.804, Parameters())["theta"]
    assert row["theta"] == pytest.approx(theta)
    data = cles_figures.compute_map("2b", Parameters(), 5)
    row = data.rows()[13]
    assert row["binding_ev"] == pytest.approx(cles.binding_row(row["mu_ev"], Parameters(u=row["u_ev"]))["binding_ev"])


def test_binding_map_over_the_couplings_has_no_change_of_sign():
    values = cles_figures.compute_map("2d", Parameters(), 15).values
    assert values.min() > 0  # the boundary that papers/000 Fig. 2d draws does not exist at μ = 0, U = 1.4


@pytest.mark.parametrize(("figure", "n"), [("9z", 5), ("3c", 1)])
def test_no_such_map(figure, n):
    with pytest.raises(UsageError):
        cles_figures.compute_map(figure, Parameters(), n)


def test_statements_of_the_report_carry_the_solver_s_numbers(database):
    with open_session(database) as session:
        section = cles_section.section(Lookup(session))
    told = " ".join(line for part in section.parts if isinstance(part, Bullets) for line in part.sentences)
    assert "-1.000 eV with the derived one" in told
    assert "La2-xSrxCuO4, 19 points" in told
    for number in ("0.1442", "0.1777", "0.1608 (printed 0.162)", "111.56 K", "132.6 K", "exponent 1 comes nearer"):
        assert number in told


def test_couplings_are_drawn_by_family():
    rows = [
        {"family": family, "height_angstrom": h, "d0_j_exponent_2": 2 * h, "d0_j_exponent_1": h}
        for family, h in (("cuprate", 3.5), ("cuprate", 3.6), ("iron", 5.1))
    ]
    drawn = [line.get_xydata().tolist() for line in cles_figures.draw_couplings(rows).axes[0].lines]
    assert drawn == [[[3.5, 7.0], [3.6, 7.2]], [[3.5, 3.5], [3.6, 3.6]], [[5.1, 10.2]], [[5.1, 5.1]]]
