"""The field in the wells of files: rows, charges from a table, figures."""

from dataclasses import replace

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.figure_files import write_figure
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.systems.field.field import field_row, make_charges, try_field
from polyqw.services.systems.field.figure import draw_field
from tests.conftest import structure_path

OPTIONS = AnalysisOptions()
FIXED_FIELDS = {"charges", "model", "critical_points", "h_xx", "h_yy", "h_zz", "force_ev_per_angstrom", "verdict"}
POINT_FIELDS = {"kind", "index_2d", "index_3d", "position", "fraction_gamma_to_metal", "energy_ev"}


def field_of(name, **words):
    (analysed,) = analyse_inputs([str(structure_path(name))], OPTIONS)
    found = try_field(analysed, OPTIONS, **words)
    if found.error:
        raise found.error
    return found


@pytest.mark.parametrize("name", ["tl1212", "cacuo2_infinite"])
@pytest.mark.parametrize("model", ["ewald", "cluster"])
def test_cuprate_wells(name, model):
    row = field_row(field_of(name, model=model))
    assert set(row) >= FIXED_FIELDS
    assert set(row["critical_points"][0]) >= POINT_FIELDS
    assert row["model"] == model
    assert "wells" not in row
    assert row["verdict"].startswith("in-plane minimum at Γ, four diagonal saddles, not bound in 3-D (Earnshaw)")
    assert row["h_xx"] + row["h_yy"] + row["h_zz"] == pytest.approx(0, abs=1e-8)


def test_several_wells_stand_under_the_first():
    row = field_row(field_of("hg1223_o835"))
    assert [w["phase"] for w in row["wells"]] == ["alpha", "beta"]
    assert {key: row[key] for key in row["wells"][0]} == row["wells"][0]
    assert row["charges_balanced_by"] == ["Cu"]
    assert "Cu1, Cu2 have one charge" in " ".join(row["warnings"])


def test_lafeaso_has_an_in_plane_maximum_at_the_nonahedron():
    row = field_row(field_of("lafeaso_cod"))
    alpha, beta = row["wells"]
    assert (alpha["kind"], beta["kind"]) == ("nonahedron", "tridecahedron")
    assert alpha["critical_points"][0]["kind"] == "maximum"
    assert alpha["critical_points"][0]["place"] == "gamma"
    assert alpha["h_xx"] == pytest.approx(-23.62, abs=0.01)
    assert alpha["force_ev_per_angstrom"] == pytest.approx([0, 0, -21.22], abs=0.01)
    assert beta["h_xx"] == pytest.approx(6.63, abs=0.01)


def test_other_minima_are_told():
    beta = field_row(field_of("lafeaso_f005"))["wells"][1]
    assert [p["kind"] for p in beta["critical_points"]].count("minimum") == 3
    assert beta["completeness"]["euler_sum"] == 0
    assert "four diagonal saddles, two more minima away from Γ" in beta["verdict"]


def test_ybco_positions():
    """The corners of its plaquette are whole cells apart, so positions can be read off."""
    row = field_row(field_of("ybco_o690_williams"))
    assert [round(x % 1, 6) for x in row["gamma_position"][:2]] == [0.5, 0.5]
    saddle = next(p for p in row["critical_points"] if p["kind"] == "saddle")
    off = [abs(a - b) for a, b in zip(saddle["position"], row["gamma_position"], strict=True)]
    assert off[:2] == pytest.approx([0.2, 0.203], abs=0.001)
    assert off[2] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("la4ni3o10_i4mmm_ap", {}, r"la4ni3o10.*would make Ni \+0"),
        ("tl1212", {"charges": {"Tl": 3, "Ba": 2, "Ca": 2, "Cu": 2, "O": -2}}, r"sum to -1 e"),
        ("lafeaso_cod", {"model": "cluster"}, "octahedral well"),
        ("tl1212", {"model": "slab"}, "'slab'"),
    ],
)
def test_what_is_refused(name, words, message):
    with pytest.raises(PolyqwError, match=message):
        field_of(name, **words)


@pytest.mark.parametrize(("name", "status"), [("nacl", "no_well"), ("missing", "failed")])
def test_no_field_has_a_status_and_a_reason(name, status):
    row = field_row(field_of(name))
    assert row["status"] == status
    assert row["reason"]
    assert row["message"]
    assert (row["wells"], row["critical_points"], row["charges"]) == ([], [], {})


def test_charges_of_the_command_line(tmp_path):
    table = tmp_path / "q.csv"
    table.write_text("element, charge\nLa, 3\nO, -2\n")
    assert make_charges(None) is None
    assert make_charges("La=3, O=-2") == make_charges(str(table)) == {"La": 3.0, "O": -2.0}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("La=x", "'x' is not a charge"),
        ("Xx=1", "not an element"),
        ("O=1,O=2", "twice"),
        ("nowhere.csv", "cannot be read"),
    ],
)
def test_charges_without_meaning(text, message):
    with pytest.raises(PolyqwError, match=message):
        make_charges(text)


def test_a_table_of_charges_needs_its_columns(tmp_path):
    table = tmp_path / "q.csv"
    table.write_text("atom,q\nLa,3\n")
    with pytest.raises(UsageError, match="element,charge"):
        make_charges(str(table))
    table.write_text("element,charge\nLa,three\n")
    with pytest.raises(UsageError, match="line 2"):
        make_charges(str(table))


@pytest.mark.parametrize("name", ["cacuo2_infinite", "lafeaso_cod"])
def test_a_figure_has_a_map_for_each_well(name, tmp_path):
    found = field_of(name)
    figure = draw_field(found)
    maps = [axes for axes in figure.axes if axes.get_title()]
    assert len(maps) == len(found.wells)
    assert all("(Å from Γ)" in axes.get_xlabel() and "(Å from Γ)" in axes.get_ylabel() for axes in maps)
    assert any("eV" in axes.get_xlabel() for axes in figure.axes)
    write_figure(figure, tmp_path / "field.png")
    again = draw_field(replace(found))
    write_figure(again, tmp_path / "again.png")
    assert (tmp_path / "field.png").read_bytes() == (tmp_path / "again.png").read_bytes()
