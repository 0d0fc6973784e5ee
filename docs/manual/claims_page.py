"""docs/claims.md: what the papers state, and what came out."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from polyqw.db.models import Verdict
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.pages import markdown_table

if TYPE_CHECKING:
    from collections.abc import Sequence


COLUMNS = (
    "id", "where", Column("claim", "statement"), "stated", "recomputed", "unit", "tolerance", "verdict", "note",
)  # fmt: skip
HEAD = """# What the papers state, recomputed

Written by `make docs` from the ledger (`db/seed/claim.csv`) and the reference structures; `polyqw claims` gives the
same for your database. A value within its tolerance is *reproduced*, within three tolerances *approximate*, else
*not_reproduced*. Of statements without a value: *contradiction*: two sources disagree; *ambiguous*: the statement
leaves open what is to be computed. *input*: the database lacks what it takes, which a structure of yours may mend.
"""


def claims_page(rows: Sequence[dict[str, Any]]) -> str:
    """Return the page.

    Parameters
    ----------
    rows : sequence of dict
        As `polyqw.services.claims.ledger.run_claims` gives them.
    """
    counts = Counter(row["verdict"] for row in rows)
    listed = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    parts = [HEAD, f"{len(rows)} statements: {', '.join(listed)}."]
    for source in dict.fromkeys(row["source"] for row in rows):
        shown = [_shown(row) for row in rows if row["source"] == source]
        parts += ["", f"## {source}", "", markdown_table(shown, COLUMNS)]
    return "\n".join(parts) + "\n"


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "stated": _values(row["stated"]), "recomputed": _values(row["recomputed"])}


def _values(value: Any) -> str | None:
    """Return values as text; five digits, so that no page depends on the last bits of a machine."""
    if isinstance(value, list):
        return "; ".join(str(_values(v)) for v in value)
    if isinstance(value, float):
        return f"{value:.5g}"
    return None if value is None else str(value)
