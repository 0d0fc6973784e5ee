"""The application of ``polyqw serve``: a real server, real uploads, hostile ones too."""

from __future__ import annotations

import gzip
import io
import json
import re
import time
import zipfile
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import httpx
import numpy as np
import pytest

from polyqw.core.wells import Family
from polyqw.db.models import WellChoice
from polyqw.io.cif.read import read_cif
from polyqw.services.law.fit import fit_family, fit_row
from polyqw.services.place.database import reading
from polyqw.services.systems.cles.dome_data import read_dome
from polyqw.services.systems.cles.solve import make_parameters, point_at
from tests.cli.conftest import INGEST_TOKEN
from tests.conftest import structure_path
from tests.hostile_cifs import CIF, gzip_bomb, zip_bomb

pytestmark = pytest.mark.xdist_group("application")
"""One process has the server that these tests ask."""

PAGES = (
    "/", "/search?q=family%3Diron", "/compound/YBCO", "/compound/Hg1223", "/compound/La3Ni2O7", "/compound/LaFeAsO",
    "/compound/CaKFe4As4", "/structure/1", "/structure/26", "/family/cuprate", "/family/iron", "/family/nickelate",
    "/claims", "/screen", "/screen?family=iron", "/law", "/law?family=iron&wells=best", "/cles", "/cles?exponent=1",
    "/analyse", "/sql/", "/sql/polyqw", "/sql/polyqw/v_law",
)  # fmt: skip
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def client(application):
    with httpx.Client(base_url=application, timeout=120) as client:
        yield client


def send(client, *files, **how):
    return client.post("/analyse", files=[("files", file) for file in files], **how)


def line_of(answer) -> str:
    """Return the one line that an answer says."""
    if "json" in answer.headers["content-type"]:
        return answer.json()["error"]
    if "html" not in answer.headers["content-type"]:
        lines = answer.text.splitlines()
        assert len(lines) == 1
        return lines[0]
    [line] = re.findall(r'<p class="verdict" role="alert">(.*?)</p>', answer.text)
    return unescape(line)


@pytest.mark.parametrize("address", PAGES)
def test_page_answers_with_its_headers(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    policy = answer.headers["content-security-policy"]
    assert policy.replace(" 'unsafe-inline'", "") == POLICY
    assert (policy == POLICY) is not address.startswith("/sql")
    assert INGEST_TOKEN not in answer.text
    if not address.startswith("/sql"):
        assert re.findall(r"<script(?! src| type=.application/json| type=.module. src)", answer.text) == []
        assert re.findall(r"\son\w+=|\sstyle=", answer.text) == []


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("YBCO", "/compound/YBa2Cu3Ox"),
        ("FeAsLaO", "/compound/LaFeAsO"),
        ("lafeaso_cod", None),
        ("hg-1223", "/compound/HgBa2Ca2Cu3Ox"),
    ],
)
def test_a_name_leads_to_its_page(client, asked, place):
    answer = client.get("/search", params={"q": asked})
    assert answer.status_code == 303
    assert answer.headers["location"] == place or (place is None and "/structure/" in answer.headers["location"])
    assert client.get(answer.headers["location"]).status_code == 200


def test_conditions_give_a_list(client, run, reference_template):
    condition = "family=iron,tc_kelvin>30"
    page = client.get("/search", params={"q": condition}).text
    found = run("find", condition, "--db", reference_template, "--json").json()
    assert 1 < len(found) < 16
    assert set(re.findall(r'<a href="/structure/\d+">(\w+)</a>', page)) == {row["name"] for row in found}
    wrong = client.get("/search", params={"q": "family=irn"})
    assert wrong.status_code == 404
    assert "iron" in line_of(wrong)


def test_names_go_on(client):
    assert "YBCO" in client.get("/names", params={"q": "yb"}).json()
    assert client.get("/names", params={"q": "%"}).json() == []


def test_old_addresses_of_tables_lead_on(client):
    answer = client.get("/polyqw/v_law?family=iron")
    assert (answer.status_code, answer.headers["location"]) == (308, "/sql/polyqw/v_law?family=iron")


