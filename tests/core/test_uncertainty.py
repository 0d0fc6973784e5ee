"""The su of heights, held against propagation by hand, finite differences of the whole analysis, and chance."""

import re
from dataclasses import replace
from math import cos, hypot, radians, sin, sqrt

import numpy as np
import pytest

from polyqw.core.account import Account
from polyqw.core.analysis import find_wells
from polyqw.core.bodies.iron import IRON_REACH, find_iron_wells
from polyqw.core.bodies.oxide import OXIDE_REACH, find_octahedra
from polyqw.core.cell import Cell, Site
from polyqw.core.neighbors import surroundings
from polyqw.core.options import AnalysisOptions
from polyqw.services.structures.analyse import analyse_inputs
from tests import uncertain_cifs as cifs
from tests.conftest import structure_path
from tests.core.crystals import supercell
from tests.uncertain_cifs import su_by_phase, wells_of


def test_ybco_by_hand():
    """The height is (1/2 - z) c between Y and Ba."""
    z, su_z, c, su_c = 0.1839, 0.0004, 11.683, 0.012
    found = su_by_phase(cifs.ybco(a="3.820(9)", c="11.683(12)", z="0.1839(4)"))
    assert found == {"alpha": pytest.approx(hypot(c * su_z, (0.5 - z) * su_c), rel=1e-9)}


def test_lafeaso_by_hand():
    """The heights are 2 (z_As - 1/2) c, (1/2 - z_La) c and (1 - z_La - z_As) c; a does not enter."""
    c, su_c, z_la, su_la, z_as, su_as = 8.7409, 0.02, 0.14154, 0.0005, 0.6512, 0.0004
    found = su_by_phase(cifs.lafeaso("4.035(3)", "8.7409(200)", "0.14154(50)", "0.6512(4)"))
    assert found["alpha"] == pytest.approx(hypot(2 * c * su_as, 2 * (z_as - 0.5) * su_c), rel=1e-9)
    assert found["beta"] == pytest.approx(hypot(c * su_la, (0.5 - z_la) * su_c), rel=1e-9)
    mu = 1 - z_la - z_as
    assert found["mu"] == pytest.approx(sqrt((c * su_la) ** 2 + (c * su_as) ** 2 + (mu * su_c) ** 2), rel=1e-9)


def test_monoclinic_angle_by_hand():
    """The height is 2 z c sin(beta): the su of beta enters with the cosine, in radians."""
    z, su_z, c, su_c, beta, su_beta = 0.25, 0.0002, 8.0, 0.003, radians(97), radians(0.2)
    (height,) = [w.height for w in wells_of(cifs.monoclinic()).wells]
    assert height == pytest.approx(2 * z * c * sin(beta))
    parts = (2 * c * sin(beta) * su_z, 2 * z * sin(beta) * su_c, 2 * z * c * cos(beta) * su_beta)
    found = su_by_phase(cifs.monoclinic("8.000(3)", "97.0(2)", "0.48(1)", "0.2500(2)"))
    assert found == {"alpha": pytest.approx(sqrt(sum(p * p for p in parts)), rel=1e-9)}
    assert abs(parts[2]) > 0.2 * found["alpha"]


def test_stacking_along_b_by_hand():
    b, su_b, y, su_y = 13.148, 0.006, 0.36111, 0.00004
    found = su_by_phase(cifs.la2cuo4("5.350(1)", "13.148(6)", "5.398(3)", "0.36111(4)", "0.0069(1)"))
    assert found == {"alpha": pytest.approx(hypot(2 * b * su_y, (1 - 2 * y) * su_b), rel=1e-9)}


CELL = [(5.35, 0.001), (13.148, 0.006), (5.398, 0.003), (90, 0), (90, 0), (90, 0)]
SITES = [
    ("La1", (0, 0.36111, 0.0069), (0, 0.00004, 0)),
    ("Cu1", (0, 0, 0), (0, 0, 0)),
    ("O1", (0, 0.18307, -0.0356), (0, 0, 0)),
    ("O2", (0.25, -0.00697, 0.75), (0, 0, 0)),
]


