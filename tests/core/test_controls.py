"""Crystals that look like planes and are none, each with its reason; and choices of the user."""

from dataclasses import replace

import numpy as np
import pytest

from polyqw.core.analysis import find_wells
from polyqw.core.options import AnalysisOptions, OccupancyPolicy
from polyqw.core.wells import Family, Kind, Phase, Status
from tests.core.crystals import cuprate_block, iron_block, make_cell, tetragonal

SR2CUO3 = make_cell(  # corner-sharing chain along a
    np.diag([3.91, 3.48, 12.69]),
    [(e, np.add(f, s)) for s in ((0, 0, 0), (0.5, 0.5, 0.5)) for e, f in (
        ("Cu", (0, 0, 0)), ("O", (0.5, 0, 0)), ("O", (0, 0, 0.155)), ("O", (0, 0, 0.845)),
        ("Sr", (0, 0, 0.353)), ("Sr", (0, 0, 0.647)))],
)  # fmt: skip

LADDER = make_cell(  # SrCu2O3: two legs along c, rungs along b
    np.diag([3.9313, 11.5629, 3.4926]),
    [(e, np.add(f, s)) for s in ((0, 0, 0), (0.5, 0.5, 0)) for e, f in (
        ("Cu", (0, 0.8342, 0)), ("Cu", (0, 0.1658, 0)), ("O", (0, 0, 0)), ("O", (0, 0.6699, 0)),
        ("O", (0, 0.3301, 0)), ("Sr", (0.5, 0, 0.5)))],
)  # fmt: skip

ROCK_SALT = make_cell(
    4.1684 * np.eye(3),
    [(e, np.add(f, s)) for s in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
     for e, f in (("Ni", (0, 0, 0)), ("O", (0.5, 0, 0)))],
)  # fmt: skip

PYRITE = make_cell(
    5.418 * np.eye(3),
    [("Fe", f) for f in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))]
    + [("S", np.mod(np.array(f) + s * 0.385 * np.array(d), 1))
       for f, d in (((0, 0, 0), (1, 1, 1)), ((0.5, 0, 0.5), (-1, -1, 1)), ((0, 0.5, 0.5), (-1, 1, -1)),
                    ((0.5, 0.5, 0), (1, -1, -1)))
       for s in (1, -1)],
)  # fmt: skip

FE3SI = make_cell(  # DO3: squares of Fe with Si over one side and Fe over the other
    5.65 * np.eye(3),
    [(e, np.add(f, s)) for s in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
     for e, f in (("Si", (0, 0, 0)), ("Fe", (0.5,) * 3), ("Fe", (0.25,) * 3), ("Fe", (0.75,) * 3))],
)  # fmt: skip

SRTIO3 = tetragonal(
    3.905,
    3.905,
    [("Ti", (0, 0, 0)), ("Sr", (0.5, 0.5, 1.9525)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0, 0, 1.9525))],
)  # fmt: skip

COPPER = make_cell(3.61496 * np.eye(3), [("Cu", f) for f in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))])
BCC_IRON = make_cell(2.8665 * np.eye(3), [("Fe", (0, 0, 0)), ("Fe", (0.5, 0.5, 0.5))])
SALT = make_cell(
    5.64 * np.eye(3), [(s.species[0][0].replace("Ni", "Na").replace("O", "Cl"), s.frac) for s in ROCK_SALT.sites]
)

CONTROLS = {
    "chain": (SR2CUO3, "no_square_net"),
    "ladder": (LADDER, "no_square_net"),
    "rock salt": (ROCK_SALT, "centre_occupied"),
    "pyrite": (PYRITE, "no_square_net"),
    "Fe3Si": (FE3SI, "centre_occupied"),
    "SrTiO3": (SRTIO3, "no_plane_metal"),
    "copper": (COPPER, "edges_not_bridged"),
    "bcc iron": (BCC_IRON, "no_anion_layer"),
    "NaCl": (SALT, "no_plane_metal"),
}


@pytest.mark.parametrize("name", CONTROLS)
def test_no_well_and_its_reason(name):
    cell, reason = CONTROLS[name]
    analysis = find_wells(cell)
    assert (analysis.status, analysis.reason) == (Status.NO_WELL, reason)
    assert analysis.message
    assert analysis.wells == ()


