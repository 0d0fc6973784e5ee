"""``polyqw report``: what it computes stands in the database it was made from."""

import shutil
import sqlite3
from contextlib import closing


def test_what_the_report_says_is_in_its_database(run, reference_template, tmp_path):
    database = tmp_path / "own.db"
    shutil.copy(reference_template, database)
    assert "results recorded in" in run("report", "-o", tmp_path / "report", "--db", database).err
    with closing(sqlite3.connect(database)) as connection:
        n_claims, n_verdicts = connection.execute("SELECT count(*), count(verdict) FROM v_claims").fetchone()
        (n_fits,) = connection.execute("SELECT count(*) FROM v_cles").fetchone()
    assert n_claims == n_verdicts > 100
    assert n_fits > 20
