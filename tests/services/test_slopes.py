"""Slopes along the series that travel with the program, and along one's own."""

import csv
import shutil

import numpy as np
import pytest

from polyqw.errors import UsageError
from polyqw.io.cif.provenance import read_provenance
from polyqw.io.cif.read import read_cif
from polyqw.io.cif.syntax import read_blocks
from polyqw.services.law.slopes import measured_slopes, read_lines, series_table
from polyqw.services.law.slopes_section import draw_slopes
from tests.conftest import ROOT, structure_path


@pytest.fixture(scope="module")
def found():
    return measured_slopes()


def test_every_structure_is_read_and_has_a_source():
    used = {line.structure for line in read_lines(series_table()) if line.structure}
    own = set((ROOT / "db" / "series" / "structures").glob("*.cif"))
    assert own <= used
    assert len(own) == 36
    for path in own:
        (record,) = read_cif(path.name, path.read_bytes())
        assert record.warnings == ()
        assert record.provenance.source.startswith("ICSD collection code")
    assert all(line.source for line in read_lines(series_table()))


def test_tc_of_the_table_is_that_of_the_file():
    for line in read_lines(series_table()):
        if line.structure is not None:
            (block,) = read_blocks(line.structure.read_text())
            assert line.tc_kelvin == pytest.approx(read_provenance(block).transition.tc_kelvin, abs=0.001)


def test_x_is_that_of_the_formula():
    """Dopant per plane metal times the metals of the formula unit."""
    per = {"K": ("Fe", 2), "Na": ("Fe", 2), "Se": ("Fe", 1), "Sr": ("Cu", 1), "Ca": ("Cu", 1), "Ba": ("Cu", 1)}
    for line in read_lines(series_table()):
        if line.structure is None:
            continue
        (record,) = read_cif(line.structure.name, line.structure.read_bytes())
        atoms, element = record.cell.composition, line.quantity.split()[0]
        metal, units = per.get(element, ("Cu", 1 if "Hg" in line.series else 3))
        assert atoms[element] / atoms[metal] * units == pytest.approx(line.x, abs=0.025), line


def test_slopes_recomputed_from_the_files(found):
    series = next(s for s in found["series"] if s["series"] == "FeTe1-xSex")
    (row,) = series["slopes"]
    x = [p["x"] for p in series["points"]]
    law = np.polyfit(x, [400 / p["heights_angstrom"]["alpha"] ** 2 for p in series["points"]], 1)[0]
    measured = np.polyfit(x, [p["tc_kelvin"] for p in series["points"]], 1)[0]
    assert row["tc_slope_law_kelvin_per_unit"] == pytest.approx(law)
    assert row["tc_slope_measured_kelvin_per_unit"] == pytest.approx(measured)
    assert row["same_sign"] is True


def test_hole_doping_of_122_goes_against_the_law(found):
    rows = [
        r for s in found["series"] for r in s["slopes"] if s["series"].startswith("Ba1-x") and r["phase"] == "alpha"
    ]
    rising = [r for r in rows if r["side"] != "beyond the highest Tc"]
    assert len(rising) == 2
    for row in rising:
        assert row["tc_slope_measured_kelvin_per_unit"] > 0 > row["tc_slope_law_kelvin_per_unit"]


def test_verdict_counts_its_rows(found):
    rows = [r for s in found["series"] for r in s["slopes"] if r["phase"] == "alpha"]
    right = sum(r["same_sign"] for r in rows)
    assert found["verdict"].startswith(f"In {right} of {len(rows)} sides")
    assert "isotope exponent is 0" in found["verdict"]


def test_figure_has_a_panel_for_each_series_with_structures(found):
    drawn = [s for s in found["series"] if sum(bool(p["heights_angstrom"]) for p in s["points"]) > 1]
    panels = [axes for axes in draw_slopes(found).axes if axes.get_visible()]
    assert [axes.get_title() for axes in panels] == [s["series"] for s in drawn]


def table(folder, rows, header="series,quantity,x,tc_kelvin,structure,source"):
    path = folder / "s.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def test_ones_own_table(tmp_path):
    for name in ("hg1201_o415", "hg1201_o418", "hg1201_o431"):
        shutil.copy(structure_path(name), tmp_path)
    rows = [f"Hg,O,{x},{tc},hg1201_o{k}.cif,me" for x, tc, k in ((4.15, 97, 415), (4.18, 94, 418), (4.31, 78, 431))]
    (series,) = measured_slopes(table(tmp_path, rows))["series"]
    assert series["slopes"][0]["tc_slope_measured_kelvin_per_unit"] < 0
    assert series["slopes"][0]["n"] == 3


@pytest.mark.parametrize(
    ("row", "header", "text"),
    [
        ("A,x,one,3,,s", None, "line 2: x and tc_kelvin must be numbers"),
        ("A,x,1,nan,,s", None, "line 2: x must be finite"),
        ("A,x,1,3,no.cif,s", None, "there is no file no.cif"),
        ("A,1", "series,x", "no column quantity, tc_kelvin, structure, source"),
    ],
)
def test_bad_tables(tmp_path, row, header, text):
    path = table(tmp_path, [row], **({"header": header} if header else {}))
    with pytest.raises(UsageError, match=text):
        read_lines(path)


def test_licences_are_told():
    with series_table().open(encoding="utf-8", newline="") as stream:
        assert all(row["licence"] for row in csv.DictReader(stream))
