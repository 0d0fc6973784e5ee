"""Series of structures: values, slopes and notes as the verb gives them; the pressure phases of K0.8FeySe2."""

import json

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.outside import as_row
from polyqw.core.wells import Status
from polyqw.db.look.find import find_compound
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.structures.analyse import Analysed, analyse_inputs
from polyqw.services.systems.series.figure import draw_series
from polyqw.services.systems.series.measured_pressure import add_measured, measured_points
from polyqw.services.systems.series.notes import _on_constant
from polyqw.services.systems.series.pressure_figure import draw_pressure_phases
from polyqw.services.systems.series.pressure_phases import pressure_phases
from polyqw.services.systems.series.series import make_member, series_result, split_value
from polyqw.services.systems.series.values import Place, Series, SeriesPhase, SeriesStructure, SeriesWell
from polyqw.theory.series import Abscissa
from tests.conftest import structure_path
from tests.services.shown import assert_all_shown

PNG = b"\x89PNG"
AMBIENT, COMPRESSED = structure_path("hg1223_o835"), structure_path("hg1223_high_pressure")
POTASSIUM = {"bafe2as2_fmmm_2k": 0, "bak122_x030": 0.15, "bak122_x050": 0.25, "kfe2as2": 0.5}


def result_of(*words, by=Abscissa.PRESSURE, lam=None):
    named = [split_value(str(word), by) for word in words]
    members = [make_member(a, given, by) for name, given in named for a in analyse_inputs([name], AnalysisOptions())]
    return series_result(members, by, lam)


def test_hg1223_under_pressure():
    result = result_of(f"{AMBIENT}=0", COMPRESSED)
    assert (result.by, result.unit, result.lambda_used_kelvin_angstrom2) == ("pressure", "GPa", 1320)
    assert [(s.place.value, s.place.value_from) for s in result.structures] == [(0, "given"), (8.5, "file")]
    alpha, beta = result.phases
    assert alpha.slope_angstrom_per_unit == pytest.approx((3.2108 - 3.5000) / 8.5, abs=2e-5)
    assert beta.slope_angstrom_per_unit == pytest.approx((3.4241 - 3.3938) / 8.5, abs=2e-5)
    assert alpha.tc_slope_kelvin_per_unit == pytest.approx((1320 / 3.2108**2 - 1320 / 3.5**2) / 8.5, abs=2e-3)
    assert alpha.slope_angstrom_per_unit_standard_error is None
    (crossing,) = result.crossings
    assert crossing.value == pytest.approx(8.5 * 0.1062 / (0.1062 + 0.2133), abs=0.01)
    assert (crossing.smaller_before, crossing.smaller_after) == ("beta", "alpha")
    notes = " ".join(result.notes)
    for told in ("beta: h rises with pressure", "8-9 GPa, inferred", "differ in composition", "no standard error"):
        assert told in notes
    assert "alpha: h rises" not in notes
    json.dumps(result.row(), allow_nan=False)
    assert figure_bytes(draw_series(result), "png").startswith(PNG)
    height_lines, tc_lines = (
        [line.get_xydata() for line in axes.lines if line.get_linestyle() == "-"] for axes in draw_series(result).axes
    )
    assert [(line[0, 0], line[-1, 0]) for line in height_lines] == [(0, 8.5)] * 2
    for heights, tc in zip(height_lines, tc_lines, strict=True):
        assert tc[:, 1] == pytest.approx(1320 / heights[:, 1] ** 2)


def test_a_pressure_that_is_not_stated_is_not_invented():
    with pytest.raises(UsageError, match=r"hg1223_o835 states no pressure; write .*hg1223_o835.cif=VALUE \(GPa\)"):
        result_of(AMBIENT, COMPRESSED)
    result = result_of(AMBIENT, COMPRESSED, f"{COMPRESSED}=20")
    left_out = [s for s in result.structures if not s.place.in_series]
    assert [(s.name, s.place.value, s.row()["reason"]) for s in left_out] == [("hg1223_o835", None, "no_value")]
    assert left_out[0].place.wells[0].tc_law_kelvin is None
    assert [p.n for p in result.phases] == [2, 2]
    assert any("20 GPa as given; its file states 8.5 GPa" in note for note in result.notes)


def test_doping():
    words = [f"{structure_path(name)}={x}" for name, x in POTASSIUM.items()]
    result = result_of(*words, by=Abscissa.DOPING)
    assert result.row() == result_of(*reversed(words), by=Abscissa.DOPING).row()
    assert result.lambda_used_kelvin_angstrom2 == 400
    assert [s.place.value for s in result.structures] == list(POTASSIUM.values())
    assert all(p.slope_angstrom_per_unit > 5 * p.slope_angstrom_per_unit_standard_error for p in result.phases)
    for row in result.structures:
        alpha = next(w.height_angstrom for w in row.place.wells if w.phase == "alpha")
        assert row.place.shift_angstrom == pytest.approx(alpha / 2, abs=1e-6)
    assert not any("rises with pressure" in note or "different elements" in note for note in result.notes)