def test_links_of_tables_stay_under_their_place(client):
    for address in ("/sql/polyqw", "/sql/polyqw/v_law", "/sql/polyqw/heights-in-window", "/sql/polyqw/structure/1"):
        links = re.findall(r'(?:href|action)="([^"#?][^"]*)"', client.get(address).text)
        own = [link.removeprefix(str(client.base_url).rstrip("/")) for link in links]
        inside = [link for link in own if link.startswith("/")]
        assert inside
        assert all(link.startswith("/sql/") and not link.startswith("/sql/sql") for link in inside), address


# ---- uploads


@pytest.mark.parametrize("name", ["ybco_o690_williams", "lafeaso_cod", "model_k08feyse2", "nacl", "nife2o4"])
def test_upload_gives_what_the_command_gives(client, run, name):
    path = structure_path(name)
    file = (path.name, path.read_bytes())
    told = run("wells", path, "--json").json()
    for row in told:
        row["file"] = path.name
    assert send(client, file, headers=JSON).json() == told
    lead = send(client, file)
    assert lead.status_code == 303
    place = lead.headers["location"]
    page = client.get(place).text
    assert page.count('<tr class="well">') == len(told[0]["wells"])
    if not told[0]["wells"]:
        assert f"<code>{told[0]['reason']}</code>" in page
        assert told[0]["message"] in unescape(page)
        assert "The search ended at the step" in page
    for well in told[0]["wells"]:
        assert re.search(rf"{well['height_angstrom']:.4f}|{well['height_angstrom']:.3f}\d?\(", page)
    assert client.get(f"{place}/wells.json").json() == told
    assert client.get(f"{place}/wells.csv").text.startswith("file,block,")
    again = send(client, ("again.cif", client.get(f"{place}/0.cif").content), headers=JSON).json()
    assert [w["height_angstrom"] for w in again[0]["wells"]] == pytest.approx(
        [w["height_angstrom"] for w in told[0]["wells"]], abs=1e-6
    )


def test_pictures_of_an_upload(client):
    path = structure_path("lafeaso_cod")
    place = send(client, (path.name, path.read_bytes())).headers["location"]
    svg, png = client.get(f"{place}/0.svg"), client.get(f"{place}/0.png")
    assert svg.text.startswith("<svg") or "<svg" in svg.text[:600]
    assert "sandbox" in svg.headers["content-security-policy"]
    assert png.content.startswith(b"\x89PNG")


def test_zip_paste_and_several_files(client):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in ("nacl", "lafeaso_cod"):
            archive.write(structure_path(name), f"deep/{name}.cif")
        archive.writestr("../../etc/passwd.cif", "no cif")
    rows = send(
        client, ("all.zip", stream.getvalue()), ("a.cif.gz", gzip.compress(CIF.encode())), headers=JSON
    ).json()
    assert [row["status"] for row in rows] == ["rejected", "ok", "no_well", "ok"]
    assert rows[0]["file"].startswith("all.zip/")
    pasted = client.post("/analyse", files={"text": (None, CIF)}, headers=JSON).json()
    assert (pasted[0]["file"], pasted[0]["status"]) == ("pasted.cif", "ok")


SCRIPT = "<script>document.title='broken'</script>"


HOSTILE = (
    ("bomb.cif.gz", gzip_bomb(), "too_large"),
    ("bomb.zip", zip_bomb(), "too_large"),
    ("lies.zip", CIF.encode(), "bad_archive"),
    ("lies.cif", b"PK\x03\x04" + bytes(200), None),
    ("picture.cif", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), None),
    ("../../../../etc/passwd", b"root:x:0:0", None),
    ("..\\..\\secret.cif", b"data_a", None),
    ("-", b"data_a", None),
    (f"{SCRIPT}.cif", b"data_a", None),
    ("empty.cif", b"", None),
)


