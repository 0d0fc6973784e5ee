"""The space group that a structure has, against the one that its file declares."""

import numpy as np
import pytest

from polyqw.core.cell import Cell, Site
from polyqw.core.options import AnalysisOptions
from polyqw.io.cif.read import read_cif
from polyqw.io.cif.space_group import find_space_group
from polyqw.io.inputs import Source
from polyqw.services.structures.analyse import analyse_source
from tests.conftest import structure_path
from tests.hostile_cifs import CIF, OPERATIONS, O

ASKED = AnalysisOptions(space_group_tolerance=0.01)


@pytest.mark.parametrize(
    ("name", "number", "symbol"),
    [("ybco_o690_williams", 47, "Pmmm"), ("lafeaso_cod", 129, "P4/nmm"), ("lco_lto_cod", 64, "Cmce"),
     ("nacl", 225, "Fm-3m")],
)  # fmt: skip
def test_known_groups(name, number, symbol):
    path = structure_path(name)
    (record,) = read_cif(path.name, path.read_bytes())
    assert record.space_group_number == number
    assert find_space_group(record.cell, 0.01) == (number, symbol)


def test_group_of_a_file_that_states_none():
    """The file lists all atoms in P 1; the cell is that of P 4/m m m, and lower where calcium is off its place."""
    p1 = CIF.replace(OPERATIONS, "").replace(O, O + "O2 O 0 0.5 0 1\n")
    for text, number in ((p1, 123), (p1.replace("0.5 0.5 0.5 1", "0.5 0.5 0.45 1"), 99)):
        (found,) = analyse_source(Source("x.cif", text.encode()), ASKED)
        assert found.analysis.descriptors["space_group_number_found"] == number
        assert not any("space group" in text for text in found.analysis.warnings)


def test_other_group_than_declared():
    text = CIF.replace(OPERATIONS, "_space_group_IT_number 47\n" + OPERATIONS)
    (found,) = analyse_source(Source("x.cif", text.encode()), ASKED)
    assert (
        "space group: the file declares number 47, the cell has P4/mmm (number 123) within 0.01 Å" in found.warnings
    )
    (unasked,) = analyse_source(Source("x.cif", text.encode()), AnalysisOptions())
    assert "space_group_number_found" not in unasked.analysis.descriptors
    assert unasked.analysis.wells == found.analysis.wells


def test_occupancy_tells_sites_apart():
    def cell(first, second):
        sites = (Site("a", (("Cu", first),), (0, 0, 0)), Site("b", (("Cu", second),), (0.5, 0.5, 0.5)))
        return Cell(np.eye(3) * 4, sites)

    assert find_space_group(cell(1.0, 1.0), 0.01).symbol == "Im-3m"
    assert find_space_group(cell(1.0, 0.9), 0.01).symbol == "Pm-3m"


def test_atoms_on_top_of_each_other_have_no_group():
    sites = tuple(Site("a", (("Cu", 1.0),), (0, 0, x)) for x in (0.0, 1e-5))
    assert find_space_group(Cell(np.eye(3) * 4, sites), 0.01) is None


def test_options_without_it_are_as_before():
    assert "space_group_tolerance" not in AnalysisOptions().as_dict()
    assert ASKED.as_dict()["space_group_tolerance"] == 0.01
