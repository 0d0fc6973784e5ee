"""Parts of the application by themselves: charts, formulae, names, room for uploads, results that are kept."""

from __future__ import annotations

import io
import math
import sqlite3
import zipfile
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="needs starlette: pip install 'polyqw[web]'")

from sqlalchemy import text
from starlette.testclient import TestClient

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Family
from polyqw.db.models import WellChoice
from polyqw.db.open.engine import open_database
from polyqw.errors import UsageError
from polyqw.io.inputs import RefusedSource, Source, expand_content
from polyqw.io.read_options import DEFAULT
from polyqw.services.browse import desk, kept
from polyqw.services.browse.application import make_application
from polyqw.services.browse.desk import Desk, FullError
from polyqw.services.browse.inspection import Inspected, Inspecting
from polyqw.services.browse.pages.family import compounds_of
from polyqw.services.browse.policy import host_name
from polyqw.services.browse.remembered import stamp_of
from polyqw.services.browse.site import Site
from polyqw.services.browse.uploads import file_name
from polyqw.services.drawing.chart import Axis, Dot, Line, axis_around, draw_chart, ticks_of
from polyqw.services.law.own_choice import choose_rows, fit_rows
from polyqw.services.place.database import reading
from polyqw.services.structures.similar import similar_structures
from polyqw.services.workers.guard import Guard
from tests.hostile_cifs import CIF, zip_bomb


@given(st.floats(-1e4, 1e4), st.floats(1e-3, 1e4))
def test_ticks_are_round_and_few(low, span):
    ticks = ticks_of(low, low + span)
    assert 2 <= len(ticks) <= 8
    assert all(low - 1e-9 * span <= t <= low + span * (1 + 1e-9) + 1e-9 * abs(low) for t in ticks)
    assert all(b > a for a, b in pairwise(ticks))


def test_chart_escapes_names_and_leaves_gaps():
    drawn = draw_chart(
        "a < b", Axis("x", 0, 1), axis_around("y", [0.0, 2.0]),
        dots=[Dot(0.5, 1.0, "<script>", "alpha"), Dot(7.0, 1.0, "outside", "alpha")],
        lines=[Line([(0.0, 0.0), (0.3, math.nan), (0.6, 1.0), (1.0, 1.5)], "line", "law")],
    )  # fmt: skip
    assert "&lt;script&gt;" in drawn
    assert "<script>" not in drawn
    assert "outside" not in drawn
    path = drawn.split(' d="')[1].split('"')[0]
    assert path.count("M") == 2
    assert path.count("L") == 1


@pytest.mark.parametrize(
    ("sent", "kept_name"),
    [
        ("a.cif", "a.cif"), ("../../etc/passwd", "passwd"), ("C:\\x\\b.cif", "b.cif"), ("-", "unnamed.cif"),
        ("..", "unnamed.cif"), ("", "unnamed.cif"), (None, "unnamed.cif"), ("a\x1b[31m\n.cif", "a [31m .cif"),
        ("x" * 500, "x" * 119 + "…"),
    ],
)  # fmt: skip
def test_names_of_uploads_are_no_paths(sent, kept_name):
    assert file_name(sent) == kept_name


@pytest.mark.parametrize(
    ("host", "name"),
    [("127.0.0.1:80", "127.0.0.1"), ("[::1]:80", "::1"), ("LOCALHOST", "localhost"), ("", ""), ("[", "")],
)
def test_name_of_a_host(host, name):
    assert host_name(host) == name


def test_content_is_expanded_without_a_disk():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("b/one.cif", CIF)
        archive.writestr("readme.txt", "none")
    assert list(expand_content("x.zip", stream.getvalue())) == [Source("x.zip/b/one.cif", CIF.encode())]
    assert list(expand_content("/etc/passwd", b"x")) == [Source("/etc/passwd", b"x")]
    found = list(expand_content("bomb.zip", zip_bomb()))
    assert [s.name for s in found if isinstance(s, Source)] == ["bomb.zip/good.cif"]
    [large] = expand_content("a.cif", bytes(11 * 2**20))
    assert isinstance(large, RefusedSource)
    assert large.error.reason == "too_large"


def test_results_make_room_for_new_ones(monkeypatch):
    monkeypatch.setattr(kept, "MOST_BYTES", 50_000)
    results = kept.Kept()
    block = Inspected({"wells": [], "status": "ok"})
    first, second = (results.keep(kept.Result([block])) for _ in range(2))
    assert results.find(first)
    third = results.keep(kept.Result([block]))
    assert results.find(first) is None
    assert results.find(second)
    assert results.find(third)
    assert results.find("guess") is None
    monkeypatch.setattr(kept, "KEPT_SECONDS", -1.0)
    assert results.find(third) is None


