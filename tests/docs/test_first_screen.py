"""The first screen of the README: its numbers are those of the fit, its pictures are there, its papers are named."""

from __future__ import annotations

import csv
import re

import pytest

from polyqw.core.wells import Family
from polyqw.services.law.fit import WellChoice, fit_family, fit_row
from polyqw.services.place.database import printed_tables
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST = " ".join(README.split("## Install")[0].split())


VERDICTS = {
    Family.IRON: "On the {n} iron rows that the papers print, with the well of each compound chosen by hand, the law "
    "misses a compound left out by {law:.1f} K where the mean Tc of the family misses it by {mean:.1f} K; with the "
    "alpha well throughout it misses by {alpha:.1f} K.",
    Family.CUPRATE: "On the {n} cuprate rows it misses by {law:.1f} K, the mean by {mean:.1f} K and the alpha well "
    "throughout by {alpha:.1f} K.",
}


@pytest.mark.parametrize("family", VERDICTS)
def test_the_verdict_is_that_of_the_fit(family):
    with printed_tables() as session:
        found = fit_row(fit_family(session, family, WellChoice.CHOSEN))
    errors = {row["model"]: row["rmse_kelvin"] for row in found["ranking"]}
    told = VERDICTS[family].format(
        n=found["n"], law=errors["law"], mean=errors["family_mean"], alpha=errors["law_alpha"]
    )
    assert told in FIRST


def test_the_papers_are_named():
    with (ROOT / "db" / "seed" / "reference.csv").open(encoding="utf-8", newline="") as stream:
        papers = [row for row in csv.DictReader(stream) if row["kind"] == "paper" and row["title"]]
    assert len(papers) >= 4
    for paper in papers:
        assert paper["title"] in FIRST
        assert paper["doi"] in FIRST


def test_the_pictures_are_there_and_small():
    names = re.findall(r"!\[[^\]]*\]\((docs/\w+\.png)\)", README)
    assert names == ["docs/wells.png", "docs/answer.png"]
    for name in names:
        assert (ROOT / name).read_bytes().startswith(b"\x89PNG")
        assert (ROOT / name).stat().st_size <= 300_000


def test_the_first_session_fits_80_columns():
    session = README.split("```console\n")[1].split("```")[0]
    assert max(map(len, session.splitlines())) <= 80
