"""Small CIFs: one to bend, and one made of sites, operations and a cell."""

from polyqw.io.cif.read import read_cif
from polyqw.io.read_options import ReadOptions

PEROVSKITE = """data_test
_cell_length_a 3.9
_cell_length_b 3.9
_cell_length_c 3.9
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_chemical_formula_sum 'O3 Sr Ti'
loop_
_symmetry_equiv_pos_as_xyz
'x, y, z'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
Sr1 Sr 0.5 0.5 0.5 1
Ti1 Ti 0 0 0 1
O1 O 0.5 0 0 1
O2 O 0 0.5 0 1
O3 O 0 0 0.5 1
"""


def bent(*replacements: tuple[str, str]) -> bytes:
    """Return the perovskite with pieces of its text replaced; each piece must be there."""
    text = PEROVSKITE
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def cif(sites, operations=("x,y,z",), cell=(4.0, 5.0, 6.0, 90, 90, 90), **items):
    """Return a file with these lines of the atom loop; items without their leading underscore."""
    lines = ["data_x"]
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    lines += [f"_cell_{name} {value}" for name, value in zip(names, cell, strict=True)]
    lines += [f"_{name} '{value}'" for name, value in items.items()]
    if operations:
        lines += ["loop_", "_symmetry_equiv_pos_as_xyz", *(f"'{op}'" for op in operations)]
    lines += ["loop_", "_atom_site_label", "_atom_site_type_symbol"]
    lines += [f"_atom_site_fract_{x}" for x in "xyz"]
    return "\n".join([*lines, "_atom_site_occupancy", *sites, ""]).encode()


def read(data, reader, **limits):
    """Return what a file of one block gives."""
    (found,) = read_cif("x.cif", data, ReadOptions(reader, **limits))
    return found
