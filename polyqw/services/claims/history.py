"""Keep what the claims came to in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw import __version__
from polyqw.db.models import Claim, ClaimResult
from polyqw.errors import DatabaseError
from polyqw.services.database import can_write, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def keep_results(database: str | None, rows: Sequence[Mapping[str, Any]]) -> str | None:
    """Store results in the place of earlier ones where they differ; return why they could not be kept, or None."""
    if not can_write(database):
        return "the database is read-only"
    try:
        with writing(database) as session:
            claims = {claim.key: claim.id for claim in session.scalars(select(Claim))}
            known = {result.claim_id: result for result in session.scalars(select(ClaimResult))}
            for row in rows:
                values = row["recomputed"]
                listed = None if values is None else values if isinstance(values, list) else [values]
                found = {
                    "recomputed": listed,
                    "verdict": row["verdict"],
                    "note": row["note"],
                    "code_version": __version__,
                }
                result = known.get(claims[row["id"]])
                if result is None:
                    session.add(ClaimResult(claim_id=claims[row["id"]], checked_at=datetime.now(UTC), **found))
                elif any(getattr(result, name) != value for name, value in found.items()):
                    for name, value in found.items():
                        setattr(result, name, value)
                    result.checked_at = datetime.now(UTC)
    except DatabaseError as error:
        return str(error)
    return None
