"""Reading files into the database: once, again, changed, with other options, broken."""

import os
import shutil
import signal
import sqlite3
import time
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from polyqw.core.options import AnalysisOptions, OccupancyPolicy
from polyqw.db.look.restore import read_cell
from polyqw.db.open.engine import open_database
from polyqw.errors import UsageError
from polyqw.services.ingest import IngestReport, Limits, ingest, run
from polyqw.services.ingest.work import Ingesting
from polyqw.services.place.database import reading
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.structures.records import find_structures, show
from polyqw.services.structures.stored import current_structures
from tests.conftest import ROOT, structure_path

DEFAULT = AnalysisOptions()


def ingested(database, *names, options=DEFAULT):
    report = IngestReport()
    for done in ingest(str(database), [str(n) for n in names], options):
        report.add(done)
    return report


def dump(path):
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def rows(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def folder(tmp_path):
    """Give a folder of three structures: with wells, without, and one that contradicts itself."""
    folder = tmp_path / "cifs"
    folder.mkdir()
    for name in ("ybco_o698", "nacl", "nife2o4"):
        shutil.copy(structure_path(name), folder)
    return folder


def test_counts(folder, tmp_path):
    report = ingested(tmp_path / "a.db", folder)
    assert report.counts == {
        "stored": 3,
        "unchanged": 0,
        "updated": 0,
        "no_well": 1,
        "rejected": 1,
        "failed": 0,
    }
    assert [f.reason for f in report.files] == ["no_plane_metal", "atoms_too_close", None]
    assert all(f.structure_id for f in report.files)


def test_su_of_heights_are_stored(tmp_path):
    path = tmp_path / "a.db"
    ingested(path, structure_path("lco_lto_cod"), structure_path("ybco_o698"))
    found = dict(
        rows(path, "SELECT s.block, w.height_su_angstrom FROM well AS w JOIN structure AS s ON s.id = w.structure_id")
    )
    assert found == {"lco_lto_cod": pytest.approx(np.hypot(2 * 13.148 * 0.00004, 0.27778 * 0.006)), "ybco_o698": None}
    with reading(path) as session:
        stored = {s.block: read_cell(session, s) for s in current_structures(session)}
    assert stored["ybco_o698"].parameters is None
    (analysed,) = analyse_inputs([str(structure_path("lco_lto_cod"))], DEFAULT)
    read, kept = analysed.record.cell.parameters, stored["lco_lto_cod"].parameters
    for name in ("names", "su", "usual_su", "strain", "owner", "site", "shift"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(read, name))


def test_structures_of_the_earlier_analysis_get_their_su(tmp_path, monkeypatch):
    path, name = tmp_path / "a.db", structure_path("lafeaso_cod")
    with monkeypatch.context() as earlier:
        for module in ("run", "work"):
            earlier.setattr(f"polyqw.services.ingest.{module}.ANALYSIS_VERSION", "1")
        ingested(path, name)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE well SET height_su_angstrom = NULL")
        connection.execute("UPDATE structure SET free_parameters = NULL")
    assert ingested(path, name).counts["updated"] == 1
    assert all(su > 0 for (su,) in rows(path, "SELECT height_su_angstrom FROM well"))
    assert rows(path, "SELECT count(*) FROM structure WHERE free_parameters IS NOT NULL") == [(1,)]
    assert ingested(path, name).counts["unchanged"] == 1


def test_reference_structures_twice_change_nothing(reference_copy):
    before = dump(reference_copy)
    report = ingested(reference_copy, ROOT / "cifs")
    assert {(f.outcome, f.status) for f in report.files} == {("unchanged", None)}, "none is read again"
    assert report.counts["unchanged"] == len(list((ROOT / "cifs").glob("*.cif")))
    assert dump(reference_copy) == before


def test_changed_file_supersedes(folder, tmp_path):
    database = tmp_path / "a.db"
    ingested(database, folder)
    path = folder / "ybco_o698.cif"
    text = path.read_text()
    cell_c = next(line for line in text.splitlines() if line.startswith("_cell_length_c"))
    path.write_text(text.replace(cell_c, "_cell_length_c 12.0"))
    report = ingested(database, folder)
    assert report.counts["unchanged"] == 2
    assert report.counts["updated"] == 1
    versions = rows(
        database, "SELECT id, superseded_by, c_angstrom FROM structure WHERE block = 'ybco_o698' ORDER BY id"
    )
    assert len(versions) == 2
    (old, by, _), (new, current, c) = versions
    assert (by, current, c) == (new, None, 12.0)
    with reading(str(database)) as session:
        (record,) = find_structures(session, "name=ybco_o698")
        assert record["id"] == new
        (kept,) = show(session, str(old))
        assert kept["superseded_by"] == new
    assert ingested(database, folder).counts["unchanged"] == 3


def test_file_changed_back_is_current_again(folder, tmp_path):
    database, path = tmp_path / "a.db", folder / "ybco_o698.cif"
    original = path.read_text()
    ingested(database, path)
    path.write_text(original.replace("_cell_length_a", "_cell_length_a 3.9 #"))
    ingested(database, path)
    path.write_text(original)
    ingested(database, path)
    current = rows(database, "SELECT file_sha256 FROM structure WHERE superseded_by IS NULL")
    assert len(current) == 1


def test_other_options_update(folder, tmp_path):
    database = tmp_path / "a.db"
    ingested(database, folder)
    options = replace(DEFAULT, occupancy=OccupancyPolicy.MAJORITY)
    report = ingested(database, folder, options=options)
    assert report.counts["updated"] == 3
    assert ingested(database, folder, options=options).counts["unchanged"] == 3
    assert len(rows(database, "SELECT id FROM structure WHERE superseded_by IS NULL")) == 3
    tolerances = rows(database, "SELECT DISTINCT json_extract(tolerances, '$.occupancy') FROM structure")
    assert tolerances == [("majority",)]


def test_broken_files_leave_an_issue_and_the_rest_is_done(folder, tmp_path):
    database = tmp_path / "a.db"
    (folder / "broken.cif").write_text("this is no CIF at all")
    (folder / "empty.cif").write_bytes(b"")
    report = ingested(database, folder, tmp_path / "missing.cif")
    assert report.counts["stored"] == 3
    assert report.counts["failed"] == 1
    assert report.counts["rejected"] == 3  # broken, empty, and the stored one that contradicts itself
    issues = rows(database, "SELECT status, reason, message FROM ingest_issue ORDER BY file")
    assert sorted(status for status, _, _ in issues) == ["failed", "rejected", "rejected"]
    assert all(reason and message for _, reason, message in issues)


def test_mended_file_loses_its_issue(folder, tmp_path):
    database, path = tmp_path / "a.db", folder / "later.cif"
    path.write_text("not yet")
    ingested(database, path)
    assert len(rows(database, "SELECT id FROM ingest_issue")) == 1
    path.write_text(structure_path("tl1212").read_text())
    assert ingested(database, path).counts["stored"] == 1
    assert rows(database, "SELECT id FROM ingest_issue") == []


def test_stopping_half_way_leaves_whole_files(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "BATCH", 4)
    database = tmp_path / "a.db"
    stopped = ingest(str(database), [str(ROOT / "cifs")], DEFAULT)
    for _ in range(5):
        next(stopped)
    stopped.close()
    assert rows(database, "SELECT count(*) FROM structure") == [(8,)], "two batches of four"
    complete = rows(
        database,
        "SELECT s.id FROM structure s WHERE s.status = 'ok' AND NOT EXISTS "
        "(SELECT 1 FROM well w JOIN well_vertex v ON v.well_id = w.id WHERE w.structure_id = s.id)",
    )
    assert complete == []
    report = ingested(database, ROOT / "cifs")
    assert report.counts["unchanged"] == 8
    assert report.counts["stored"] == report.n_blocks - 8


def test_stored_heights_are_those_of_the_analysis(reference_template):
    open_database(reference_template).dispose()
    found = rows(
        reference_template,
        "SELECT w.phase, w.height_angstrom FROM well w JOIN structure s ON s.id = w.structure_id "
        "WHERE s.block = 'rbcafe4as4' AND w.phase <> 'mu' ORDER BY w.phase",
    )
    assert dict(found) == pytest.approx({"alpha": 2.8092, "beta": 2.9442, "gamma": 3.6102}, abs=0.0006)


def content(path):
    """Return all that a database holds but moments and seconds."""
    left_out = {"stored_at", "read_at", "recorded_at", "seconds"}
    found = {}
    with closing(sqlite3.connect(path)) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            columns = [c[1] for c in connection.execute(f"PRAGMA table_info({table})") if c[1] not in left_out]
            found[table] = connection.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
    return found


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_content_is_the_same_for_any_number_of_workers(folder, tmp_path, jobs):
    (folder / "broken.cif").write_text("no CIF")
    (folder / "again.cif").write_bytes((folder / "nacl.cif").read_bytes())
    for name, n in (("here.db", 0), ("there.db", jobs)):
        list(
            ingest(str(tmp_path / name), [str(folder), str(structure_path("tl1212")), "missing.cif"], DEFAULT, jobs=n)
        )
    assert content(tmp_path / "here.db") == content(tmp_path / "there.db")


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_content_is_the_same_for_any_size_of_batches(folder, tmp_path, monkeypatch, size):
    (folder / "again.cif").write_bytes((folder / "nacl.cif").read_bytes())
    (folder / "two.cif").write_text(structure_path("nacl").read_text() + structure_path("tl1212").read_text())
    names = [str(folder), str(folder / "nacl.cif"), str(structure_path("lafeaso_cod"))]
    list(ingest(str(tmp_path / "a.db"), names, DEFAULT))
    monkeypatch.setattr(run, "BATCH", size)
    list(ingest(str(tmp_path / "b.db"), names, DEFAULT))
    assert content(tmp_path / "a.db") == content(tmp_path / "b.db")


class Trapped(Ingesting):
    """Work of which some names hang, die or eat memory."""

    def do(self, source):
        name = source.name.rsplit("/")[-1]
        if "hang" in name:
            time.sleep(60)
        if "die" in name:
            os.kill(os.getpid(), signal.SIGKILL)
        if "eat" in name:
            bytearray(4 * 2**30)
        return super().do(source)


@pytest.fixture
def traps(tmp_path, monkeypatch):
    """Give files of which three do their worker harm."""
    monkeypatch.setattr(run, "Ingesting", Trapped)
    folder = tmp_path / "traps"
    folder.mkdir()
    for name in ("a_good", "b_hang", "c_good", "d_die", "e_eat", "f_good"):
        (folder / f"{name}.cif").write_text(f"# {name}\n" + structure_path("nacl").read_text())
    return folder


def test_a_worker_that_hangs_or_dies_costs_its_file_alone(traps, tmp_path):
    done = {
        d.file.rsplit("/")[-1]: (d.outcome, d.reason)
        for d in ingest(
            str(tmp_path / "a.db"), [str(traps)], DEFAULT, jobs=2, limits=Limits(seconds=4, memory_mib=512)
        )
    }
    assert done == {
        "a_good.cif": ("stored", "no_plane_metal"),
        "b_hang.cif": ("failed", "timeout"),
        "c_good.cif": ("stored", "no_plane_metal"),
        "d_die.cif": ("failed", "worker_died"),
        "e_eat.cif": ("failed", "memory"),
        "f_good.cif": ("stored", "no_plane_metal"),
    }
    issues = rows(tmp_path / "a.db", "SELECT reason, message FROM ingest_issue ORDER BY file")
    assert [reason for reason, _ in issues] == ["timeout", "worker_died", "memory"]
    assert "SIGKILL" in issues[1][1]


def test_what_failed_is_tried_again(traps, tmp_path, monkeypatch):
    list(ingest(str(tmp_path / "a.db"), [str(traps)], DEFAULT, jobs=1, limits=Limits(seconds=4, memory_mib=512)))
    monkeypatch.undo()
    report = ingested(tmp_path / "a.db", traps)
    assert (report.counts["unchanged"], report.counts["stored"]) == (3, 3)
    assert rows(tmp_path / "a.db", "SELECT count(*) FROM ingest_issue") == [(0,)]


def test_workers_and_limits_are_above_zero(folder, tmp_path):
    for words in (
        {"jobs": -1},
        {"jobs": 1, "limits": Limits(seconds=0)},
        {"jobs": 1, "limits": Limits(memory_mib=0)},
    ):
        with pytest.raises(UsageError, match="above zero"):
            list(ingest(str(tmp_path / "a.db"), [str(folder)], DEFAULT, **words))
