"""Charge orders, the order parameter, cages, kagome nets, Fermi sketches, STM depths, as their verbs give them."""

import json
from functools import partial

import numpy as np
import pytest

from polyqw.core import cages, kagome
from polyqw.core.options import AnalysisOptions
from polyqw.core.outside import as_row
from polyqw.errors import UsageError
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.structures.analyse import analyse_inputs, beside, read_inputs
from polyqw.services.systems.charge_order import charge_order_result, draw_charge_orders
from polyqw.services.systems.element_cages import cages_row, draw_cages, group_cages
from polyqw.services.systems.fermi.figure import LARGEST, draw_fermi
from polyqw.services.systems.fermi.rows import fermi_row
from polyqw.services.systems.fermi.sketch import fermi_sketch
from polyqw.services.systems.kagome import draw_kagome, kagome_row
from polyqw.services.systems.of_structure import search
from polyqw.services.systems.order_parameter import draw_order_parameter, simulate_order
from polyqw.services.systems.stm import draw_stm, printed_peaks, side_peaks, stm_notes
from polyqw.theory.fermi import Centre, SheetKind
from polyqw.theory.order_parameter import Displacements
from tests.conftest import structure_path
from tests.services.shown import assert_all_shown

PNG = b"\x89PNG"


def read(*names):
    return list(read_inputs([str(structure_path(name)) for name in names]))


def test_charge_orders():
    result = charge_order_result()
    rows = result["patterns"]
    assert len(rows) == 11
    assert [r["x_fraction"] for r in rows[:7]] == ["1/4", "1/6", "1/8", "1/10", "1/12", "1/14", "1/16"]
    assert all(r["x_one_plane"] == r["x_printed"] for r in rows)
    assert {r["x_printed"] / r["x_per_copper"] for r in rows if r["source"].startswith("papers/001")} == {2.0}
    assert {r["x_printed"] / r["x_per_copper"] for r in rows if r["source"].startswith("papers/002")} == {1.0}
    notes = " ".join(result["notes"])
    for told in ("factor of 2", "x = 1/4", "x = 1/16", "2/3 = 0.667", "0.5 a0", "irrational"):
        assert told in notes
    json.dumps(result, allow_nan=False)
    assert figure_bytes(draw_charge_orders(), "png").startswith(PNG)


def test_order_parameter_reports_its_seed_and_repeats():
    one, same, other = (simulate_order(Displacements(), 500, 50, seed) for seed in (7, 7, 8))
    assert one.seed == 7
    assert one == same
    assert one.states[1] != other.states[1]
    assert [s.state for s in one.states] == ["insulating", "normal", "metallic", "superconducting"]
    assert [row.n_electrons for row in one.scaling] == [10, 100, 500]
    assert one.states[3].mean_modulus_debye == pytest.approx(4.80320471)
    assert len(one.magnetic_charge) == 6
    json.dumps(as_row(one), allow_nan=False)


def test_order_parameter_notes_follow_the_attenuation():
    plain = simulate_order(Displacements(), 100, 20, 0)
    lossy = simulate_order(Displacements(1.0, 0.3, 0.5), 100, 20, 0)
    assert any("lie above it" in note for note in plain.notes)
    assert any("50% of Δ lost" in note for note in lossy.notes)
    assert lossy.states[2].mean_x_e_angstrom == pytest.approx(0.75, abs=0.05)


def test_too_large_a_simulation_is_refused():
    with pytest.raises(UsageError, match="at most"):
        simulate_order(Displacements(), 10**6, 10**3, 0)


@pytest.mark.parametrize("displacements", [Displacements(), Displacements(0.0, 0.0)])
def test_order_parameter_figure(displacements):
    figure = draw_order_parameter(displacements, 100, 10, 0)
    assert figure_bytes(figure, "png").startswith(PNG)
    assert_all_shown(figure)


