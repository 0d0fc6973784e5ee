"""Files whose work could grow faster than they do, each kind at any size.

Every maker takes a number of pieces (rows, words, digits, ...) and returns the bytes of a file, so that the same
kind can be read small in a test and at the limits of size in a benchmark.
"""

from __future__ import annotations

import gzip
import struct
import zlib

import numpy as np

from tests.hostile_cifs import ATOMS_HEAD, CELL, CIF, OPERATIONS

ELEMENTS = "H Li Be B C N O F Na Mg Al Si P S Cl K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Rb Sr Y".split()
IDENTITY = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\n"


def cell_text(a: float, b: float, c: float, *angles: float) -> str:
    """Return the items of a cell [Å, degrees]."""
    names = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    values = (a, b, c, *(angles or (90, 90, 90)))
    return "".join(f"_cell_{name} {value:.9g}\n" for name, value in zip(names, values, strict=True))


def atoms_file(rows: list[str], cell: str = CELL, operations: str = IDENTITY) -> bytes:
    """Return a file of some rows of label, symbol, position and occupancy."""
    return ("data_a\n" + cell + operations + ATOMS_HEAD + "\n".join(rows) + "\n").encode()


# ---- the syntax


def open_quotes(n: int) -> bytes:
    """Quotes that open on one line and never close."""
    return ("data_a\n_note " + "'a " * n + "\n" + CIF).encode()


def open_quotes_of_both_kinds(n: int) -> bytes:
    return ("data_a\n_note " + "\"a 'a " * n + "\n" + CIF).encode()


def values_outside(n: int) -> bytes:
    """Values that belong to no item."""
    return ("data_a\n_cell_volume 1\n" + "1 " * n + "\n" + CIF).encode()


def long_loop(n: int) -> bytes:
    """A loop that nobody reads, such as a powder pattern."""
    return (CIF + "loop_\n_pd_meas_counts\n" + "7 " * n + "\n").encode()


def loop_of_many_names(n: int) -> bytes:
    return (CIF + "loop_\n" + "".join(f"_a{k:x}\n" for k in range(n)) + "1 " * n + "\n").encode()


def many_items(n: int) -> bytes:
    return (CIF + "".join(f"_a{k:x} 1\n" for k in range(n))).encode()


def items_without_values(n: int) -> bytes:
    return (CIF + "_a\n" * n).encode()


def items_given_again(n: int) -> bytes:
    """One loop given again and again: comparing with what is kept must not cost more than reading."""
    return (CIF + ("loop_\n_b\n" + "1 " * 50) * n).encode()


def many_loops(n: int) -> bytes:
    return (CIF + "loop_\n" * n).encode()


def many_blocks(n: int) -> bytes:
    return (CIF + "data_b\n" * n).encode()


def many_structures(n: int) -> bytes:
    """Data blocks that each hold a small structure, all of one name."""
    return (CIF * n).encode()


def many_broken_structures(n: int) -> bytes:
    """Data blocks that each list one atom and no cell."""
    return ("data_\nloop_\n_atom_site_fract_x\n0\n" * n).encode()


def many_text_fields(n: int) -> bytes:
    return (CIF + "_a\n;\n;\n" * n).encode()


def long_text_field(n: int) -> bytes:
    return (CIF + "_a\n;\n" + "lorem\n" * n + ";\n").encode()


def open_text_field(n: int) -> bytes:
    return (CIF + "_a\n;\n" + " ;\n" * n).encode()


def comments(n: int) -> bytes:
    return ("#\n" * n + CIF).encode()


def blank_lines(n: int) -> bytes:
    return (" \n" * n + CIF).encode()


def carriage_returns(n: int) -> bytes:
    return (b"\r" * n) + CIF.encode()


def long_token(n: int) -> bytes:
    return (CIF + "_a " + "a" * n + "\n").encode()


def many_frames(n: int) -> bytes:
    return (CIF + "save_\n" * n).encode()


# ---- numbers, labels, names


def long_number(n: int) -> bytes:
    return CIF.replace("c 3.19", "c 3." + "1" * n).encode()


def long_whole_number(n: int) -> bytes:
    return CIF.replace("c 3.19", "c " + "1" * n).encode()


