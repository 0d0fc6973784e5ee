"""The page of a family: its compounds, and their Tc against the height of their wells."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sqlalchemy import text
from starlette.exceptions import HTTPException

from polyqw.core.wells import Family
from polyqw.services.browse.pages.law_chart import HEIGHT, TC, law_lines
from polyqw.services.browse.pages.paging import Page, page_number
from polyqw.services.browse.site import PER_PAGE, show, site_of
from polyqw.services.drawing.chart import Dot, axis_around, draw_chart
from polyqw.services.law.predict import fitted_lambda

if TYPE_CHECKING:
    from markupsafe import Markup
    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response

WITH_LAW = (Family.CUPRATE, Family.NICKELATE, Family.IRON)
"""Families that the law speaks of."""

MOST_DOTS = 2000
"""Points of one chart."""

_COMPOUNDS = text("""
WITH current AS (
    SELECT s.id, s.status, s.family, c.parent FROM structure s JOIN compound c ON c.id = s.compound_id
    WHERE s.superseded_by IS NULL
), parents AS (
    SELECT parent FROM compound WHERE family = :family UNION SELECT parent FROM current WHERE family = :family
), counted AS (
    SELECT parent, count(*) AS n_structures, sum(CASE WHEN status = 'ok' THEN 1 ELSE 0 END) AS n_with_wells
    FROM current GROUP BY parent
), heights AS (
    SELECT parent, min(CASE phase WHEN 'alpha' THEN height_angstrom END) AS h_alpha_min_angstrom,
        max(CASE phase WHEN 'alpha' THEN height_angstrom END) AS h_alpha_max_angstrom,
        min(CASE phase WHEN 'beta' THEN height_angstrom END) AS h_beta_min_angstrom,
        max(CASE phase WHEN 'beta' THEN height_angstrom END) AS h_beta_max_angstrom
    FROM current JOIN well ON well.structure_id = current.id GROUP BY parent
), known AS (
    SELECT c.parent, max(CASE t.kind WHEN 'measured' THEN t.tc_kelvin END) AS tc_measured_max_kelvin,
        max(CASE t.kind WHEN 'reported' THEN t.tc_kelvin END) AS tc_reported_max_kelvin
    FROM transition t JOIN compound c ON c.id = t.compound_id LEFT JOIN structure s ON s.id = t.structure_id
    WHERE s.superseded_by IS NULL GROUP BY c.parent
), printed AS (
    SELECT c.parent, count(*) AS n_printed_heights
    FROM published_height p JOIN compound c ON c.id = p.compound_id GROUP BY c.parent
)
SELECT parents.parent, coalesce(n_structures, 0) AS n_structures, coalesce(n_with_wells, 0) AS n_with_wells,
    h_alpha_min_angstrom, h_alpha_max_angstrom, h_beta_min_angstrom, h_beta_max_angstrom,
    tc_measured_max_kelvin, tc_reported_max_kelvin, coalesce(n_printed_heights, 0) AS n_printed_heights,
    count(*) OVER () AS n_rows
FROM parents LEFT JOIN counted ON counted.parent = parents.parent LEFT JOIN heights ON heights.parent = parents.parent
    LEFT JOIN known ON known.parent = parents.parent LEFT JOIN printed ON printed.parent = parents.parent
ORDER BY coalesce(n_structures, 0) DESC, parents.parent LIMIT :most OFFSET :skipped
""")
"""As `v_compound` has them, with each table read once."""

_DOTS = text(
    "SELECT block, phase, height_angstrom, tc_kelvin FROM v_law WHERE family = :family AND tc_kelvin IS NOT NULL "
    "AND layered ORDER BY structure_id LIMIT :most"
)


def family(request: Request) -> Response:
    """Answer with the page of a family."""
    name, number = request.path_params["name"], page_number(request)
    if name not in set(Family):
        raise HTTPException(HTTPStatus.NOT_FOUND, f"no family of that name; there are {', '.join(Family)}")
    with site_of(request).session() as session:
        rows = compounds_of(session, name, PER_PAGE, (number - 1) * PER_PAGE)
        n_rows = rows[0]["n_rows"] if rows else 0
        values = {"family": name, "page": Page(rows, number, n_rows), "chart": _chart(session, Family(name))}
        return show("family.html.j2", values)


def compounds_of(session: Session, family: str, most: int, skipped: int = 0) -> list[dict[str, Any]]:
    """Return the parent compounds of a family, those with most structures first."""
    window = {"family": family, "most": most, "skipped": skipped}
    return [dict(row) for row in session.execute(_COMPOUNDS, window).mappings()]


def _chart(session: Session, of: Family) -> Markup | None:
    if of not in WITH_LAW:
        return None
    dots = [
        Dot(h, tc, f"{block}, {phase}: h = {h:.3f} Å, {tc:g} K", phase)
        for block, phase, h, tc in session.execute(_DOTS, {"family": of.value, "most": MOST_DOTS})
    ]
    if not dots:
        return None
    lam = fitted_lambda(session, of)
    x = axis_around(HEIGHT, [d.x for d in dots])
    line, band = law_lines(x, lam.value, lam.half_width, f"λ/h², λ = {lam.value:.0f} K Å² ({lam.source})")
    y = axis_around(TC, [d.y for d in dots] + [v for _, v in line.points if v is not None], low=0.0)
    return draw_chart(f"Tc against height, {of}", x, y, dots=dots, lines=[line], bands=[band])
