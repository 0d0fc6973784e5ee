"""Many structures at once: one table, errors as rows, the same in one process and in several."""

import inspect

import pandas as pd
import pytest

import polyqw
from polyqw.errors import UsageError
from polyqw.io.ase import atoms_from_cell
from polyqw.io.pymatgen import structure_from_cell
from tests.conftest import ROOT, structure_path

NAMES = ("lafeaso_cod", "hg1223_o835", "srtio3")


@pytest.fixture(scope="module")
def given():
    """Structures of every kind, and what cannot be read."""
    cells = [polyqw.read_cif(structure_path(name))[0].cell for name in NAMES]
    return [
        structure_path("lafeaso_cod"),
        structure_path("srtio3").read_text(encoding="utf-8"),
        structure_from_cell(cells[1]),
        atoms_from_cell(cells[0]),
        "no_such_file.cif",
        None,
        cells[0],
    ]


@pytest.fixture(scope="module")
def table(given):
    return polyqw.find_wells_many(given)


def test_rows_are_those_of_find_wells(table, given):
    for position in (0, 2, 3, 6):
        one = polyqw.find_wells(given[position])
        own = table[table["input"] == position]
        pd.testing.assert_frame_equal(
            own[one.to_dataframe().columns].reset_index(drop=True), one.to_dataframe(), check_dtype=False
        )
        assert list(own["height_angstrom"]) == [well.height for well in one.wells]
        assert set(own["status"]) == {"ok"}


def test_what_has_no_well_or_cannot_be_read_has_a_row(table):
    by_input = table.set_index("input")
    assert sorted(set(table["input"])) == list(range(7))
    assert (by_input.loc[1, "status"], by_input.loc[1, "formula_written"]) == ("no_well", "SrTiO3")
    assert pd.isna(by_input.loc[1, "height_angstrom"])
    assert by_input.loc[4, "status"] == "failed"
    assert "no_such_file.cif" in by_input.loc[4, "message"]
    assert by_input.loc[5, "status"] == "rejected"
    assert "NoneType is no structure" in by_input.loc[5, "message"]


def test_several_processes_give_the_same(table, given):
    pd.testing.assert_frame_equal(polyqw.find_wells_many(given, n_jobs=2), table)


def test_a_structure_that_takes_too_long_costs_its_row_alone():
    found = polyqw.find_wells_many([structure_path("lafeaso_cod")], timeout_seconds=1e-3)
    assert set(found["status"]) == {"failed"}
    assert set(found["reason"]) == {"timeout"}


def test_a_table_of_structures_keeps_its_index():
    frame = pd.DataFrame({"file": [str(structure_path(n)) for n in NAMES], "tc": [41, 133, 0]}, index=list("abc"))
    found = polyqw.find_wells_many(frame)
    assert list(found["input"].unique()) == ["a", "b", "c"]
    joined = found.join(frame["tc"], on="input")
    assert set(joined[joined["family"] == "cuprate"]["tc"]) == {133}
    named = polyqw.find_wells_many(frame.rename(columns={"file": "where"}), column="where")
    pd.testing.assert_frame_equal(named, found)


def test_a_folder_or_pattern_gives_all_its_files():
    found = polyqw.find_wells_many(str(ROOT / "cifs" / "hg12*.cif"))
    assert len(set(found["file"])) > 4
    assert set(found["input"]) == {0}
    assert set(found["status"]) == {"ok"}


def test_options_are_those_of_find_wells():
    for function in (polyqw.find_wells_many, polyqw.predict):
        own, common = (inspect.signature(f).parameters for f in (function, polyqw.find_wells))
        shared = own.keys() & common.keys() - {"structure"}
        assert {"occupancy", "oxide_metals", "tolerances", "reader", "trust"} <= shared
        assert all(own[name].default == common[name].default for name in shared)
        assert not any(p.kind is p.VAR_KEYWORD for p in own.values())
    strict = polyqw.find_wells_many([structure_path("hg1223_o835")], occupancy="ordered")
    assert list(strict["status"]) == ["rejected"]
    assert strict.attrs["options"]["occupancy"] == "ordered"
    assert strict.attrs["versions"]["polyqw"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_jobs": 0}, "n_jobs=0"),
        ({"column": "file"}, "list has none"),
        ({"occupancy": "some"}, "occupancy='some'"),
    ],
)
def test_options_without_meaning_are_refused(options, words):
    with pytest.raises(UsageError, match=words):
        polyqw.find_wells_many([structure_path("srtio3")], **options)


def test_a_table_without_structures_says_what_it_has():
    with pytest.raises(UsageError, match="there are where"):
        polyqw.find_wells_many(pd.DataFrame({"where": []}), column="colour")
    with pytest.raises(UsageError, match="name one with column="):
        polyqw.find_wells_many(pd.DataFrame({"where": []}))
    assert polyqw.find_wells_many([]).empty
