"""Browsing: a real server, real requests, a real browser."""

from __future__ import annotations

import hashlib
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path

import httpx
import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.db.look.cookbook import read_cookbook
from polyqw.services.claims.history import save_results
from polyqw.services.ingest import ingest
from tests import fuzz_browse
from tests.conftest import ROOT, structure_path
from tests.serving import serving

pytest.importorskip("datasette", reason="needs datasette: pip install 'polyqw[web]'")

HOSTILE = "<script>document.title='broken'</script><img src=x onerror=alert(1)>"
VIEWS = ("v_law", "v_tc", "v_wells", "v_predictions", "v_claims", "v_failures", "v_cles")
FACETS = {
    "v_law": {"family", "phase", "kind", "tc_kind", "origin"},
    "v_tc": {"tc_kind"},
    "v_wells": {"family", "phase", "kind", "origin"},
    "v_claims": {"verdict"},
    "v_failures": {"status", "reason"},
    "structure": {"family", "origin", "status", "reason"},
    "transition": {"kind"},
}


@pytest.fixture(scope="module")
def database(reference_template, tmp_path_factory):
    """Give the reference structures, a hostile text and two verdicts; under a name that needs quoting in a URI."""
    folder = tmp_path_factory.mktemp("served")
    path = shutil.copy(reference_template, folder / "my wells?#%41.db")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE structure SET note = ?, source = ? WHERE block = 'tl1212'", (HOSTILE, HOSTILE))
        connection.execute("UPDATE compound SET name = ? WHERE name = 'TlBa2CaCu2O7'", (HOSTILE,))
    verdicts = {"t1-lambda-ybco": "reproduced", "t1-lambda-tl2223": "not_reproduced"}
    rows = [{"id": k, "recomputed": 1.5, "verdict": v, "note": "a test"} for k, v in verdicts.items()]
    assert save_results(str(path), rows).refusal is None
    return path


@pytest.fixture(scope="module")
def address(database, home):
    """Give the address of a server of that database."""
    with serving(database, home) as (url, _):
        yield url


@pytest.fixture(scope="module")
def client(address):
    with httpx.Client(base_url=address, timeout=30) as client:
        yield client


def test_first_page_leads_to_the_views(client):
    page = client.get("/sql/")
    assert page.status_code == 200
    for view in VIEWS:
        assert f'href="/sql/polyqw/{view}"' in page.text
    assert "alembic" not in page.text


def test_hostile_questions_get_an_answer(client, database):
    before = database_digest(database)
    for case in islice(fuzz_browse.cases(20_261_121), 120):
        told, _ = fuzz_browse.fault(client, case)
        assert told is None, f"seed {case.seed}: {told}"
    assert database_digest(database) == before


def database_digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def test_page_of_the_database_has_views_first_then_questions_then_tables(client):
    answer = client.get("/sql/polyqw")
    page = answer.text
    assert answer.headers["cache-control"] == "no-cache"
    places = [page.index(f'id="{name}"') for name in ("views", "queries", "tables", "sql")]
    assert places == sorted(places)
    for recipe in read_cookbook().values():
        assert f'href="/sql/polyqw/{recipe.name}"' in page
    for hidden in ("alembic_version", "source_file", "source_block", "column_metadata", "_internal"):
        assert f"/sql/polyqw/{hidden}" not in page
    assert "/sql/polyqw/alembic_version" in client.get("/sql/polyqw?_show_hidden=1").text


@pytest.mark.parametrize("name", [*VIEWS, "structure", "transition", "published_height"])
def test_page_of_a_table_says_what_its_columns_are(client, name):
    page = client.get(f"/sql/polyqw/{name}").text
    described = dict(re.findall(r"<dt>(\w+)</dt><dd>(.*?)</dd>", page))
    columns = client.get(f"/sql/polyqw/{name}.json?_shape=objects&_size=0").json()["columns"]
    assert set(described) == set(columns)
    for column, text in described.items():
        if column.endswith("_angstrom"):
            assert "[Å]" in text
        assert "Source: " in text