@pytest.mark.parametrize(
    ("name", "packing", "diagonals", "volume", "apices", "around"),
    [
        ("nb", "BCC", [3.3004, 3.3004 * 2**0.5, 3.3004 * 2**0.5], 3.3004**3 / 3, 4, 18),
        ("ta", "BCC", [3.3058, 3.3058 * 2**0.5, 3.3058 * 2**0.5], 3.3058**3 / 3, 4, 18),
        ("pb", "CCP", [4.9505] * 3, 4.9505**3 / 6, 6, 6),
        ("al", "CCP", [4.04958] * 3, 4.04958**3 / 6, 6, 6),
        ("cu", "CCP", [3.61496] * 3, 3.61496**3 / 6, 6, 6),
        ("re", "HCP", [3.88993] * 3, 2.7608**2 * 4.4582 / (2 * 3**0.5), 6, 6),
    ],
)
def test_cages_of_measured_elements(name, packing, diagonals, volume, apices, around):
    (row,) = [cages_row(search(r, group_cages)) for r in read(name)]
    assert row["status"] == "ok"
    assert row["packing"] == packing
    (cage,) = row["cages"]
    assert cage["diagonals_angstrom"] == pytest.approx(diagonals, abs=1e-4)
    assert cage["volume_angstrom3"] == pytest.approx(volume, rel=1e-4)
    assert row["apex_directions_per_site"] == apices
    assert row["cages_around_atom"] == around
    assert len(cage["centres_cart_angstrom"]) == cage["multiplicity"] == row["cages_per_cell"]
    assert ("neither reading" in row["notes"][0]) == (packing == "BCC")
    assert ("overlap" in row["notes"][-1]) == (packing == "BCC")


def test_a_compound_has_no_element_cages():
    found = [search(r, group_cages) for r in read("nacl", "nb")]
    rows = [cages_row(of) for of in found]
    assert [r["status"] for r in rows] == ["no_well", "ok"]
    assert rows[0]["reason"] == "not_one_element"
    assert figure_bytes(draw_cages([found[1].found]), "png").startswith(PNG)


@pytest.mark.parametrize(("name", "element", "a"), [("model_csv3sb5", "V", 5.495), ("model_csti3bi5", "Ti", 5.79)])
def test_kagome_nets_of_the_paper(name, element, a):
    (row,) = [kagome_row(search(r, kagome.find_kagome_nets)) for r in read(name)]
    (net,) = row["nets"]
    assert net["element"] == element
    assert [s["state"] for s in net["states"]] == ["alpha", "beta", "gamma"]
    assert [s["per_unit"] for s in net["states"]] == [2, 1, 1]
    radii = [s["radius_angstrom"] for s in net["states"]]
    assert radii == pytest.approx([a / (2 * 3**0.5), a / 2, a * 3**0.5 / 2])
    assert [s["occupied"] for s in net["states"]] == [False, True, True]
    assert any("0.0000 Å apart" in note for note in row["notes"])
    assert any("hold an atom" in note for note in row["notes"])
    assert net["breathing_ratio"] == pytest.approx(1)
    assert not any("breathes" in note for note in row["notes"])
    assert row["origin"] == "constructed"
    assert any("not verified" in warning for warning in row["warnings"])


def test_kagome_net_with_two_triangles_and_one_without():
    """z(Ru) = 1/4: La stands c/4 = 1.78 Å over the hexagon, so it is empty."""
    found = [search(r, kagome.find_kagome_nets) for r in read("laru3si2_kagome", "cu")]
    rows = [kagome_row(of) for of in found]
    assert [len(r["nets"]) for r in rows] == [2, 0]
    assert rows[1]["reason"] == "not_kagome"
    states = rows[0]["nets"][0]["states"]
    edges = [s["edge_angstrom"] for s in states[:2]]
    ratio = max(edges) / min(edges)
    assert ratio > 1.01
    assert rows[0]["nets"][0]["breathing_ratio"] == pytest.approx(ratio)
    assert any(f"breathes: its edges run from {min(edges):.4f} to" in note for note in rows[0]["notes"])
    assert [s["state"] for s in states] == ["alpha", "alpha", "beta", "gamma"]
    assert states[2]["nearest_distance_angstrom"] == pytest.approx(7.12 / 4, abs=1e-3)
    assert not any("hold an atom" in note for note in rows[0]["notes"])
    assert figure_bytes(draw_kagome(found[:1]), "png").startswith(PNG)


