"""A database and the law, from Python."""

import pytest

import polyqw
from polyqw.errors import DatabaseError, UsageError
from tests.conftest import structure_path


@pytest.fixture(scope="module")
def database(reference_template):
    return polyqw.open_database(reference_template)


def test_query_gives_a_table(database):
    table = database.query("SELECT compound, height_angstrom FROM v_wells WHERE phase = 'gamma' ORDER BY 2")
    assert list(table.columns) == ["compound", "height_angstrom"]
    assert len(table) > 0
    assert table["height_angstrom"].is_monotonic_increasing
    assert len(database.query("SELECT 1 AS a WHERE 1 = 0")) == 0


@pytest.mark.parametrize("sql", ["DELETE FROM well", "SELECT 1; DROP TABLE well", "PRAGMA journal_mode=delete"])
def test_it_only_reads(database, sql):
    with pytest.raises(DatabaseError):
        database.query(sql)


def test_find_and_structure(database):
    found = database.find("family=iron,La", sort="-h_alpha_angstrom", limit=3)
    assert list(found["family"].unique()) == ["iron"]
    assert found["h_alpha_angstrom"].is_monotonic_decreasing
    stored = database.structure(int(found["id"].iloc[0]))
    assert stored.heights_angstrom["alpha"] == found["h_alpha_angstrom"].iloc[0]
    assert len(database.find("tc_kelvin>1000")) == 0
    assert database.structure("lafeaso_cod").describe().startswith("LaFeAsO is an iron-based compound")
    with pytest.raises(UsageError, match="no structure 'nosuch'"):
        database.structure("nosuch")
    with pytest.raises(UsageError, match="is no field"):
        database.find("nosuch=1")


def test_no_database_is_an_error_and_none_is_made(tmp_path):
    with pytest.raises(DatabaseError, match="no database at"):
        polyqw.open_database(tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_a_password_does_not_show(database):
    database = object.__new__(polyqw.Database)
    database._place = "postgresql://me:secret@host/wells"
    assert repr(database) == "<polyqw Database 'postgresql+psycopg://me:***@host/wells'>"


def test_the_law_needs_no_database_and_is_the_same_with_one(reference_template):
    alone = polyqw.law(3.6, "cuprate")
    assert alone == polyqw.law(3.6, "cuprate", database=reference_template)
    assert alone.tc_kelvin == pytest.approx(alone.lambda_kelvin_angstrom2 / 3.6**2)
    assert polyqw.law(3.6, "nickelate") == alone
    wider = polyqw.law(3.6, "cuprate", height_su_angstrom=0.2)
    assert wider.tc_high_kelvin > alone.tc_high_kelvin
    for height, family in ((0, "iron"), (float("nan"), "iron"), (3, "kagome")):
        with pytest.raises(UsageError):
            polyqw.law(height, family)


def test_predictions_follow_the_law():
    table = polyqw.predict(structure_path("lafeaso_cod"))
    assert set(table["phase"]) == {"alpha", "beta"}
    assert list(table["tc_kelvin"]) == pytest.approx(
        list(table["lambda_kelvin_angstrom2"] / table["height_angstrom"] ** 2)
    )
    fitted = table[(table["phase"] == "alpha") & table["lambda_from"].str.startswith("mean")].iloc[0]
    law = polyqw.law(fitted["height_angstrom"], "iron", height_su_angstrom=fitted["height_su_angstrom"])
    assert (law.tc_kelvin, law.tc_low_kelvin) == (fitted["tc_kelvin"], fitted["tc_low_kelvin"])
    assert len(polyqw.predict(structure_path("srtio3"))) == 0
