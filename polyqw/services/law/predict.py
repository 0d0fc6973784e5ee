"""Predict Tc = λ/h² for the targets of the papers and for any structure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polyqw.constants import LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002, LAMBDA_IRON
from polyqw.core.structure_tc import tc_of_structure
from polyqw.core.wells import Family, Phase
from polyqw.db.look.find import pressure_windows, published_predictions
from polyqw.db.models import PredictionSet, WellChoice
from polyqw.errors import UsageError
from polyqw.services.law.heights import REFINEMENT_SU
from polyqw.services.law.printed import choose_wells, printed_points, table_rows
from polyqw.services.law.scope import doping_note
from polyqw.services.structures.phase_height import phase_height, phase_height_su
from polyqw.services.structures.stored import structures_for_compound
from polyqw.theory.scaling import (
    law_tc,
    mean_lambda,
    predicted_half_width,
    prediction_half_width,
    substitution_shift_by_law,
    substitution_shift_by_ratio,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import PressurePoint, PublishedPrediction, Structure
    from polyqw.services.structures.analyse import Analysed

ALL_SETS = tuple(str(name) for name in PredictionSet)
"""Names of the sets, in the order in which they are told."""

LEVEL = 0.95

PRINTED_LAMBDAS = {
    Family.CUPRATE: {"papers/002 Eq. 1": LAMBDA_CUPRATE_002, "papers/001 Eq. 1": LAMBDA_CUPRATE_001},
    Family.IRON: {"papers/001 and 002 Eq. 2": LAMBDA_IRON},
}
"""λ that the papers print for each family [K Å²]; nickelates take those of the cuprates (papers/002, II.B)."""


@dataclass(frozen=True, slots=True)
class LambdaChoice:
    """A λ to predict with.

    Parameters
    ----------
    value : float
        [K Å²].
    source : str
    half_width : float
        Half width of the 95 % interval of one more compound's λ [K Å²], from the scatter over the printed rows.
    """

    value: float
    source: str
    half_width: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """A predicted Tc.

    Parameters
    ----------
    target : str
    phase : str or None
        None where the papers name no phase.
    height_angstrom : float or None
        None where the prediction is a change of Tc.
    height_su_angstrom : float or None
        Standard uncertainty of the height, part of the interval; None where it is not known and the spread of
        refinements stands for it.
    height_from : str
    lam : LambdaChoice or None
    tc_kelvin, tc_low_kelvin, tc_high_kelvin : float
    published_kelvin, observed_kelvin : float or None
    sources : tuple of str
    note : str
    structure_id, compound_id : int or None
    """

    target: str
    phase: str | None
    height_angstrom: float | None
    height_from: str
    lam: LambdaChoice | None
    tc_kelvin: float
    tc_low_kelvin: float | None
    tc_high_kelvin: float | None
    published_kelvin: float | None = None
    observed_kelvin: float | None = None
    sources: tuple[str, ...] = ()
    note: str = ""
    structure_id: int | None = None
    compound_id: int | None = None
    height_su_angstrom: float | None = None
    family: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)


def printed_lambda(family: Family) -> tuple[float, str]:
    """Return the first λ that the papers print for a family [K Å²], and where it stands."""
    source, value = next(iter(PRINTED_LAMBDAS[table_family(family)].items()))
    return value, source


def table_family(family: Family) -> Family:
    """Return the family whose printed table stands for a family: nickelates go with the cuprates."""
    return Family.IRON if family is Family.IRON else Family.CUPRATE


def fitted_lambda(session: Session, family: Family) -> LambdaChoice:
    """Return the mean λ of the printed table that stands for a family, read once in a session."""
    table = table_family(family)
    known: dict[Family, LambdaChoice] = session.info.setdefault("fitted_lambda", {})
    if table not in known:
        points = printed_points(choose_wells(table_rows(session, table), WellChoice.CHOSEN))
        mean, sd = mean_lambda(points)
        half = prediction_half_width(sd, len(points), LEVEL)
        known[table] = LambdaChoice(mean, f"mean of {len(points)} printed {table} rows", half)
    return known[table]


def lambda_choices(session: Session, family: Family) -> list[LambdaChoice]:
    """Return the λ to predict a family with: those the papers print, and the one fitted to their table."""
    fitted = fitted_lambda(session, family)
    printed = [
        LambdaChoice(value, source, fitted.half_width)
        for source, value in PRINTED_LAMBDAS[table_family(family)].items()
    ]
    return [*printed, fitted]


def predict_height(
    height_angstrom: float, lam: LambdaChoice, height_su_angstrom: float | None = None
) -> tuple[float, float, float]:
    """Return Tc and the ends of its interval [K], from the scatter of λ and the su of the height.

    Where that is not known, the spread of refinements of one compound stands for it.
    """
    su = REFINEMENT_SU if height_su_angstrom is None else height_su_angstrom
    tc = law_tc(height_angstrom, lam.value)
    half = predicted_half_width(height_angstrom, lam.value, lam.half_width, su, LEVEL)
    return tc, max(tc - half, 0.0), tc + half


def predict_set(session: Session, name: PredictionSet) -> list[Predicted]:
    """Return the predictions of one of the papers' sets, from printed heights and from structures."""
    printed = published_predictions(session, name)
    predicted: list[Predicted] = []
    seen: set[tuple[int, str | None, str]] = set()
    for row in printed:
        if row.delta_tc_kelvin is not None:
            predicted += _substitution(row)
            continue
        family = Family(row.compound.family or Family.CUPRATE)
        choices = lambda_choices(session, family)
        for height, su, origin, structure in _heights(session, row):
            phase = row.phase or Phase.ALPHA.value
            key = (row.compound_id, phase, origin)
            if key in seen:
                continue
            seen.add(key)
            predicted += [
                _from_height(
                    row, phase, height, su, origin, structure, lam, pressure_windows(session, row.compound.name)
                )
                for lam in choices
            ]
    return predicted


