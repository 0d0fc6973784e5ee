"""Cells to pymatgen and ASE and back."""

import numpy as np
import pytest
from ase import Atoms
from ase.io import read
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.core import DummySpecies, Lattice, Species, Structure

from polyqw.core.cell import Cell, Site
from polyqw.core.record import structure_digest
from polyqw.errors import ReadError, UsageError
from polyqw.io.ase import atoms_from_cell, cell_from_atoms
from polyqw.io.cif.read import read_cif
from polyqw.io.pymatgen import cell_from_structure, structure_from_cell
from tests.io.conftest import ROOT

ELEMENTS = ("Ba", "Ca", "Cu", "Fe", "La", "O", "Se")


@st.composite
def species(draw):
    elements = sorted(draw(st.sets(st.sampled_from(ELEMENTS), min_size=1, max_size=3)))
    amounts = draw(st.lists(st.integers(1, 33), min_size=len(elements), max_size=len(elements)))
    if len(elements) == 1 and draw(st.booleans()):
        return ((elements[0], 1.0),)
    return tuple((element, amount / 100) for element, amount in zip(elements, amounts, strict=True))


@st.composite
def cells(draw):
    edges = draw(st.lists(st.floats(2, 30), min_size=3, max_size=3))
    shear = draw(st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=3))
    lattice = np.diag(edges)
    lattice[1, 0], lattice[2, 0], lattice[2, 1] = np.array(shear) * 2
    positions = st.tuples(*[st.floats(-1, 2)] * 3)
    sites = draw(st.lists(st.builds(Site, st.sampled_from(["A1", "b_2", "Cu3'"]), species(), positions), max_size=6))
    return Cell(lattice, tuple(sites))


def assert_same(first, second):
    assert np.allclose(first.lattice, second.lattice, atol=1e-9)
    assert [site.label for site in first.sites] == [site.label for site in second.sites]
    assert [site.species for site in first.sites] == [site.species for site in second.sites]
    assert np.allclose(first.frac, second.frac, atol=1e-9)


@given(cells().filter(lambda cell: cell.sites))
def test_pymatgen_and_back(cell):
    assert_same(cell_from_structure(structure_from_cell(cell)), cell)


@given(cells())
def test_ase_and_back(cell):
    assert_same(cell_from_atoms(atoms_from_cell(cell)), cell)


def test_every_published_structure_survives_both(published_path):
    (record,) = read_cif(published_path.name, published_path.read_bytes())
    for other in (
        cell_from_structure(structure_from_cell(record.cell)),
        cell_from_atoms(atoms_from_cell(record.cell)),
    ):
        assert structure_digest(other) == record.structure_sha256


def test_ordered_cells_need_no_extra_arrays():
    (record,) = read_cif("x", (ROOT / "cifs" / "nacl.cif").read_bytes())
    atoms = atoms_from_cell(record.cell)
    assert "occupancy" not in atoms.info
    assert not atoms.has("spacegroup_kinds")


def test_occupancies_as_the_reader_of_ase_leaves_them():
    path = ROOT / "cifs" / "bak122_x050.cif"
    (record,) = read_cif(path.name, path.read_bytes())
    cell = cell_from_atoms(read(path, format="cif", fractional_occupancies=True))
    assert cell.composition == pytest.approx(record.cell.composition)
    assert {site.species for site in cell.sites} == {site.species for site in record.cell.sites}


def test_charges_and_isotopes_become_elements():
    structure = Structure(
        Lattice.cubic(3), [{Species("Fe", 2): 0.5, Species("Fe", 3): 0.5}, "D"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    assert [site.species for site in cell_from_structure(structure).sites] == [(("Fe", 1.0),), (("H", 1.0),)]


def test_what_cannot_be_held_is_refused():
    with pytest.raises(UsageError, match="Fe1 has total occupancy"):
        structure_from_cell(Cell(np.eye(3) * 3, (Site("Fe1", (("Fe", 1.2),), (0, 0, 0)),)))
    with pytest.raises(ReadError, match="no element"):
        cell_from_structure(Structure(Lattice.cubic(3), [DummySpecies("X")], [[0, 0, 0]]))
    with pytest.raises(ReadError, match="periodic"):
        cell_from_atoms(Atoms("H2O", positions=np.eye(3)))
    with pytest.raises(ReadError, match="dummy X"):
        cell_from_atoms(Atoms("X", cell=[3, 3, 3], pbc=True))
    mixed = Atoms("Fe", cell=[3, 3, 3], pbc=True, info={"occupancy": {"0": {"Fe": 0.5}}})
    with pytest.raises(ReadError, match="spacegroup_kinds"):
        cell_from_atoms(mixed)
    mixed.set_array("spacegroup_kinds", np.array([1]))
    with pytest.raises(ReadError, match="kind 1"):
        cell_from_atoms(mixed)
