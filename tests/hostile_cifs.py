"""Files as strangers send them: CaCuO2 written in every odd way, and what must be refused.

The plane is repeated at c, and so are the apices of its wells: h = c.
"""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO
from typing import NamedTuple

HEIGHT = 3.19
"""Height of the well of the cell below [Å]: its edge c."""

CELL = """_cell_length_a 3.853
_cell_length_b 3.853
_cell_length_c 3.19
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
"""
FORMULA = "_chemical_formula_sum 'Ca Cu O2'\n_cell_formula_units_Z 1\n"
OPERATIONS = """loop_
_symmetry_equiv_pos_as_xyz
x,y,z
-x,-y,z
-y,x,z
y,-x,z
"""
ATOMS_HEAD = """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
_atom_site_occupancy
"""
CA, CU, O = "Ca1 Ca 0.5 0.5 0.5 1\n", "Cu1 Cu 0 0 0 1\n", "O1 O 0.5 0 0 1\n"  # noqa: E741 - an element
ATOMS = ATOMS_HEAD + CA + CU + O
CIF = "data_cacuo2\n" + FORMULA + CELL + OPERATIONS + ATOMS

FESE = """data_fese
_chemical_formula_sum 'Fe Se'
_cell_formula_units_Z 2
_cell_length_a 3.7734
_cell_length_b 3.7734
_cell_length_c 5.5258
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P 4/n m m'
"""


class Readable(NamedTuple):
    """A file that must be read.

    Parameters
    ----------
    data : bytes
    warning : str
        Part of a warning that must be given; empty where nothing is mended.
    height : float
        Height of each alpha well [Å].
    n_structures : int
    """

    data: bytes
    warning: str = ""
    height: float = HEIGHT
    n_structures: int = 1


def bent(*replacements: tuple[str, str], text: str = CIF) -> bytes:
    """Return the plain file with pieces of its text replaced; each piece must be there."""
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()


def magnetic() -> bytes:
    """Return the cell doubled along c, with an operation that shifts by half and reverses time."""
    operations = "loop_\n_space_group_symop_magn_operation.xyz\n" + "".join(
        f"{op},+1\n" for op in ("x,y,z", "-x,-y,z", "-y,x,z", "y,-x,z")
    )
    centring = "loop_\n_space_group_symop_magn_centering.xyz\nx,y,z,+1\nx,y,z+1/2,-1\n"
    return bent(
        (OPERATIONS, operations + centring), ("c 3.19", "c 6.38"), ("0.5 0.5 0.5", "0.5 0.5 0.25"), ("_Z 1", "_Z 2")
    )


HEXAGONAL = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n-y,x-y,z\n-x+y,-x,z\n"


def lifeas_like(third: str) -> bytes:
    """Return a hexagonal cell without wells in which atoms stand at thirds."""
    return (
        "data_hexagonal\n_chemical_formula_sum 'Mg B2'\n_cell_formula_units_Z 1\n_cell_length_a 3.085\n"
        "_cell_length_b 3.085\n_cell_length_c 3.523\n_cell_angle_alpha 90\n_cell_angle_beta 90\n"
        "_cell_angle_gamma 120\n" + HEXAGONAL + ATOMS_HEAD + "Mg1 Mg 0 0 0 1\n"
        f"B1 B {third} 0.5 1\nB2 B {' '.join(reversed(third.split()))} 0.5 1\n"
    ).encode()


