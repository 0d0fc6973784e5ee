"""Operations as numbers, and the expansion that must be the same as pymatgen's or not be given."""

import re
from functools import cache

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.symmetry.groups import SpaceGroup

from polyqw.core.analysis import find_wells
from polyqw.errors import ReadError
from polyqw.io.cif.operations import make_operations, refuse_what_is_no_group
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.read_options import Reader, ReadOptions
from tests.conftest import ROOT
from tests.io.cif_texts import cif, read

REFERENCES = sorted([*(ROOT / "cifs").glob("*.cif"), *(ROOT / "tests" / "data" / "structures").glob("*.cif")])


@pytest.mark.parametrize("path", REFERENCES, ids=lambda p: p.stem)
def test_reference_structures_come_out_the_same(path):
    data = path.read_bytes()
    (record,) = read_cif(path.name, data, ReadOptions(Reader.PYMATGEN))
    (auto,) = read_cif(path.name, data, ReadOptions(Reader.AUTO))
    assert [(s.label, s.species) for s in auto.cell.sites] == [(s.label, s.species) for s in record.cell.sites]
    assert np.abs(auto.cell.frac - record.cell.frac).max() < 1e-9
    assert auto.structure_sha256 == record.structure_sha256
    assert auto.warnings == record.warnings
    one, other = find_wells(record.cell), find_wells(auto.cell)
    assert one.status == other.status
    for well, same in zip(one.wells, other.wells, strict=True):
        assert same.height == pytest.approx(well.height, abs=1e-9)
        assert same.height_su == (None if well.height_su is None else pytest.approx(well.height_su, rel=1e-6))
        assert same.multiplicity == well.multiplicity


def test_most_reference_structures_take_the_direct_way():
    parsers = [read_cif(p.name, p.read_bytes(), ReadOptions(Reader.AUTO))[0].parser.split()[0] for p in REFERENCES]
    assert parsers.count("gemmi") > 0.8 * len(parsers)


@cache
def operations_of(name):
    return [op.as_xyz_str() for op in SpaceGroup(name).symmetry_ops]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Pmmm", "I4/mmm", "P4/nmm", "Fm-3m", "P6_3/mmc", "R-3m", "P2_1/c", "Cmce", "P-1", "P3_121"]),
    st.lists(
        st.tuples(*[st.sampled_from([0, 0.25, 0.5, 1 / 3, 0.123, 0.377, 0.4999, 0.00005, 0.3333])] * 3),
        min_size=1,
        max_size=3,
    ),
)
def test_any_group_and_position_same_or_not_given(name, positions):
    operations = operations_of(name)
    elements = ("Cu", "O", "Ba")
    sites = [f"A{k} {elements[k]} {x:.6f} {y:.6f} {z:.6f} 1" for k, (x, y, z) in enumerate(positions)]
    cell = (8, 8, 8, 90, 90, 120) if name in ("P6_3/mmc", "R-3m", "P3_121") else (8, 8, 8, 90, 90, 90)
    data = cif(sites, operations, cell)
    direct = read(data, Reader.GEMMI)
    if isinstance(direct, BlockError):
        return
    slow = read(data, Reader.PYMATGEN)
    assert not isinstance(slow, BlockError)
    assert direct.structure_sha256 == slow.structure_sha256


@pytest.mark.parametrize(
    ("sites", "operations"),
    [
        (["A Cu 0 0 0 1", "B O 0.00005 0 0 0.5"], ("x,y,z",)),
        (["A Cu 0.49995 0 0 1"], ("x,y,z", "-x,y,z")),
        (["A Cu 0 0 0 1"], ("x,y,z", "x+1/5,y,z", "x+2/5,y,z", "x+3/5,y,z", "x+4/5,y,z")),
        (["A Cu 0.1 0 0 0.6", "B Ni -0.1 0 0 0.4"], ("x,y,z", "-x,y,z")),
        (["A Cu 0 0 0 0.7", "B Ni 0 0 0 0.34"], ("x,y,z",)),
    ],
    ids=["nearly one place", "nearly on a mirror", "fifths", "one orbit written apart", "more than full"],
)
def test_what_a_tolerance_decides_is_left_to_pymatgen(sites, operations):
    data = cif(sites, operations)
    assert read(data, Reader.GEMMI).reason == "not_provable"
    auto = read(data, Reader.AUTO)
    if not isinstance(auto, BlockError):
        assert auto.parser.startswith("pymatgen")


