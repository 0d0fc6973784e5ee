"""The public surface for Python programs: what goes in, what comes out."""

import html
import inspect
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from pymatgen.core import DummySpecies, Lattice, Molecule, Species, Structure

import polyqw
from polyqw.core.options import AnalysisOptions
from polyqw.core.outside import names_outside
from polyqw.core.wells import Status, Well
from polyqw.errors import ReadError, UsageError
from polyqw.io.ase import atoms_from_cell
from polyqw.io.pymatgen import structure_from_cell
from polyqw.services.place.versions import versions
from polyqw.services.structures.analyse import analyse_inputs, analysed_row
from tests.conftest import structure_path

DISORDERED = structure_path("bak122_x030")


@pytest.fixture(scope="module")
def row():
    """The fields of `polyqw wells --json`."""
    (analysed,) = analyse_inputs([str(DISORDERED)], AnalysisOptions())
    return analysed_row(analysed)


@pytest.fixture(scope="module")
def cell():
    return polyqw.read_cif(DISORDERED)[0].cell


def pymatgen_with_charges(cell):
    structure = structure_from_cell(cell)
    structure.add_oxidation_state_by_element({"Ba": 2, "K": 1, "Fe": 2, "As": -3})
    structure.add_site_property("magmom", [0.5] * len(structure))
    return structure


GIVEN = {
    "path": lambda cell: DISORDERED,
    "path as text": lambda cell: str(DISORDERED),
    "CIF text": lambda cell: DISORDERED.read_text(encoding="utf-8"),
    "CIF bytes": lambda cell: DISORDERED.read_bytes(),
    "record": lambda cell: polyqw.read_cif(DISORDERED)[0],
    "cell": lambda cell: cell,
    "pymatgen": structure_from_cell,
    "pymatgen with oxidation states": pymatgen_with_charges,
    "ASE with occupancies": atoms_from_cell,
}


@pytest.mark.parametrize("what", GIVEN)
def test_everything_that_holds_the_structure_gives_the_same(what, cell, row):
    found = polyqw.find_wells(GIVEN[what](cell))
    assert (found.status, found.reason, found.family, found.formula) == ("ok", None, "iron", row["formula"])
    assert [w.height for w in found.wells] == pytest.approx([w["height_angstrom"] for w in row["wells"]], abs=1e-9)
    assert [w.multiplicity for w in found.wells] == [w["multiplicity"] for w in row["wells"]]
    assert found.descriptors == pytest.approx(row["descriptors"])
    assert found.heights_angstrom.keys() == {"alpha", "beta"}
    assert "Ba1 (Ba 0.7, K 0.3)" in found.describe()


def test_labels_and_mixed_species_of_pymatgen_survive():
    lattice = Lattice.tetragonal(3.86, 3.2)
    structure = Structure(
        lattice,
        [{Species("Cu", 2): 0.9, Species("Ni", 2): 0.1}, "O2-", "O2-", {"Ca2+": 0.5, "Sr2+": 0.5}],
        [[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0], [0.5, 0.5, 0.5]],
        labels=["T", "Oa", "Ob", "M"],
    )
    found = polyqw.find_wells(structure)
    (well,) = found.wells
    assert well.height == pytest.approx(3.2)
    assert well.apices == ("Ca0.5Sr0.5", "Ca0.5Sr0.5")
    assert "T (Cu 0.9, Ni 0.1) and M (Ca 0.5, Sr 0.5)" in found.describe()


def test_the_table_has_a_row_for_each_well(row):
    table = polyqw.find_wells(DISORDERED).to_dataframe()
    assert list(table["height_angstrom"]) == [w["height_angstrom"] for w in row["wells"]]
    assert list(table["phase"]) == [w["phase"] for w in row["wells"]]
    assert list(table.columns) == ["file", "block", "formula", "family", *list(names_outside(Well).values())[:-1]]
    assert table["height_su_angstrom"].dtype == float
    assert table.attrs["versions"] == versions()
    assert table.attrs["options"] == AnalysisOptions().as_dict()
    none = polyqw.find_wells(structure_path("srtio3")).to_dataframe()
    assert list(none.columns) == list(table.columns)
    assert (len(none), none.attrs["status"], none.attrs["reason"]) == (0, "no_well", "no_plane_metal")
    assert len(pd.concat([table, none, table], ignore_index=True)) == 2 * len(table)