def test_phases_that_vanish_turns_and_another_lambda():
    names = {"yfe2ge2": 1, "rbcafe4as4": 3, "lafeaso_cod": 6, "fese_o1": 8, "nacl": 9}
    words = [f"{structure_path(name)}={x}" for name, x in names.items()]
    result = result_of(*words, lam=500)
    assert result.lambda_from == "given"
    assert [(p.phase, p.n) for p in result.phases] == [("alpha", 4), ("beta", 3), ("gamma", 1)]
    assert result.phases[2].slope_angstrom_per_unit is None
    well = result.structures[0].place.wells[0]
    assert well.tc_law_kelvin == pytest.approx(500 / well.height_angstrom**2)
    assert result.phases[0].turns == (3, 6)
    notes = " ".join(result.notes)
    for told in (
        "beta: 3 of 5 structures have it; not fese_o1 at 8 GPa; nacl at 9 GPa",
        "nacl at 9 GPa has no well",
        "alpha: h does not change in one direction",
        "more than the 0.02 Å",
        "the smallest height changes from beta to alpha between 1 and 3 GPa",
        "different elements",
    ):
        assert told in notes
    assert figure_bytes(draw_series(result), "png").startswith(PNG)
    lines = [line.get_xdata() for line in draw_series(result).axes[0].lines if line.get_linestyle() == "-"]
    assert [(x[0], x[-1]) for x in lines] == [(1, 8), (1, 6)]


def two_layers(layers, c=18.0):
    """Return a P 1 CIF with two Fe planes, each with its own elevations of As and La [Å]."""
    atoms = []
    for k, (anion, spacer) in enumerate(layers):
        z = k / 2
        atoms += [("Fe", 0.75, 0.25, z), ("Fe", 0.25, 0.75, z), ("As", 0.25, 0.25, z + anion / c)]
        atoms += [
            ("As", 0.75, 0.75, z - anion / c),
            ("La", 0.75, 0.75, z + spacer / c),
            ("La", 0.25, 0.25, z - spacer / c),
        ]
    cell = f"_cell_length_a 4.0\n_cell_length_b 4.0\n_cell_length_c {c}\n"
    cell += "".join(f"_cell_angle_{name} 90\n" for name in ("alpha", "beta", "gamma"))
    loop = "loop_\n" + "".join(f"_atom_site_{n}\n" for n in ("label", "fract_x", "fract_y", "fract_z"))
    rows = "".join(f"{element}{k} {x} {y} {z % 1:.6f}\n" for k, (element, x, y, z) in enumerate(atoms))
    return f"data_two\n{cell}_space_group_name_H-M_alt 'P 1'\n{loop}{rows}"


LAYERS = {"one": [(1.30, 3.1), (1.45, 3.2)], "two": [(1.20, 3.1), (1.30, 3.1)]}


def test_wells_of_one_phase_are_averaged_and_told(tmp_path):
    for name, layers in LAYERS.items():
        (tmp_path / f"{name}.cif").write_text(two_layers(layers))
    result = result_of(f"{tmp_path}/one.cif=0", f"{tmp_path}/two.cif=4")
    alpha = [next(w for w in s.place.wells if w.phase == "alpha") for s in result.structures]
    assert alpha[0].heights_averaged_angstrom == pytest.approx([2.60, 2.90], abs=1e-4)
    assert [w.height_angstrom for w in alpha] == pytest.approx([2.75, 2.50], abs=1e-4)
    assert result.structures[0].place.shift_angstrom == pytest.approx(1.375, abs=1e-4)
    assert any("alpha wells have the heights 2.6000, 2.9000 Å, averaged here" in note for note in result.notes)


