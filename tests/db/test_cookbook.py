"""The SQL cookbook: each question is answered on both engines, by indexes where it looks something up."""

import re
import shutil
import sqlite3
from contextlib import closing

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.db.look.cookbook import ParameterKind, find_recipe, make_recipe, read_cookbook
from polyqw.db.look.query import read_rows
from polyqw.db.models import PredictionSet
from polyqw.db.open.migrate import init
from polyqw.errors import DatabaseError, UsageError
from polyqw.io.read_options import ReadOptions
from polyqw.services.claims.history import save_results
from polyqw.services.ingest import ingest
from polyqw.services.law.history import save_predictions
from polyqw.services.law.predict import predict_set
from polyqw.services.place.database import reading
from tests.conftest import ROOT

pytestmark = pytest.mark.xdist_group("cookbook")
"""What these tests share is made once."""

RECIPES = read_cookbook()
FILES = ("hg1201_o415", "hg1201_o418", "hg1223_o835", "hg1223_high_pressure", "ybco_o698", "ybco_o700", "nacl", "cu")
LARGE = {"structure": "s", "well": "w", "site": "a", "descriptor": "d", "transition": "t"}
"""Tables that grow with the number of files."""

TRUSTED = ReadOptions(trusted=True)
LISTINGS = {"structures-without-well", "spread-of-refinements", "history", "best-and-worst-predicted"}
"""Questions about everything."""


def fill(url, folder):
    """Store some structures, one of them twice in different versions and one that is computed."""
    init(url)
    text = (ROOT / "cifs" / "ybco_o700.cif").read_text()
    changed, dft = folder / "changed.cif", folder / "dft.cif"
    moved = re.sub(r"(?m)^(\s*Ba\S*\s+Ba\S*\s+\S+\s+\S+\s+)0\.18\d*", r"\g<1>0.190", text)
    assert moved != text
    changed.write_text(text.replace("data_ybco_o700", "data_changed"))
    dft.write_text(moved.replace("data_ybco_o700", "data_dft").replace("_polyqw_origin", "_polyqw_origin dft\n#"))
    paths = [str(ROOT / "cifs" / f"{name}.cif") for name in FILES]
    list(ingest(url, [*paths, str(changed), str(dft)], AnalysisOptions(), reading=TRUSTED))
    changed.write_text(moved.replace("data_ybco_o700", "data_changed"))
    list(ingest(url, [str(changed)], AnalysisOptions(), reading=TRUSTED))
    verdicts = {"t1-lambda-ybco": "reproduced", "t1-lambda-tl2223": "not_reproduced"}
    rows = [{"id": k, "recomputed": 1.5, "verdict": v, "note": "a test"} for k, v in verdicts.items()]
    assert save_results(url, rows).refusal is None
    with reading(url) as session:
        predicted = predict_set(session, PredictionSet.NICKELATES)
    assert save_predictions(url, predicted).refusal is None
    return url


@pytest.fixture(scope="module")
def sqlite_filled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cookbook")
    return fill(str(folder / "wells.db"), folder)


@pytest.fixture(scope="module")
def postgres_filled(postgres, sqlite_filled, tmp_path_factory):
    name = postgres.create()
    folder = tmp_path_factory.mktemp("cookbook-server")
    yield fill(postgres.url_of(name), folder)
    postgres.drop(name)


def answer(database, name, **given):
    recipe = RECIPES[name]
    return read_rows(database, recipe.sql, parameters=recipe.values(given))


def portable(rows):
    """Return rows without keys, moments and paths, sorted, booleans as numbers."""
    left_out = {"stored_at", "file", "structure_id", "replaced_structure_id"}
    kept = [[rows.columns.index(c) for c in rows.columns if c not in left_out]][0]

    def plain(value):
        return round(value, 9) if isinstance(value, float) else int(value) if isinstance(value, bool) else value

    return sorted(([plain(row[i]) for i in kept] for row in rows.rows), key=str)


@pytest.mark.parametrize("name", RECIPES)
def test_both_engines_give_the_same_rows(name, sqlite_filled, postgres_filled):
    here, there = answer(sqlite_filled, name), answer(postgres_filled, name)
    assert here.columns == there.columns
    assert len(set(here.columns)) == len(here.columns), "a column name twice"
    assert portable(here) == portable(there)
    assert here.rows, "the default finds nothing"


@pytest.mark.parametrize("name", RECIPES)
def test_texts_do_as_well_as_numbers(name, sqlite_filled):
    """A form in a browser sends text."""
    recipe = RECIPES[name]
    texts = {p.name: p.default for p in recipe.parameters}
    assert read_rows(sqlite_filled, recipe.sql, parameters=texts) == answer(sqlite_filled, name)


@pytest.mark.parametrize("name", sorted(set(RECIPES) - LISTINGS))
def test_what_is_looked_up_uses_an_index(name, sqlite_filled):
    recipe = RECIPES[name]
    plan = read_rows(sqlite_filled, f"EXPLAIN QUERY PLAN {recipe.sql}", parameters=recipe.values({})).rows
    scanned = [re.match(r"SCAN (\S+)", row[-1]) for row in plan]
    names = {found[1] for found in scanned if found}
    assert not names & (set(LARGE) | set(LARGE.values())), plan
    # nearly every structure is a current one: to search for those is to go through all
    assert not [row[-1] for row in plan if "ix_structure_superseded_by" in row[-1]], plan