def long_fraction(n: int) -> bytes:
    return CIF.replace("0.5 0.5 0.5 1", f"{'1' * n}/{'3' * n} 0.5 0.5 1").encode()


def long_su(n: int) -> bytes:
    return CIF.replace("c 3.19", f"c 3.19({'1' * n})").encode()


def long_reference(n: int) -> bytes:
    """A declared formula of character references."""
    return CIF.replace("'Ca Cu O2'", "'" + "&#65;" * n + "'").encode()


def long_label(n: int) -> bytes:
    return CIF.replace("Ca1 Ca", "Ca" + "1" * n + " Ca").encode()


def long_labels(n: int) -> bytes:
    """A hundred images of a site with a long label."""
    return CIF.replace("O1 O", "O" * n + " O").encode()


def long_symbol(n: int) -> bytes:
    return CIF.replace("Ca1 Ca", "Ca1 Ca" + "+" * n).encode()


def long_mixture(n: int) -> bytes:
    return CIF.replace("Ca1 Ca ", "Ca1 '" + "0.1Ca " * n + "' ").encode()


def mixture_of_digits(n: int) -> bytes:
    """A symbol of digits that almost reads as a mixture."""
    return CIF.replace("Ca1 Ca ", "Ca1 '." + "1" * n + "' ").encode()


def long_formula(n: int) -> bytes:
    return CIF.replace("'Ca Cu O2'", "'" + "Ca Cu " * n + "'").encode()


def formula_of_digits(n: int) -> bytes:
    return CIF.replace("'Ca Cu O2'", "'Ca" + "1" * n + "'").encode()


def long_space_group(n: int) -> bytes:
    return CIF.replace(OPERATIONS, "_symmetry_space_group_name_H-M '" + "P" * n + "'\n").encode()


def spaced_space_group(n: int) -> bytes:
    return CIF.replace(OPERATIONS, "_symmetry_space_group_name_H-M '" + "P 4 " * n + "'\n").encode()


def long_hall(n: int) -> bytes:
    return CIF.replace(OPERATIONS, "_space_group_name_Hall '" + "P" * n + "'\n").encode()


def long_block_name(n: int) -> bytes:
    return CIF.replace("data_cacuo2", "data_" + "a" * n).encode()


def long_temperature(n: int) -> bytes:
    return (CIF + "_diffrn_ambient_temperature 3." + "1" * n + "\n").encode()


# ---- symmetry


def digits_in_operation(n: int) -> bytes:
    return CIF.replace("-y,x,z", "-y,x,z+" + "1" * n + "/3").encode()


def decimals_in_operation(n: int) -> bytes:
    return CIF.replace("-y,x,z", "-y,x,z+0." + "3" * n).encode()


def terms_in_operation(n: int) -> bytes:
    return CIF.replace("-y,x,z", "-y,x,z" + "+1/2" * n).encode()


def almost_an_operation(n: int) -> bytes:
    """Terms that read as an operation up to the last character."""
    return CIF.replace("-y,x,z", "-y,x," + "+1" * n + "w").encode()


def many_operations(n: int) -> bytes:
    return CIF.replace(OPERATIONS, OPERATIONS + "".join(f"x+{k}/{n},y,z\n" for k in range(1, n))).encode()


def one_operation_often(n: int) -> bytes:
    return CIF.replace(OPERATIONS, OPERATIONS + "x,y,z\n" * n).encode()


def magnetic_operations(n: int) -> bytes:
    """Operations and centrings of a magnetic group, whose number is their product."""
    operations = "loop_\n_space_group_symop_magn_operation.xyz\n" + "x,y,z,+1\n" * n
    centrings = "loop_\n_space_group_symop_magn_centering.xyz\n" + "x,y,z,+1\n" * n
    return CIF.replace(OPERATIONS, operations + centrings).encode()


def long_magnetic_operation(n: int) -> bytes:
    operations = "loop_\n_space_group_symop_magn_operation.xyz\n" + "x,y,z" + ",1" * n + "\n"
    return CIF.replace(OPERATIONS, operations).encode()


# ---- atoms


def rows_at_one_place(n: int) -> bytes:
    """Atoms of a few elements, all in one place, each with a little occupancy."""
    return atoms_file([f"A{k} {ELEMENTS[k % len(ELEMENTS)]} 0 0 0 {1 / n:.3e}" for k in range(n)])


