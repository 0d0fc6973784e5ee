"""Files that are no CIF, written by ASE and pymatgen: the same wells as of the CIF, and one line on what is none."""

from __future__ import annotations

import gzip
import json

import pytest
from ase import Atoms
from ase.io import write

from polyqw.core.options import AnalysisOptions
from polyqw.io.ase import atoms_from_cell
from polyqw.io.other_files import other_format
from polyqw.io.pymatgen import structure_from_cell
from polyqw.io.read_options import DEFAULT
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.python_input import analyse_given
from tests.conftest import structure_path

BY_ASE = {"POSCAR": "vasp", "CONTCAR_relaxed": "vasp", "a.vasp": "vasp", "a.xyz": "extxyz", "a.extxyz": "extxyz",
          "a.xsf": "xsf", "a.gen": "gen", "a.cfg": "cfg", "a.ascii": "v-sim", "a.res": "res"}  # fmt: skip
BY_PYMATGEN = {"POSCAR": "poscar", "b.xsf": "xsf", "b.cssr": "cssr", "b.json": "json", "b.res": "res"}


@pytest.fixture(scope="module")
def reference():
    return analyse_given(structure_path("lafeaso_cod"), AnalysisOptions())


def analysed(*paths, reading=DEFAULT):
    return list(analyse_inputs([str(path) for path in paths], AnalysisOptions(), reading=reading))


def heights(found):
    """Return phases and heights [Å]; the formats keep as few as three digits of a fractional coordinate."""
    assert found.analysis is not None, found.complaint
    return {str(w.phase): pytest.approx(w.height, abs=0.003) for w in found.analysis.wells}


def found_heights(found):
    return {str(w.phase): w.height for w in found.analysis.wells}


def without_labels(cell):
    atoms = atoms_from_cell(cell)
    del atoms.arrays["labels"]  # ASE's CFG takes numbers alone
    return atoms


@pytest.mark.parametrize("name", BY_ASE)
def test_what_ase_writes(tmp_path, reference, name):
    write(tmp_path / name, without_labels(reference.record.cell), format=BY_ASE[name])
    (found,) = analysed(tmp_path / name)
    assert heights(found) == found_heights(reference)
    assert found.record.parser.split()[0] in ("ase", "pymatgen")


@pytest.mark.parametrize("name", BY_PYMATGEN)
def test_what_pymatgen_writes(tmp_path, reference, name):
    structure_from_cell(reference.record.cell).to(filename=str(tmp_path / name), fmt=BY_PYMATGEN[name])
    (found,) = analysed(tmp_path / name)
    assert heights(found) == found_heights(reference)


def test_packed_and_magnetic_files(tmp_path, reference):
    text = structure_path("lafeaso_cod").read_bytes()
    (tmp_path / "a.mcif").write_bytes(text)
    (tmp_path / "a.cif.gz").write_bytes(gzip.compress(text))
    write(tmp_path / "POSCAR", atoms_from_cell(reference.record.cell), format="vasp")
    (tmp_path / "POSCAR.gz").write_bytes(gzip.compress((tmp_path / "POSCAR").read_bytes()))
    for found in analysed(tmp_path / "a.mcif", tmp_path / "a.cif.gz", tmp_path / "POSCAR.gz"):
        assert heights(found) == found_heights(reference)


def test_each_structure_of_a_file(tmp_path, reference):
    atoms = atoms_from_cell(reference.record.cell)
    alone = Atoms("H2", positions=[(0, 0, 0), (0, 0, 0.74)])
    write(tmp_path / "many.xyz", [atoms, alone, atoms], format="extxyz")
    first, second, third = analysed(tmp_path / "many.xyz")
    assert [f.block for f in (first, second, third)] == ["many", "many#2", "many#3"]
    assert heights(reference) == found_heights(first) == found_heights(third)
    assert (second.status, second.reason) == ("rejected", "not_periodic")
    assert "no lattice in three directions" in second.complaint


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("POSCAR", "", "empty"),
        ("POSCAR", "these are\nno atoms\n", "parse_error"),
        ("a.xyz", "1\n\nH 0 0 0\n", "not_periodic"),
        (
            "a.res",
            "TITL x\nCELL 1 4 4 4 90 90 90\nLATT 1\nSYMM -x,-y,z\nSFAC O\nO 1 0 0 0 1\n\n",
            "bad_operation",
        ),
        ("a.json", json.dumps({"no": "structure"}), "parse_error"),
        ("a.xsf", "\x00\xff\xfe", "parse_error"),
    ],
)
def test_what_cannot_be_read(tmp_path, name, text, reason):
    (tmp_path / name).write_text(text)
    (found,) = analysed(tmp_path / name)
    assert (found.status, found.reason) == ("rejected", reason)
    assert "\n" not in found.complaint
    assert name in found.complaint


def test_limits_hold(tmp_path, reference):
    atoms = atoms_from_cell(reference.record.cell)
    write(tmp_path / "POSCAR", atoms, format="vasp")
    for limit in ("atoms=3", "file_mb=0.0001"):
        (found,) = analysed(tmp_path / "POSCAR", reading=DEFAULT.with_limits([limit]))
        assert (found.status, found.reason) == ("rejected", "too_large")
    write(tmp_path / "many.xyz", [atoms] * 3, format="extxyz")
    (found,) = analysed(tmp_path / "many.xyz", reading=DEFAULT.with_limits(["blocks=2"]))
    assert found.reason == "too_large"


def test_the_name_says_what_a_file_is():
    assert other_format("x/POSCAR") == other_format("CONTCAR.gz") == ("ase", "vasp")
    assert other_format("poscar_of_something.cif") is None
    assert other_format("a.cif") is other_format("-") is other_format("a.mcif.gz") is None


def test_mixed_sites_are_no_loss_in_json(tmp_path):
    mixed = analyse_given(structure_path("bak122_x050"), AnalysisOptions())
    structure_from_cell(mixed.record.cell).to(filename=str(tmp_path / "mixed.json"))
    (found,) = analysed(tmp_path / "mixed.json")
    assert heights(found) == found_heights(mixed)
    assert found.record.cell.composition == pytest.approx(mixed.record.cell.composition)