@pytest.mark.parametrize(
    ("columns", "shift"),
    [
        ([[0, 0, 1], [1, 0, 0], [0, 1, 0]], (0, 0, 0)),
        ([[1, 0, 0], [0, 0, 1], [0, -1, 0]], (0, 0, 0)),
        (np.eye(3), (0.1, 0.2, 0.3)),
        (np.diag([1, 2, 1]), (0, 0, 0)),
        (np.diag([2, 1, 1]), (0.25, 0, 0)),
    ],
    ids=["axes turned", "stacked along c", "origin moved", "doubled along the stack", "doubled in the plane"],
)
def test_another_setting_gives_the_same_su(columns, shift):
    (expected,) = wells_of(cifs.in_other_axes(CELL, cifs.CMCA, SITES, np.eye(3))).wells
    (found,) = wells_of(cifs.in_other_axes(CELL, cifs.CMCA, SITES, columns, shift)).wells
    assert expected.height_su == pytest.approx(hypot(2 * 13.148 * 0.00004, 0.27778 * 0.006), rel=1e-6)
    assert found.height == pytest.approx(expected.height, abs=1e-5)
    assert found.height_su == pytest.approx(expected.height_su, rel=1e-4)


def test_primitive_cell_couples_x_and_y():
    """In a' = (a - b)/2, b' = (a + b)/2 the La stands at (-y, y, z) with the su of y on both: one parameter."""
    cell = [(value, 0) for value, _ in CELL]
    data = cifs.in_other_axes(cell, cifs.CMCA, SITES, [[0.5, 0.5, 0], [-0.5, 0.5, 0], [0, 0, 1]])
    assert b"La1 -0.361110(40) 0.361110(40) 0.006900" in data
    (well,) = wells_of(data).wells
    assert well.height == pytest.approx((1 - 2 * 0.36111) * 13.148, abs=1e-5)
    assert well.height_su == pytest.approx(2 * 13.148 * 0.00004, rel=1e-5)


def test_without_symmetry_every_atom_is_its_own():
    """As above and below the plane are independent in P 1: h = (z1 - z2) c has sqrt(2) c su, not 2 c su."""
    c, su_z = 8.7409, 0.0004
    rows = ["La1 0.25 0.25 0.14154", "La2 0.75 0.75 0.85846", "Fe1 0.75 0.25 0.5", "Fe2 0.25 0.75 0.5"]
    rows += ["As1 0.25 0.25 0.6512(4)", "As2 0.75 0.75 0.3488(4)", "O1 0.75 0.25 0", "O2 0.25 0.75 0"]
    data = cifs.cif(("4.0353", "4.0353", str(c), "90", "90", "90"), ["x,y,z"], rows)
    assert su_by_phase(data)["alpha"] == pytest.approx(sqrt(2) * c * su_z, rel=1e-9)
    tied = cifs.lafeaso(z_as="0.6512(4)")
    assert su_by_phase(tied)["alpha"] == pytest.approx(2 * c * su_z, rel=1e-9)


def test_nothing_stated_gives_nothing():
    analysis = wells_of(cifs.lafeaso())
    assert [w.height_su for w in analysis.wells] == [None] * 3
    assert not [w for w in analysis.warnings if "uncertaint" in w]
    assert cifs.record_of(cifs.lafeaso()).cell.parameters is None


def test_what_is_not_stated_is_named():
    analysis = wells_of(cifs.lafeaso(z_as="0.6512(4)"))
    su = {str(w.phase): w.height_su for w in analysis.wells}
    assert su["beta"] is None, "nothing that beta depends on has an su"
    assert su["alpha"] == pytest.approx(2 * 8.7409 * 0.0004)
    (warning,) = [w for w in analysis.warnings if "uncertaint" in w]
    assert warning == "uncertainties of heights leave out c, z of La1, for which the source states none"


def test_su_of_what_no_height_depends_on():
    analysis = wells_of(cifs.lafeaso(a="4.0353(4)"))
    assert [w.height_su for w in analysis.wells] == [None] * 3
    (warning,) = [w for w in analysis.warnings if "uncertaint" in w]
    assert warning == "heights have no uncertainty: the source states none for c, z of As1, z of La1"


def test_complete_files_are_not_warned_of():
    """Angles and coordinates that symmetry fixes need no su."""
    analysis = wells_of(cifs.lafeaso("4.0353(4)", "8.7409(9)", "0.14154(5)", "0.6512(2)"))
    assert not [w for w in analysis.warnings if "uncertaint" in w]


def test_shared_site_takes_the_su_of_either_row():
    text = cifs.ybco(z="0.1839(4)").decode()
    shared = text.replace("Ba1 0.5 0.5 0.1839(4)", "Ba1 0.5 0.5 0.1839\nSr1 0.5 0.5 0.1839(4)").replace(
        "_atom_site_fract_z", "_atom_site_fract_z\n_atom_site_occupancy"
    )
    lines = [
        line + (" 0.5" if line.startswith(("Ba1", "Sr1")) else " 1") if line[:2].strip("0123456789") and " 0" in line
        and not line.startswith(("_", "'")) else line
        for line in shared.splitlines()
    ]  # fmt: skip
    (well,) = wells_of("\n".join(lines).encode()).wells
    assert "Ba0.5Sr0.5" in well.apices
    assert well.height_su == pytest.approx(11.683 * 0.0004, rel=1e-9)


