"""Write the report: one HTML file, Markdown, and the figures beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from polyqw.core.wells import Status
from polyqw.services.claims.section import claim_counts, results
from polyqw.services.drawing.figure_files import figure_in_kinds
from polyqw.services.drawing.pages import date_of_page, figure_url, make_folder, render, template_source, write_files
from polyqw.services.drawing.section import Picture
from polyqw.services.place.versions import versions_text
from polyqw.services.report.sections import FIRST, make_groups
from polyqw.services.structures.lookup import Lookup
from polyqw.services.systems.cles.section import couplings_of
from polyqw.services.viewer.assets import page_assets, page_policy, script_digest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.services.drawing.section import Section


@dataclass(frozen=True, eq=False, slots=True)
class Written:
    """A report, and what it computed that a database can keep.

    Parameters
    ----------
    paths : dict of str to Path
        By the name of the file.
    verdicts : list of str
        What its sections say, one sentence each.
    claims, couplings : list of dict
        As `polyqw.services.claims.history.save_results` and `polyqw.services.systems.cles.runs.save_run` take them.
    """

    paths: dict[str, Path]
    verdicts: list[str]
    claims: list[dict[str, Any]]
    couplings: list[dict[str, Any]]


def write_report(session: Session, folder: Path) -> Written:
    """Write the report into a folder, made if needed.

    The same database gives the same bytes, but for the date, which SOURCE_DATE_EPOCH fixes.

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    make_folder(folder)
    data = Lookup(session)
    groups = make_groups(data)
    sections = [section for group in groups.values() for section in group]
    verdicts = _verdicts(sections)
    files, images = _drawn(sections)
    values = {
        "groups": groups,
        "first": FIRST,
        "sections": sections,
        "verdicts": verdicts,
        "claim_counts": claim_counts(data),
        "versions_text": versions_text(),
        "n_structures": len(data.current),
        "n_with_wells": sum(s.status == Status.OK for s in data.current),
        "date": date_of_page(),
    }
    files["report.html"] = render("report.html.j2", {**values, "images": images, **_scripts()}, html=True).encode()
    files["report.md"] = render("report.md.j2", values, html=False).encode()
    return Written(write_files(folder, files), verdicts, results(data), couplings_of(data))


def _verdicts(sections: Sequence[Section]) -> list[str]:
    """Return what all sections say, the claims first."""
    first = sorted(sections, key=lambda section: section.anchor != "claims")
    return [sentence for section in first for sentence in section.verdicts]


def _drawn(sections: Sequence[Section]) -> tuple[dict[str, bytes], dict[str, dict[str, Any]]]:
    """Return the files that stand beside the page, and the figures as it holds them, by name."""
    files: dict[str, bytes] = {}
    images = {}
    for part in (part for section in sections for part in section.parts):
        files |= part.files
        if isinstance(part, Picture):
            made = figure_in_kinds(part.figure, ("svg", "png"))
            files |= {f"{part.name}.{kind}": drawn for kind, drawn in made.items()}
            width, height = (round(96 * float(inches)) for inches in part.figure.get_size_inches())
            images[part.name] = {"url": figure_url(made["svg"]), "width": width, "height": height}
    return files, images


def _scripts() -> dict[str, Any]:
    """Return the scripts of the page and the policy that allows them."""
    script = template_source("report.js")
    assets = page_assets()
    return {
        "script": Markup(script),  # noqa: S704 - the page's own
        "assets": assets,
        "policy": page_policy(script_digest(script.encode()), *assets.digests),
    }
