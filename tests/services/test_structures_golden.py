"""Heights and outcomes of the published structures, held against numbers from outside the program."""

import numpy as np
import pytest

from polyqw.core.analysis import find_wells
from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Kind, Phase, Status
from polyqw.services.structures.analyse import analyse_inputs
from tests.conftest import ROOT, STRUCTURES, read_golden, read_table, structure_path
from tests.core.checks import assert_well
from tests.core.crystals import make_cell

HEIGHTS = read_golden("heights")
EXPECTED = read_table(STRUCTURES / "expected.csv")
NO_WELLS = read_table(STRUCTURES.parent / "golden" / "no_wells.csv")
REJECTED = "nife2o4"
RARE_EARTHS = {"Y", "Er", "Gd"}


@pytest.fixture(scope="session")
def analysed():
    """Analyse every published structure once, by name."""
    found = analyse_inputs([str(ROOT / "cifs"), str(STRUCTURES)], AnalysisOptions())
    return {a.block: a for a in found}


def heights(analysis) -> dict[str, list[float]]:
    found = {}
    for well in analysis.wells:
        found.setdefault(str(well.phase), []).append(well.height)
    return found


@pytest.mark.parametrize("row", HEIGHTS, ids=[f"{r.name}-{r.quantity}" for r in HEIGHTS])
def test_height(row, analysed):
    assert row.unit == "angstrom"
    (height,) = heights(analysed[row.name].analysis)[row.quantity]
    assert height == pytest.approx(row.value, abs=row.tolerance)


@pytest.mark.parametrize("name", sorted({r.name for r in HEIGHTS}))
def test_no_other_phase(name, analysed):
    expected = {r.quantity for r in HEIGHTS if r.name == name}
    assert {p for p in heights(analysed[name].analysis) if p != "mu"} == expected


@pytest.mark.parametrize("row", EXPECTED, ids=[r["name"] for r in EXPECTED])
def test_outcome(row, analysed):
    found = analysed[row["name"]]
    if row["name"] == REJECTED:
        return
    if row["expected"] == "wells":
        assert (found.status, found.reason) == (Status.OK, None)
        assert str(found.analysis.family) == row["family"]
        assert found.analysis.wells
        for well in found.analysis.wells:
            assert_well(found.record.cell, well)
    else:
        assert found.status is Status.NO_WELL
        assert found.reason
        assert found.message
        assert found.analysis.wells == ()


def test_expected_table_is_whole(analysed):
    assert sorted(analysed) == sorted(row["name"] for row in EXPECTED)
    assert len(EXPECTED) == 97


def test_file_that_contradicts_itself(analysed):
    found = analysed[REJECTED]
    assert (found.status, found.reason, found.analysis.wells) == (Status.REJECTED, "atoms_too_close", ())
    assert found.message == "Fe and O are 0.173 Å apart"
    iron, oxygen = (
        np.array([s.frac for s in found.record.cell.sites if s.species[0][0] == element]) for element in ("Fe", "O")
    )
    between = iron[:, None] - oxygen[None]
    between -= np.round(between)
    nearest = np.linalg.norm(between @ found.record.cell.lattice, axis=-1).min()
    assert nearest == pytest.approx(0.173, abs=0.0005), "the file's own coordinates put them there"


@pytest.mark.parametrize("row", NO_WELLS, ids=[r["name"] for r in NO_WELLS])
def test_why_there_is_no_well(row, analysed):
    assert analysed[row["name"]].reason == row["reason"]


def test_every_expected_outcome_without_wells_has_its_reason():
    without = {r["name"] for r in EXPECTED if r["expected"] != "wells"}
    assert without == {r["name"] for r in NO_WELLS} | {REJECTED}


@pytest.mark.parametrize(
    "name",
    [r["name"] for r in EXPECTED if r["name"].startswith(("ybco", "er123", "y124"))],
)
def test_chains_make_no_false_wells(name, analysed):
    (well,) = analysed[name].analysis.wells
    assert well.kind is Kind.OCTAHEDRON
    assert well.phase is Phase.ALPHA
    assert any(apex.startswith("Ba") for apex in well.apices)
    assert any(apex in RARE_EARTHS for apex in well.apices)


@pytest.mark.parametrize("name", ["fese_o1", "fese_o2", "fetese_split"])
def test_layers_without_a_spacer_have_alpha_only(name, analysed):
    analysis = analysed[name].analysis
    assert {w.phase for w in analysis.wells} == {Phase.ALPHA}
    assert any("beta is undefined" in warning for warning in analysis.warnings)


