"""What needs no database asks none: predictions and descriptions of files."""

from __future__ import annotations

import pytest

from polyqw.constants import LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002, LAMBDA_IRON
from tests.conftest import structure_path


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("lafeaso_cod", {"papers/001 and 002 Eq. 2": LAMBDA_IRON}),
        ("tl1212", {"papers/001 Eq. 1": LAMBDA_CUPRATE_001, "papers/002 Eq. 1": LAMBDA_CUPRATE_002}),
    ],
)
def test_predict_uses_the_printed_lambda_and_says_so(run, tmp_path, name, printed):
    data = tmp_path / "data"
    done = run("predict", structure_path(name), "--json", XDG_DATA_HOME=str(data))
    assert (done.code, done.err) == (0, "")
    rows = done.json()
    found = {row["lambda_from"]: row["lambda_used"] for row in rows}
    assert found.items() >= printed.items()
    for row in rows:
        assert row["tc_kelvin"] == pytest.approx(row["lambda_used"] / row["height_angstrom"] ** 2, rel=1e-12)
        assert row["tc_low_kelvin"] < row["tc_kelvin"] < row["tc_high_kelvin"]
    assert not data.exists()
    assert all(source in run("predict", structure_path(name)).out for source in printed)


def test_the_same_as_with_a_database(run, reference_template):
    """All but how many measured structures the interval holds: those stand in a database."""
    words = ("predict", structure_path("lafeaso_cod"), "--json")
    counts = {"n_measured", "n_measured_inside"}
    here, there = run(*words).json(), run(*words, "--no-save", "--db", reference_template).json()
    for one, other in zip(here, there, strict=True):
        assert {k: v for k, v in one.items() if k not in counts} == {
            k: v for k, v in other.items() if k not in counts
        }
    assert there[0]["n_measured"] > 5


def test_a_database_that_is_named_must_be_there(run, tmp_path):
    done = run("predict", structure_path("lafeaso_cod"), "--db", tmp_path / "none.db")
    assert (done.code, done.out) == (1, "")
    assert "no database at" in done.complaint


def test_describe_of_a_file_never_speaks_of_a_database(run, tmp_path):
    home = tmp_path / "data"
    (home / "polyqw").mkdir(parents=True)
    (home / "polyqw" / "polyqw.db").write_text("no database at all\n" * 50)
    for name in ("lafeaso_cod", "ybco_o690_williams", "nacl"):
        done = run("describe", structure_path(name), XDG_DATA_HOME=str(home))
        assert (done.code, done.err) == (0, "")
        assert "database" not in done.out
