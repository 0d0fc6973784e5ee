"""Symmetry as files state it: each symbol in its own setting, and what does not fit together is refused."""

import numpy as np
import pytest
import spglib
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from polyqw.io.cif.operations import make_operations
from polyqw.io.cif.read import BlockError
from polyqw.io.cif.space_group import find_space_group, quiet_spglib
from polyqw.io.cif.space_group_symbols import settings_of_symbol
from polyqw.io.read_options import Reader
from tests.io.cif_texts import cif, read

CUBE = (4.0, 4.0, 4.0, 90, 90, 90)
BRICK = (9.0, 10.0, 11.0, 90, 90, 90)
PILLAR = (3.7734, 3.7734, 5.5258, 90, 90, 90)
HEXAGONAL = (9.0, 9.0, 11.0, 90, 90, 120)
RHOMBOHEDRAL = (9.0, 9.0, 9.0, 80, 80, 80)
GENERAL = np.array([[0.113, 0.067, 0.241], [0.283, 0.171, 0.059]])
SITES = [f"{element}1 {element} {x} {y} {z} 1" for element, (x, y, z) in zip(("Cu", "Ni"), GENERAL, strict=True)]
NAME = "symmetry_space_group_name_H-M"
NUMBER = "space_group_IT_number"


def of_hall(hall):
    """Return what spglib says of one of its 530 settings: its symbols and its operations."""
    with quiet_spglib():
        return spglib.get_spacegroup_type(hall), spglib.get_symmetry_from_database(hall)


def symbol_of(kind):
    """Return the full symbol of one of spglib's 530 settings, with the choice that it needs."""
    symbol = kind.international.split("=")[:2][-1].replace("_", "").strip()
    return f"{symbol}:{kind.choice[0]}" if kind.choice[:1] in ("1", "2", "H", "R") else symbol


def cell_that_fits(rotations):
    """Return edges and angles of a cell which all rotations leave as it is: the mean of what they make of one."""
    edges = np.array([[11.0, 0, 0], [-1.3, 12.1, 0], [-1.7, -0.9, 13.3]])
    metric = np.mean([r.T @ edges @ edges.T @ r for r in rotations], axis=0)
    a, b, c = lengths = np.sqrt(np.diag(metric))
    cosines = metric[1, 2] / (b * c), metric[0, 2] / (a * c), metric[0, 1] / (a * b)
    return (*lengths, *np.degrees(np.arccos(cosines)))


def numbered(texts):
    """Return operations in twenty-fourths, in any order."""
    made = make_operations(texts)
    return {
        (*rotation, *shift)
        for rotation, shift in zip(
            made.rotations.reshape(-1, 9).tolist(), (np.rint(24 * made.shifts).astype(int) % 24).tolist(), strict=True
        )
    }


def test_each_of_the_530_settings_has_the_operations_that_spglib_has():
    wrong = []
    for hall in range(1, 531):
        kind, operations = of_hall(hall)
        shifts = np.rint(24 * operations["translations"]).astype(int) % 24
        expected = {
            (*r, *t) for r, t in zip(operations["rotations"].reshape(-1, 9).tolist(), shifts.tolist(), strict=True)
        }
        found = settings_of_symbol(symbol_of(kind))
        if "e" in symbol_of(kind) and kind.number in (67, 68):  # two settings have one symbol with the new glide e
            found = [s for s in found if numbered(s.operations) == expected]
        if [(s.number, numbered(s.operations)) for s in found] != [(kind.number, expected)]:
            wrong.append((hall, symbol_of(kind), [s.symbol for s in found]))
    assert wrong == []


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 530))
def test_a_setting_by_symbol_has_the_space_group_that_spglib_finds(hall):
    kind, operations = of_hall(hall)
    assume(
        "e" not in symbol_of(kind) or kind.number not in (67, 68)
    )  # two settings have one symbol, so it is refused
    data = cif(SITES, (), cell_that_fits(operations["rotations"]), **{NAME: symbol_of(kind)})
    quick, slow = read(data, Reader.GEMMI), read(data, Reader.PYMATGEN)
    assert quick.structure_sha256 == slow.structure_sha256
    assert find_space_group(slow.cell, 1e-3).number == kind.number