def test_the_step_that_a_search_ended_at():
    names = ("cell", "oxide_search", "plane_metal", "square_net", "iron_search", "plane_metal")
    steps = [{"name": name, "text": str(k)} for k, name in enumerate(names)]
    assert Inspected({"wells": []}, steps).failed_at == steps[3]
    assert Inspected({"wells": [1]}, steps).failed_at is None
    assert Inspected({"wells": []}).failed_at is None


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_page_is_made_anew_after_the_database_has_changed(journal, reference_copy):
    with closing(sqlite3.connect(reference_copy)) as other:
        other.execute(f"PRAGMA journal_mode={journal}")
        stamps = [stamp_of(reference_copy), stamp_of(reference_copy)]
        for k in range(3):
            other.execute("UPDATE structure SET note = ? WHERE id = 1", [f"note {k}"])
            other.commit()
            stamps.append(stamp_of(reference_copy))
    assert stamps[0] == stamps[1]
    assert len(set(stamps)) == 4
    assert stamp_of(reference_copy.with_name("none")) == ()


@pytest.fixture
def site(reference_template):
    """Give a site whose workers are never asked."""
    engine, options = open_database(reference_template), AnalysisOptions()
    own = Desk(Inspecting(reference_template, options, DEFAULT), Guard())
    yield Site(Path(reference_template), engine, own, options, DEFAULT)
    own.close()
    engine.dispose()


def test_where_there_is_no_room_one_comes_back(site, monkeypatch):
    monkeypatch.setattr(desk, "MOST_UPLOADS", 1)
    client = TestClient(make_application(site, is_local=False))
    with site.desk.room_for(10):
        with pytest.raises(FullError), site.desk.room_for(10):
            pass
        answer = client.post("/analyse", files={"files": ("a.cif", CIF)}, headers={"accept": "application/json"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
        assert "no room for one more upload" in answer.json()["error"]
    monkeypatch.setattr(desk, "MOST_BYTES", 5)
    with pytest.raises(FullError), site.desk.room_for(10):
        pass


def test_nothing_is_stored_where_nobody_may(site):
    client = TestClient(make_application(site, is_local=False))
    answer = client.post("/ingest", files={"files": ("a.cif", CIF), "token": (None, "")})
    assert answer.status_code == 403
    assert "nothing is stored here" in answer.text


def test_a_fault_of_ours_is_one_line(site, monkeypatch, capsys):
    monkeypatch.setattr("polyqw.services.browse.pages.screen.answer_structures", None)
    client = TestClient(make_application(site, is_local=False), raise_server_exceptions=False)
    answer = client.get("/screen")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    assert capsys.readouterr().err == "polyqw: TypeError: 'NoneType' object is not callable\n"


def test_like_structures_are_of_the_compound_then_of_the_height(reference_template):
    with reading(reference_template) as session:
        found = similar_structures(session, Family.CUPRATE, {"alpha": 3.69}, "YBa2Cu3Ox")
        assert [s.is_same_compound for s in found] == sorted((s.is_same_compound for s in found), reverse=True)
        assert sum(s.is_same_compound for s in found) == 4
        rest = [s.apart_angstrom for s in found if not s.is_same_compound]
        assert rest == sorted(rest)
        assert rest
        left = similar_structures(session, Family.CUPRATE, {"alpha": 3.69}, "YBa2Cu3Ox", found[0].structure_id)
        assert found[0].structure_id not in {s.structure_id for s in left}


@pytest.mark.parametrize("family", ["cuprate", "iron", "nickelate"])
def test_compounds_of_a_family_are_those_of_the_view(reference_template, family):
    with reading(reference_template) as session:
        found = {row["parent"]: row for row in compounds_of(session, family, 1000)}
        view = session.execute(text("SELECT * FROM v_compound WHERE family = :family"), {"family": family}).mappings()
        told = {row["parent"]: row for row in view}
    assert set(found) == set(told)
    for parent, row in found.items():
        same = set(row) & set(told[parent])
        assert len(same) == 10
        assert {key: row[key] for key in same} == {key: told[parent][key] for key in same}


def test_own_choice_refuses_wells_that_are_not_there(reference_template):
    with reading(reference_template) as session:
        for own in ({1: "delta"}, {99: "alpha"}):
            with pytest.raises(UsageError, match="has no well"):
                choose_rows(session, Family.CUPRATE, WellChoice.CHOSEN, own)
        rows = choose_rows(session, Family.IRON, WellChoice.CHOSEN, {4: "none"})
        assert [r.number for r in rows if r.taken is None] == [4]
        assert fit_rows(session, rows).law.n == len(rows) - 1
