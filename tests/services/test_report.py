"""The report: the same bytes twice, whole in itself, its numbers those of the services, hostile text harmless."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import xml.etree.ElementTree as ET
from base64 import b64decode, b64encode
from html import unescape
from html.parser import HTMLParser
from math import dist
from urllib.parse import unquote

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Family
from polyqw.db.models.inference import WellChoice
from polyqw.errors import PolyqwError
from polyqw.services.drawing.section import Bullets
from polyqw.services.ingest import ingest
from polyqw.services.law.fit import fit_family
from polyqw.services.law.predict import ALL_SETS, predict_set, prediction_set
from polyqw.services.law.resonance import resonance_rows
from polyqw.services.place.database import reading
from polyqw.services.structures.lookup import Lookup
from polyqw.services.systems.field import section as field_section
from polyqw.services.systems.field.field import field_of
from polyqw.services.systems.series.pressure_phases import pressure_phases
from polyqw.services.viewer.assets import LIBRARY, SCRIPT, static_file
from polyqw.untrusted import csv_value
from tests.conftest import ROOT
from tests.services.written_reports import DATE, HOSTILE, HOSTILE_ROW, written, written_without_figures

pytestmark = pytest.mark.xdist_group("report")
"""One process writes the reports that these tests read."""

LARGEST = 3_000_000
VOID = {"meta", "link", "br", "hr", "img", "input", "col"}


class Page(HTMLParser):
    """A page taken apart: its tags balance, its references and texts are listed, its tables are rows of cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.scripts: tuple[list[str], dict[str, str]] = ([], {})
        self.references: list[str] = []
        self.links: list[str] = []
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
                (self.links if tag == "a" else self.references).append(value)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "script":
            self._script = dict(attrs).get("id")
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
        if self.open[-1:] == ["script"]:
            if self._script is None:
                self.scripts[0].append(data)
            else:
                self.scripts[1][self._script] = data
            return
        if self.open[-1:] != ["style"]:
            self.text += data
        if self.open[-1:] == ["caption"]:
            self._caption += data
        elif self._caption and any(tag in self.open for tag in ("td", "th")):
            self.tables[self._caption][-1][-1] += data


@pytest.fixture(scope="session")
def page(report):
    return Page(report["report.html"].read_text(encoding="utf-8"))


def test_files(report):
    wells = {name for name in report if name.startswith("wells/")}
    figures = {name.partition(".")[0] for name in set(report) - wells} - {"report", "structures"}
    assert figures >= {"heights", "law"}
    drawn = {f"{f}.{kind}" for f in figures for kind in ("png", "svg")}
    assert set(report) == {"report.html", "report.md", "structures.csv"} | drawn | wells
    assert report["report.html"].stat().st_size < LARGEST
    for name in wells:
        assert ET.parse(report[name]).getroot().tag.endswith("svg")
    for name in figures:
        assert report[f"{name}.png"].read_bytes().startswith(b"\x89PNG")
        assert ET.parse(report[f"{name}.svg"]).getroot().tag.endswith("svg")


