"""Formal charges: common oxidation states, the balance on the plane metal, and what is refused."""

import pytest

from polyqw.errors import UsageError
from polyqw.io.elements import SYMBOLS
from polyqw.theory.field import assign_charges
from polyqw.theory.field.charges import OXIDATION_STATES
from tests.core.crystals import make_cell, tetragonal
from tests.theory.field.crystals import ROCK_SALT, la2cuo4

LATTICE = [[4, 0, 0], [0, 4, 0], [0, 0, 8]]


def test_the_plane_metal_takes_the_balance():
    found = assign_charges(la2cuo4(), ["Cu"])
    assert found.by_element == {"Cu": 2.0, "La": 3.0, "O": -2.0}
    assert found.balanced_by == ("Cu",)
    assert found.of_sites.sum() == pytest.approx(0)


def test_shared_and_partly_empty_sites_count_by_their_occupancies():
    atoms = [
        ("Cu", (0, 0, 0)),
        ({"La": 0.9, "Sr": 0.1}, (0.5, 0.5, 0.5)),
        ({"O": 0.95}, (0.5, 0, 0)),
        ("O", (0, 0.5, 0)),
    ]
    found = assign_charges(make_cell(LATTICE, atoms), ["Cu"])
    assert found.by_element["Cu"] == pytest.approx(3.9 - 2.9)
    assert found.of_sites == pytest.approx([1.0, 2.9, -1.9, -2.0])


def test_charges_that_are_given_stand():
    found = assign_charges(la2cuo4(), ["Cu"], {"La": 2.5})
    assert found.by_element == {"Cu": 3.0, "La": 2.5, "O": -2.0}
    whole = assign_charges(la2cuo4(), ["Cu"], {"La": 2, "Cu": 4, "O": -2})
    assert whole.balanced_by == ()
    assert whole.by_element == {"Cu": 4.0, "La": 2.0, "O": -2.0}


def test_oxidation_states_without_oxygen():
    atoms = [
        ("Tl", (0, 0, 0)),
        ("Fe", (0.5, 0, 0.25)),
        ("Fe", (0, 0.5, 0.25)),
        ("Se", (0, 0, 0.4)),
        ("Se", (0.5, 0.5, 0.1)),
    ]
    assert assign_charges(make_cell(LATTICE, atoms), ["Fe"]).by_element["Tl"] == 1
    oxide = [("Tl", (0, 0, 0)), ("Tl", (0.5, 0.5, 0)), *[("O", (k / 3, 0, 0.5)) for k in range(3)]]
    assert assign_charges(make_cell(LATTICE, oxide)).by_element == {"O": -2.0, "Tl": 3.0}


def test_the_table_holds_elements_with_one_state_only():
    assert set(OXIDATION_STATES) < SYMBOLS
    assert OXIDATION_STATES["La"] == 3
    assert "H" not in OXIDATION_STATES


@pytest.mark.parametrize(
    ("cell", "metals", "given", "message"),
    [
        (la2cuo4(), ["Cu"], {"La": 3, "Cu": 1.9, "O": -2}, r"Cu \+1.9.* sum to -0.2 e"),
        (tetragonal(4, 4, [("Na", (0, 0, 0))]), [], None, r"sum to \+1 e"),
        (
            make_cell(LATTICE, [("Ni", (0, 0, 0)), ("La", (0.5, 0.5, 0))]),
            ["Ni"],
            None,
            r"sum to \+3 e.*would make Ni -3",
        ),
        (la2cuo4(), ["Cu"], {"Sr": 2}, "given for Sr"),
        (la2cuo4(), ["Cu"], {"La": float("nan")}, "finite"),
        (ROCK_SALT, [], {"Na": 0, "Cl": 0}, "all charges are zero"),
        (make_cell(LATTICE, [("H", (0, 0, 0)), ("O", (0.5, 0.5, 0))]), [], None, "oxidation state of H"),
    ],
)
def test_what_is_refused(cell, metals, given, message):
    with pytest.raises(UsageError, match=message):
        assign_charges(cell, metals, given)