READABLE: dict[str, Readable] = {
    "plain": Readable(CIF.encode()),
    "utf8_mark": Readable(b"\xef\xbb\xbf" + CIF.encode()),
    "latin1": Readable(("# Müller\n" + CIF).encode("latin-1"), "Latin-1"),
    "cr_line_ends": Readable(CIF.replace("\n", "\r").encode()),
    "crlf_line_ends": Readable(CIF.replace("\n", "\r\n").encode()),
    "text_before_data": Readable(b"\n****\n* FIZ Karlsruhe 'loop_ _odd it's\n****\n" + CIF.encode()),
    "cif2": Readable(b"#\\#CIF_2.0\n" + CIF.encode()),
    "unterminated_text": Readable(CIF.encode() + b"_publ_text\n;\nand then it was cut", "no end"),
    "global_block": Readable(b"data_global\n_journal_year 1988\n" + CIF.encode()),
    "empty_block": Readable(b"data_\n" + CIF.encode()),
    "two_blocks_of_one_name": Readable((CIF + CIF.replace("3.19", "3.29")).encode(), n_structures=2),
    "no_symmetry": Readable(
        bent((OPERATIONS, ""), (O, O + "O2 O 0 0.5 0 1\n")), "none is stated"
    ),
    "name_only": Readable(
        bent((OPERATIONS, "_symmetry_space_group_name_H-M 'P 4/m m m'\n")), "those of P 4/m m m were used"
    ),
    "number_only": Readable(bent((OPERATIONS, "_space_group_IT_number 123\n")), "standard setting"),
    "name_against_operations": Readable(
        bent((OPERATIONS, "_space_group_IT_number 62\n_symmetry_space_group_name_H-M 'P n m a'\n" + OPERATIONS),
             ("y,-x,z\n", "y,-x,z\n")),
        "operations were used",
    ),
    "fese_origin_1": Readable(
        (FESE + ATOMS_HEAD + "Fe1 Fe 0 0 0 1\nSe1 Se 0 0.5 0.2672 1\n").encode(), "leaves the origin open",
        2 * 0.2672 * 5.5258,
    ),
    "fese_origin_2": Readable(
        (FESE + ATOMS_HEAD + "Fe1 Fe 0.75 0.25 0 1\nSe1 Se 0.25 0.25 0.2672 1\n").encode(), "leaves the origin open",
        2 * 0.2672 * 5.5258,
    ),
    "odd_denominators": Readable(
        bent((OPERATIONS, OPERATIONS + "x,y,z+1/7\nx,y,z+2/7\nx,y,z+3/7\nx,y,z+4/7\nx,y,z+5/7\nx,y,z+6/7\n"
              + "".join(f"{op}+{k}/7\n" for op in ("-x,-y,z", "-y,x,z", "y,-x,z") for k in range(1, 7))),
             ("c 3.19", "c 22.33"), ("0.5 0.5 0.5 1", "0.5 0.5 1/14 1"), ("_Z 1", "_Z 7")),
    ),
    "fractions_and_su": Readable(
        bent(("3.853\n_cell_length_b", "3.853(2)\n_cell_length_b"), ("0.5 0.5 0.5 1", "1/2 0.500(3) .5 1.00(2)")),
    ),
    "upper_case_labels": Readable(
        bent(("_atom_site_type_symbol\n", ""), ("Ca1 Ca", "CA1"), ("Cu1 Cu", "CU1"), ("O1 O", "O1")),
    ),
    "charged_symbols": Readable(bent(("Ca1 Ca", "Ca1 Ca2+"), ("Cu1 Cu", "Cu1 CU+2"), ("O1 O", "O1 O2-"))),
    "mixed_site": Readable(
        bent((CA, "Ca1 Ca 0.5 0.5 0.5 0.86\nSr1 Sr 0.5 0.5 0.5 0.14\n"), ("Ca Cu O2", "Ca0.86 Cu O2 Sr0.14")),
    ),
    "split_site": Readable(
        bent((CA, "Ca1 Ca 0.5 0.5 0.48 0.5\nCa2 Ca 0.5 0.5 0.52 0.5\n")),
    ),
    "vacancy_pseudo_site": Readable(bent((CA, "Va1 Va 0.5 0.5 0.5 0.1\nCa1 Ca 0.5 0.5 0.5 0.9\n"),
                                         ("Ca Cu O2", "Ca0.9 Cu O2")), "Va1"),
    "exact_duplicates": Readable(bent((CU, CU + CU)), "repeated"),
    "magnetic": Readable(magnetic(), "time reversal"),
    "modulated": Readable(
        bent((OPERATIONS, "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n"),
             (O, O + "O2 O 0 0.5 0 1\n")),
        "average",
    ),
    "without_coordinates": Readable(bent((O, O + "H1 H ? ? ? 1\n")), "H1"),
    "setting_by_symbol": Readable(
        bent((OPERATIONS, "_symmetry_space_group_name_H-M 'C 4/m m m'\n"), ("3.853", "5.449"),
             ("0.5 0.5 0.5 1", "0.5 0 0.5 1"), ("O1 O 0.5 0 0 1", "O1 O 0.25 0.25 0 1"), ("_Z 1", "_Z 2")),
        "those of C 4/m m m were used",
    ),
    "monoclinic_by_symbol": Readable(
        bent((OPERATIONS, "_symmetry_space_group_name_H-M 'P 1 1 2/m'\n"), (O, O + "O2 O 0 0.5 0 1\n")),
        "those of P 1 1 2/m were used",
    ),
    "hall_only": Readable(bent((OPERATIONS, "_space_group_name_Hall '-P 4 2'\n")), "those of -P 4 2 were used"),
    "fese_without_formula": Readable(
        (FESE.replace("_chemical_formula_sum 'Fe Se'\n", "") + ATOMS_HEAD
         + "Fe1 Fe 0.75 0.25 0 1\nSe1 Se 0.25 0.25 0.2672 1\n").encode(),
        "alone has plausible contacts",
        2 * 0.2672 * 5.5258,
    ),
    "rhenium_by_formula": Readable(
        bent((CA, "RE1 RE 0.5 0.5 0.5 0.1\nCa1 Ca 0.5 0.5 0.5 0.9\n"), ("Ca Cu O2", "Ca0.9 Cu O2 Re0.1")),
    ),
    "cell_a_little_off": Readable(bent(("b 3.853", "b 3.865")), "0.3 % off"),
    "hydrogen_not_located": Readable(bent(("Ca Cu O2", "Ca Cu O2 H2")), "formula:"),
    "other_formula": Readable(bent(("Ca Cu O2", "Ca Cu2 O3")), "formula:"),
}  # fmt: skip