@pytest.mark.parametrize("name", FACETS)
def test_facets_are_counted(client, name):
    answer = client.get(f"/sql/polyqw/{name}.json?_size=1").json()
    assert set(answer["facet_results"]) == FACETS[name]
    page = client.get(f"/sql/polyqw/{name}").text
    assert "timed out" not in page
    for facet in FACETS[name]:
        assert f'data-column="{facet}"' in page


def test_law_is_sorted_by_tc(client):
    rows = client.get("/sql/polyqw/v_law.json?_shape=array&_size=max").json()
    tc = [row["tc_kelvin"] for row in rows]
    known = [value for value in tc if value is not None]
    assert len(known) > 30
    assert tc == sorted(known, reverse=True) + [None] * (len(tc) - len(known)), "Tc at other pressures come last"


@pytest.mark.parametrize("name", sorted(set(read_cookbook()) - {"history"}))
def test_question_answers_without_parameters(client, name):
    recipe = read_cookbook()[name]
    page = client.get(f"/sql/polyqw/{name}")
    assert page.status_code == 200
    assert recipe.question.replace("'", "&#39;") in page.text
    for parameter in recipe.parameters:
        assert f'name="{parameter.name}" value="{parameter.default}"' in page.text, "the form shows what was taken"
    if name == "best-and-worst-predicted":
        return  # nothing is predicted here
    assert len(client.get(f"/sql/polyqw/{name}.json?_shape=array").json()) > 0
    assert page.text.count("<tr>") > 1


def test_question_takes_parameters(client):
    words = {"phase": "beta", "h_from": "3", "h_to": "3.2", "_shape": "array"}
    rows = client.get("/sql/polyqw/heights-in-window.json", params=words).json()
    assert rows
    assert all(row["phase"] == "beta" and 3 <= row["height_angstrom"] <= 3.2 for row in rows)
    assert len(client.get("/sql/polyqw/history?since=2000-01-01").text) > len(
        client.get("/sql/polyqw/history?since=2999").text
    )


@pytest.mark.parametrize("end", ["", ".json", ".csv"])
def test_number_that_is_none_is_refused(client, end):
    answer = client.get(f"/sql/polyqw/heights-in-window{end}?h_from=3,2&h_from=3")
    assert answer.status_code == 400
    assert "'3,2' is not a number" in answer.text


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM well",
        "WITH x AS (SELECT 1) DELETE FROM well",
        "INSERT INTO compound (name) VALUES ('x')",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = 0",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')",
        "SELECT 1; DELETE FROM well",
    ],
)
def test_writing_is_refused(client, database, sql):
    before = database.read_bytes()
    assert client.get("/sql/polyqw", params={"sql": sql}).status_code == 400
    assert client.post("/sql/polyqw", data={"sql": sql}).status_code >= 400
    assert database.read_bytes() == before
    assert sorted(p.name for p in database.parent.iterdir()) == [database.name]


def test_long_question_is_stopped(client):
    sql = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT count(*) FROM c"
    answer = client.get("/sql/polyqw", params={"sql": sql, "_timelimit": "200"})
    assert answer.status_code == 400
    assert "took too long" in answer.text


def test_nothing_else_is_handed_out(client):
    assert client.get("/sql/polyqw.db").status_code in (403, 404)
    assert client.get("/sql/_internal").status_code == 403
    assert client.get("/sql/_memory").status_code == 404