def _heights(
    session: Session, row: PublishedPrediction
) -> Iterator[tuple[float, float | None, str, Structure | None]]:
    if row.height_angstrom is not None:
        yield row.height_angstrom, None, "printed", None
    for structure in structures_for_compound(session, row.compound):
        phase = row.phase or Phase.ALPHA
        height = phase_height(structure, phase)
        if height is not None:
            yield height, phase_height_su(structure, phase), f"structure {structure.block}", structure


def _from_height(
    row: PublishedPrediction,
    phase: str,
    height: float,
    height_su: float | None,
    origin: str,
    structure: Structure | None,
    lam: LambdaChoice,
    windows: Sequence[PressurePoint],
) -> Predicted:
    tc, low, high = predict_height(height, lam, height_su)
    own = [w for w in windows if w.phase == phase]
    sources = [f"{row.reference.key}, {row.source}", f"λ: {lam.source}"]
    note = ""
    if structure is not None:
        sources.append(f"h: {structure.block}, {structure.origin}, {structure.source or 'source not stated'}")
        note = _about(structure, row)
    extra = {}
    if own:
        extra = {"pressure_from_gpa": own[0].pressure_from_gpa, "pressure_to_gpa": own[0].pressure_to_gpa}
    return Predicted(
        target=row.compound.name,
        phase=phase,
        height_angstrom=height,
        height_su_angstrom=height_su,
        height_from=origin,
        lam=lam,
        tc_kelvin=tc,
        tc_low_kelvin=low,
        tc_high_kelvin=high,
        published_kelvin=row.tc_kelvin,
        observed_kelvin=row.observed_kelvin,
        sources=tuple(sources),
        note=note,
        structure_id=structure.id if structure else None,
        compound_id=row.compound_id,
        family=row.compound.family or str(Family.CUPRATE),
        extra=extra,
    )


def _about(structure: Structure, row: PublishedPrediction) -> str:
    parts = [f"{structure.origin} structure"]
    if structure.compound_id != row.compound_id and not structure.table_row:
        parts.append(f"{structure.formula_written} in its place")
    if structure.pressure_gpa:
        parts.append(f"at {structure.pressure_gpa:g} GPa")
    tc = tc_of_structure(structure.transitions, structure.pressure_gpa)
    if tc.tc_kelvin is not None:
        parts.append(f"Tc given for it {tc.tc_kelvin:g} K ({tc.tc_kind})")
    return ", ".join(parts)