def ybco(chain_occupancy: tuple[float, float]):
    """YBa2Cu3O7 with chain oxygen along b and along a."""
    c = 11.683
    atoms = [
        ("Y", (0.5, 0.5, c / 2)),
        ("Ba", (0.5, 0.5, 0.184 * c)),
        ("Ba", (0.5, 0.5, -0.184 * c)),
        ("Cu", (0, 0, 0)),
    ]
    for sign in (1, -1):
        atoms += [("Cu", (0, 0, sign * 0.355 * c)), ("O", (0, 0, sign * 0.1584 * c))]
        atoms += [("O", (0.5, 0, sign * 0.378 * c)), ("O", (0, 0.5, sign * 0.377 * c))]
    for place, occupancy in zip(((0, 0.5, 0), (0.5, 0, 0)), chain_occupancy, strict=True):
        if occupancy:
            atoms.append(({"O": occupancy}, place))
    return tetragonal(3.82, c, atoms, b=3.885)


@pytest.mark.parametrize("chain", [(0.91, 0.0), (1.0, 0.0), (1.0, 0.1), (0.33, 0.33), (0.5, 0.5), (0.0, 0.0)])
def test_chains_add_nothing_to_the_planes(chain):
    (well,) = find_wells(ybco(chain)).wells
    assert (well.apices, well.multiplicity) == (("Ba", "Y"), 2)
    assert well.height == pytest.approx((0.5 - 0.184) * 11.683)


def test_full_oxygen_on_both_axes_makes_a_plane():
    assert sum(w.multiplicity for w in find_wells(ybco((1.0, 1.0))).wells) == 3


def test_first_layer_without_a_spacer_has_alpha_only():
    cell = tetragonal(
        3.77, 5.52, [("Fe", (0, 0, 0)), ("Fe", (0.5, 0.5, 0)), ("Se", (0.5, 0, 1.47)), ("Se", (0, 0.5, -1.47))]
    )
    analysis = find_wells(cell)
    assert [(w.phase, w.height) for w in analysis.wells] == [(Phase.ALPHA, pytest.approx(2.94))]
    assert "beta is undefined" in analysis.warnings[0]


def test_ordered_vacancies_keep_one_square_in_five():
    # vacancies on one in five sites of the net; X alternates above and below, which doubles the square-root-5 cell
    edge, anion, spacer = 2.76, 1.42, 3.53
    small = edge * np.array([[2, 1, 0], [-1, 2, 0], [0, 0, 1]])
    lattice = np.array([small[0] + small[1], small[0] - small[1], [0, 0, 2 * spacer + 7]])
    atoms = []
    for i in range(-8, 9):
        for j in range(-8, 9):
            side = 1 if (i + j) % 2 else -1
            corner, middle = edge * np.array([i, j, 0]), edge * np.array([i + 0.5, j + 0.5, 0])
            places = {
                "Fe": corner,
                "Se": middle + np.array([0, 0, side * anion]),
                "K": middle - [0, 0, side * spacer],
            }
            vacant = np.allclose(corner @ np.linalg.inv(small), np.round(corner @ np.linalg.inv(small)))
            for element, place in places.items():
                frac = place @ np.linalg.inv(lattice)
                if np.all((frac[:2] > -1e-9) & (frac[:2] < 1 - 1e-9)) and not (element == "Fe" and vacant):
                    atoms.append((element, frac))
    analysis = find_wells(make_cell(lattice, atoms))
    alpha = analysis.wells[0]
    assert (alpha.kind, alpha.multiplicity) == (Kind.NONAHEDRON, 2)
    assert alpha.height == pytest.approx(2 * anion)
    assert analysis.descriptors["complete_fraction"] == pytest.approx(0.2)
    assert any("only 0.2 of the squares" in warning for warning in analysis.warnings)


def test_average_structure_with_vacancies_is_kept():
    cell = iron_block(3.9, 1.42, 3.5, 2.4, x="Se")
    partial = make_cell(
        cell.lattice, [({"Fe": 0.83} if dict(s.species).get("Fe") else dict(s.species), s.frac) for s in cell.sites]
    )
    assert [w.height for w in find_wells(partial).wells] == pytest.approx([w.height for w in find_wells(cell).wells])


def test_plane_metals_are_a_choice():
    cell = iron_block(4.1, 1.3, 3.1, 2.4, metal="Ni")
    assert find_wells(cell).status is Status.NO_WELL
    analysis = find_wells(cell, AnalysisOptions(iron_metals=frozenset({"Fe", "Ni"})))
    assert analysis.family is Family.IRON
    assert {w.kind for w in analysis.wells} == {Kind.NONAHEDRON, Kind.TRIDECAHEDRON, Kind.TETRAHEDRON}


def test_three_orientations_are_no_layers():
    cell = tetragonal(
        3.86,
        3.86,
        [("Ni", (0, 0, 0)), ("La", (0.5, 0.5, 1.93)), ("O", (0.5, 0, 0)), ("O", (0, 0.5, 0)), ("O", (0, 0, 1.93))],
    )  # fmt: skip
    (well,) = find_wells(cell).wells
    assert (well.layered, well.multiplicity) == (False, 3)
    assert well.height == pytest.approx(3.86)


