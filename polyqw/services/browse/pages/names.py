"""Names that go on as a reader began: for the completion of the search box."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from starlette.responses import JSONResponse

from polyqw.services.browse.site import site_of
from polyqw.services.structures.aliases import aliases
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

MOST = 12
"""Names that are offered."""

LONGEST = 80
"""Most characters of what was begun."""

_ALIKE = text(
    "SELECT name FROM (SELECT name FROM compound UNION SELECT parent FROM compound UNION "
    "SELECT block FROM structure WHERE superseded_by IS NULL) AS names "
    "WHERE lower(name) LIKE :begin ESCAPE '\\' ORDER BY length(name), name LIMIT :most"
)


def names(request: Request) -> Response:
    """Answer with names as JSON."""
    begun = one_line(request.query_params.get("q", ""), LONGEST).lower()
    if not begun:
        return JSONResponse([])
    short = [name for name in aliases() if name.lower().startswith(begun)]
    literal = begun.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with site_of(request).session() as session:
        found = [str(row[0]) for row in session.execute(_ALIKE, {"begin": f"{literal}%", "most": MOST})]
    return JSONResponse(list(dict.fromkeys([*short, *found]))[:MOST])