@pytest.mark.parametrize(("name", "content", "reason"), HOSTILE, ids=[str(k) for k in range(len(HOSTILE))])
def test_hostile_upload_is_refused_in_one_line(client, name, content, reason):
    rows = send(client, (name, content), headers=JSON).json()
    refused = [row for row in rows if row["status"] != "ok"]
    assert refused
    assert all(row["reason"] and "\n" not in row["message"] and row["wells"] == [] for row in refused)
    assert reason is None or refused[0]["reason"] == reason
    assert not any(row["file"].startswith(("/", "..")) for row in rows)
    page = client.get(send(client, (name, content)).headers["location"]).text
    assert SCRIPT not in page
    assert "root:x" not in page


def test_title_of_a_structure_stays_text(client):
    text = CIF.replace("data_", f"data_{SCRIPT.replace(' ', '')}", 1)
    text += f"\n_journal_name_full '{SCRIPT}'\n_publ_section_title '{SCRIPT}'\n"
    page = client.get(send(client, (f"{SCRIPT}.cif", text.encode())).headers["location"]).text
    assert "<script>document" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("method", "address", "how", "status"),
    [
        ("GET", "/nothing", {}, 404),
        ("GET", "/structure/999999", {}, 404),
        ("GET", "/compound/Xx9", {}, 404),
        ("GET", "/family/gold", {}, 404),
        ("GET", "/static/../server.py", {}, 404),
        ("GET", "/static/%2e%2e%2fserver.py", {}, 404),
        ("GET", "/analyse/none", {}, 404),
        ("GET", "/structure/1.exe", {}, 404),
        ("GET", "/law?family=gold", {}, 400),
        ("GET", "/law?w1=delta", {}, 400),
        ("GET", "/cles?j=7", {}, 400),
        ("GET", "/cles?u=nan", {}, 400),
        ("POST", "/law", {}, 405),
        ("DELETE", "/structure/1", {}, 405),
        ("PUT", "/analyse", {}, 405),
        ("GET", "/ingest", {}, 405),
        ("POST", "/sql/polyqw", {}, 405),
        ("POST", "/analyse", {"data": {"x": "1"}}, 415),
        ("POST", "/analyse", {"files": {"files": ("a.cif", bytes(11 * 2**20))}}, 413),
        ("POST", "/analyse", {"files": {"other": ("a.cif", b"x")}}, 400),
        ("POST", "/analyse", {"files": [("files", (f"{k}.cif", b"x")) for k in range(101)]}, 400),
        ("POST", "/analyse", {"content": b"--x", "headers": {"content-type": "multipart/form-data"}}, 400),
        ("POST", "/analyse", {"files": {"files": ("a", b"x")}, "headers": {"sec-fetch-site": "cross-site"}}, 403),
        ("POST", "/ingest", {"files": {"files": ("a.cif", b"x")}}, 401),
        ("POST", "/ingest", {"files": {"files": ("a.cif", b"x"), "token": (None, "guess")}}, 401),
        ("GET", "/", {"headers": {"host": "evil.example"}}, 421),
        ("GET", "/", {"headers": {"host": "127.0.0.1.evil.example:80"}}, 421),
        ("GET", "/sql/polyqw", {"headers": {"host": "evil.example"}}, 421),
    ],
)
def test_what_is_not_answered_gets_one_line(client, method, address, how, status):
    answer = client.request(method, address, **how)
    assert answer.status_code == status
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert 10 < len(line_of(answer)) < 300
    assert "Traceback" not in answer.text


def test_chunks_without_a_length_are_counted(client):
    def body():
        yield b'--x\r\ncontent-disposition: form-data; name="files"; filename="a.cif"\r\n\r\n'
        for _ in range(22):
            yield bytes(2**19)

    answer = client.post("/analyse", content=body(), headers={"content-type": "multipart/form-data; boundary=x"})
    assert answer.status_code == 413


def test_names_of_this_machine_are_answered(client):
    port = client.base_url.port
    for host in (f"localhost:{port}", f"[::1]:{port}", "127.0.0.1:9"):
        assert client.get("/", headers={"host": host}).status_code == 200


