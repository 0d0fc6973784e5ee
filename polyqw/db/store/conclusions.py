"""Record fits and predictions, once for each set of inputs; predictions can never be changed afterwards."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from polyqw.db.models import Base, ClesPoint, ClesRun, Fit, Prediction, table_of
from polyqw.db.plain import json_digest, plain_dict

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.core.wells import Family, Phase
    from polyqw.db.models import WellChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class FitRecord:
    """A fit of Tc = λ/h² and all that went into it.

    Parameters
    ----------
    lambda_mean_kelvin_angstrom2, lambda_sd_kelvin_angstrom2 : float
        Mean and standard deviation of Tc·h² [K Å²].
    results : dict
        All results, by names with units.
    inputs : list of dict
        Rows that went in, with their sources.
    parameters : dict
        Options.
    seed : int or None
        Seed of the random numbers.
    """

    family: Family
    wells: WellChoice
    n_rows: int
    lambda_mean_kelvin_angstrom2: float
    lambda_sd_kelvin_angstrom2: float | None
    results: dict[str, Any]
    inputs: list[dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)
    code_version: str
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRecord:
    """A predicted Tc and all that went into it.

    Parameters
    ----------
    target : str
        What is predicted.
    height_angstrom, height_su_angstrom : float
        Height used and its standard uncertainty [Å].
    lambda_kelvin_angstrom2 : float
        λ used [K Å²].
    tc_kelvin, tc_low_kelvin, tc_high_kelvin : float
        Prediction and its interval [K].
    level : float
        Probability that the interval claims to hold.
    fit_id, compound_id, structure_id : int or None
        Where λ and h come from, where they are in this database.
    inputs, parameters : dict
        What went in with its sources, and options.
    seed : int or None
        Seed of the random numbers.
    """

    target: str
    phase: Phase
    height_angstrom: float
    height_su_angstrom: float | None = None
    lambda_kelvin_angstrom2: float
    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    level: float = 0.95
    fit_id: int | None = None
    compound_id: int | None = None
    structure_id: int | None = None
    inputs: dict[str, Any]
    parameters: dict[str, Any] = field(default_factory=dict)
    code_version: str
    seed: int | None = None


def record_fit(session: Session, fit: FitRecord) -> int:
    """Record a fit and return its number; a fit with the same inputs and results is recorded once."""
    return _record(session, Fit, plain_dict(asdict(fit)), "fitted_at")


def record_prediction(session: Session, prediction: PredictionRecord) -> int:
    """Record a prediction and return its number; the same one from the same inputs is recorded once."""
    return _record(session, Prediction, plain_dict(asdict(prediction)), "predicted_at")


def record_cles_run(
    session: Session,
    *,
    kind: str,
    parameters: dict[str, float],
    exponent: int,
    points: list[dict[str, Any]],
    code_version: str,
) -> int:
    """Record a run of the CLES solver with its points and return its number; the same run is recorded once.

    Parameters
    ----------
    kind : {'point', 'curve', 'fit'}
    parameters : dict
        By names with units.
    points : list of dict
        Columns of `cles_point` but ``run_id`` and ``point_index``.
    """
    row = {
        "kind": kind,
        "parameters": parameters,
        "exponent": exponent,
        "n_points": len(points),
        "n_converged": sum(bool(point["converged"]) for point in points),
        "code_version": code_version,
    }
    digest = json_digest([row, points])
    known = session.scalar(select(ClesRun.id).where(ClesRun.input_sha256 == digest))
    if known is not None:
        return int(known)
    values = {**row, "input_sha256": digest, "run_at": datetime.now(UTC)}
    run_id = int(session.execute(insert(ClesRun).values(values).returning(ClesRun.id)).scalar_one())
    session.execute(insert(ClesPoint), [{**p, "run_id": run_id, "point_index": k} for k, p in enumerate(points)])
    return run_id


def _record(session: Session, model: type[Base], row: dict[str, Any], moment: str) -> int:
    digest = json_digest({name: value for name, value in row.items() if not name.endswith("_id")})
    table = table_of(model)
    known = session.scalar(select(table.c.id).where(table.c.input_sha256 == digest))
    if known is not None:
        return int(known)
    values = {**row, "input_sha256": digest, moment: datetime.now(UTC)}
    return int(session.execute(insert(table).values(values).returning(table.c.id)).scalar_one())