def test_a_constructed_structure_is_told():
    result = result_of(f"{structure_path('model_k08feyse2')}=0", f"{structure_path('kfe2as2')}=4")
    assert any("model_k08feyse2: constructed, not measured" in note for note in result.notes)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("x.cif", ("x.cif", None)),
        ("there.cif=5", ("there.cif", 5.0)),
        ("there.cif=-0.5", ("there.cif", -0.5)),
        ("a=1.cif", ("a=1.cif", None)),
        ("a=1.cif=2", ("a=1.cif", 2.0)),
        ("p=5", ("p=5", None)),
        ("p=5=6", ("p=5", 6.0)),
        ("*.cif=3", ("*.cif", 3.0)),
        ("gone=x.cif", ("gone=x.cif", None)),
        ("-=7", ("-", 7.0)),
    ],
)
def test_a_file_and_its_value(word, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("there.cif", "a=1.cif", "p", "p=5"):
        (tmp_path / name).write_text("")
    assert split_value(word, Abscissa.PRESSURE) == expected


@pytest.mark.parametrize(
    ("value", "by"),
    [("five", "pressure"), ("", "doping"), ("nan", "doping"), ("1e9", "pressure"), ("-1", "temperature")],
)
def test_values_without_meaning(value, by):
    with pytest.raises(UsageError, match=by):
        split_value(f"{AMBIENT}={value}", Abscissa(by))


@pytest.mark.parametrize("lam", [0.0, -1.0, float("nan"), float("inf")])
def test_lambda_without_meaning(lam, session):
    with pytest.raises(UsageError, match="positive"):
        result_of(f"{AMBIENT}=0", COMPRESSED, lam=lam)
    with pytest.raises(UsageError, match="positive"):
        pressure_phases(session, "k08feyse2", lam)


def test_too_few_structures():
    with pytest.raises(UsageError, match=r"found: 8\.5$"):
        result_of(COMPRESSED)
    with pytest.raises(UsageError, match=r"found: 8\.5, 8\.5$"):
        result_of(COMPRESSED, f"{AMBIENT}=8.5")
    with pytest.raises(PolyqwError, match="1 of 2 have none") as error:
        result_of(COMPRESSED, f"{structure_path('nacl')}=3")
    assert not isinstance(error.value, UsageError)


def test_families_without_a_common_lambda():
    words = (f"{AMBIENT}=0", f"{structure_path('lafeaso_cod')}=5")
    with pytest.raises(UsageError, match=r"cuprate 1320 .* iron 400"):
        result_of(*words)
    assert len(result_of(*words, lam=1000).structures) == 2


def test_measured_tc_stands_beside_the_law(session):
    model = structure_path("model_k08feyse2")
    result = add_measured(result_of(f"{model}=0", f"{structure_path('kfe2as2')}=12"), session)
    (row,) = [m for m in result.measured if m.compound == "K0.8FeySe2"]
    assert [(p.pressure_gpa, p.tc_kelvin, p.phase) for p in row.points] == [
        (1, 32, "beta"),
        (12.5, 48.7, "alpha"),
    ]
    assert row.tc_slope_kelvin_per_gpa == pytest.approx(16.7 / 11.5)
    assert len(row.windows) == 4
    assert any("+1.452 K/GPa across windows of different wells" in note for note in result.notes)
    xie = find_compound(session, "CaKFe4As4")
    assert xie is not None
    assert measured_points(session, xie) == ()  # measured, at no stated pressure
    without = add_measured(result_of(f"{AMBIENT}=0", COMPRESSED), session)
    assert any("no measured Tc with a stated pressure" in note for note in without.notes)
    assert any(
        "no database was read" in note for note in add_measured(result_of(f"{AMBIENT}=0", COMPRESSED), None).notes
    )


def test_pressure_phases_of_k08feyse2(session):
    result = pressure_phases(session, "k08feyse2")
    first, gap, second, end = result.windows
    assert (first.state, first.phase, second.state, second.phase) == ("SC-I", "beta", "SC-II", "alpha")
    assert first.tc_law_kelvin == pytest.approx(400 / 3.534**2)
    assert second.tc_law_kelvin == pytest.approx(400 / 2.836**2)
    assert second.height_for_observed_angstrom == pytest.approx((400 / 48.7) ** 0.5)
    assert gap.tc_law_kelvin is end.tc_law_kelvin is None
    (shift,) = result.shifts
    assert shift.shift_angstrom == pytest.approx(1.4178, abs=1e-4)
    notes = " ".join(result.notes)
    for told in (
        "49.73 K, printed 49 K",
        "ratio 1.522",
        "= 1.553",
        "1.418 Å",
        "above 11.5 GPa",
        "raises the law's Tc by",
    ):
        assert told in notes
    json.dumps(as_row(result), allow_nan=False)
    figure = draw_pressure_phases(result)
    assert figure_bytes(figure, "png").startswith(PNG)
    assert_all_shown(figure)
    ends = [x for w in result.windows for x in (w.pressure_from_gpa, w.pressure_to_gpa) if x is not None]
    assert figure.axes[0].get_xlim()[1] > max(ends)


def test_pressure_phases_need_windows(session):
    with pytest.raises(PolyqwError, match="no windows of pressure for La3Ni2O7"):
        pressure_phases(session, "nickelates")
    with pytest.raises(UsageError, match="--set other"):
        pressure_phases(session, "other")


def test_a_height_that_stays_is_noted_of_its_own_phase():
    structures = tuple(
        SeriesStructure(
            Analysed("x.cif", "x", Status.OK, None, ""),
            Place(
                in_series=True,
                value=value,
                value_from="given",
                value_stated=None,
                value_note=None,
                wells=(SeriesWell("alpha", 3.5, None, (3.5,)), SeriesWell("beta", beta, None, (beta,))),
                smallest_phase="beta",
                shift_angstrom=None,
            ),
        )
        for value, beta in ((0.0, 3.4), (1.0, 3.3))
    )
    phases = tuple(SeriesPhase(phase, 2, *[None] * 7, 0.0, ()) for phase in ("alpha", "beta"))
    notes = list(_on_constant(Series(Abscissa.PRESSURE, "GPa", None, None, structures, phases)))
    assert [note.partition(";")[0] for note in notes] == ["alpha: h is 3.5000 Å in all 2 structures"]