def test_who_knows_the_token_may_store(client):
    name = f"<b>{SCRIPT}.cif"
    text = CIF.replace("data_", "data_stored_", 1)
    headers = {"authorization": f"Bearer {INGEST_TOKEN}", **JSON}
    before = client.get("/sql/polyqw/structure.json?_shape=array&_size=max").json()
    assert f"{len(before)} structures, " in client.get("/").text
    rows = client.post("/ingest", files={"files": (name, text)}, headers=headers).json()
    assert [row["outcome"] for row in rows] == ["stored"]
    assert re.fullmatch(r"upload/[0-9a-f]{16}/.*\.cif", rows[0]["file"])
    number = rows[0]["structure_id"]
    after = client.get("/sql/polyqw/structure.json?_shape=array&_size=max").json()
    assert len(after) == len(before) + 1
    assert f"{len(after)} structures, " in client.get("/").text
    stored = next(row for row in after if row["id"] == number)
    assert stored["trust"] == "none"
    page = client.get(f"/structure/{number}")
    assert page.status_code == 200
    assert SCRIPT not in page.text
    again = client.post("/ingest", files={"files": (name, text), "token": (None, INGEST_TOKEN)})
    assert "unchanged" in again.text


# ---- the machine under load


def large_cif(n: tuple[int, int, int]) -> bytes:
    """Return a supercell of YBa2Cu3O6.91 without symmetry."""
    [record] = read_cif("ybco.cif", structure_path("ybco_o690_williams").read_bytes())
    edges = np.linalg.norm(record.cell.lattice, axis=1) * n
    shifts = np.stack(np.meshgrid(*(np.arange(k) for k in n), indexing="ij"), -1).reshape(-1, 3)
    places = (record.cell.frac[None, :, :] + shifts[:, None, :]).reshape(-1, 3) / n
    elements = [site.main_element for site in record.cell.sites] * len(shifts)
    lines = [
        f"{e}{k} {e} {x:.8f} {y:.8f} {z:.8f}" for k, (e, (x, y, z)) in enumerate(zip(elements, places, strict=True))
    ]
    cell = "".join(f"_cell_length_{axis} {edge:.6f}\n" for axis, edge in zip("abc", edges, strict=True))
    angles = "".join(f"_cell_angle_{angle} 90\n" for angle in ("alpha", "beta", "gamma"))
    head = "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nloop_\n_atom_site_label\n_atom_site_type_symbol\n"
    head += "".join(f"_atom_site_fract_{axis}\n" for axis in "xyz")
    return "\n".join([f"data_large\n{cell}{angles}{head.rstrip()}", *lines, ""]).encode()