class _Scripts(HTMLParser):
    """Gather what a page would run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [f"{tag} {name}" for name, _ in attrs if name.startswith("on")]
        self.found += ["img x"] if tag == "img" and ("src", "x") in attrs else []

    def handle_data(self, data):
        self.found += ["script"] if self.lasttag == "script" and "broken" in data else []


@pytest.mark.parametrize(
    "page", ["structure?block=tl1212", "v_law", "v_wells", "compound", "containing-element?element=Tl"]
)
def test_hostile_text_stays_text(client, page):
    text = client.get(f"/sql/polyqw/{page}").text
    assert "&lt;script&gt;document.title=" in text
    scripts = _Scripts()
    scripts.feed(text)
    assert scripts.found == []


def test_structures_and_texts_are_linked(client):
    page = client.get("/sql/polyqw/sources").text
    assert '<a href="https://doi.org/10.1103/PhysRevB.37.7960">10.1103/PhysRevB.37.7960</a>' in page
    found = re.search(r'<a href="(/sql/polyqw/structure/\d+)">', client.get("/sql/polyqw/heights-in-window").text)
    record = client.get(found[1])
    assert record.status_code == 200
    assert re.search(r'<a href="/sql/polyqw/compound/\d+">', record.text)
    assert re.search(r"\d+ rows? of well</a>", record.text)
    assert "Cell edge a. [Å]" in record.text


def test_ingest_meanwhile_shows_and_is_not_kept_waiting(home, tmp_path):
    path, opener, opened = tmp_path / "wells.db", tmp_path / "opener", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
    opener.chmod(0o755)
    list(ingest(str(path), [str(structure_path("tl1212"))], AnalysisOptions()))
    with serving(path, home, "--open", BROWSER=f"{opener} %s") as (url, process):
        count = f"{url}sql/polyqw/structure.json?_shape=array&_size=max"
        assert len(httpx.get(count, timeout=60).json()) == 1
        assert httpx.get(f"{url}sql/polyqw?sql=SELECT+nothing", timeout=60).status_code == 400
        list(ingest(str(path), [str(structure_path("nacl"))], AnalysisOptions()))
        assert len(httpx.get(count, timeout=60).json()) == 2
        end = time.monotonic() + 20
        while not opened.exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert opened.read_text().strip() == url
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=15)
        assert (process.returncode, out) == (130, "")
        assert err.split() == ["polyqw:", "interrupted"], "nothing of the requests"
        with pytest.raises(httpx.ConnectError):
            httpx.get(url)


def test_port_in_use(run, database):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--db", database, "-p", port)
    assert (done.code, done.out) == (1, "")
    assert f"port {port} of 127.0.0.1 is in use" in done.complaint


def test_what_cannot_be_served(run, reference_copy, tmp_path):
    missing = run("serve", "--db", "none.db")
    assert (missing.code, missing.out) == (1, "")
    assert "polyqw db init" in missing.complaint
    assert not (tmp_path / "none.db").exists()
    server = run("serve", "--db", "postgresql://me:secret@nowhere/wells")
    assert server.code == 1
    assert "SQLite files only" in server.complaint
    assert "secret" not in server.complaint
    with closing(sqlite3.connect(reference_copy)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    old = run("serve", "--db", reference_copy)
    assert old.code == 4
    assert "polyqw db upgrade" in old.complaint


def test_without_datasette_it_says_what_to_install(reference_copy):
    code = (
        "import sys, importlib.util as util\nfind = util.find_spec\n"
        "util.find_spec = lambda name, *a: None if name == 'datasette' else find(name, *a)\n"
        "from polyqw.cli.main import run\nrun(['serve', '--db', sys.argv[1], '-p', '0'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, reference_copy],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert done.stderr == "polyqw: browsing needs datasette; install it with: pip install 'polyqw[web]'\n"


@pytest.mark.parametrize("size", [(1280, 900), (400, 800)], ids=["wide", "narrow"])
def test_a_reader_finds_the_way(browser, address, size):
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(10_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    try:
        page.goto(f"{address}sql/")
        page.click("text=Heights and Tc (v_law)")
        page.wait_for_url("**/v_law")
        assert page.locator("table.rows-and-columns tbody tr").count() > 30
        page.click(".facet-results a:has-text('iron')")
        page.wait_for_url("**family=iron")
        families = page.locator("td.col-family").all_inner_texts()
        assert len(families) > 10
        assert set(families) == {"iron"}
        page.goto(f"{address}sql/polyqw")
        page.click("text=Which compounds have a well of this height?")
        page.wait_for_url("**/heights-in-window")
        page.fill("input[name=h_from]", "3.65")
        page.click("input[type=submit]")
        page.wait_for_url("**h_from=3.65**")
        heights = [float(text) for text in page.locator("td.col-height_angstrom").all_inner_texts()]
        assert heights
        assert min(heights) >= 3.65
        page.locator("td.col-structure_id a").first.click()
        page.wait_for_url("**/sql/polyqw/structure/*")
        page.goto(f"{address}sql/polyqw/structure?block=tl1212")
        assert page.title() != "broken"
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"), "wider than the window"
        assert errors == []
    finally:
        page.close()
