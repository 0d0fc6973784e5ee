"""Which parameters symmetry leaves free, and what moves with each."""

from itertools import permutations, product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from polyqw.core.free_parameters import ListedSite, free_parameters, independent_directions

HEXAGONAL = [np.linalg.matrix_power(np.array([[1, -1, 0], [1, 0, 0], [0, 0, 1]]), k) for k in range(6)]
TETRAGONAL = [np.linalg.matrix_power(np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]]), k) for k in range(4)]
CUBIC = [np.diag(s) @ np.eye(3)[list(p)] for p in permutations(range(3)) for s in product((1, -1), repeat=3)]
THREEFOLD = [np.eye(3)[list(p)] for p in ((0, 1, 2), (1, 2, 0), (2, 0, 1))]
MONOCLINIC = [np.eye(3), np.diag([-1, 1, -1])]
MIRROR = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])


def lattice(a, b, c, alpha=90.0, beta=90.0, gamma=90.0):
    ca, cb, cg = np.cos(np.radians([alpha, beta, gamma]))
    metric = np.array(
        [[a * a, a * b * cg, a * c * cb], [a * b * cg, b * b, b * c * ca], [a * c * cb, b * c * ca, c * c]]
    )
    return np.linalg.cholesky(metric)


def cell_numbers(rows):
    edges = np.linalg.norm(rows, axis=1)
    cosines = [rows[i] @ rows[j] / (edges[i] * edges[j]) for i, j in ((1, 2), (0, 2), (0, 1))]
    return np.array([*edges, *np.degrees(np.arccos(cosines))])


def parameters(rows, rotations, cell_su=(None,) * 6, frac=(0, 0, 0), su=(None, None, None)):
    listed = [ListedSite("A", frac, su)]
    rotations = np.array(rotations, dtype=float)
    return free_parameters(
        rows, np.array([frac], float), listed, np.array([0]), cell_su, rotations, np.zeros((len(rotations), 3))
    )


@pytest.mark.parametrize(
    ("rows", "rotations", "expected"),
    [
        (lattice(3, 4, 5, 80, 85, 95), [np.eye(3)], {n: {n: 1} for n in ("a", "b", "c", "alpha", "beta", "gamma")}),
        (lattice(3, 4, 5, beta=100), MONOCLINIC, {n: {n: 1} for n in ("a", "b", "c", "beta")}),
        (lattice(4, 4, 9), TETRAGONAL, {"a": {"a": 1, "b": 1}, "c": {"c": 1}}),
        (lattice(4, 4, 9, gamma=120), HEXAGONAL, {"a": {"a": 1, "b": 1}, "c": {"c": 1}}),
        (lattice(4, 4, 4), CUBIC, {"a": {"a": 1, "b": 1, "c": 1}}),
        (
            lattice(4, 4, 4, 70, 70, 70),
            THREEFOLD,
            {"a": {"a": 1, "b": 1, "c": 1}, "alpha": {"alpha": 1, "beta": 1, "gamma": 1}},
        ),
    ],
    ids=["triclinic", "monoclinic", "tetragonal", "hexagonal", "cubic", "rhombohedral"],
)
def test_cell_parameters_move_as_the_system_wants(rows, rotations, expected):
    free = parameters(rows, rotations)
    names = ("a", "b", "c", "alpha", "beta", "gamma")
    found = {}
    for name, strain in zip(free.names, free.strain, strict=True):
        if strain.any():
            step = 1e-5
            change = (cell_numbers(rows @ (np.eye(3) + step * strain)) - cell_numbers(rows)) / step
            found[name] = {n: x for n, x in zip(names, change, strict=True) if abs(x) > 1e-3}
    assert found.keys() == expected.keys()
    for name, moved in expected.items():
        assert found[name] == pytest.approx(moved, abs=1e-3)


def coordinates(free):
    return {
        name: (free.su[k], free.shift[free.owner == k][0].tolist())
        for k, name in enumerate(free.names)
        if " of " in name
    }


