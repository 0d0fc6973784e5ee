"""Keep fits and predictions, with all that went in, so that what was said stays said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw import __version__
from polyqw.core.wells import Family, Phase
from polyqw.db.conclusions import FitRecord, PredictionRecord, record_fit, record_prediction
from polyqw.db.models import WellChoice
from polyqw.errors import DatabaseError
from polyqw.services.database import can_write, writing
from polyqw.services.predict import LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from polyqw.services.predict import Predicted


def keep(
    database: str | None, *, fits: Iterable[Mapping[str, Any]] = (), predicted: Iterable[Predicted] = ()
) -> str | None:
    """Append fits and predictions that a database does not hold yet; return why they could not be kept, or None.

    Fits come as `polyqw.services.fit.fit_row` gives them. Changes of Tc by substitution are left out: they rest on no
    height.
    """
    if not can_write(database):
        return "the database is read-only"
    try:
        with writing(database) as session:
            for fit in fits:
                record_fit(session, _fit_record(fit))
            for item in predicted:
                record = _prediction_record(item)
                if record is not None:
                    record_prediction(session, record)
    except DatabaseError as error:
        return str(error)
    return None


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