def rows_at_one_place_of_one_element(n: int) -> bytes:
    return atoms_file([f"Cu{k} Cu 0 0 0 {1 / n:.3e}" for k in range(n)])


def rows_near_one_place(n: int) -> bytes:
    """Atoms that stand within rounding of each other, yet apart."""
    return atoms_file([f"Cu{k} Cu {k * 1e-9:.12f} 0 0 {0.9 / n:.3e}" for k in range(n)])


def rows_within_a_tolerance(n: int) -> bytes:
    """Atoms nearer to each other than any reader tells apart for certain."""
    return atoms_file([f"Cu{k} Cu {k * 4e-3 / n:.12f} 0 0 {0.9 / n:.3e}" for k in range(n)])


def rows_in_a_ball(n: int) -> bytes:
    """Partly empty sites within an Ångström of each other in a wide cell."""
    side = round(n ** (1 / 3)) + 1
    rows = [
        f"Cu{k} Cu {0.02 * (k % side) / side:.7f} {0.02 * (k // side % side) / side:.7f} "
        f"{0.02 * (k // side**2) / side:.7f} 0.0001"
        for k in range(n)
    ]
    return atoms_file(rows, cell_text(50, 50, 50))


def rows_in_small_cell(n: int) -> bytes:
    """As many partly empty sites as the volume for each allows, spread through a dense cell."""
    side = round(n ** (1 / 3)) + 1
    edge = (2.1 * n) ** (1 / 3)
    rows = [
        f"Cu{k} Cu {(k % side) / side:.7f} {(k // side % side) / side:.7f} {(k // side**2) / side:.7f} 0.3"
        for k in range(n)
    ]
    return atoms_file(rows, cell_text(edge, edge, edge))


def dense_metal(n: int) -> bytes:
    """Full metal sites on a cubic net, all squares."""
    side = max(2, round(n ** (1 / 3)))
    rows = [
        f"Cu{i}_{j}_{k} Cu {i / side:.7f} {j / side:.7f} {k / side:.7f} 1"
        for i in range(side)
        for j in range(side)
        for k in range(side)
    ]
    return atoms_file(rows, cell_text(*[2.6 * side] * 3))


def perovskite_blocks(n: int, split: int = 1, metal: str = "Cu", shrink: float = 1.0) -> bytes:
    """A block of perovskite cells in which each site is split into some partly empty ones."""
    side = max(1, round((n / (5 * split)) ** (1 / 3)))
    unit = ((metal, 0, 0, 0), ("O", 0.5, 0, 0), ("O", 0, 0.5, 0), ("O", 0, 0, 0.5), ("Sr", 0.5, 0.5, 0.5))
    rows = [
        f"{element}{len(unit)} {element} {(i + x + 1e-4 * s) / side:.7f} {(j + y) / side:.7f} {(k + z) / side:.7f} "
        f"{1 / split:.6f}"
        for i in range(side)
        for j in range(side)
        for k in range(side)
        for element, x, y, z in unit
        for s in range(split)
    ]
    return atoms_file(rows, cell_text(*[3.9 * side * shrink] * 3))


def pnictide_blocks(n: int) -> bytes:
    """A block of LiFeAs cells: as many iron planes as there are atoms for."""
    side = max(1, round((n / 6) ** (1 / 3)))
    unit = (
        ("Fe", 0, 0, 0.5), ("Fe", 0.5, 0.5, 0.5), ("As", 0, 0.5, 0.7365), ("As", 0.5, 0, 0.2635),
        ("Li", 0, 0.5, 0.1541), ("Li", 0.5, 0, 0.8459),
    )  # fmt: skip
    return _blocks(unit, side, (3.775, 3.775, 6.3574))


def kagome_layers(n: int) -> bytes:
    """A block of layers of vanadium triangles and hexagons with antimony in and over the hexagons."""
    side = max(1, round((n / 6) ** (1 / 3)))
    unit = (
        ("V", 0.5, 0, 0), ("V", 0, 0.5, 0), ("V", 0.5, 0.5, 0), ("Sb", 0, 0, 0), ("Sb", 1 / 3, 2 / 3, 0.5),
        ("Sb", 2 / 3, 1 / 3, 0.5),
    )  # fmt: skip
    return _blocks(unit, side, (5.5, 5.5, 4.6), (90, 90, 120))