def test_a_network_of_nets_is_told():
    (row,) = [kagome_row(search(r, kagome.find_kagome_nets)) for r in read("nife2o4")]
    assert row["layered"] is False
    assert any("three-dimensional" in warning for warning in row["warnings"])


def test_stm():
    structures = [side_peaks(r, AnalysisOptions()) for r in read("bi2201_amaa", "nb")]
    peaks = structures[0].peaks
    assert peaks.peak_ratio == pytest.approx(0.184 / 0.684)
    assert peaks.plane_spacing_over_a0 == pytest.approx(24.622 / 2 / (5.362**2 + 5.374**2) ** 0.5 * 2, abs=0.02)
    assert structures[1].analysed.status == "no_well"
    assert structures[1].row()["reason"] == "no_plane_metal"
    ccoc, bi2201 = printed_peaks()
    assert (ccoc.side_peak_error, bi2201.side_peak_error) == pytest.approx((0.25, 0.1538), abs=1e-3)
    assert ccoc.implied_c_angstrom == pytest.approx(15.042)
    assert bi2201.implied_a0_angstrom == pytest.approx(2 * 12.513 / 4.13)
    assert any("x = 0.344" in note for note in stm_notes())
    assert figure_bytes(draw_stm(structures, 0.4), "png").startswith(PNG)


def sketches(*names, **choices):
    found = analyse_inputs([str(structure_path(name)) for name in names], AnalysisOptions())
    return [fermi_sketch(a, **choices) for a in found]


def sheets_of(name, **choices):
    (row,) = [fermi_row(s) for s in sketches(name, **choices)]
    json.dumps(row, allow_nan=False)
    return row, [(s["kind"], s["centre"], s["phase"], s["degeneracy"]) for s in row["sheets"]]


def test_fermi_rings_of_122():
    row, sheets = sheets_of("bak122_x050")
    assert sheets == [("ring", "Gamma", "alpha", 2), ("ring", "Gamma", "beta", 2), ("ring", "M", "mu", 4)]
    assert row["sheets"][1]["relative_radius"] == pytest.approx((2.7650 / 3.3310) ** 2, abs=1e-4)
    notes = " ".join(row["notes"])
    for text in (
        "the papers' picture, polyqw's scale",
        "8 in all",
        "2.01 times that of alpha",
        "the other way round",
    ):
        assert text in notes
    assert "is not below" not in notes


def test_fermi_rings_of_1144():
    row, sheets = sheets_of("rbcafe4as4")
    assert sheets == [
        *(("ring", "Gamma", phase, 2) for phase in ("alpha", "beta", "gamma")),
        ("ring", "M", "mu", 2),
        ("ring", "M", "mu", 2),
    ]
    radii = [s["relative_radius"] for s in row["sheets"][:3]]
    assert radii == pytest.approx([1, (2.8092 / 2.9442) ** 2, (2.8092 / 3.6102) ** 2], abs=2e-4)
    assert [s["apices"] for s in row["sheets"][3:]] == [["Ca", "Ca"], ["Rb", "Rb"]]
    assert any("for beta and gamma the two wells" in note for note in row["notes"])


def test_fermi_pockets_of_fese_contradict_122():
    row, sheets = sheets_of("fese_o2")
    assert sheets == [("pocket", "M", "alpha", 2)]
    assert any("contradicts papers/002, III.B" in note for note in row["notes"])


@pytest.mark.parametrize(
    ("name", "ratio"), [("lifeas", (2.6729 / 2.1001) ** 2), ("hg1223_o835", (3.5000 / 3.3938) ** 2)]
)
def test_fermi_says_where_heights_break_the_order(name, ratio):
    row, _ = sheets_of(name)
    (told,) = [note for note in row["notes"] if "is not below" in note]
    assert f"{ratio:.2f}" in told


def test_fermi_arcs_of_two_planes():
    row, sheets = sheets_of("bi2212_ideal")
    assert sheets == [("arc", "node", "alpha", 2)]
    assert any("papers/004" in note for note in row["notes"])
    row, sheets = sheets_of("bi2212_ideal", stretch=0.1)
    h = 3.082
    assert [s["branch"] for s in row["sheets"]] == ["antibonding", "bonding"]
    assert [s["relative_gap"] for s in row["sheets"]] == pytest.approx([(h / (h + d)) ** 2 for d in (0.1, -0.1)])
    assert any("two laws" in note for note in row["notes"])


