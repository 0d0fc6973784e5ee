"""The dome of Tc: dopings told from formulae, the model's own curve found again, and what the notes say."""

import numpy as np
import pytest

from polyqw.cles import Parameters
from polyqw.cles.temperatures import solve_tc
from polyqw.errors import UsageError
from polyqw.services.systems.cles.dome import add_measured, dome_row, draw_dome, fit_dome, model_with
from polyqw.services.systems.cles.dome_data import (
    DomeData,
    DopedPoint,
    liang_doping,
    oxygen_doping,
    read_dome,
    read_measured_along,
)


def points(p, tc):
    return [DopedPoint("x", float(a), float(b), "made") for a, b in zip(p, tc, strict=True)]


def test_liang_by_hand():
    """c = 11.70 Å: y = 0.0122164, 11.491y = 0.140378, 5.17e9 y⁶ = 0.017185."""
    assert liang_doping(11.70) == pytest.approx(0.140378 + 0.017185, abs=2e-5)
    assert liang_doping(11.8447) == 0.0
    assert oxygen_doping(6.93) > oxygen_doping(6.6) > oxygen_doping(6.45) > 0.08


def test_formulae_tell_the_doping(tmp_path):
    table = tmp_path / "supercon.csv"
    table.write_text(
        "name,Tc\nLa1.85Sr0.15Cu1O4,38\nLa1.9Sr0.1CuO4,27\nLa3.7Sr0.3Cu2O8,37\nLa1.85Ba0.15CuO4,30\nLa1.85Sr0.15CuO3.9,20\n"
        "YBa2Cu3O6.9,92\nY0.9Ca0.1Ba2Cu3O6.9,80\nLa1.8Sr0.2CuO4,0\nNb3Sn,18\n"
    )
    lsco, ybco = read_dome(str(table))
    assert [(x.p, x.tc_kelvin) for x in lsco.points] == [
        (pytest.approx(0.15), 38.0), (pytest.approx(0.1), 27.0), (pytest.approx(0.15), 37.0),
    ]  # fmt: skip
    assert lsco.n_left_out == 6
    assert [x.p for x in ybco.points] == [pytest.approx(oxygen_doping(6.9))]


def test_a_column_of_dopings_is_taken_as_it_is(tmp_path):
    table = tmp_path / "own.csv"
    table.write_text("formula,tc_kelvin,doping\nTl2Ba2CuO6,80,0.2\nTl2Ba2CuO6,40,0.25\n")
    (data,) = read_dome(str(table))
    assert [(x.p, x.tc_kelvin) for x in data.points] == [(0.2, 80.0), (0.25, 40.0)]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,Tc\nNb3Sn,18\n", "none of its 1 lines tells a doping"),
        ("name,note\nNb3Sn,18\n", "no column holds Tc"),
    ],
)
def test_tables_without_a_doping(tmp_path, text, told):
    table = tmp_path / "t.csv"
    table.write_text(text)
    with pytest.raises(UsageError, match=told):
        read_dome(str(table))


def test_points_that_travel_along():
    (lsco,), (ybco,) = read_dome("LSCO"), read_dome("YBa2Cu3Ox")
    assert (len(lsco.points), len(ybco.points)) == (19, 34)
    assert max(x.tc_kelvin for x in lsco.points) == 38.0
    with pytest.raises(UsageError, match="no such file"):
        read_dome("BSCCO")


@pytest.mark.parametrize("exponent", [1, 2])
def test_the_models_own_dome_is_found_again(exponent):
    base = Parameters(exponent=exponent)
    p = np.linspace(0.05, 0.27, 15)
    truth = model_with(base, 0.15, 0.155, 8.0)
    tc = solve_tc(truth.chemical_potential(p), truth)
    dome = fit_dome(DomeData("made", "p as made", points(p, tc)), base)
    cles = dome.fits[0]
    assert cles.values == pytest.approx([0.15, 0.155, 8.0], rel=1e-3)
    assert cles.rmse_kelvin < 1e-3 < min(fit.rmse_kelvin for fit in dome.fits[1:])
    assert min(dome.fits, key=lambda fit: fit.aicc) is cles
    assert len(draw_dome(dome).axes[0].lines) == 6
    row = dome_row(dome)
    assert row["points"][3]["left_out_cles_kelvin"] == pytest.approx(row["points"][3]["tc_kelvin"], abs=0.05)


def test_lanthanum_cuprate_against_the_papers_set():
    """The set of Fig. 3 is several times too narrow for La2-xSrxCuO4; a Gaussian does better."""
    dome = fit_dome(read_dome("LSCO")[0], Parameters())
    fits = {fit.curve.name: fit for fit in dome.fits}
    assert dome.printed == pytest.approx((111.6, 0.161, 0.047), abs=0.1)
    assert fits["gaussian"].width > 3 * dome.printed[2]
    assert fits["gaussian"].aicc < fits["cles"].aicc
    assert "9 of them beyond the top" in " ".join(dome_row(dome)["notes"])


def test_no_top_no_width():
    dome = fit_dome(read_dome("YBCO")[0], Parameters())
    assert "too few beyond the top" in " ".join(dome_row(dome)["notes"])


def test_pseudogap_and_carriers_of_a_users_table(tmp_path):
    base = Parameters()
    p = np.linspace(0.05, 0.27, 12)
    dome = fit_dome(DomeData("made", "", points(p, solve_tc(base.chemical_potential(p), base))), base)
    table = tmp_path / "along.csv"
    table.write_text("doping,tstar_kelvin,n_hall\n0.05,515.0,0.05\n0.2,,1.2\n")
    notes = add_measured(dome, read_measured_along(table))
    assert [note.split(" of ")[0] for note in notes] == ["T*", "n_H, held against N_p,"]
    assert "p alone misses it by 0.707, 1 + p by 0.707" in notes[1]
    table.write_text("doping,tstar_kelvin\n0.05,warm\n")
    with pytest.raises(UsageError, match=r"along.csv, line 2: doping and tstar_kelvin must be numbers"):
        read_measured_along(table)
    table.write_text("x,tstar_kelvin\n0.05,100\n")
    with pytest.raises(UsageError, match="needs the columns"):
        read_measured_along(table)
