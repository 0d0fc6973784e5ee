"""Keep fits and predictions, with all that went in, so that what was said stays said."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw import __version__
from polyqw.db.models import Fit, Prediction
from polyqw.errors import DatabaseError
from polyqw.services.database import can_write, writing
from polyqw.services.fit import fit_row
from polyqw.services.predict import LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from polyqw.services.fit import FamilyFit
    from polyqw.services.predict import Predicted


def record_predictions(session: Session, predicted: Iterable[Predicted]) -> int:
    """Append predictions that are not in the database yet; return how many were new.

    Changes of Tc by substitution are left out: they rest on no height. Nothing is ever changed or removed, so that a
    later measurement can be held against what was said before it.
    """
    new = 0
    for item in predicted:
        if (
            item.height_angstrom is None
            or item.lam is None
            or item.tc_low_kelvin is None
            or item.tc_high_kelvin is None
        ):
            continue
        inputs = {"height_from": item.height_from, "lambda_from": item.lam.source, "sources": list(item.sources)}
        parameters = {"level": LEVEL, "lambda_half_width_kelvin_angstrom2": item.lam.half_width}
        numbers = [item.height_angstrom, item.lam.value, item.tc_kelvin, item.tc_low_kelvin, item.tc_high_kelvin]
        digest = _digest([item.target, item.phase, numbers, inputs, parameters, __version__])
        if session.scalar(select(Prediction.id).where(Prediction.input_sha256 == digest)) is not None:
            continue
        session.add(
            Prediction(
                compound_id=item.compound_id,
                structure_id=item.structure_id,
                target=item.target,
                phase=item.phase,
                height_angstrom=item.height_angstrom,
                lambda_kelvin_angstrom2=item.lam.value,
                tc_kelvin=item.tc_kelvin,
                tc_low_kelvin=item.tc_low_kelvin,
                tc_high_kelvin=item.tc_high_kelvin,
                level=LEVEL,
                inputs=inputs,
                parameters=parameters,
                code_version=__version__,
                input_sha256=digest,
                predicted_at=datetime.now(UTC),
            )
        )
        new += 1
    return new


def record_fit(session: Session, fit: FamilyFit) -> bool:
    """Store a fit that is not in the database yet; return whether it was new."""
    row = fit_row(fit)
    rows = row.pop("rows")
    parameters = {"bootstrap_seed": fit.law.seed}
    digest = _digest([fit.family, fit.wells, rows, parameters, __version__])
    if session.scalar(select(Fit.id).where(Fit.input_sha256 == digest)) is not None:
        return False
    session.add(
        Fit(
            family=fit.family,
            wells=fit.wells,
            n_rows=fit.law.n,
            lambda_mean_kelvin_angstrom2=fit.law.lambda_mean,
            lambda_sd_kelvin_angstrom2=fit.law.lambda_sd,
            results=row,
            inputs=rows,
            parameters=parameters,
            code_version=__version__,
            seed=fit.law.seed,
            input_sha256=digest,
            fitted_at=datetime.now(UTC),
        )
    )
    return True


def _digest(values: Any) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def keep_predictions(database: str | None, predicted: Iterable[Predicted]) -> str | None:
    """Append predictions to a database; return why they could not be kept, or None."""
    if not can_write(database):
        return "the database is read-only"
    try:
        with writing(database) as session:
            record_predictions(session, predicted)
    except DatabaseError as error:
        return str(error)
    return None


def keep_fit(database: str | None, fit: FamilyFit) -> str | None:
    """Store a fit in a database; return why it could not be kept, or None."""
    if not can_write(database):
        return "the database is read-only"
    try:
        with writing(database) as session:
            record_fit(session, fit)
    except DatabaseError as error:
        return str(error)
    return None