def test_fermi_arcs_of_three_planes_with_doping():
    row, sheets = sheets_of("bi2223_pb")
    assert sheets == [("arc", "node", "beta", 2), ("arc", "node", "alpha", 1)]
    notes = " ".join(row["notes"])
    assert "insulating" in notes
    assert "3.3272" in notes
    assert "degenerate with it" in notes
    for n, occupied in ((1, [True, False, False]), (2, [True, True, False]), (3, [True] * 3)):
        row, sheets = sheets_of("bi2223_pb", stretch=0.1, n_wanted=n)
        assert [s[2] for s in sheets] == ["gamma", "beta", "alpha"]
        assert [s["occupied"] for s in row["sheets"]] == occupied
    row, _ = sheets_of("bi2223_pb", n_wanted=3)
    assert "3 sheets were asked for; there are 2." in row["notes"]


def test_fermi_options_that_change_nothing_are_told():
    row, _ = sheets_of("bak122_x050", stretch=0.1, n_wanted=2)
    assert any("splits nothing" in note for note in row["notes"])
    assert any("not occupied one by one" in note for note in row["notes"])


def test_fermi_sketch_refuses_what_has_no_meaning():
    with pytest.raises(UsageError, match="1 or more"):
        sketches("bi2223_pb", n_wanted=0)
    with pytest.raises(UsageError, match="leaves nothing"):
        sketches("bi2212_ideal", stretch=4.0)


def test_fermi_figure():
    drawn = sketches("bak122_x050", "rbcafe4as4", "fese_o2", "bi2223_pb", n_wanted=1)
    figure = draw_fermi(drawn)
    assert figure_bytes(figure, "png").startswith(PNG)
    assert "the papers' picture, polyqw's scale" in figure.get_suptitle()
    panels = [axes for axes in figure.axes if axes.axison]
    legends = [[text.get_text() for text in axes.get_legend().get_texts()] for axes in panels]
    assert [len(texts) for texts in legends] == [3, 5, 1, 1]
    assert legends[3][0].startswith("β = γ: h = 3.704 Å")
    rings = [line.get_xydata() for line in panels[1].lines if len(line.get_xydata()) > 20]
    assert max(np.linalg.norm(ring, axis=1).max() for ring in rings if abs(ring.mean(axis=0)).max() < 0.05) == (
        pytest.approx(LARGEST[SheetKind.RING, Centre.GAMMA])
    )
    for count in (0, 61):
        with pytest.raises(UsageError, match="holds 1 to 60"):
            draw_fermi(drawn[:1] * count)


def test_fermi_without_wells():
    row, sheets = sheets_of("nacl")
    assert (row["status"], row["reason"], sheets, row["notes"]) == ("no_well", "no_plane_metal", [], [])


@pytest.mark.parametrize(
    ("room", "limit", "name", "find"),
    [
        (cages, "MOST_ATOMS", "nb", group_cages),
        (kagome, "MOST_COMPARISONS", "model_csv3sb5", kagome.find_kagome_nets),
    ],
)
def test_what_cannot_be_searched_is_rejected(monkeypatch, room, limit, name, find):
    monkeypatch.setattr(room, limit, 1)
    (found,) = read(name)
    refused, of = beside(partial(search, find=find), found)
    assert (refused.status, refused.reason, refused.record) == ("rejected", "too_crowded", None)
    assert of.analysed is refused
    assert of.found is None


def test_a_file_that_cannot_be_read_keeps_its_reason(tmp_path):
    bad = tmp_path / "bad.cif"
    bad.write_text("no cif at all\n")
    (found,) = read_inputs([str(bad)])
    for row in (
        cages_row(search(found, group_cages)),
        kagome_row(search(found, kagome.find_kagome_nets)),
        side_peaks(found, AnalysisOptions()).row(),
        fermi_row(fermi_sketch(found)),
    ):
        assert row["status"] == "rejected"
        assert row["reason"]
