"""Measured Tc that stand beside recorded predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from polyqw.core.record import TransitionKind
from polyqw.core.structure_tc import is_same_pressure
from polyqw.db.models import Prediction, PressurePoint, PublishedPrediction, Reference, Structure, Transition

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Observation:
    """A Tc that a prediction can be held against.

    Parameters
    ----------
    tc_kelvin : float
        For a bound, the lowest temperature reached.
    source : str
        Reference, and where in it.
    date : str or None
        Of the reference, as it gives it.
    """

    tc_kelvin: float
    kind: TransitionKind
    source: str
    date: str | None
    pressure_gpa: float | None = None

    @property
    def is_bound(self) -> bool:
        """Whether Tc is only known to lie below the value."""
        return self.kind in (TransitionKind.UPPER_BOUND, TransitionKind.NOT_OBSERVED)


def recorded_predictions(session: Session) -> Sequence[Prediction]:
    """Return all predictions that were ever recorded, oldest first."""
    return session.scalars(select(Prediction).order_by(Prediction.id)).all()


def observations_of(session: Session, prediction: Prediction) -> list[Observation]:
    """Return the Tc in the database of what a prediction speaks of; the first of these that has any.

    1. A prediction for a structure alone: the values of that structure at its own pressure, also where it was read in
       later; its height at another pressure is another one.
    2. A window of pressure of the compound whose well is the predicted one.
    3. The transitions of the compound; measured ones, where there are any.
    4. What the texts quote beside their own predictions.
    """
    compound = prediction.compound_id
    if compound is None:
        structure_id = prediction.structure_id or _read_later(session, prediction)
        structure = session.get(Structure, structure_id) if structure_id else None
        return _transitions_at_own_pressure(session, structure) if structure else []
    return (
        _windows(session, compound, prediction.phase)
        or _second_hand_last(_transitions(session, Transition.compound_id == compound))
        or _quoted(session, compound, prediction.phase)
    )


def _windows(session: Session, compound: int, phase: str) -> list[Observation]:
    rows = session.scalars(
        select(PressurePoint)
        .where(
            PressurePoint.compound_id == compound,
            PressurePoint.phase == phase,
            PressurePoint.tc_kelvin.is_not(None),
        )
        .options(joinedload(PressurePoint.experiment))
    )
    return [
        _observation(p.tc_kelvin, p.experiment, p.source, p.pressure_of_tc_gpa)
        for p in rows
        if p.tc_kelvin is not None
    ]


def _quoted(session: Session, compound: int, phase: str) -> list[Observation]:
    rows = session.scalars(
        select(PublishedPrediction)
        .where(
            PublishedPrediction.compound_id == compound,
            or_(PublishedPrediction.phase == phase, PublishedPrediction.phase.is_(None)),
        )
        .options(joinedload(PublishedPrediction.reference))
    )
    return [
        _observation(q.observed_kelvin, q.reference, q.source, None) for q in rows if q.observed_kelvin is not None
    ]


def _read_later(session: Session, prediction: Prediction) -> int | None:
    digest = prediction.inputs.get("structure_sha256")
    if digest is None:
        return None
    return session.scalar(
        select(Structure.id).where(Structure.structure_sha256 == digest, Structure.superseded_by.is_(None)).limit(1)
    )


def _transitions(session: Session, condition: ColumnElement[bool]) -> list[Observation]:
    rows = session.scalars(
        select(Transition).where(condition).order_by(Transition.id).options(joinedload(Transition.reference))
    )
    return [_observation(t.tc_kelvin, t.reference, t.source, t.pressure_gpa, TransitionKind(t.kind)) for t in rows]


def _second_hand_last(found: list[Observation]) -> list[Observation]:
    return [observation for observation in found if observation.kind is not TransitionKind.REPORTED] or found


def _transitions_at_own_pressure(session: Session, structure: Structure) -> list[Observation]:
    found = _transitions(session, Transition.structure_id == structure.id)
    return _second_hand_last([one for one in found if is_same_pressure(one.pressure_gpa, structure.pressure_gpa)])


def _observation(
    tc: float,
    reference: Reference | None,
    source: str | None,
    pressure: float | None,
    kind: TransitionKind = TransitionKind.REPORTED,
) -> Observation:
    told = ", ".join(part for part in (reference.key if reference else None, source) if part)
    return Observation(tc, kind, told, reference.date if reference else None, pressure)
