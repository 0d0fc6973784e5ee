"""What three libraries make of a file: equal where they must be, different where they are known to be."""

from __future__ import annotations

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.io.read_options import DEFAULT
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.readers import differences, with_readers
from tests.conftest import structure_path


def rows_of(path):
    (found,) = analyse_inputs([str(path)], AnalysisOptions())
    return found, with_readers(found, DEFAULT)


@pytest.mark.parametrize("name", ["lafeaso_cod", "ybco_o690_williams", "nacl"])
def test_they_agree_on_plain_files(name):
    found, rows = rows_of(structure_path(name))
    assert [row["reader"].split()[0] for row in rows] == ["pymatgen", "ase", "gemmi"]
    assert differences(rows) == []
    assert {row["n_atoms"] for row in rows} == {len(found.record.cell.sites)}
    assert {row["space_group_number"] for row in rows} == {found.record.space_group_number}


def test_shared_sites_are_counted_otherwise():
    _, rows = rows_of(structure_path("bak122_x050"))
    assert [row["n_atoms"] for row in rows] == [10, 10, 12]
    assert differences(rows) == ["number of atoms: pymatgen 10, ase 10, gemmi 12"]


def test_a_cell_that_is_read_otherwise_is_named():
    _, rows = rows_of(structure_path("lafeaso_cod"))
    changed = [rows[0], {**rows[1], "a_angstrom": 4.1}, {**rows[2], "formula_cell": "As2 Fe2 La2 O1"}]
    told = differences(changed)
    assert told[0].startswith("formula: pymatgen As2 Fe2 La2 O2")
    assert told[1] == "a: pymatgen 4.0353, ase 4.1000, gemmi 4.0353"


def test_a_reader_that_fails_says_why():
    _, rows = rows_of(structure_path("lafeaso_cod"))
    failed = {"reader": "gemmi 0", "error": "ValueError: no atoms or no cell"}
    assert differences([rows[0], failed]) == ["gemmi cannot read it: ValueError: no atoms or no cell"]


def test_nothing_of_what_is_no_cif(tmp_path):
    path = tmp_path / "POSCAR"
    path.write_text("NaCl\n1\n4 0 0\n0 4 0\n0 0 4\nNa Cl\n1 1\nDirect\n0 0 0\n.5 .5 .5\n")
    found, rows = rows_of(path)
    assert found.record is not None
    assert rows == ()
