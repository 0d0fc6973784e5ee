"""The claims of the papers, as last computed."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from sqlalchemy import text

from polyqw.services.browse.site import show, site_of
from polyqw.services.claims.section import WORST_FIRST

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_CLAIMS = text("SELECT * FROM v_claims ORDER BY source, claim_id")
OPEN = "not computed"
"""Stands for the verdict of a claim that was not computed into this database."""


def claims(request: Request) -> Response:
    """Answer with the claims, of one verdict or all, worst first."""
    asked = request.query_params.get("verdict", "")
    with site_of(request).session() as session:
        rows = [dict(row) for row in session.execute(_CLAIMS).mappings()]
    for row in rows:
        row["verdict"] = row["verdict"] or OPEN
        row["recomputed"] = _in_digits(row["recomputed"])
    order = [*map(str, WORST_FIRST), OPEN]
    counts = Counter(row["verdict"] for row in rows)
    shown = sorted(
        (row for row in rows if not asked or row["verdict"] == asked), key=lambda row: order.index(row["verdict"])
    )
    verdicts = [(verdict, counts[verdict]) for verdict in order if counts[verdict]]
    return show("claims.html.j2", {"rows": shown, "verdicts": verdicts, "asked": asked, "n_rows": len(rows)})


def _in_digits(recomputed: str | None) -> str:
    """Return what came out, stored as JSON, with the digits that people read."""
    found = json.loads(recomputed) if recomputed else None
    values = found if isinstance(found, list) else [] if found is None else [found]
    return ", ".join(f"{v:.6g}" if isinstance(v, float) else str(v) for v in values)