def test_options_reach_the_analysis():
    assert polyqw.find_wells(DISORDERED, occupancy="ordered").reason == "disordered"
    assert polyqw.find_wells(DISORDERED, iron_metals=("Co",)).status == "no_well"
    assert polyqw.find_wells(structure_path("laniaso"), iron_metals=["Ni"]).family == "iron"
    found = polyqw.find_wells(DISORDERED, occupancy="majority")
    assert "each was given to its most abundant element" in found.describe()
    assert {w.apices for w in found.wells if w.phase == "beta"} == {("Ba",)}


EVIL = "<img src=x onerror=alert(1)>&\x1b[31m"


def test_html_and_repr_of_hostile_text(tmp_path):
    text = structure_path("lafeaso_cod").read_text(encoding="utf-8")
    text = re.sub(r"^data_\S+", "data_<script>alert(1)</script>", text, flags=re.MULTILINE)
    text = text.replace("_chemical_formula_sum", f"_polyqw_note '{EVIL}'\n_chemical_formula_sum 'As Fe99 La O' #")
    path = tmp_path / "<b>evil.cif"
    path.write_text(text, encoding="utf-8")
    found = polyqw.find_wells(path)
    page = found._repr_html_()
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert any("Fe99" in warning for warning in found.warnings)
    assert set(re.findall(r"</?(\w+)", page)) <= set("div p strong table thead tbody tr th td ul li".split())
    assert "2.6432" in page
    assert html.escape(found.warnings[0]) in page
    analysis = replace(found.analysed.analysis, warnings=("<b>bold</b> & more",), status=Status.NO_WELL, wells=())
    none = replace(found, analysed=replace(found.analysed, analysis=analysis, message="<i>none</i>"))
    assert "<li>&lt;b&gt;bold&lt;/b&gt; &amp; more</li>" in none._repr_html_()
    assert "<p>&lt;i&gt;none&lt;/i&gt;</p>" in none._repr_html_()
    assert "\n" not in repr(found)
    assert "2.6432 Å" in repr(found)
    assert not re.search("[\x00-\x1f\x7f-\x9f]", found.describe())


def test_a_structure_without_wells_shows_why():
    found = polyqw.find_wells(structure_path("srtio3"))
    assert repr(found) == "<WellAnalysis 'SrTiO3': no_well, no_plane_metal>"
    assert "no site is at least half Cu/Fe/Ni" in found._repr_html_()


@pytest.mark.parametrize(
    ("given", "error", "part"),
    [
        ("nosuch.cif", ReadError, "no such file"),
        ("not\na cif", ReadError, "data_"),
        (b"", ReadError, "empty"),
        ("", UsageError, "path is empty"),
        (None, UsageError, "NoneType is no structure"),
        (Molecule(["O"], [[0, 0, 0]]), UsageError, "Molecule is no structure"),
        (Atoms("Cu"), ReadError, "periodic"),
        (Structure(Lattice.cubic(4), [], []), ReadError, "no atoms"),
        (Structure(Lattice.cubic(4), ["Cu"], [[np.nan, 0, 0]]), ReadError, "finite"),
        (Structure(Lattice(np.zeros((3, 3))), ["Cu"], [[0, 0, 0]]), ReadError, "span a cell"),
        (Structure(Lattice.cubic(4), [DummySpecies("X")], [[0, 0, 0]]), ReadError, "no element"),
    ],
)
def test_what_holds_no_structure_is_refused_in_one_line(given, error, part):
    with pytest.raises(error, match=part) as caught:
        polyqw.find_wells(given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "options",
    [{"occupancy": "some"}, {"reader": "vesta"}, {"oxide_metals": ["Cuu"]}, {"iron_metals": "Fe,Ru"}],
)
def test_options_without_meaning_are_refused(options):
    with pytest.raises(UsageError, match=next(iter(options))):
        polyqw.find_wells(DISORDERED, **options)


def test_a_file_of_several_structures_wants_a_block(tmp_path):
    both = tmp_path / "both.cif"
    both.write_bytes(DISORDERED.read_bytes() + b"\n" + structure_path("lafeaso_cod").read_bytes())
    assert [r.block for r in polyqw.read_cif(both)] == ["bak122_x030", "lafeaso_cod"]
    with pytest.raises(UsageError, match="holds 2 structures; choose one with block=: 'bak122_x030', 'lafeaso_cod'"):
        polyqw.find_wells(both)
    assert polyqw.find_wells(both, block="lafeaso_cod").formula == "As1 Fe1 La1 O1"
    with pytest.raises(ReadError, match="no data block 'x'"):
        polyqw.read_cif(both, block="x")


def test_the_surface_is_documented():
    assert set(polyqw.__all__) <= set(dir(polyqw))
    for name in polyqw.__all__:
        found = getattr(polyqw, name)
        assert name.startswith("__") or inspect.getdoc(found), name
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        polyqw.nothing  # noqa: B018
