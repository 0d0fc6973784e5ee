"""Record the results of the claims in the database."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw.db.models import Claim, ClaimResult
from polyqw.services.place.saved import Saved, save
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session


def save_results(database: str | None, rows: Sequence[Mapping[str, Any]]) -> Saved:
    """Store results in the place of earlier ones where they differ."""
    return save(database, lambda session: _record(session, rows))


def _record(session: Session, rows: Sequence[Mapping[str, Any]]) -> Saved:
    claims = {claim.key: claim.id for claim in session.scalars(select(Claim))}
    known = {result.claim_id: result for result in session.scalars(select(ClaimResult))}
    n_new = 0
    for row in rows:
        values = row["recomputed"]
        listed = None if values is None else values if isinstance(values, list) else [values]
        found = {"recomputed": listed, "verdict": row["verdict"], "note": row["note"], "code_version": __version__}
        result = known.get(claims[row["id"]])
        if result is None:
            session.add(ClaimResult(claim_id=claims[row["id"]], checked_at=datetime.now(UTC), **found))
        elif any(getattr(result, name) != value for name, value in found.items()):
            for name, value in found.items():
                setattr(result, name, value)
            result.checked_at = datetime.now(UTC)
        else:
            continue
        n_new += 1
    return Saved(n_new, len(rows) - n_new)
