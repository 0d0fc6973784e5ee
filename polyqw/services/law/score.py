"""Hold recorded predictions against the Tc that the database knows now."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from polyqw.db.look.observations import observations_of, recorded_predictions
from polyqw.services.law.scorecard import scorecard

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.db.look.observations import Observation
    from polyqw.db.models import Prediction


class Outcome(StrEnum):
    """What became of a prediction."""

    HIT = "hit"
    MISS = "miss"
    OPEN = "open"


def score_predictions(session: Session) -> dict[str, Any]:
    """Return every recorded prediction with what was measured, and how many hold.

    A prediction is a hit when the measured Tc lies in its interval; a bound refutes it only where the whole interval
    lies above. ``in_advance`` tells whether the measurement is of a later year than the prediction.
    """
    rows = [
        row
        for prediction in recorded_predictions(session)
        for row in (
            [_row(prediction, observation) for observation in observations_of(session, prediction)]
            or [_row(prediction, None)]
        )
    ]
    outcomes = [row["outcome"] for row in rows]
    return {
        "n_predictions": len({row["prediction_id"] for row in rows}),
        "n_hit": outcomes.count(Outcome.HIT),
        "n_miss": outcomes.count(Outcome.MISS),
        "n_open": outcomes.count(Outcome.OPEN),
        "n_in_advance": sum(row["in_advance"] is True for row in rows),
        "scorecard": scorecard(session, rows),
        "rows": rows,
    }


def judge(low: float, high: float, observation: Observation | None) -> Outcome:
    """Return what a measurement makes of the interval from low to high [K]."""
    if observation is None:
        return Outcome.OPEN
    if observation.is_bound:
        return Outcome.MISS if low > observation.tc_kelvin else Outcome.OPEN
    return Outcome.HIT if low <= observation.tc_kelvin <= high else Outcome.MISS


def _row(prediction: Prediction, observation: Observation | None) -> dict[str, Any]:
    outcome = judge(prediction.tc_low_kelvin, prediction.tc_high_kelvin, observation)
    return {
        "prediction_id": prediction.id,
        "target": prediction.target,
        "phase": prediction.phase,
        "structure_id": prediction.structure_id,
        "height_angstrom": prediction.height_angstrom,
        "lambda_used": prediction.lambda_kelvin_angstrom2,
        "tc_kelvin": prediction.tc_kelvin,
        "tc_low_kelvin": prediction.tc_low_kelvin,
        "tc_high_kelvin": prediction.tc_high_kelvin,
        "level": prediction.level,
        "predicted_at": prediction.predicted_at.isoformat(timespec="seconds"),
        "input_sha256": prediction.input_sha256,
        "observed_kelvin": observation.tc_kelvin if observation else None,
        "observed_kind": str(observation.kind) if observation else None,
        "observed_pressure_gpa": observation.pressure_gpa if observation else None,
        "observed_source": observation.source if observation else None,
        "error_kelvin": prediction.tc_kelvin - observation.tc_kelvin if observation else None,
        "in_advance": _in_advance(prediction, observation),
        "outcome": str(outcome),
    }


def _in_advance(prediction: Prediction, observation: Observation | None) -> bool | None:
    year = "" if observation is None or observation.date is None else observation.date[:4]
    return int(year) > prediction.predicted_at.year if year.isdecimal() and len(year) == 4 else None