def test_coupled_coordinates_are_one_parameter():
    """On (x, x, z) an su printed twice counts once, and moves x and y by all of it."""
    free = parameters(lattice(4, 4, 9), [np.eye(3), MIRROR], frac=(0.2, 0.2, 0.1), su=(0.002, 0.002, 0.001))
    found = coordinates(free)
    assert found.keys() == {"x of A", "z of A"}
    assert found["x of A"] == (0.002, pytest.approx([1, 1, 0]))
    assert found["z of A"] == (0.001, pytest.approx([0, 0, 1]))


@pytest.mark.parametrize(
    ("su", "name", "shift"),
    [((0.001, 0.002, None), "x of A", [1, 2, 0]), ((None, 0.002, None), "y of A", [0.5, 1, 0])],
)
def test_hexagonal_x_2x_z(su, name, shift):
    """The mirror (x, y, z) -> (y - x, y, z) keeps (x, 2x, z)."""
    mirror = np.array([[-1, 1, 0], [0, 1, 0], [0, 0, 1]])
    free = parameters(lattice(4, 4, 9, gamma=120), [np.eye(3), mirror], frac=(0.17, 0.34, 0.1), su=su)
    value, found = coordinates(free)[name]
    assert value == (su[0] or su[1])
    assert found == pytest.approx(shift)


def test_fixed_coordinates_have_no_parameter():
    free = parameters(lattice(4, 4, 4), CUBIC, frac=(0.5, 0.5, 0.5), su=(0.001, 0.001, 0.001))
    assert coordinates(free) == {}
    free = parameters(lattice(4, 4, 9), TETRAGONAL, frac=(0.5, 0.5, 0.2), su=(None, None, None))
    assert list(coordinates(free)) == ["z of A"]
    assert np.isnan(free.su[-1])


def test_images_follow_their_operation():
    turn = np.array([[0, -1, 0], [1, 0, 0], [0, 0, 1]], dtype=float)
    frac = np.array([[0.1, 0.2, 0.3], [-0.2, 0.1, 0.3], [-0.1, -0.2, 1.3]])
    rotations = np.array([np.linalg.matrix_power(turn, k) for k in range(4)])
    listed = [ListedSite("A", (0.1, 0.2, 0.3), (0.001, None, None))]
    free = free_parameters(lattice(4, 4, 9), frac, listed, np.zeros(3, int), (None,) * 6, rotations, np.zeros((4, 3)))
    k = free.names.index("x of A")
    assert_allclose(free.shift[free.owner == k], [[1, 0, 0], [0, 1, 0], [-1, 0, 0]], atol=1e-12)
    assert free.site[free.owner == k].tolist() == [0, 1, 2]
    assert (np.diff(free.owner) >= 0).all()


def test_a_small_component_is_no_pivot():
    """A component that hardly moves would turn its su into a huge one of the rest."""
    direction = np.array([1e-3, 1.0, 1.0])
    projector = np.outer(direction, direction) / (direction @ direction)
    ((pivot, vector),) = independent_directions(projector, [True, False, False])
    assert pivot == 1
    assert vector == pytest.approx([1e-3, 1, 1])


def test_generators_alone_tie_as_the_group_does():
    found = parameters(lattice(4, 4, 9), TETRAGONAL[:2], frac=(0.5, 0.5, 0.2))
    assert found.names == ("a", "c", "z of A")
    whole = parameters(lattice(4, 4, 9), TETRAGONAL, frac=(0.5, 0.5, 0.2))
    assert_allclose(found.strain, whole.strain, atol=1e-9)


def test_what_is_no_symmetry_ties_nothing():
    nonsense = [np.eye(3), np.diag([2.0, 1, 1]), np.array([[1.0, 1, 0], [0, 1, 0], [0, 0, 1]])]
    free = parameters(lattice(4, 5, 9), nonsense, frac=(0, 0, 0))
    assert free.names == ("a", "b", "c", "alpha", "beta", "gamma", "x of A", "y of A", "z of A")
    assert np.isfinite(free.strain).all()
