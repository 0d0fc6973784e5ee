"""Keep fits and predictions, with all that went in, so that what was said stays said."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Family, Phase
from polyqw.db.models import Fit, Prediction, WellChoice
from polyqw.db.store.conclusions import FitRecord, PredictionRecord, record_fit, record_prediction
from polyqw.services.law.predict import LEVEL
from polyqw.services.place.saved import Saved, save_each
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from polyqw.services.law.predict import Predicted


def save_fits(database: str | None, fits: Iterable[Mapping[str, Any]]) -> Saved:
    """Append fits that a database does not hold yet, as `polyqw.services.law.fit.fit_row` gives them."""
    return save_each(database, Fit, [partial(record_fit, fit=_fit_record(fit)) for fit in fits])


def save_predictions(database: str | None, predicted: Iterable[Predicted]) -> Saved:
    """Append predictions that a database does not hold yet.

    Changes of Tc by substitution are left out: they rest on no height.
    """
    records = [record for item in predicted if (record := _prediction_record(item)) is not None]
    return save_each(database, Prediction, [partial(record_prediction, prediction=record) for record in records])


def _fit_record(row: Mapping[str, Any]) -> FitRecord:
    return FitRecord(
        family=Family(row["family"]),
        wells=WellChoice(row["wells"]),
        n_rows=row["n"],
        lambda_mean_kelvin_angstrom2=row["lambda_mean"],
        lambda_sd_kelvin_angstrom2=row["lambda_sd"],
        inputs=row["rows"],
        results={name: value for name, value in row.items() if name != "rows"},
        code_version=__version__,
        seed=row["seed"],
    )


def _prediction_record(item: Predicted) -> PredictionRecord | None:
    if item.height_angstrom is None or item.lam is None or item.phase is None:
        return None
    if item.tc_low_kelvin is None or item.tc_high_kelvin is None:
        return None
    return PredictionRecord(
        target=item.target,
        phase=Phase(item.phase),
        height_angstrom=item.height_angstrom,
        height_su_angstrom=item.height_su_angstrom,
        lambda_kelvin_angstrom2=item.lam.value,
        tc_kelvin=item.tc_kelvin,
        tc_low_kelvin=item.tc_low_kelvin,
        tc_high_kelvin=item.tc_high_kelvin,
        level=LEVEL,
        compound_id=item.compound_id,
        structure_id=item.structure_id,
        inputs={
            "height_from": item.height_from,
            "lambda_from": item.lam.source,
            "sources": list(item.sources),
            **{name: value for name, value in item.extra.items() if name == "structure_sha256"},
        },
        parameters={"lambda_half_width_kelvin_angstrom2": item.lam.half_width},
        code_version=__version__,
    )
