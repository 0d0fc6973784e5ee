"""Structures of a provider: the reference server with an export of ours, and one that misbehaves."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from dataclasses import replace

import httpx
import pytest
from sqlalchemy import func, select

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin
from polyqw.db.models import IngestIssue, Site, Structure, Transition, Well
from polyqw.errors import UsageError
from polyqw.io.optimade.client import Unreachable
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.exchange.optimade_import import ClientLimits, OptimadeQuery, Vouching, import_optimade
from polyqw.services.exchange.selection import exchange_id, select_structures
from polyqw.services.ingest import IngestReport
from polyqw.services.place.database import reading
from tests.conftest import ROOT
from tests.fake_provider import FakeProvider, running

OPTIONS = AnalysisOptions()
QUICK = ClientLimits(attempts=3, first_pause_seconds=0.0)


def run(database, query, **changes):
    report = IngestReport()
    for done in import_optimade(str(database), query, OPTIONS, limits=QUICK, **changes):
        report.add(done)
    return report


@pytest.fixture(scope="module")
def exported(reference_template, tmp_path_factory):
    """Write the reference structures as OPTIMADE."""
    folder = tmp_path_factory.mktemp("exported")
    with reading(reference_template) as session:
        export_optimade(session, folder)
    return folder / "optimade.jsonl"


@pytest.fixture(scope="module")
def server(exported, tmp_path_factory):
    """Run the reference server of OPTIMADE with our export."""
    if missing := [n for n in ("fastapi", "mongomock", "uvicorn") if importlib.util.find_spec(n) is None]:
        pytest.skip(f"needs optimade[server] to run a server ({', '.join(missing)} missing)")
    home = tmp_path_factory.mktemp("server")
    words = [sys.executable, "-m", "tests.services.optimade_server", str(exported), str(home)]
    environment = {k: v for k, v in os.environ.items() if not k.upper().startswith("OPTIMADE")}
    with (
        (home / "errors").open("w") as errors,
        subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=ROOT, env={**environment, "HOME": str(home)}
        ) as process,
    ):
        try:
            line = process.stdout.readline()
            assert line, (home / "errors").read_text()
            yield json.loads(line)["url"]
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def imported(server, tmp_path_factory):
    """Take all structures from the server."""
    database = tmp_path_factory.mktemp("imported") / "x.db"
    return database, run(database, OptimadeQuery(server))


def test_the_way_over_a_server_gives_the_same_structures_and_heights(imported, reference_template):
    database, report = imported
    with reading(reference_template) as here, reading(str(database)) as there:
        before = {exchange_id(s): s for s in select_structures(here, [])}
        after = {s.block: s for s in select_structures(there, [])}
        assert before.keys() == after.keys()
        assert report.counts["stored"] == len(before)
        for name, old in before.items():
            new = after[name]
            assert new.structure_sha256 == old.structure_sha256, name
            assert (new.status, new.reason, new.family, new.formula) == (
                old.status,
                old.reason,
                old.family,
                old.formula,
            )
            assert [(w.kind, w.phase, w.multiplicity) for w in new.wells] == [
                (w.kind, w.phase, w.multiplicity) for w in old.wells
            ]
            heights = [w.height_angstrom for w in old.wells]
            assert [w.height_angstrom for w in new.wells] == pytest.approx(heights, abs=1e-9)


def test_a_server_with_our_configuration_knows_our_properties(server):
    known = httpx.get(f"{server}/v1/info/structures", timeout=30).json()["data"]["properties"]
    assert known["_polyqw_height_alpha_angstrom"]["unit"] == "Ao"
    asked = {
        "filter": "_polyqw_height_alpha_angstrom<2.8",
        "response_fields": "_polyqw_height_alpha_angstrom",
        "page_limit": 50,
    }
    answer = httpx.get(f"{server}/v1/structures", params=asked, timeout=30).json()
    heights = [entry["attributes"]["_polyqw_height_alpha_angstrom"] for entry in answer["data"]]
    assert heights
    assert max(heights) < 2.8
    assert answer["meta"]["provider"]["prefix"] == "polyqw"


def test_the_provider_stands_with_each_structure(imported, server):
    database, _ = imported
    with reading(str(database)) as session:
        (structure,) = (s for s in select_structures(session, []) if s.block.startswith("lafeaso_cod-"))
        assert structure.file == f"{server}/v1/structures/{structure.block}"
        assert structure.source == f"polyqw {structure.block}"
        assert (structure.trust, structure.origin, structure.origin_claimed) == ("none", "unknown", "measured")
        assert structure.doi == "10.1021/ja800073m"
        assert "last modified 20" in structure.note
        assert "source COD 4107570" in structure.note
        assert {s.origin_claimed for s in select_structures(session, [])} >= {"measured", "constructed"}
        assert session.scalar(select(func.count()).select_from(Transition).where(Transition.key.is_(None))) == 0


def test_a_second_run_stores_nothing(imported, server, monkeypatch):
    database, first = imported
    monkeypatch.delattr("polyqw.services.exchange.optimade_import.analyse_entry")  # it analyses nothing either
    again = run(database, OptimadeQuery(server))
    assert again.counts["unchanged"] == first.counts["stored"]
    assert again.counts["stored"] == again.counts["updated"] == 0


def test_filter_and_limit(server, tmp_path):
    report = run(
        tmp_path / "x.db", OptimadeQuery(server, 'elements HAS ALL "Cu","O" AND _polyqw_status="ok"', limit=3)
    )
    assert report.counts["stored"] == 3
    with reading(str(tmp_path / "x.db")) as session:
        assert {s.family for s in select_structures(session, [])} <= {"cuprate"}
    with pytest.raises(UsageError, match="answers 400"):
        run(tmp_path / "y.db", OptimadeQuery(server, 'no_such_thing="x"'))
    assert not (tmp_path / "y.db").exists()


@pytest.fixture(scope="module")
def entries(exported):
    """Give a few entries with wells as plain values."""
    wanted = ("lafeaso_cod", "bak122_x050", "tl1212", "rbcafe4as4", "nacl")
    lines = [json.loads(line) for line in exported.read_text().splitlines()]
    return [one for one in lines if one.get("type") == "structures" and one["id"].startswith(wanted)]


def rows(database, model):
    with reading(str(database)) as session:
        return session.scalar(select(func.count()).select_from(model))


def test_an_interrupted_run_goes_on(entries, tmp_path):
    database = tmp_path / "x.db"
    with running(FakeProvider(entries)) as provider:
        provider.failures = [None, *[500] * 3]
        broken = run(database, OptimadeQuery(provider.url))
        assert broken.counts == {**broken.counts, "stored": 2, "failed": 1}
        assert (broken.files[-1].reason, broken.files[-1].status) == ("unreachable", "failed")
        assert "run it again to go on" in broken.files[-1].message
        whole = run(database, OptimadeQuery(provider.url))
        assert (whole.counts["stored"], whole.counts["unchanged"], whole.counts["failed"]) == (3, 2, 0)
        undisturbed = tmp_path / "y.db"
        run(undisturbed, OptimadeQuery(provider.url))
    for model in (Structure, Site, Well, IngestIssue):
        assert rows(database, model) == rows(undisturbed, model)
    assert rows(database, Structure) == 5


def test_a_run_that_is_stopped_leaves_whole_structures(entries, tmp_path):
    with running(FakeProvider(entries)) as provider:
        found = import_optimade(str(tmp_path / "x.db"), OptimadeQuery(provider.url), OPTIONS, limits=QUICK)
        next(found)
        found.close()  # what Ctrl-C comes to
        assert 1 <= rows(tmp_path / "x.db", Structure) < 5
        again = run(tmp_path / "x.db", OptimadeQuery(provider.url))
        assert again.counts["stored"] + again.counts["unchanged"] == 5
    assert rows(tmp_path / "x.db", Structure) == 5


def test_one_who_never_answers_leaves_no_database(tmp_path):
    with running(FakeProvider([])) as provider:
        provider.failures = [503] * 9
        with pytest.raises(Unreachable, match="answers 503 after 3 attempts"):
            run(tmp_path / "x.db", OptimadeQuery(provider.url))
    assert list(tmp_path.iterdir()) == []


def test_a_changed_entry_makes_a_new_version(entries, tmp_path):
    with running(FakeProvider(entries[:1])) as provider:
        run(tmp_path / "x.db", OptimadeQuery(provider.url))
        changed = json.loads(json.dumps(entries[0]))
        changed["attributes"]["lattice_vectors"][2] = [2 * x for x in changed["attributes"]["lattice_vectors"][2]]
        provider.entries = [changed]
        report = run(tmp_path / "x.db", OptimadeQuery(provider.url))
    assert report.counts["updated"] == 1
    with reading(str(tmp_path / "x.db")) as session:
        assert [s.superseded_by is None for s in session.scalars(select(Structure).order_by(Structure.id))] == [
            False,
            True,
        ]


def test_bad_entries_cost_themselves_alone(entries, tmp_path):
    good, other = entries[:2]
    without = {**good, "id": "no geometry", "attributes": {**good["attributes"], "lattice_vectors": None}}
    strange = {**good, "id": "../..\x1b[31m/x\ny", "attributes": {**good["attributes"], "species": []}}
    provider = FakeProvider([good, without, strange, {"id": "empty"}, {"attributes": {}}, good, other], page=7)
    with running(provider):
        report = run(tmp_path / "x.db", OptimadeQuery(provider.url))
    assert report.counts["stored"] == 2
    told = {done.block: done for done in report.files if done.outcome == "rejected"}
    assert {done.reason for done in told.values()} == {"no_structure", "unknown_element"}
    assert told["no geometry"].reason == "no_structure"
    assert not any("\x1b" in done.file + done.block + done.message for done in report.files)
    assert rows(tmp_path / "x.db", IngestIssue) == 4
    assert len(report.files) == 6  # the second of two equal ids is passed over


DFT = {"provider": {"prefix": "x", "description": "A database of DFT calculated crystals"}}
RELAXED = {"database": {"description": "relaxed from first principles"}}


def test_origin_is_what_is_stated(entries, tmp_path):
    cases = [
        ({}, {}, Origin.UNKNOWN, "unknown"),
        ({}, {}, Origin.MEASURED, "measured"),
        ({}, DFT, Origin.UNKNOWN, "dft"),
        ({}, RELAXED, Origin.MEASURED, "dft"),
        ({"_polyqw_origin": "idealised"}, {}, Origin.MEASURED, "unknown"),  # it speaks against itself
        ({"_polyqw_origin": "certain"}, {}, Origin.UNKNOWN, "unknown"),
        ({"_polyqw_origin": "measured", "_polyqw_table_row": "X"}, {}, Origin.UNKNOWN, "unknown"),
        ({"_polyqw_origin": "measured", "_polyqw_table_row": "X"}, {}, Origin.MEASURED, "measured"),
    ]
    plain = {k: v for k, v in entries[0]["attributes"].items() if not k.startswith("_polyqw")}
    with running(FakeProvider([])) as provider:
        for number, (changes, meta, given, _) in enumerate(cases):
            provider.entries = [{"id": f"case{number}", "attributes": plain | changes}]
            provider.meta = meta
            run(tmp_path / "x.db", OptimadeQuery(provider.url, vouching=Vouching(given)))
    with reading(str(tmp_path / "x.db")) as session:
        found = {s.block: s for s in select_structures(session, [])}
    assert {name: s.origin for name, s in found.items()} == {
        f"case{number}": origin for number, (_, _, _, origin) in enumerate(cases)
    }
    assert {s.table_row for s in found.values()} == {None}
    told = {name: (s.trust, s.origin_claimed, s.table_row_claimed) for name, s in found.items()}
    assert told["case1"] == ("user", None, None)
    assert told["case3"] == ("none", None, None)
    assert told["case4"] == ("none", "idealised", None)
    assert told["case6"] == ("none", "measured", "X")
    assert told["case7"] == ("user", None, "X")


def test_what_a_provider_says_of_rows_counts_where_the_user_vouches_for_it(entries, tmp_path):
    said = {"_polyqw_origin": "measured", "_polyqw_table_row": "YBa2Cu3O7-d"}
    entry = {"id": "one", "attributes": {**entries[0]["attributes"], **said}}
    with running(FakeProvider([entry])) as provider:
        for trusted in (False, True, True, False):
            report = run(tmp_path / "x.db", OptimadeQuery(provider.url, vouching=Vouching(trusted=trusted)))
            with reading(str(tmp_path / "x.db")) as session:
                (structure,) = select_structures(session, [])
                held = structure.trust, structure.origin, structure.table_row, structure.origin_claimed
            expected = ("user", "measured", "YBa2Cu3O7-d", None) if trusted else ("none", "unknown", None, "measured")
            assert held == expected
    assert report.counts["updated"] == 1


def test_entries_of_calculations_are_computed(entries, tmp_path):
    related = {"calculations": {"data": [{"type": "calculations", "id": "c1"}]}}
    doi = {"references": {"data": [{"type": "references", "id": "r1"}]}}
    entry = {**entries[0], "relationships": {**related, **doi}}
    entry["attributes"] = {k: v for k, v in entry["attributes"].items() if not k.startswith("_polyqw")}
    included = [{"type": "references", "id": "r1", "attributes": {"doi": "10.1/x", "title": "=1+1 \x1b[2Jtitle"}}]
    with running(FakeProvider([entry], included=included)) as provider:
        run(tmp_path / "x.db", replace(OptimadeQuery(provider.url), limit=1))
    with reading(str(tmp_path / "x.db")) as session:
        (structure,) = select_structures(session, [])
        assert (structure.origin, structure.doi, structure.citation) == ("dft", "10.1/x", "=1+1 [2Jtitle")
        assert structure.source == f"fake {entry['id']}"
