"""Standard uncertainties as CIF files write them."""

import numpy as np
import pytest

from polyqw.io.ase import atoms_from_cell, cell_from_atoms
from polyqw.io.pymatgen import cell_from_structure, structure_from_cell
from polyqw.io.standard_uncertainty import parse_apart, parse_su
from tests import uncertain_cifs as cifs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1841(2)", 0.0002),
        ("0.1841(12)", 0.0012),
        (".1841(2)", 0.0002),
        ("-0.0356(3)", 0.0003),
        ("13.148(6)", 0.006),
        ("4.(1)", 1.0),
        ("4(1)", 1.0),
        ("90.5(1.2)", 1.2),
        ("1.841E-1(2)", 0.0002),
        ("0.1841", None),
        ("0.25(0)", None),
        ("0.25()", None),
        ("0.25(x)", None),
        ("?", None),
        ("", None),
        ("0.1(999999999999)", None),
        ("1e308(1)", 1e308),
        ("1e308(99)", None),
    ],
)
def test_su_in_parentheses(text, expected):
    assert parse_su(text) == (None if expected is None else pytest.approx(expected, rel=1e-12))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.0002", 0.0002),
        ("2e-4", 0.0002),
        ("0", None),
        ("?", None),
        ("-1", None),
        (None, None),
        ("1e308", 1e308),
        ("9e308", None),
    ],
)
def test_su_in_an_item_of_its_own(text, expected):
    assert parse_apart(text) == expected


def stated(data):
    free = cifs.record_of(data).cell.parameters
    return {name: float(su) for name, su in zip(free.names, free.su, strict=True) if not np.isnan(su)}


def test_items_of_their_own_equal_parentheses():
    expected = stated(cifs.ybco(c="11.683(12)", z="0.1839(4)"))
    assert expected == pytest.approx({"c": 0.012, "z of Ba1": 0.0004})
    text = cifs.ybco().decode()
    text = text.replace("_cell_length_c 11.683", "_cell_length_c 11.683\n_cell_length_c_su 0.012")
    text = text.replace("_atom_site_fract_z", "_atom_site_fract_z\n_atom_site_fract_z_esd")
    head, rows = text.split("_atom_site_fract_z_esd\n")
    rows = [row + (" 0.0004" if row.startswith("Ba1") else " ?") for row in rows.splitlines()]
    assert stated((head + "_atom_site_fract_z_esd\n" + "\n".join(rows)).encode()) == pytest.approx(expected)


def with_su_items(data, items):
    """Return a CIF with items of su for the z of its sites, in the order of its rows."""
    head, rows = data.decode().split("_atom_site_fract_z\n")
    texts = [f"{row} {item}" for row, item in zip(rows.splitlines(), items, strict=True)]
    return "\n".join([f"{head}_atom_site_fract_z\n_atom_site_fract_z_su", *texts]).encode()


def test_parentheses_go_before_an_item_of_its_own():
    """A file that states both has rounded one of them; the digits beside the value belong to it."""
    data = with_su_items(cifs.ybco(z="0.1839(4)"), ["?", "0.0009", "?", "0.0007", *["?"] * 4])
    assert stated(data) == pytest.approx({"z of Ba1": 0.0004, "z of Cu2": 0.0007})


@pytest.mark.parametrize(
    ("data", "names"),
    [(cifs.ybco(), None), (cifs.ybco(c="11.683(12)"), {"c"}), (cifs.ybco(z="0.1839(4)"), {"z of Ba1"})],
    ids=["none", "of the cell alone", "of a site alone"],
)
def test_one_su_anywhere_is_enough_for_free_parameters(data, names):
    parameters = cifs.record_of(data).cell.parameters
    assert (parameters and set(stated(data))) == names


@pytest.mark.parametrize(("offset", "su"), [(0.00005, [0.0009]), (0.0002, [0.0004, 0.0009])])
def test_atoms_that_share_a_place_have_the_larger_su(offset, su):
    """Ba and Sr on one site are one coordinate; at 0.0002 of the edge, 0.002 Å, they are two."""
    rows = [f"Ba1 0.5 0.5 0.1839(9)@Sr1 0.5 0.5 {0.1839 + offset:.5f}(40)", "Y1 0.5 0.5 0.5", "Cu1 0 0 0"]
    text = cifs.cif(("3.82", "3.885", "11.683", "90", "90", "90"), cifs.MMM, [*rows, "Cu2 0 0 0.355"]).decode()
    text = text.replace("_atom_site_fract_z\n", "_atom_site_fract_z\n_atom_site_occupancy\n")
    lines = [
        line
        if line[:2] not in {"Ba", "Y1", "Cu"}
        else line.replace("@", " 0.5\n") + (" 0.5" if "@" in line else " 1")
        for line in text.splitlines()
    ]
    found = stated("\n".join(lines).encode())
    assert sorted(found.values()) == pytest.approx(su)


def test_operations_by_name_tie_as_listed_ones_do():
    listed = cifs.la2cuo4("5.350(1)", "13.148(6)", "5.398(3)", "0.36111(4)", "0.0069(1)")
    text = listed.decode()
    start, end = text.index("loop_\n_space_group_symop"), text.index("loop_\n_atom_site")
    named = text[:start] + "_space_group_IT_number 64\n_space_group_name_H-M_alt 'C m c a'\n" + text[end:]
    assert stated(named.encode()) == stated(listed)
    assert cifs.su_by_phase(named.encode()) == pytest.approx(cifs.su_by_phase(listed))


def test_rows_merged_into_one_site_keep_their_su():
    free = cifs.record_of(cifs.lafeaso(z_as="0.6512(2)")).cell.parameters
    k = free.names.index("z of As1")
    assert sorted(free.shift[free.owner == k].tolist()) == [[0, 0, -1], [0, 0, 1]]


def test_objects_of_other_programs_have_no_su():
    cell = cifs.record_of(cifs.lafeaso(z_as="0.6512(2)")).cell
    assert cell.parameters is not None
    assert cell_from_structure(structure_from_cell(cell)).parameters is None
    assert cell_from_atoms(atoms_from_cell(cell)).parameters is None