def _substitution(row: PublishedPrediction) -> list[Predicted]:
    """Return the change of Tc on substitution, by the papers' ratio and by their own law."""
    numbers = row.parameters
    parent, before, after = numbers["tc_parent_kelvin"], numbers["radius_la_pm"], numbers["radius_pr_pm"]
    observed = numbers["tc_observed_kelvin"]
    results = []
    for shift, how in (
        (substitution_shift_by_ratio(parent, before, after), "ratio of radii, as papers/001 computes it"),
        (substitution_shift_by_law(parent, before, after), "Eq. 1 for h shrinking in the ratio of the radii"),
    ):
        results.append(
            Predicted(
                target=row.compound.name,
                phase=None,
                height_angstrom=None,
                height_from=how,
                lam=None,
                tc_kelvin=parent + shift,
                tc_low_kelvin=None,
                tc_high_kelvin=None,
                published_kelvin=parent + (row.delta_tc_kelvin or 0.0),
                observed_kelvin=observed,
                sources=(f"{row.reference.key}, {row.source}",),
                note=f"ΔTc = {shift:.2f} K; printed {row.delta_tc_kelvin:g} K, observed {observed - parent:g} K",
                compound_id=row.compound_id,
                extra={"delta_tc_kelvin": shift},
            )
        )
    return results


def predict_structure(session: Session, analysed: Analysed) -> list[Predicted]:
    """Return what the law gives for each well of an analysed structure that can set a Tc."""
    if analysed.analysis is None or analysed.analysis.family is None:
        return []
    record = analysed.record
    holes, note = doping_note(analysed)
    predicted = []
    for lam in lambda_choices(session, analysed.analysis.family):
        for well in analysed.analysis.wells:
            if well.phase is Phase.MU:
                continue
            tc, low, high = predict_height(well.height, lam, well.height_su)
            predicted.append(
                Predicted(
                    target=f"{record.cell.formula_written if record else analysed.file} ({analysed.file})",
                    phase=str(well.phase),
                    height_angstrom=well.height,
                    height_su_angstrom=well.height_su,
                    height_from=f"structure {analysed.block}",
                    lam=lam,
                    tc_kelvin=tc,
                    tc_low_kelvin=low,
                    tc_high_kelvin=high,
                    sources=(analysed.file, f"λ: {lam.source}"),
                    note="; ".join(part for part in (note, "" if well.layered else "3-D, no layers") if part),
                    family=str(analysed.analysis.family),
                    extra={
                        "nominal_holes_per_metal": holes,
                        **({"structure_sha256": record.structure_sha256} if record else {}),
                    },
                )
            )
    return predicted


def predicted_row(predicted: Predicted) -> dict[str, Any]:
    """Return a prediction as plain values, the fields of ``polyqw predict --json``."""
    return {
        "target": predicted.target,
        "phase": predicted.phase,
        "height_angstrom": predicted.height_angstrom,
        "height_su_angstrom": predicted.height_su_angstrom,
        "height_from": predicted.height_from,
        "lambda_used": predicted.lam.value if predicted.lam else None,
        "lambda_from": predicted.lam.source if predicted.lam else None,
        "tc_kelvin": predicted.tc_kelvin,
        "tc_low_kelvin": predicted.tc_low_kelvin,
        "tc_high_kelvin": predicted.tc_high_kelvin,
        "published_kelvin": predicted.published_kelvin,
        "observed_kelvin": predicted.observed_kelvin,
        "sources": list(predicted.sources),
        "note": predicted.note,
        "structure_id": predicted.structure_id,
        **predicted.extra,
    }


def prediction_set(name: str) -> PredictionSet:
    """Return the set of that name.

    Raises
    ------
    UsageError
        If there is none.
    """
    try:
        return PredictionSet(name)
    except ValueError as error:
        raise UsageError(f"{name!r} is neither a set ({', '.join(PredictionSet)}) nor a file") from error