def test_split_column_weighs_its_positions():
    """Ba at two heights, 0.7 and 0.3 full: the end is their mean, and so are the shifts."""
    rows = [
        "Y1 0.5 0.5 0.5 1",
        "Ba1 0.5 0.5 0.1839(4) 0.7",
        "Ba2 0.5 0.5 0.21(1) 0.3",
        "Cu1 0 0 0 1",
        "Cu2 0 0 0.355 1",
    ]
    rows += ["O2 0.5 0 0.378 1", "O3 0 0.5 0.377 1", "O4 0 0 0.158 1"]
    text = cifs.cif(("3.82", "3.885", "11.683", "90", "90", "90"), cifs.MMM, rows).decode()
    data = text.replace("_atom_site_fract_z", "_atom_site_fract_z\n_atom_site_occupancy").encode()
    (well,) = wells_of(data).wells
    assert well.height == pytest.approx((0.5 - 0.7 * 0.1839 - 0.3 * 0.21) * 11.683)
    assert well.height_su == pytest.approx(11.683 * hypot(0.7 * 0.0004, 0.3 * 0.01), rel=1e-9)


# the slopes against the whole analysis on displaced crystals

DISPLACED = [
    *("lafeaso_cod", "lco_lto_cod", "rbcafe4as4", "hg1223_o835", "bi2223_pb", "bafe2as2_fmmm_2k", "bi2201_amaa"),
    *("fetese_split", "ncco_tprime", "tl1212", "bak122_x030", "model_la3ni2o7_fmmm", "hg1201_o415", "lifeas"),
]


def displaced(cell: Cell, k: int, step: float) -> Cell:
    """Return the cell with one free parameter changed."""
    free = cell.parameters
    frac = cell.frac.copy()
    mine = free.owner == k
    np.add.at(frac, free.site[mine], step * free.shift[mine])
    sites = tuple(Site(s.label, s.species, tuple(x)) for s, x in zip(cell.sites, frac.tolist(), strict=True))
    return Cell(cell.lattice @ (np.eye(3) + step * free.strain[k]), sites)


@pytest.mark.parametrize("name", DISPLACED)
def test_slopes_are_those_of_the_whole_analysis(name):
    text = structure_path(name).read_text()
    data = re.sub(r"(_cell_length_a\s+[0-9.]+)(\([0-9]+\))?", r"\1(1)", text).encode()
    assert_slopes(cifs.record_of(data).cell)


@pytest.mark.parametrize(
    ("name", "matrix"),
    [("lafeaso_cod", [[1, 1, 0], [-1, 1, 0], [0, 0, 1]]), ("cacuo2_infinite", np.diag([2, 2, 1]))],
)
def test_slopes_without_any_symmetry(name, matrix):
    """Cells so large that four atoms make a square, each moved at random: all tilts of the normal count."""
    (analysed,) = analyse_inputs([str(structure_path(name))], AnalysisOptions())
    cell, random = supercell(analysed.record.cell, matrix), np.random.default_rng(8)
    frac = cell.frac + random.normal(0, 0.006, cell.frac.shape)
    edges = np.linalg.norm(cell.lattice, axis=1)
    rows = [f"{s.label} {x:.5f} {y:.5f} {z:.5f}" for s, (x, y, z) in zip(cell.sites, frac, strict=True)]
    data = cifs.cif([f"{edges[0]:.4f}(1)", *(f"{e:.4f}" for e in edges[1:]), "89", "91.5", "90.7"], ["x,y,z"], rows)
    assert_slopes(cifs.record_of(data).cell)


def assert_slopes(cell: Cell) -> None:
    # with one su of 1 and no slope called negligible, the su of the height is the size of the slope
    free = replace(cell.parameters, usual_su=np.full(len(cell.parameters.names), 1e3))
    seen = 0
    for k in range(len(free.names)):
        alone = np.full(len(free.names), np.nan)
        alone[k] = 1.0
        step = 1e-4 if free.names[k] in ("a", "b", "c", "alpha", "beta", "gamma") else 1e-5
        low, high = (find_wells(displaced(cell, k, sign * step)).wells for sign in (-1, 1))
        middle = find_wells(replace(cell, parameters=replace(free, su=alone))).wells
        assert len(low) == len(middle) == len(high) > 0
        for one, well, other in zip(low, middle, high, strict=True):
            slope = abs(other.height - one.height) / (2 * step)
            assert (well.height_su or 0.0) == pytest.approx(slope, rel=1e-5, abs=1e-6), free.names[k]
            seen += well.height_su is not None
    assert seen


