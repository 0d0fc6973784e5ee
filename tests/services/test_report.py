"""The report: the same bytes twice, whole in itself, its numbers those of the services, hostile text harmless."""

from __future__ import annotations

import io
import re
import shutil
import sqlite3
import subprocess
import xml.etree.ElementTree as ET
from base64 import b64decode
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Family
from polyqw.errors import PolyqwError
from polyqw.services.database import reading
from polyqw.services.fit import fit_family
from polyqw.services.ingest import ingest
from polyqw.services.predict import ALL_SETS, predict_set, prediction_set
from polyqw.services.pressure_phases import pressure_phases
from polyqw.services.report.write import write_report
from polyqw.services.resonance import resonance_rows
from tests.conftest import structure_path

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 6_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """A page taken apart: its tags balance, its references and texts are listed, its tables are rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.references: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.tables: dict[str, list[list[str]]] = {}
        self._caption = ""
        self.feed(text)
        self.close()
        assert self.open == [], f"not closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("src", "href", "data", "srcset", "action", "poster", "xlink:href"):
                self.references.append(value)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "caption":
            self._caption = ""
        if tag == "tr" and self._caption:
            self.tables[self._caption].append([])
        if tag in ("td", "th") and self._caption:
            self.tables[self._caption][-1].append("")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag
        if tag == "caption":
            self.tables[self._caption] = []
        if tag == "table":
            self._caption = ""

    def handle_data(self, data):
        self.text += data
        if self.open[-1:] == ["caption"]:
            self._caption += data
        elif self._caption and any(tag in self.open for tag in ("td", "th")):
            self.tables[self._caption][-1][-1] += data


def written(database, folder) -> dict[str, Path]:
    with reading(str(database)) as session:
        paths, _ = write_report(session, folder)
    return paths


@pytest.fixture(scope="session")
def report(reference_template, tmp_path_factory):
    """Write the report on the reference structures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1700000000")
        return written(reference_template, tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="session")
def page(report):
    return Page(report["report.html"].read_text(encoding="utf-8"))


def test_files(report):
    figures = {name.partition(".")[0] for name in report} - {"report"}
    assert figures >= {"heights", "law"}
    assert set(report) == {"report.html", "report.md", *(f"{f}.{kind}" for f in figures for kind in ("png", "svg"))}
    assert report["report.html"].stat().st_size < LARGEST
    for name in figures:
        assert report[f"{name}.png"].read_bytes().startswith(b"\x89PNG")
        assert ET.parse(report[f"{name}.svg"]).getroot().tag.endswith("svg")


