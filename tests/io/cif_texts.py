"""A small CIF to bend in tests."""

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