def test_halves_on_one_site_do_not_depend_on_their_order():
    heights = []
    for species in ({"Cu": 0.5, "Zn": 0.5}, {"Zn": 0.5, "Cu": 0.5}):
        cell = cuprate_block(3.85, [3.2], 2.1, 5.0)
        mixed = make_cell(
            cell.lattice, [(species if dict(s.species).get("Cu") else dict(s.species), s.frac) for s in cell.sites]
        )
        heights.append([w.height for w in find_wells(mixed).wells])
    assert heights[0] == heights[1] == [pytest.approx(3.7)]


def test_policy_for_disorder():
    cell = cuprate_block(3.85, [3.2], 2.1, 5.0)
    atoms = [({"Ba": 0.6, "Sr": 0.4} if dict(s.species).get("Ba") else dict(s.species), s.frac) for s in cell.sites]
    mixed = make_cell(cell.lattice, atoms)
    ordered = find_wells(mixed, AnalysisOptions(occupancy=OccupancyPolicy.ORDERED))
    assert (ordered.status, ordered.reason) == (Status.REJECTED, "disordered")
    assert find_wells(mixed, AnalysisOptions(occupancy=OccupancyPolicy.MAJORITY)).wells[0].apices == ("Ba", "Ca")
    assert find_wells(mixed).wells[0].apices == ("Ba0.6Sr0.4", "Ca")


def test_split_apices_count_as_one_at_their_mean():
    cell = cuprate_block(3.85, [], 2.0, 5.6)
    c = cell.lattice[2, 2]
    atoms = [(dict(s.species), s.frac) for s in cell.sites if "Ba" not in dict(s.species)]
    atoms += [({"Ba": 0.7}, (0.5, 0.5, 1.9 / c)), ({"Ba": 0.3}, (0.5, 0.5, 2.2 / c)), ("Ba", (0.5, 0.5, -2.0 / c))]
    (well,) = find_wells(make_cell(cell.lattice, atoms)).wells
    assert well.height == pytest.approx(2.0 + 0.7 * 1.9 + 0.3 * 2.2)
    assert well.column_spread == pytest.approx(0.3)


def test_atoms_on_top_of_each_other_are_refused():
    cell = make_cell(4 * np.eye(3), [("Cu", (0, 0, 0)), ("Cu", (0.3, 0, 0))])
    analysis = find_wells(cell)
    assert (analysis.status, analysis.reason) == (Status.REJECTED, "atoms_too_close")
    assert "1.200 Å" in analysis.message


def test_more_than_an_atom_in_one_place_is_refused_by_its_nearest_name():
    places = [("Cu1", 0.0, 0.6), ("Cu2", 0.006, 0.3), ("Cu3", 0.004, 0.3)]
    cell = make_cell(4 * np.eye(3), [({"Cu": occupancy}, (x, 0, 0)) for _, x, occupancy in places])
    cell = replace(cell, sites=tuple(replace(s, label=p[0]) for s, p in zip(cell.sites, places, strict=True)))
    analysis = find_wells(cell)
    assert (analysis.status, analysis.reason) == (Status.REJECTED, "atoms_too_close")
    assert "Cu1 and Cu3 are 0.016 Å apart and hold 1.20 atoms" in analysis.message


def test_an_anion_over_the_square_counts_from_half_a_site():
    cell = iron_block(4.1, 1.3, 3.1, 2.4)
    found = {}
    for occupancy in (0.3, 0.5):
        atoms = [({"As": occupancy} if "As" in dict(s.species) else dict(s.species), s.frac) for s in cell.sites]
        analysis = find_wells(make_cell(cell.lattice, atoms))
        found[occupancy] = (analysis.status, analysis.reason)
    assert found == {0.3: (Status.NO_WELL, "no_anion_layer"), 0.5: (Status.OK, None)}


def test_nitrogen_molecules_are_no_mistake():
    cell = make_cell(5 * np.eye(3), [("N", (0, 0, 0)), ("N", (0.22, 0, 0))])
    assert find_wells(cell).status is Status.NO_WELL


def test_the_account_tells_every_step():
    steps = find_wells(cuprate_block(3.85, [3.2], 2.1, 5.0), explain=True).steps
    assert [s.name for s in steps][:5] == ["cell", "oxide_search", "plane_metal", "bridged_edges", "square_net"]
    assert steps[-1].data["height_angstrom"] == pytest.approx(3.7)


def test_empty_cell():
    assert find_wells(make_cell(4 * np.eye(3), [])).reason == "no_plane_metal"
