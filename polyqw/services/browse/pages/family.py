"""The page of a family: its compounds, and their Tc against the height of their wells."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

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

_COMPOUNDS = text(
    "SELECT *, count(*) OVER () AS n_rows FROM v_compound WHERE family = :family "
    "ORDER BY n_structures DESC, parent LIMIT :most OFFSET :skipped"
)
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
        window = {"most": PER_PAGE, "skipped": (number - 1) * PER_PAGE}
        rows = [dict(r) for r in session.execute(_COMPOUNDS, {"family": name, **window}).mappings()]
        n_rows = rows[0]["n_rows"] if rows else 0
        values = {"family": name, "page": Page(rows, number, n_rows), "chart": _chart(session, Family(name))}
        return show("family.html.j2", values)


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