def test_a_heavy_file_keeps_nobody_waiting(client):
    heavy = large_cif((20, 20, 2))
    with ThreadPoolExecutor(1) as other:
        running = other.submit(send, client, ("large.cif", heavy), headers=JSON)
        time.sleep(0.3)
        waits = []
        while not running.done() and len(waits) < 40:
            start = time.monotonic()
            assert client.get("/compound/YBCO").status_code == 200
            light = send(client, ("nacl.cif", structure_path("nacl").read_bytes()), headers=JSON)
            assert light.json()[0]["reason"] == "no_plane_metal"
            waits.append(time.monotonic() - start)
        [row] = running.result().json()
    assert row["status"] == "ok", row["message"]
    assert sum(well["multiplicity"] for well in row["wells"]) == 2 * 800
    assert len(waits) > 1, "others were answered meanwhile"
    assert sorted(waits)[len(waits) // 2] < 5


def test_a_hundred_uploads_at_once_lose_nothing(application):
    text = structure_path("lafeaso_cod").read_text()

    def upload(k: int):
        return httpx.post(
            f"{application}analyse", files={"files": (f"{k}.cif", text.replace("data_", f"data_n{k}_", 1))},
            headers=JSON, timeout=300,
        )  # fmt: skip

    with ThreadPoolExecutor(100) as all_at_once:
        answers = list(all_at_once.map(upload, range(100)))
    full = [answer for answer in answers if answer.status_code == 503]
    assert all(answer.headers["retry-after"].isdigit() for answer in full)
    done = [(k, answer) for k, answer in enumerate(answers) if answer.status_code != 503]
    assert len(done) > 50
    for k, answer in done:
        [row] = answer.json()
        assert (answer.status_code, row["file"], row["status"]) == (200, f"{k}.cif", "ok")
        assert row["block"].startswith(f"n{k}_")


# ---- the explorers compute with the same code


def test_law_explorer_gives_the_fit(client, reference_template):
    for family in ("cuprate", "iron"):
        for wells in ("chosen", "best"):
            found = client.get("/law.json", params={"family": family, "wells": wells}).json()
            with reading(reference_template) as session:
                fit = fit_row(fit_family(session, Family(family), WellChoice(wells)))
            for key in ("n", "lambda_mean", "lambda_sd", "lambda_ci95", "exponent", "loo_rmse_kelvin"):
                assert found[key] == pytest.approx(fit[key]), key


def test_a_row_that_is_switched_off_takes_no_part(client):
    whole = client.get("/law.json?family=cuprate").json()
    part = client.get("/law.json?family=cuprate&w1=none").json()
    assert part["n"] == whole["n"] - 1
    out = {row["compound"] for row in whole["rows"]} - {row["compound"] for row in part["rows"]}
    [row] = [row for row in whole["rows"] if row["compound"] in out]
    others = [r["lambda_kelvin_angstrom2"] for r in whole["rows"] if r is not row]
    assert part["lambda_mean"] == pytest.approx(np.mean(others))
    assert part["lambda_least_squares"] == pytest.approx(row["lambda_without_kelvin_angstrom2"])
    other = client.get("/law.json?family=cuprate&w3=alpha").json()
    assert {r["phase"] for r in other["rows"]} != {r["phase"] for r in whole["rows"]} or other != whole
    few = client.get("/law", params={f"w{k}": "none" for k in range(1, 8)})
    assert few.status_code == 400
    assert "three" in line_of(few)


def test_cles_explorer_gives_the_solution(client):
    page = client.get("/cles?j=0.1&u=1.3&p=0.15&part=answer").text
    point = point_at(0.15 / 0.804, make_parameters(j=0.1, u=1.3))
    assert f"<b>{point['tc_kelvin']:.1f}</b>" in page
    assert f"<b>{point['tstar_kelvin']:.1f}</b>" in page
    assert json.loads(client.get("/cles.json?j=0.1").text)["parameters"]["d0_j"] == 0.1


def test_compound_has_its_series(client):
    along = {name: client.get(f"/compound/{name}").text for name in ("YBCO", "LSCO", "Hg1223", "LaFeAsO")}
    for name, page in along.items():
        assert ("Along doping" in page) is (name in ("YBCO", "LSCO")), name
        assert ("Under pressure" in page) is (name == "Hg1223"), name
    [dome] = read_dome("LSCO")
    section = along["LSCO"].split('id="doping"')[1].split("</figure>")[0]
    assert section.count("<circle") == len(dome.points) > 10


def test_ranking_is_by_the_best_well(client):
    page = client.get("/screen").text
    rows = re.findall(
        r'<td class="n">(\d+)</td>.*?<td class="lines">.*?</td>\s*<td class="lines">(.*?)</td>', page, re.DOTALL
    )
    best = [max(float(tc) for tc in re.findall(r"([\d.]+) <span", cell)) for _, cell in rows]
    assert len(best) > 30
    assert [int(rank) for rank, _ in rows] == list(range(1, len(rows) + 1))
    assert best == sorted(best, reverse=True)


def test_storing_needs_a_token_from_the_start(run, reference_template):
    for words in (("--allow-ingest",), ("--allow-ingest", "--ingest-token", "short")):
        refused = run("serve", "--db", reference_template, *words)
        assert refused.code == 2
        assert "at least 16 characters" in refused.complaint
    assert run("serve", "--db", reference_template, "--trust").code == 2