THIRDS = lifeas_like("0.333 0.667")
"""Thirds written with three digits; the cell holds MgB2 and not Mg B6."""

OPERATIONS_193 = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "".join(f"x+{k}/997,y,z\n" for k in range(193))
MANY_ATOMS = "".join(
    f"N{k} Cu {0.01 + 0.48 * (k % 72) / 72:.5f} {0.01 + 0.48 * (k // 72) / 72:.5f} 0 1\n" for k in range(5001)
)
"""Four images of each are more than 20,000 atoms."""

REFUSED: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "empty"),
    "blank": (b"\n \r\n", "empty"),
    "binary": (bytes(range(256)) * 4, "binary"),
    "utf16": (CIF.encode("utf-16"), "utf16"),
    "prose": (b"Dear colleague, please find attached", "not_cif"),
    "no_data": (CIF.removeprefix("data_cacuo2\n").encode(), "not_cif"),
    "dictionary": (b"data_cif_core.dic\nsave_cell\n_name x\nsave_\n", "dictionary"),
    "mmcif": (b"data_1ABC\n_cell.length_a 3\nloop_\n_atom_site.Cartn_x\n1.0\n2.0\n", "mmcif"),
    "reflections": (b"data_x\nloop_\n_refln_index_h\n1\n2\n", "reflections_only"),
    "missing_cell": (bent(("_cell_length_c 3.19\n", "")), "bad_cell"),
    "unknown_cell": (bent(("c 3.19", "c ?")), "bad_cell"),
    "nan_cell": (bent(("c 3.19", "c NaN")), "bad_cell"),
    "negative_cell": (bent(("c 3.19", "c -3.19")), "bad_cell"),
    "zero_cell": (bent(("c 3.19", "c 0")), "bad_cell"),
    "degenerate_cell": (bent(("gamma 90", "gamma 180")), "bad_cell"),
    "flat_cell": (bent(("gamma 90", "gamma 1")), "bad_cell"),
    "tiny_cell": (bent(("c 3.19", "c 0.02")), "bad_cell"),
    "huge_cell": (bent(("c 3.19", "c 5000")), "bad_cell"),
    "dense_cell": (bent(("3.853", "1.2"), ("c 3.19", "c 1.2")), "implausible_volume"),
    "bad_number": (bent(("0.5 0.5 0.5 1", "0.5 half 0.5 1")), "bad_number"),
    "duplicate_item": (bent(("_cell_length_b", "_cell_length_a 4.2\n_cell_length_b")), "duplicate_item"),
    "unknown_operation": (bent(("-y,x,z", "-y,w,z")), "bad_operation"),
    "singular_operation": (bent(("-y,x,z", "x,x,z")), "bad_operation"),
    "open_operations": (bent(("-x,-y,z\n", "")), "bad_operation"),
    "code_in_operation": (bent(("-y,x,z", '\'-y,x,__import__("os").system("id")\'')), "bad_operation"),
    "division_by_zero": (bent(("-y,x,z", "-y,x,z+1/0")), "bad_operation"),
    "too_many_operations": (bent((OPERATIONS, OPERATIONS_193)), "too_many_operations"),
    "scaling_operation": (bent(("-y,x,z", "-y,x,-1.2z")), "bad_operation"),
    "doubling_operation": (bent(("-y,x,z", "2x,y,z")), "bad_operation"),
    "operation_without_fraction": (bent(("-y,x,z", "-y,x,z+100000000000000000+1/3")), "bad_operation"),
    "operations_of_another_cell": (bent(("b 3.853", "b 4.2")), "symmetry_metric"),
    "two_lists_of_operations": (
        bent((ATOMS_HEAD, "loop_\n_space_group_symop_operation_xyz\nx,y,z\n" + ATOMS_HEAD)),
        "duplicate_item",
    ),
    "unknown_symbol": (bent((OPERATIONS, "_symmetry_space_group_name_H-M 'P n m a b'\n")), "unknown_space_group"),
    "symbol_of_another_cell": (
        bent((OPERATIONS, "_symmetry_space_group_name_H-M 'P 63/m m c'\n")),
        "symmetry_metric",
    ),
    "symbol_against_number": (
        bent((OPERATIONS, "_symmetry_space_group_name_H-M 'P 4/m m m'\n_space_group_IT_number 99\n")),
        "space_group_conflict",
    ),
    "no_such_number": (bent((OPERATIONS, "_space_group_IT_number 231\n")), "unknown_space_group"),
    "magnetic_symbol_only": (
        bent((OPERATIONS, "_space_group_magn.name_BNS 'P_c 4/m m m'\n"), (O, O + "O2 O 0 0.5 0 1\n")),
        "unknown_space_group",
    ),
    "open_origin": (
        FESE.replace("_chemical_formula_sum 'Fe Se'\n", "").replace("3.7734", "20").replace("5.5258", "20").encode()
        + (ATOMS_HEAD + "Fe1 Fe 0.13 0.85 0.76 1\n").encode(),
        "ambiguous_origin",
    ),
    "two_cells_in_a_loop": (bent(("_cell_length_c 3.19", "loop_\n_cell_length_c\n3.19\n6.38")), "duplicate_item"),
    "save_frame": (bent(("_cell_length_a", "save_phase\n_cell_length_a")), "save_frame"),
    "unknown_atom": (bent((CA, CA.replace("Ca1 Ca", "Unk1 Unk"))), "unknown_element"),
    "shares_in_a_symbol": (bent(("Cu1 Cu", "Cu1 Cu0.5Ni0.5")), "unknown_element"),
    "rare_earth": (bent(("Ca1 Ca", "RE1 RE")), "unknown_element"),
    "any_anion": (bent(("O1 O", "X1 X"), (FORMULA, "")), "unknown_element"),
    "huge_coordinate": (bent(("0.5 0.5 0.5 1", "0.5 0.5 100000000000000000.5 1")), "bad_number"),
    "nearly_one_place": (
        bent((CU, "Cu1 Cu 0 0 0 0.6\nNi1 Ni 0 0 0.0006 0.6\n"), ("Ca Cu O2", "Ca Cu.6 Ni.6 O2")),
        "atoms_too_close",
    ),
    "nearly_special": (bent((CU, "Cu1 Cu 0.0005 0 0 1\n")), "atoms_too_close"),
    "other_elements": (bent(("Ca Cu O2", "Sr Cu O2")), "formula_elements"),
    "undeclared_element": (bent(("Ca Cu O2", "Ca O2")), "formula_elements"),
    "unknown_element": (bent(("Cu1 Cu", "Cu1 Qq")), "unknown_element"),
    "non_finite_coordinate": (bent(("0.5 0.5 0.5 1", "0.5 inf 0.5 1")), "bad_number"),
    "negative_occupancy": (bent(("0.5 0.5 0.5 1", "0.5 0.5 0.5 -0.5")), "bad_occupancy"),
    "occupancy_2": (bent(("0.5 0.5 0.5 1", "0.5 0.5 0.5 2")), "bad_occupancy"),
    "overfull_site": (bent((CA, CA + "Sr1 Sr 0.5 0.5 0.5 0.5\n")), "bad_occupancy"),
    "atoms_on_top": (bent((CU, CU + "Ni1 Ni 0 0 0.03 1\n"), ("Ca Cu O2", "Ca Cu Ni O2")), "atoms_too_close"),
    "truncated_loop": (CIF.removesuffix(" 0 1\n").encode(), "truncated"),
    "too_many_atoms": (bent((CU, MANY_ATOMS), ("a 3.853", "a 400"), ("b 3.853", "b 400")), "too_large"),
    "no_atoms": (bent((CA, ""), (CU, ""), (O, "Va1 Va 0 0 0 1\n")), "no_atoms"),
}


def gzip_bomb() -> bytes:
    """Return 40 MB of line ends, packed."""
    return gzip.compress(b"\n" * (40 * 2**20))


def zip_bomb() -> bytes:
    """Return an archive whose members unpack to 40 MB, and a good one."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.cif", b"\n" * (40 * 2**20))
        archive.writestr("nested.cif.gz", gzip_bomb())
        archive.writestr("good.cif", CIF)
    return stream.getvalue()
