"""One verdict for each compound and measured Tc, over all wells and λ that were predicted for it."""

from __future__ import annotations

from collections import defaultdict
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw.db.models import Reference

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session


MEASUREMENT = ("target", "observed_kelvin", "observed_kind", "observed_source")
"""What one row of the card is of."""


class Verdict(StrEnum):
    """What a measured Tc makes of all predictions for a compound."""

    HIT = "hit"
    PARTLY = "partly"
    MISS = "miss"
    OPEN = "open"


def scorecard(session: Session, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return one row for each compound and measured Tc, with the dates of both and the DOI of the measurement.

    Parameters
    ----------
    rows : sequence of mapping
        As `polyqw.services.law.score.score_predictions` gives them, one for each λ and well.
    """
    references = {reference.key: reference for reference in session.scalars(select(Reference))}
    groups: dict[tuple[Any, ...], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[name] for name in MEASUREMENT)].append(row)
    return [_row(own, references) for own in groups.values()]


def _row(rows: Sequence[Mapping[str, Any]], references: Mapping[str, Reference]) -> dict[str, Any]:
    first = rows[0]
    reference = references.get((first["observed_source"] or "").split(", ")[0])
    outcomes = [row["outcome"] for row in rows]
    return {
        "target": first["target"],
        "observed_kelvin": first["observed_kelvin"],
        "observed_kind": first["observed_kind"],
        "observed_pressure_gpa": first["observed_pressure_gpa"],
        "phases": sorted({row["phase"] for row in rows}),
        "n_predictions": len(rows),
        "n_inside": outcomes.count("hit"),
        "tc_least_kelvin": min(row["tc_kelvin"] for row in rows),
        "tc_most_kelvin": max(row["tc_kelvin"] for row in rows),
        "verdict": str(verdict_of(outcomes)),
        "predicted_first_at": min(row["predicted_at"] for row in rows),
        "observed_date": reference.date if reference else None,
        "in_advance": first["in_advance"],
        "observed_source": first["observed_source"],
        "observed_doi": reference.doi if reference else None,
    }


def verdict_of(outcomes: Sequence[str]) -> Verdict:
    """Return the verdict over the outcomes of all wells and λ; those that stay open do not count beside others."""
    known = [outcome for outcome in outcomes if outcome != "open"]
    if not known:
        return Verdict.OPEN
    if all(outcome == "hit" for outcome in known):
        return Verdict.HIT
    return Verdict.PARTLY if "hit" in known else Verdict.MISS