@pytest.mark.parametrize("reader", list(Reader))
@pytest.mark.parametrize(
    ("symbol", "cell", "number", "n_images"),
    [
        ("B m a b", BRICK, 64, 16),
        ("Bmab", BRICK, 64, 16),
        ("B M A B", BRICK, 64, 16),
        ("A m m a", BRICK, 63, 16),
        ("C m c e", BRICK, 64, 16),
        ("P b n m", BRICK, 62, 8),
        ("P 1 1 21/b", (9.0, 10.0, 11.0, 90, 90, 97), 14, 4),
        ("P 21/b", (9.0, 10.0, 11.0, 90, 90, 97), 14, 4),
        ("P 21/c", (9.0, 10.0, 11.0, 90, 97, 90), 14, 4),
        ("I 1 2/c 1", (9.0, 10.0, 11.0, 90, 97, 90), 15, 8),
        ("F 4/m m m", (9.0, 9.0, 11.0, 90, 90, 90), 139, 32 * 2),
        ("C 4/m c c", (9.0, 9.0, 11.0, 90, 90, 90), 124, 16 * 2),
        ("C 42/m c m", (9.0, 9.0, 11.0, 90, 90, 90), 131, 16 * 2),
        ("I 4/m 2/m 2/m", (9.0, 9.0, 11.0, 90, 90, 90), 139, 32),
        ("P 6_3/m m c", HEXAGONAL, 194, 24),
        ("F m 3 m", (12.0, 12.0, 12.0, 90, 90, 90), 225, 192),
        ("R -3 m", HEXAGONAL, 166, 36),
        ("R -3 m", RHOMBOHEDRAL, 166, 12),
        ("R -3 m H", HEXAGONAL, 166, 36),
    ],
)
def test_a_symbol_that_people_write(symbol, cell, number, n_images, reader):
    found = read(cif(SITES, (), cell, **{NAME: symbol}), reader)
    assert not isinstance(found, BlockError), found.message
    assert len(found.cell.sites) == 2 * n_images
    assert find_space_group(found.cell, 1e-3).number == number
    assert any("no operations are listed, those of" in warning for warning in found.warnings)


@pytest.mark.parametrize("reader", [Reader.AUTO, Reader.PYMATGEN])
@pytest.mark.parametrize(
    ("items", "cell", "reason"),
    [
        ({NAME: "Q 9"}, BRICK, "unknown_space_group"),
        ({NAME: "P n m a b"}, BRICK, "unknown_space_group"),
        ({NAME: "P_c 4/n n m"}, PILLAR, "unknown_space_group"),
        ({NAME: "P 4'/m m' m"}, PILLAR, "unknown_space_group"),
        ({NAME: "Q 9", NUMBER: "62"}, BRICK, "unknown_space_group"),
        ({NUMBER: "231"}, BRICK, "unknown_space_group"),
        ({"space_group_magn.name_BNS": "P_c 4/n n m"}, PILLAR, "unknown_space_group"),
        ({"space_group_magn.number_OG": "123.9.1007"}, PILLAR, "unknown_space_group"),
        ({"parent_space_group.name_H-M_alt": "P 4/m m m"}, PILLAR, "unknown_space_group"),
        ({NAME: "P n m a", NUMBER: "63"}, BRICK, "space_group_conflict"),
        ({NAME: "P n m a", "space_group_name_H-M_alt": "P b n m"}, BRICK, "space_group_conflict"),
        ({NAME: "P n m a", "space_group_name_Hall": "-P 2c 2ab"}, BRICK, "space_group_conflict"),
        ({NAME: "P 4/m m m"}, BRICK, "symmetry_metric"),
        ({NUMBER: "194"}, BRICK, "symmetry_metric"),
        ({NAME: "P 1 21/c 1"}, (9.0, 10.0, 11.0, 90, 90, 97), "symmetry_metric"),
        ({NAME: "R -3 m"}, (*CUBE[:3], 90, 90, 95), "symmetry_metric"),
    ],
)
def test_a_space_group_that_cannot_be_placed(items, cell, reason, reader):
    found = read(cif(SITES, (), cell, **items), reader)
    assert isinstance(found, BlockError), found.warnings
    assert found.reason == reason
    assert found.message.startswith("x.cif: ")


def test_a_hall_symbol_says_all():
    found = read(cif(SITES, (), BRICK, space_group_name_Hall="-B 2ab 2"), Reader.AUTO)
    assert find_space_group(found.cell, 1e-3).number == 64
    chosen = read(
        cif(["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2668 1"], (), PILLAR, **{
            NAME: "P 4/n m m", "space_group_name_Hall": "P 4ab 2ab -1ab"}),
        Reader.AUTO,
    )  # fmt: skip
    assert chosen.cell.composition == {"Fe": 2, "Se": 2}
    assert not any("leaves the origin open" in warning for warning in chosen.warnings)


@pytest.mark.parametrize(
    ("sites", "choice"),
    [
        (["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2668 1"], 1),
        (["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2668 1"], 2),
    ],
)
@pytest.mark.parametrize("reader", list(Reader))
@pytest.mark.parametrize("stated", [{NAME: "P 4/n m m"}, {NUMBER: "129"}, {NAME: "P 4/n m m Z"}])
def test_the_origin_with_plausible_contacts(sites, choice, reader, stated):
    """FeSe by symbol or number alone: in the other origin iron stands 1.89 Å from iron."""
    found = read(cif(sites, (), PILLAR, **stated), reader)
    assert found.cell.composition == {"Fe": 2.0, "Se": 2.0}
    assert any(f"choice {choice} alone has plausible contacts" in warning for warning in found.warnings)