def test_nickel_arsenide_has_wells_when_the_user_says_so():
    options = AnalysisOptions(iron_metals=frozenset({"Fe", "Ni"}))
    (found,) = analyse_inputs([str(structure_path("laniaso"))], options)
    assert {w.kind for w in found.analysis.wells if w.phase is not Phase.MU} == {Kind.NONAHEDRON, Kind.TRIDECAHEDRON}


def test_ybco_from_its_numbers():
    """z_Ba 0.1841 and c 11.6458 Å: h = (1/2 - z_Ba) c."""
    sites = [("Y", (0.5, 0.5, 0.5)), ("Cu", (0, 0, 0)), ("O", (0, 0.5, 0))]
    for sign in (1, -1):
        sites += [
            ("Ba", (0.5, 0.5, sign * 0.1841)),
            ("Cu", (0, 0, sign * 0.3553)),
            ("O", (0, 0, sign * 0.159)),
            ("O", (0.5, 0, sign * 0.379)),
            ("O", (0, 0.5, sign * 0.377)),
        ]
    (well,) = find_wells(make_cell(np.diag([3.82, 3.89, 11.6458]), sites)).wells
    assert well.apices == ("Ba", "Y")
    assert well.height == pytest.approx(3.679, abs=0.005)
    assert well.height == pytest.approx((0.5 - 0.1841) * 11.6458, abs=1e-9)


def test_lafeaso_from_its_numbers():
    """P4/nmm, origin 2: h_alpha = 2 (z_As - 1/2) c, h_beta = (1/2 - z_La) c."""
    z_la, z_as = 0.1415, 0.6513
    sites = [("Fe", (0.75, 0.25, 0.5)), ("Fe", (0.25, 0.75, 0.5)), ("O", (0.75, 0.25, 0)), ("O", (0.25, 0.75, 0))]
    for element, z in (("La", z_la), ("As", z_as)):
        sites += [(element, (0.25, 0.25, z)), (element, (0.75, 0.75, -z))]
    wells = find_wells(make_cell(np.diag([4.035, 4.035, 8.741]), sites)).wells
    by_phase = {w.phase: w for w in wells}
    assert by_phase[Phase.ALPHA].height == pytest.approx(2.645, abs=0.001)
    assert by_phase[Phase.BETA].height == pytest.approx(3.134, abs=0.001)
    assert [by_phase[p].n_faces for p in (Phase.ALPHA, Phase.BETA)] == [9, 13]


def test_heights_carry_their_uncertainty(analysed):
    """The files that print standard uncertainties give them to their heights, by hand here; no other does."""
    known = {
        (name, str(w.phase)): w.height_su
        for name, a in analysed.items()
        if a.analysis
        for w in a.analysis.wells
        if w.height_su is not None
    }
    assert known == pytest.approx(
        {
            ("ybco_o690_williams", "alpha"): np.hypot(11.68349 * 0.00006, (0.5 - 0.18393) * 0.00023),
            ("lafeaso_cod", "alpha"): np.hypot(2 * 8.7409 * 0.0002, 2 * 0.1512 * 0.00009),
            ("lafeaso_cod", "beta"): np.hypot(8.7409 * 0.00005, (0.5 - 0.14154) * 0.00009),
            ("lafeaso_cod", "mu"): np.hypot(8.7409 * np.hypot(0.0002, 0.00005), (1 - 0.6512 - 0.14154) * 0.00009),
            ("tl2201_abma", "alpha"): np.hypot(2 * 23.246 * 0.0002, 2 * 0.0822 * 0.001),
            ("lco_lto_cod", "alpha"): np.hypot(2 * 13.148 * 0.00004, (1 - 2 * 0.36111) * 0.006),
            ("hg1212_hunter", "alpha"): np.hypot(12.6461 * 0.0004, (0.5 - 0.2217) * 0.0005),
            ("hg1223_hunter", "alpha"): np.hypot(2 * 15.773 * 0.0004, (1 - 2 * 0.3973) * 0.0005),
            ("hg1223_hunter", "beta"): np.hypot(15.773 * np.hypot(0.0003, 0.0004), (0.3973 - 0.1735) * 0.0005),
            ("la4ni3o10_i4mmm_hp", "alpha"): (1 - 2 * 0.4320) * 0.1,
            ("la4ni3o10_i4mmm_hp", "beta"): (0.4320 - (0.5 - 0.2020)) * 0.1,
        },
        rel=1e-9,
    )