@pytest.mark.parametrize("name", DISPLACED)
@pytest.mark.parametrize("matrix", [np.eye(3), [[1, 0, 1], [1, 1, 0], [0, 1, 2]]], ids=["as given", "skewed"])
def test_spans_are_what_the_heights_are_measured_from(name, matrix):
    (analysed,) = analyse_inputs([str(structure_path(name))], AnalysisOptions())
    cell = supercell(analysed.record.cell, matrix)
    around, options = surroundings(cell, max(OXIDE_REACH, IRON_REACH)), AnalysisOptions()
    oxide = find_octahedra(cell, around, options, Account())
    iron = find_iron_wells(cell, around, options, Account())
    assert oxide.candidates or iron.candidates
    for candidate in (*oxide.candidates, *iron.candidates):
        low, high = (
            sum(w * (cell.frac[site] + image) for (site, image), w in end) @ cell.lattice
            for end in (candidate.span.low, candidate.span.high)
        )
        a, b, c, d = ((cell.frac[site] + image) @ cell.lattice for site, image in candidate.span.square)
        assert high - low == pytest.approx(candidate.ends[1].cart - candidate.ends[0].cart, abs=1e-9)
        normal = np.cross(c - a, d - b)
        assert abs((high - low) @ normal) / np.linalg.norm(normal) == pytest.approx(candidate.height)


# the su against chance: crystals drawn with these uncertainties, symmetry kept

DRAWN = {
    "ybco": (cifs.ybco, {"a": (3.82, 0.002, 4), "c": (11.683, 0.012, 3), "z": (0.1839, 0.0004, 4)}),
    "lafeaso": (
        cifs.lafeaso,
        {"a": (4.0353, 0.003, 4), "c": (8.7409, 0.02, 4), "z_la": (0.14154, 0.001, 5), "z_as": (0.6512, 0.0005, 4)},
    ),
    "la2cuo4": (
        cifs.la2cuo4,
        {"a": (5.35, 0.002, 3), "b": (13.148, 0.02, 3), "y": (0.36111, 0.0002, 5), "z": (0.0069, 0.0008, 4)},
    ),
    "monoclinic": (
        cifs.monoclinic,
        {"c": (8.0, 0.006, 3), "beta": (97.0, 0.3, 1), "x": (0.48, 0.002, 3), "z": (0.25, 0.0003, 4)},
    ),
}


@pytest.mark.parametrize("name", DRAWN)
def test_su_is_the_spread_of_drawn_crystals(name):
    """The spread of n drawn crystals has a relative standard error of 1/sqrt(2 n); four of them are allowed."""
    make, numbers = DRAWN[name]
    expected = su_by_phase(make(**{key: cifs.number(v, su, decimals) for key, (v, su, decimals) in numbers.items()}))
    random, n = np.random.default_rng(20), 400
    heights = {phase: [] for phase in expected}
    for _ in range(n):
        drawn = {key: f"{random.normal(v, su):.9f}" for key, (v, su, _) in numbers.items()}
        wells = wells_of(make(**drawn)).wells
        assert {str(w.phase) for w in wells} == set(expected)
        for well in wells:
            heights[str(well.phase)].append(well.height)
    for phase, values in heights.items():
        assert np.std(values, ddof=1) == pytest.approx(expected[phase], rel=4 / sqrt(2 * n)), phase


@pytest.mark.parametrize(("su", "warned"), [("2", True), ("90", False)])
def test_wells_gathered_to_one_height_that_scatter_beyond_its_su_are_told(su, warned):
    """Two La of P 1 give beta (1/2 - z1) c and (z2 - 1/2) c, 0.0004 c apart; their mean has c u(z)/sqrt(2)."""
    c = 8.7409
    rows = [f"La1 0.25 0.25 0.14154({su})", f"La2 0.75 0.75 0.85806({su})", "Fe1 0.75 0.25 0.5", "Fe2 0.25 0.75 0.5"]
    rows += ["As1 0.25 0.25 0.6512", "As2 0.75 0.75 0.3488", "O1 0.75 0.25 0", "O2 0.25 0.75 0"]
    analysis = wells_of(cifs.cif(("4.0353", "4.0353", str(c), "90", "90", "90"), ["x,y,z"], rows))
    expected = (
        f"differ by {0.0004 * c:.4f} Å, more than the standard uncertainty {c * int(su) * 1e-5 / sqrt(2):.4f} Å"
    )
    told = [w for w in analysis.warnings if w.startswith("the 2 beta wells gathered to h =")]
    assert [expected in w for w in told] == ([True] if warned else [])