def test_numbers_bound_the_window(sqlite_filled):
    rows = answer(sqlite_filled, "heights-in-window", h_from="3.6", h_to="3.70").records()
    assert rows
    assert all(3.6 <= row["height_angstrom"] <= 3.7 for row in rows)
    assert not answer(sqlite_filled, "heights-in-window", h_from="9", h_to="10").rows


@pytest.mark.parametrize("name", ["above-the-law", "law-by-compound"])
def test_the_law_is_of_layers(name, sqlite_filled, tmp_path):
    copy = tmp_path / "wells.db"
    shutil.copy(sqlite_filled, copy)
    assert answer(str(copy), name).rows
    with closing(sqlite3.connect(copy)) as connection, connection:
        connection.execute("UPDATE well SET layered = 0")
    assert not answer(str(copy), name).rows


def test_above_the_law_counts_from_the_lowest_well(sqlite_filled):
    rows = answer(sqlite_filled, "above-the-law").records()
    for row in rows:
        assert row["tc_law_kelvin"] == pytest.approx(1320 / row["lowest_height_angstrom"] ** 2)
        assert row["excess_kelvin"] > 0
    (ambient,) = [r for r in rows if r["compound"] == "HgBa2Ca2Cu3O8.35"]
    assert ambient["lowest_height_angstrom"] == pytest.approx(3.3938, abs=5e-5), "beta, not alpha"
    assert not answer(sqlite_filled, "above-the-law", **{"lambda": "9999"}).rows


def test_computed_cells_stand_against_the_measured_mean(sqlite_filled):
    rows = answer(sqlite_filled, "computed-and-measured").records()
    (dft,) = [r for r in rows if r["origin"] == "dft"]
    measured = [r["height_angstrom"] for r in rows if r["origin"] == "measured"]
    mean = sum(measured) / len(measured)
    assert dft["n_measured"] == len(measured) == 3
    assert dft["difference_percent"] == pytest.approx(100 * (dft["height_angstrom"] / mean - 1))
    assert dft["difference_percent"] < -1


def test_history_shows_what_a_changed_file_changed(sqlite_filled):
    rows = answer(sqlite_filled, "history").records()
    (replaced,) = [r for r in rows if r["change"] == "replaces"]
    assert replaced["block"] == "changed"
    assert replaced["difference_angstrom"] == pytest.approx(
        replaced["height_angstrom"] - replaced["height_before_angstrom"]
    )
    assert replaced["difference_angstrom"] < -0.01
    assert not answer(sqlite_filled, "history", since="2999-01-01").rows


def test_resonance_scales_from_the_anchor(sqlite_filled):
    rows = answer(sqlite_filled, "resonance-modes").records()
    (anchor,) = [r for r in rows if r["is_anchor"]]
    assert anchor["energy_from_text_mev"] == pytest.approx(anchor["energy_published_mev"])
    (alpha,) = [r for r in rows if r["phase"] == "alpha"]
    assert alpha["energy_from_text_mev"] == pytest.approx(13 * (2.928 / 2.504) ** 2)


def test_refused_values():
    recipe = find_recipe("heights-in-window")
    for bad in ("3,2", "wide", "nan", "inf", ""):
        with pytest.raises(UsageError, match="h_from"):
            recipe.values({"h_from": bad})
    with pytest.raises(UsageError, match="no parameter 'height'"):
        recipe.values({"height": "3"})
    with pytest.raises(UsageError, match="above-the-law"):
        find_recipe("nothing")


def test_a_recipe_describes_its_parameters():
    recipe = make_recipe("x", "-- Why?\n-- Because.\n-- So.\n-- :h number = 1 | height (Å)\nSELECT :h")
    assert (recipe.question, recipe.account, recipe.sql) == ("Why?", "Because. So.", "SELECT :h")
    assert recipe.parameters[0].kind is ParameterKind.NUMBER
    for wrong in ("SELECT 1", "-- Why?\nSELECT :h", "-- Why?\n-- :h text = a | b\nSELECT 1"):
        with pytest.raises(ValueError, match="describes every parameter"):
            make_recipe("x", wrong)


def test_parameters_are_values_and_nothing_else(database):
    sql = "SELECT CAST(:a AS TEXT) AS one, ':a' AS two, '%' AS three, \"name\" FROM compound LIMIT 1 -- :a"
    for text in ("x", "O'Brien", '"; DROP TABLE well; --', "100 %", "%(a)s", ":b", "\\"):
        (row,) = read_rows(database, sql, parameters={"a": text}).records()
        assert (row["one"], row["two"], row["three"]) == (text, ":a", "%")
    with pytest.raises(DatabaseError, match="other"):
        read_rows(database, "SELECT CAST(:other AS TEXT)", parameters={"a": "x"})