def test_the_same_bytes_twice(report, reference_template, tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    again = written(reference_template, tmp_path / "again")
    for name, path in report.items():
        assert again[name].read_bytes() == path.read_bytes(), name


def test_the_date_is_that_asked_for(report):
    assert "2023-11-14" in report["report.html"].read_text(encoding="utf-8")
    assert "2023-11-14" in report["report.md"].read_text(encoding="utf-8")


def test_page_is_whole_in_itself(page, report):
    assert page.references, "a page without a figure"
    for reference in page.references:
        assert reference.startswith(("data:", "#")), reference[:80]
    text = report["report.html"].read_text(encoding="utf-8")
    assert text.count("<script") == text.count("<script>\n") == 1, "a script that is not the page's own"
    assert not any(name.startswith("on") for name in page.attributes)
    figures = [r for r in page.references if r.startswith("data:image/svg+xml;base64,")]
    assert len(figures) == sum(name.endswith(".svg") for name in report)
    for figure in figures:
        assert ET.fromstring(b64decode(figure.partition(",")[2])).tag.endswith("svg")


def test_styles_fetch_nothing(report):
    text = report["report.html"].read_text(encoding="utf-8")
    for style in re.findall(r"<style.*?</style>", text, re.DOTALL):
        assert "url(" not in style
        assert "@import" not in style


def numbers(rows):
    return {cell for row in rows for cell in row}


def test_numbers_are_those_of_the_services(page, reference_template, report):
    cells = numbers([row for rows in page.tables.values() for row in rows])
    markdown = report["report.md"].read_text(encoding="utf-8")
    with reading(reference_template) as session:
        for family in (Family.CUPRATE, Family.IRON):
            law = fit_family(session, family).law
            for text in (f"{law.lambda_mean:.1f}", f"{law.lambda_sd:.1f}", f"{law.loo_rmse_kelvin:.1f}"):
                assert text in cells
                assert text in markdown
            for residual in law.residuals_kelvin:
                assert f"{residual:z.1f}" in cells
        for name in ALL_SETS:
            for predicted in predict_set(session, prediction_set(name)):
                assert f"{predicted.tc_kelvin:.1f}" in cells
                assert f"{predicted.tc_kelvin:.1f}" in markdown
        for mode in resonance_rows(session)["modes"]:
            assert f"{mode['energy_mev']:.2f}" in cells


def test_no_number_is_typed_in(reference_copy, tmp_path, report):
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE published_height SET height_angstrom = 3.9 WHERE formula_printed = 'YBa2Cu3O7-d'")
    connection.close()
    text = written(reference_copy, tmp_path / "r")["report.md"].read_text(encoding="utf-8")
    before = report["report.md"].read_text(encoding="utf-8")
    with reading(str(reference_copy)) as session:
        law = fit_family(session, Family.CUPRATE).law
    assert f"{law.lambda_mean:.1f} ± {law.lambda_sd:.1f} K Å²" in text
    assert f"λ = {law.lambda_mean:.0f} ± {law.lambda_sd:.0f} K Å²" in text
    assert "1288.2" in before
    assert "1288" not in text


def test_series_under_pressure(report, reference_template):
    text = report["report.md"].read_text(encoding="utf-8")
    assert {"series.svg", "series.png", "pressure_phases.svg", "pressure_phases.png"} <= report.keys()
    section = text.split("## Heights under pressure")[1].split("\n## ")[0]
    assert "hg1223_o835: states no pressure and is taken here for ambient" in section
    with reading(reference_template) as session:
        windows = pressure_phases(session, "k08feyse2")
    section = text.split("## Pressure phases of K0.8FeySe2")[1].split("\n## ")[0]
    assert all(note.split(":")[0] in section for note in windows["notes"])
    for phase in windows["phases"]:
        assert f"| {phase['tc_law_kelvin']:.2f} |" in section


HOSTILE = "x<script>alert(1)</script>|y"


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Write a report on structures whose names and sources try to become markup."""
    folder = tmp_path_factory.mktemp("hostile")
    text = structure_path("tl1212").read_text()
    named = text.replace("data_tl1212", f"data_{HOSTILE}", 1)
    assert named != text
    source = next(line for line in named.splitlines() if line.startswith("_polyqw_source"))
    named = named.replace(source, "_polyqw_source '<img src=x onerror=alert(2)> | \"quoted\"'")
    (folder / "a.cif").write_text(named)
    (folder / "b<i>|b.cif").write_text("no CIF")
    flat = structure_path("nacl").read_text().replace("data_nacl", "data_</td><b>n", 1)
    (folder / "c.cif").write_text(flat)
    database = folder / "x.db"
    list(ingest(str(database), [str(folder)], AnalysisOptions()))
    with sqlite3.connect(database) as connection:  # a name that stands in the sentences, not only in tables
        connection.execute("UPDATE compound SET name = '<b onclick=x>K</b>' WHERE name = 'K0.8FeySe2'")
    connection.close()
    return written(database, folder / "report")


def test_hostile_text_stays_text_in_html(hostile, page):
    text = hostile["report.html"].read_text(encoding="utf-8")
    found = Page(text)
    assert HOSTILE in found.text
    assert "<img src=x onerror=alert(2)>" in found.text
    assert "</td><b>n" in found.text
    assert found.tags <= page.tags
    assert "<b onclick=x>K</b> (beta" in found.text
    assert found.attributes.isdisjoint({"onerror", "onclick"})


def test_hostile_text_stays_text_in_markdown(hostile):
    text = hostile["report.md"].read_text(encoding="utf-8")
    for markup in ("<script", "<img", "<b>", "<i>", "</td>"):
        assert markup not in text
    tables = [block for block in re.split(r"\n\s*\n", text) if block.lstrip().startswith("|")]
    assert any("script" in table for table in tables)
    for table in tables:
        columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().splitlines()}
        assert len(columns) == 1, f"a cell broke its row: {table[:300]}"


def test_folder_that_cannot_be_written(reference_template, tmp_path):
    (tmp_path / "taken").write_text("")
    with pytest.raises(PolyqwError, match="cannot write the report there"):
        written(reference_template, tmp_path / "taken" / "deeper")


def test_report_on_an_empty_database(tmp_path):
    database = tmp_path / "x.db"
    list(ingest(str(database), [], AnalysisOptions()))
    text = written(database, tmp_path / "r")["report.md"].read_text(encoding="utf-8")
    assert "0 structures" in text
    assert "No measured structure" in text


@pytest.mark.skipif(CHROMIUM is None, reason="needs a Chromium to open the page in")
def test_page_in_a_browser(report, tmp_path):
    def browse(*words):
        return subprocess.run(
            [
                str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                f"--user-data-dir={tmp_path / 'profile'}", "--enable-logging=stderr", *words,
                report["report.html"].as_uri(),
            ],
            capture_output=True, timeout=120, check=True,
        )  # fmt: skip

    dumped = browse("--dump-dom")
    dom = dumped.stdout.decode()
    assert "Prediction report" in dom
    assert dom.count("<table") > 5
    picture = tmp_path / "page.png"
    shot = browse("--window-size=1200,1600", f"--screenshot={picture}")
    for messages in (dumped.stderr, shot.stderr):
        console = [line for line in messages.decode(errors="replace").splitlines() if "CONSOLE" in line]
        assert console == []
    with Image.open(io.BytesIO(picture.read_bytes())) as image:
        colours = image.convert("RGB").getcolors(maxcolors=1 << 24)
    most = max(count for count, _ in colours)
    assert len(colours) > 50
    assert most < 0.99 * sum(count for count, _ in colours), "the page is blank"