@pytest.mark.parametrize("reader", list(Reader))
def test_two_origins_that_are_both_plausible_are_refused(reader):
    found = read(cif(["Cu1 Cu 0.13 0.85 0.76 1"], (), (20, 20, 20, 90, 90, 90), **{NAME: "P 4/n m m"}), reader)
    assert found.reason == "ambiguous_origin"
    assert "P 4/n m m:1" in found.message


FOURFOLD = ("x,y,z", "-x,-y,z", "-y,x,z", "y,-x,z")


@pytest.mark.parametrize("reader", list(Reader))
@pytest.mark.parametrize(
    ("operations", "cell", "reason", "text"),
    [
        (FOURFOLD, BRICK, "symmetry_metric", "-y,x,z"),
        (FOURFOLD, (3.82, 3.89, 11.7, 90, 90, 90), "symmetry_metric", "-y,x,z"),
        (("x,y,z", "-x,-y,z"), (4, 4, 4, 90, 80, 90), "symmetry_metric", "-x,-y,z"),
        (("x,y,z", "-y,x-y,z", "-x+y,-x,z"), CUBE, "symmetry_metric", "-y,x-y,z"),
        (("x,y,z", "x,y,-1.2z"), BRICK, "bad_operation", "whole number"),
        (("x,y,z", "x,y,-0.999z"), BRICK, "bad_operation", "whole number"),
        (("x,y,z", "2x,y,z"), BRICK, "bad_operation", "cannot be undone"),
        (("x,y,z", "x+100000000000000000+1/3,y,z"), BRICK, "bad_operation", "fraction"),
        (("x,y,z", "x,y,1e17+z"), BRICK, "bad_operation", "not a symmetry operation"),
    ],
)
def test_operations_that_do_not_belong_to_the_cell(operations, cell, reason, text, reader):
    found = read(cif(["Cu1 Cu 0.1 0.2 0.3 1"], operations, cell), reader)
    assert isinstance(found, BlockError), found.warnings
    assert found.reason == reason
    assert text in found.message


@pytest.mark.parametrize("reader", list(Reader))
def test_operations_that_do_not_belong_to_the_cell_but_add_no_atoms_are_left_out(reader):
    """Relaxed cells come a little off the symmetry that their files list; a lone atom does not mind."""
    found = read(cif(["Sb1 Sb 0.5 0.5 0 1"], FOURFOLD, (3.09, 3.19, 3.12, 90, 90, 90)), reader)
    assert len(found.cell.sites) == 1
    assert any("2 of 4 operations do not fit the cell" in warning for warning in found.warnings)


def test_a_cell_slightly_off_its_symmetry_is_read_with_a_warning():
    found = read(cif(["Sb1 Sb 0.1 0.5 0 1"], FOURFOLD, (3.80, 3.81, 5.0, 90, 90, 90)), Reader.AUTO)
    assert len(found.cell.sites) == 4
    assert any("the cell is 0.3 % off" in warning for warning in found.warnings)


def test_rounding_of_a_cell_gives_no_warning():
    found = read(cif(["Sb1 Sb 0.1 0.5 0 1"], FOURFOLD, (3.800, 3.801, 5.0, 90, 90.005, 90)), Reader.AUTO)
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("items", "warns"),
    [
        ({NAME: "P 4"}, False),
        ({NAME: "P 4", NUMBER: "75"}, False),
        ({NAME: "P -4"}, True),
        ({NUMBER: "81"}, True),
        ({NAME: "P 4", NUMBER: "81"}, True),
        ({NAME: "P 4 2 2"}, True),
        ({NAME: "in house setting"}, False),
    ],
)
def test_operations_win_over_another_name_of_the_same_order(items, warns):
    found = read(cif(["Cu1 Cu 0.1 0.2 0.3 1"], FOURFOLD, (9, 9, 11, 90, 90, 90), **items), Reader.AUTO)
    assert len(found.cell.sites) == 4
    assert any("operations were used" in warning for warning in found.warnings) is warns


def test_two_lists_of_operations_that_differ():
    data = cif(["Cu1 Cu 0.1 0.2 0.3 1"], FOURFOLD, (9, 9, 11, 90, 90, 90)).decode()
    other = "loop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'-x,-y,z'\n"
    found = read(data.replace("loop_\n_atom", other + "loop_\n_atom").encode(), Reader.AUTO)
    assert found.reason == "duplicate_item"