def close_packed_metal(n: int) -> bytes:
    side = max(1, round((n / 4) ** (1 / 3)))
    unit = (("Cu", 0, 0, 0), ("Cu", 0.5, 0.5, 0), ("Cu", 0.5, 0, 0.5), ("Cu", 0, 0.5, 0.5))
    return _blocks(unit, side, (3.61, 3.61, 3.61))


def disordered_metal(n: int) -> bytes:
    """Close packing in which every atom stands a little off its place, each in a direction of its own."""
    side = max(1, round((n / 4) ** (1 / 3)))
    rng = np.random.default_rng(1)
    places = [(x, y, z) for x in range(2 * side) for y in range(2 * side) for z in range(2 * side)]
    rows = []
    for x, y, z in places:
        if (x + y + z) % 2 == 0:
            dx, dy, dz = rng.uniform(-0.1, 0.1, 3)
            at = f"{(x + dx) / 2 / side:.7f} {(y + dy) / 2 / side:.7f} {(z + dz) / 2 / side:.7f}"
            rows.append(f"Mn{len(rows)} Mn {at} 1")
    return atoms_file(rows, cell_text(*[3.7 * side] * 3))


def _blocks(
    unit: tuple[tuple[str, float, float, float], ...],
    side: int,
    edges: tuple[float, float, float],
    angles: tuple[float, ...] = (),
) -> bytes:
    rows = [
        f"{element}{k} {element} {(i + x) / side:.7f} {(j + y) / side:.7f} {(m + z) / side:.7f} 1"
        for i in range(side)
        for j in range(side)
        for m in range(side)
        for k, (element, x, y, z) in enumerate(unit)
    ]
    return atoms_file(rows, cell_text(*[side * edge for edge in edges], *angles))


def split_metals(n: int) -> bytes:
    """Plane metals that are each split into many sites: every pair of halves could be an edge."""
    return atoms_file(
        [f"Cu{k} Cu {0.02 * k / n:.7f} 0 0 {0.9 / n:.3e}" for k in range(n)] + ["O1 O 0.5 0 0 1", "O2 O 0 0.5 0 1"],
        cell_text(3.9, 3.9, max(3.2, 2.1 * n / 15)),
    )


def full_metals_in_shared_places(n: int) -> bytes:
    """Plane metals at hundredths of an Ångström from each other, over a wide cell, with anions between."""
    rows = [f"Cu{k} Cu {0.002 * (k % 100):.7f} {0.002 * (k // 100):.7f} 0 0.6" for k in range(n)]
    return atoms_file(rows, cell_text(40, 40, 40))


def line_of_atoms(n: int) -> bytes:
    edge = min(500.0, 1.9 * n)
    return atoms_file([f"Cu{k} Cu {k / n:.9f} 0 0 0.5" for k in range(n)], cell_text(edge, 8, 2.1 * n / edge / 8 + 8))


def plane_of_atoms(n: int) -> bytes:
    side = max(2, round(n**0.5))
    edge = min(500.0, 3.85 * side)
    rows = [f"Cu{i}_{j} Cu {i / side:.9f} {j / side:.9f} 0 1" for i in range(side) for j in range(side)]
    return atoms_file(rows, cell_text(edge, edge, 12))


def sheared_cell(n: int) -> bytes:
    """A thin sheared cell whose margin holds many images of every site."""
    rows = [f"Cu{k} Cu {k / n:.9f} {0.37 * k % 1:.9f} 0 0.5" for k in range(n)]
    return atoms_file(rows, cell_text(500, max(2, n / 40), 2, 90, 90, 5))


def with_su(n: int) -> bytes:
    """A thousandth of every coordinate and a su on each, all of them free."""
    side = max(1, round((n / 5) ** (1 / 3)))
    unit = (("Cu", 0, 0, 0), ("O", 0.5, 0, 0), ("O", 0, 0.5, 0), ("O", 0, 0, 0.5), ("Sr", 0.5, 0.5, 0.5))
    rows = [
        f"{element}{k} {element} {(i + x) / side:.6f}(2) {(j + y) / side:.6f}(2) {(k + z) / side:.6f}(2) 1"
        for i in range(side)
        for j in range(side)
        for k in range(side)
        for element, x, y, z in unit
    ]
    return atoms_file(rows, cell_text(*[3.9 * side] * 3))


