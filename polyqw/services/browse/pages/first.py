"""The first page: what the database holds, where to begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from polyqw.services.browse.site import show, site_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response

EXAMPLES = ("YBCO", "Hg1223", "La3Ni2O7", "LaFeAsO", "CaKFe4As4", "family=cuprate,tc_kelvin>90,Cu>=2")
"""What may be searched for."""

_FAMILIES = text(
    "SELECT coalesce(s.family, '') AS family, count(*) AS n_structures, count(DISTINCT c.parent) AS n_compounds "
    "FROM structure s JOIN compound c ON c.id = s.compound_id WHERE s.superseded_by IS NULL "
    "GROUP BY coalesce(s.family, '') ORDER BY 2 DESC"
)
_COUNTS = {
    "printed heights of the papers": "SELECT count(*) FROM published_height",
    "values of Tc": "SELECT count(*) FROM v_tc",
    "claims of the papers, recomputed": "SELECT count(*) FROM v_claims WHERE verdict IS NOT NULL",
    "predictions": "SELECT count(*) FROM prediction",
}


def first(request: Request) -> Response:
    """Answer with the first page."""
    with site_of(request).session() as session:
        return show("first.html.j2", {"examples": EXAMPLES, **_holdings(session)})


def _holdings(session: Session) -> dict[str, Any]:
    families = [dict(row) for row in session.execute(_FAMILIES).mappings()]
    return {
        "families": [f for f in families if f["family"]],
        "n_structures": sum(f["n_structures"] for f in families),
        "n_without_family": sum(f["n_structures"] for f in families if not f["family"]),
        "counts": {what: session.execute(text(sql)).scalar() for what, sql in _COUNTS.items()},
    }