def test_shared_places_keep_all_their_elements():
    data = cif(["A Ba 0.5 0.5 0.5 0.6", "B K 0.5 0.5 0.5 0.4", "C O 0 0 0 0.5"])
    found = read(data, Reader.GEMMI)
    assert sorted(site.species for site in found.cell.sites) == [(("Ba", 0.6), ("K", 0.4)), (("O", 0.5),)]


@pytest.mark.parametrize(
    ("operations", "reason", "text"),
    [
        (("x,y,z", "x,x,z"), "bad_operation", "cannot be undone"),
        (("x,y,z", "2*x,y,z"), "bad_operation", "cannot be undone"),
        (("x,y,z", "-y,x,z"), "bad_operation", "is not among the 2 operations"),
        (("x,y,z", "x+1/3,y,z"), "bad_operation", "is not among"),
        (("x,y,z", "x,y,z+1/0"), "bad_operation", "divides by zero"),
        (tuple(f"x+{k}/997,y,z" for k in range(193)), "too_many_operations", "more than 192"),
    ],
)
def test_operations_that_are_no_group(operations, reason, text):
    with pytest.raises(ReadError, match=re.escape(text)) as refused:
        refuse_what_is_no_group("x.cif", operations, 192)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "operations",
    [
        ("x,y,z",),
        ("x,y,z", "x+0.333,y,z", "x+0.667,y,z"),
        tuple(f"x+{k}/7,y,z" for k in range(7)),
        ("x,y,z", "-x,-y,-z", "x+1/2,y+1/2,z", "1/2-x,1/2-y,-z"),
    ],
)
def test_operations_that_are_a_group(operations):
    refuse_what_is_no_group("x.cif", operations, 192)


def test_all_space_groups_are_groups():
    for number in range(1, 231):
        group = gemmi.find_spacegroup_by_number(number).operations()
        texts = tuple(op.triplet() for op in group)
        refuse_what_is_no_group(str(number), texts, 192)
        assert make_operations(texts).is_exact


def test_numbers_of_operations():
    made = make_operations(("x,y,z", "-y,x-y,z+1/3"))
    assert made.rotations.tolist() == [np.eye(3, dtype=int).tolist(), [[0, -1, 0], [1, -1, 0], [0, 0, 1]]]
    assert made.shifts == pytest.approx(np.array([[0, 0, 0], [0, 0, 1 / 3]]))


FESE = {"chemical_formula_sum": "Fe Se", "cell_formula_units_Z": "2", "symmetry_space_group_name_H-M": "P 4/n m m"}
FESE_CELL = (3.7734, 3.7734, 5.5258, 90, 90, 90)


@pytest.mark.parametrize(
    ("sites", "choice"),
    [
        (["Fe1 Fe 0 0 0 1", "Se1 Se 0 0.5 0.2668 1"], 1),
        (["Fe1 Fe 0.75 0.25 0 1", "Se1 Se 0.25 0.25 0.2668 1"], 2),
    ],
)
@pytest.mark.parametrize("reader", list(Reader))
def test_origin_that_fits_the_formula(sites, choice, reader):
    """FeSe by symbol alone: the other origin would hold Fe4Se8."""
    found = read(cif(sites, (), FESE_CELL, **FESE), reader)
    assert found.cell.composition == {"Fe": 2.0, "Se": 2.0}
    assert any(f"choice {choice} fits the declared formula" in warning for warning in found.warnings)
    assert [round(w.height, 3) for w in find_wells(found.cell).wells] == [2.949]


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ((1.0, 1.2, 1.5, 90, 90, 90), "implausible_volume"),
        ((300, 300, 300, 90, 90, 90), "implausible_volume"),
        ((4.0, 5.0, 6.0, 90, 90, 7), "bad_cell"),
    ],
)
def test_cells_that_are_no_crystals(cell, reason):
    assert read(cif(["A Cu 0 0 0 1"], cell=cell), Reader.PYMATGEN).reason == reason


def test_nearly_empty_cells_are_told():
    found = read(cif(["A Cu 0 0 0 1"], cell=(7, 7, 7, 90, 90, 90)), Reader.PYMATGEN)
    assert any("343 Å³ for each atom" in warning for warning in found.warnings)


def test_too_many_atoms():
    sites = [f"A{k} Cu {k % 28 / 28:.4f} {k // 28 % 28 / 28:.4f} {k // 784 / 28:.4f} 1" for k in range(21952)]
    assert read(cif(sites, cell=(80, 80, 80, 90, 90, 90)), Reader.PYMATGEN).reason == "too_large"