def test_the_same_bytes_twice(report, reference_template, tmp_path):
    """Another process, whose sets and dictionaries of words have another order."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": DATE, "PYTHONHASHSEED": "1"}
    words = [
        sys.executable,
        "-m",
        "polyqw",
        "report",
        "--no-save",
        "-o",
        str(tmp_path),
        "--db",
        reference_template,
        "--json",
    ]
    done = subprocess.run(words, capture_output=True, env=environment, check=True, timeout=300, cwd=ROOT)
    listed = {row["file"]: row["bytes"] for row in json.loads(done.stdout)["files"]}
    assert listed == {name: path.stat().st_size for name, path in report.items()}
    for name, path in report.items():
        assert (tmp_path / name).read_bytes() == path.read_bytes(), name


def test_the_date_is_that_asked_for(report):
    assert "2023-11-14" in report["report.html"].read_text(encoding="utf-8")
    assert "2023-11-14" in report["report.md"].read_text(encoding="utf-8")


def test_page_is_whole_in_itself(page, report):
    assert page.references, "a page without a figure"
    assert all(link.startswith(("#", "https://doi.org/")) for link in page.links)
    for reference in page.references:
        assert reference.startswith(("data:", "#")), reference[:80]
    code, data = page.scripts
    assert [text.encode() for text in code][:1] == [static_file(SCRIPT)], "a script that is not the page's own"
    assert len(code) == 2
    crystals = {name for name in data if name.startswith("crystal-")}
    assert set(data) - crystals == {"law-data", "viewer-packed"}
    assert len(crystals) > 30
    assert not any(name.startswith("on") for name in page.attributes)
    figures = [r.partition(",")[2] for r in page.references if r.startswith("data:image/svg+xml,")]
    assert len(figures) == sum(name.endswith(".svg") and not name.startswith("wells/") for name in report)
    for figure in figures:
        assert ET.fromstring(unquote(figure)).tag.endswith("svg")
    assert not any(r.startswith("data:image/png") for r in page.references), "pixels stand within an SVG"


def test_links_within_the_page_lead_somewhere(report):
    text = report["report.html"].read_text(encoding="utf-8")
    targets = set(re.findall(r'<a [^>]*href="#([^"]+)"', text))
    assert any(name.startswith("structure-") for name in targets)
    assert targets <= set(re.findall(r' id="([^"]+)"', text))


def test_structures_csv_runs_nothing_in_a_spreadsheet(hostile):
    rows = list(csv.reader(hostile["structures.csv"].read_text(encoding="utf-8").splitlines()))
    cells = [cell for row in rows for cell in row]
    assert cells
    assert all(csv_value(cell) == cell for cell in cells)


def test_policy_allows_the_scripts_of_the_page_alone(page, report):
    text = report["report.html"].read_text(encoding="utf-8")
    policy = unescape(re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1])
    words = {name: rest.split() for name, _, rest in (part.strip().partition(" ") for part in policy.split(";"))}
    assert words["default-src"] == ["'none'"]
    code, data = page.scripts
    library = gzip.decompress(b64decode(data["viewer-packed"]))
    assert hashlib.sha256(library).hexdigest() == LIBRARY.sha256
    scripts = (code[1].encode(), code[0].encode(), library)
    digests = [b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    assert words["script-src"] == [f"'sha256-{digest}'" for digest in digests]


def crystals(page) -> dict[int, dict]:
    """Return what the page draws, by the number of the structure."""
    return {
        int(name.removeprefix("crystal-")): json.loads(text)
        for name, text in page.scripts[1].items()
        if name.startswith("crystal-")
    }


def test_crystals_show_the_wells_of_the_database(page, reference_template):
    drawn = [
        (number, k, element, role, *place)
        for number, row in crystals(page).items()
        for k, well in enumerate(row["wells"])
        for element, role, place in zip(well["vertex_elements"], well["roles"], well["vertices"], strict=True)
    ]
    with sqlite3.connect(reference_template) as connection:
        wells = connection.execute(
            "SELECT structure_id, id, height_angstrom, n_faces FROM well ORDER BY id"
        ).fetchall()
        stored = connection.execute(
            "SELECT w.structure_id, w.id, v.element, v.role, v.cart_x_angstrom, v.cart_y_angstrom, v.cart_z_angstrom "
            "FROM well_vertex v JOIN well w ON w.id = v.well_id ORDER BY w.id, v.vertex_index"
        ).fetchall()
    connection.close()
    own: dict[int, list[int]] = {}
    for structure, well, *_ in wells:
        own.setdefault(structure, []).append(well)
    place = {(s, w): k for s, ids in own.items() for k, w in enumerate(ids)}
    assert sorted(drawn) == sorted(
        (s, place[s, w], element, role, *(round(x, 4) + 0.0 for x in cart)) for s, w, element, role, *cart in stored
    )
    for structure, well, height, n_faces in wells:
        shown = crystals(page)[structure]["wells"][place[structure, well]]
        assert shown["height_angstrom"] == height
        assert dist(*shown["height_line"]) == pytest.approx(height, abs=0.003), "h is not as long as it says"
        assert len(shown["faces"]) == n_faces


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


def test_wells_that_agree_best_are_those_that_a_fit_would_choose(page, reference_template):
    with reading(reference_template) as session:
        for family in (Family.CUPRATE, Family.IRON):
            chosen, best = (
                fit_family(session, family, wells, with_tests=False) for wells in (WellChoice.CHOSEN, WellChoice.BEST)
            )
            same = [h and h.phase for h in chosen.printed] == [h and h.phase for h in best.printed]
            told = re.search(rf"On the \d+ printed {family} rows .*? The chosen wells are (not )?those", page.text)
            assert told
            assert (told[1] is None) == same


def test_predictions_are_inside_or_outside_as_their_numbers_say(page):
    found = re.findall(r"K \((\d+) to (\d+)\), observed ([\d.]+) K, (inside|outside) the interval", page.text)
    assert {word for *_, word in found} == {"inside", "outside"}
    for *numbers, word in found:
        low, high, observed = map(float, numbers)
        if min(abs(observed - low), abs(observed - high)) > 1:
            assert (word == "inside") == (low <= observed <= high)


def test_field_has_a_verdict_for_every_well(page, reference_template):
    with reading(reference_template) as session:
        data = Lookup(session)
        (notes,) = [part.sentences for part in field_section.section(data).parts if isinstance(part, Bullets)]
        wells = [
            f"{found.block}, {surveyed.well.kind} {surveyed.well.phase}: "
            for found in data.analysed(field_section.IN_REPORT)
            for surveyed in field_of(found, AnalysisOptions()).wells
        ]
    assert wells
    assert [note[: len(begin)] for note, begin in zip(notes, wells, strict=True)] == wells
    assert all(note in page.text for note in notes)


def test_pictures_hold_all_that_they_show(report):
    for path in (path for name, path in report.items() if name.startswith("wells/")):
        picture = ET.parse(path).getroot()
        left, top, width, height = map(float, picture.attrib["viewBox"].split())
        for shape in picture.iter():
            reach = float(shape.get("r", 0))
            if reach:
                x, y = float(shape.attrib["cx"]), float(shape.attrib["cy"])
                assert left <= x - reach < x + reach <= left + width, path.name
                assert top <= y - reach < y + reach <= top + height, path.name


def test_no_number_is_typed_in(reference_copy, tmp_path, report):
    with sqlite3.connect(reference_copy) as connection:
        connection.execute("UPDATE published_height SET height_angstrom = 3.9 WHERE formula_printed = 'YBa2Cu3O7-d'")
    connection.close()
    text = written_without_figures(reference_copy, tmp_path / "r")["report.md"].read_text(encoding="utf-8")
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
    assert all(note.split(":")[0] in section for note in windows.notes)
    for phase in windows.phases:
        assert f"| {phase.tc_law_kelvin:.2f} |" in section


def test_hostile_text_stays_text_in_html(hostile, page):
    text = hostile["report.html"].read_text(encoding="utf-8")
    found = Page(text)
    assert HOSTILE in found.text
    assert HOSTILE_ROW in found.text
    assert HOSTILE_ROW in [row["name"] for row in json.loads(found.scripts[1]["law-data"])["points"]]
    assert len(found.scripts[0]) == 2
    assert "<img src=x onerror=alert(2)>" in found.text
    assert "</td><b>n" in found.text
    assert found.tags <= page.tags
    assert "<b onclick=x>K</b> (beta" in found.text
    assert found.attributes.isdisjoint({"onerror", "onclick"})


def test_hostile_text_stays_text_in_markdown(hostile):
    text = hostile["report.md"].read_text(encoding="utf-8")
    for markup in ("<script", "</script", "<img", "<a ", "<b", "<i>", "</td>"):
        assert markup not in text
    assert "&amp;lt;" not in text, "escaped twice"
    assert "&lt;b onclick=x&gt;K&lt;/b&gt;" in text
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
    text = written_without_figures(database, tmp_path / "r")["report.md"].read_text(encoding="utf-8")
    assert "0 structures" in text
    assert "No measured structure" in text