def with_su_under_symmetry(n: int) -> bytes:
    """The same under the four operations of a rotation axis, read by pymatgen where need be."""
    rows = [
        f"Cu{k} Cu {0.01 + 0.48 * (k % 70) / 70:.5f}(2) {0.01 + 0.48 * (k // 70) / 70:.5f}(2) 0 1" for k in range(n)
    ]
    return atoms_file(rows, cell_text(300, 300, 8), OPERATIONS)


def thirds(n: int) -> bytes:
    """Rows under operations of odd denominators, which go to pymatgen."""
    operations = IDENTITY + "x,y,z+1/7\nx,y,z+2/7\nx,y,z+3/7\nx,y,z+4/7\nx,y,z+5/7\nx,y,z+6/7\n"
    side = max(1, round(n**0.5))
    rows = [f"Cu{k} Cu {(k % side) / side:.5f} {(k // side) / side:.5f} 0.01 1" for k in range(n)]
    return atoms_file(rows, cell_text(4 * side, 4 * side, 28), operations)


def wrapped_far_away(n: int) -> bytes:
    return atoms_file([f"Cu{k} Cu {k}{'0' * 12}.5 0 0 0.5" for k in range(n)], cell_text(40, 40, 40))


def skipped_rows(n: int) -> bytes:
    return (CIF + "".join(f"H{k} H ? ? ? 1\n" for k in range(n))).encode()


def repeated_rows(n: int) -> bytes:
    return (CIF + "Cu1 Cu 0 0 0 1\n" * n).encode()


def empty_rows(n: int) -> bytes:
    """Rows without any atom in them."""
    return (CIF + "Cu1 Cu 0 0 0 0\n" * n).encode()


def mixtures(n: int) -> bytes:
    """Rows that each stand for many atoms."""
    symbol = "'" + " ".join(f"0.0001{element}" for element in ELEMENTS) + "'"
    return atoms_file([f"A{k} {symbol} {k / n:.6f} 0 0 1" for k in range(n)], cell_text(400, 400, 8))


# ---- archives


def archive_over_the_limit(n: int, mib: int = 40) -> bytes:
    """Members that each unpack to more than is allowed."""
    return archive_of(b"\n" * (mib * 2**20), n)


def archive_of_full_members(n: int, kib: int = 1000) -> bytes:
    """Members that each unpack to what is allowed for one, and together to far more than the archive."""
    return archive_of(b"\n" * (kib * 2**10), n)


def archive_of_many_members(n: int) -> bytes:
    return archive_of(b"", n)


def archive_that_overlaps(n: int, mib: int = 1) -> bytes:
    """Members of names of their own whose content is one and the same stretch of the archive."""
    return archive_of(CIF.encode() + b"#\n" * (mib * 2**19), n, overlapping=True)


def archive_of(content: bytes, n: int, *, overlapping: bool = False) -> bytes:
    """Return a zip archive that holds one content many times, packed once."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(content) + squeeze.flush()
    sizes = struct.pack("<3L", zlib.crc32(content), len(packed), len(content))
    local, directory = [], []
    offset = 0
    for k in range(n):
        name = b"0.cif" if overlapping else b"%06d.cif" % k
        header = struct.pack("<5H", 20, 0, 8, 0, 0x21) + sizes + struct.pack("<2H", len(name), 0)
        directory.append(
            b"PK\x01\x02\x14\0" + header + struct.pack("<3H2L", 0, 0, 0, 0, 0 if overlapping else offset) + name
        )
        if k == 0 or not overlapping:
            local.append(b"PK\x03\x04" + header + name + packed)
            offset += len(local[-1])
    entries = b"".join(directory)
    count = min(n, 0xFFFF)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), offset, 0)
    return b"".join(local) + entries + end


def gzip_of_many_members(n: int) -> bytes:
    """Gzip streams one after the other, each empty."""
    return gzip.compress(b"") * n + gzip.compress(CIF.encode())


def packed(data: bytes) -> bytes:
    return gzip.compress(data)
