"""What the law says of every structure in a database, beside what was measured of it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from polyqw.core.record import Origin, Trust
from polyqw.core.structure_tc import tc_of_structure
from polyqw.core.wells import Family, Phase, Status
from polyqw.services.law.coverage import Coverage, measured_of
from polyqw.services.law.predict import fitted_lambda, predict_height
from polyqw.services.structures.phase_height import phase_height, phase_height_su
from polyqw.theory.scaling import law_constant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy.orm import Session

    from polyqw.core.structure_tc import StructureTc
    from polyqw.db.models import Structure
    from polyqw.services.law.predict import LambdaChoice


class Outcome(StrEnum):
    """What a measured Tc makes of a prediction."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    ABOVE_BOUND = "above the bound"
    OPEN = "not measured"
    NO_WELL = "no prediction"


@dataclass(frozen=True, slots=True)
class WellAnswer:
    """What the law gives for the wells of one phase.

    Parameters
    ----------
    height_angstrom, height_su_angstrom : float, float or None
        Mean over the wells of the phase.
    tc_kelvin, tc_low_kelvin, tc_high_kelvin : float
        With the mean λ of the papers' rows, and the interval in which one more such row would fall.
    """

    phase: Phase
    height_angstrom: float
    height_su_angstrom: float | None
    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float


@dataclass(frozen=True, eq=False, slots=True)
class Answer:
    """What the law says of a structure.

    Parameters
    ----------
    wells : tuple of WellAnswer
        Empty where there is no layered well.
    lam : LambdaChoice or None
        λ that was used.
    tc : StructureTc
        What is known of its Tc.
    remarks : tuple of str
        What a careful reader should know, most important first.
    """

    structure: Structure
    wells: tuple[WellAnswer, ...]
    lam: LambdaChoice | None
    tc: StructureTc
    remarks: tuple[str, ...]

    @property
    def is_own(self) -> bool:
        """Whether it is none of the reference set."""
        return self.structure.trust != Trust.REFERENCE

    @property
    def highest_kelvin(self) -> float:
        """The highest Tc that one of its wells allows; minus infinity without one."""
        return max((well.tc_kelvin for well in self.wells), default=-math.inf)

    @property
    def outcome(self) -> Outcome:
        """What is measured beside the intervals of all its wells: inside if it lies in one of them."""
        if not self.wells:
            return Outcome.NO_WELL
        if self.tc.tc_kelvin is not None:
            return Outcome.INSIDE if self.well_that_holds is not None else Outcome.OUTSIDE
        bounds = [b for b in (self.tc.tc_upper_bound_kelvin, self.tc.tc_not_observed_kelvin) if b is not None]
        if bounds and min(well.tc_low_kelvin for well in self.wells) > min(bounds):
            return Outcome.ABOVE_BOUND
        return Outcome.OPEN

    @property
    def well_that_holds(self) -> WellAnswer | None:
        """The well whose Tc is nearest to the measured one, if that lies in its interval."""
        measured = self.tc.tc_kelvin
        if measured is None or not self.wells:
            return None
        nearest = min(self.wells, key=lambda well: abs(well.tc_kelvin - measured))
        holding = [w for w in self.wells if w.tc_low_kelvin <= measured <= w.tc_high_kelvin]
        return nearest if nearest in holding else next(iter(holding), None)

    @property
    def lambdas(self) -> dict[Phase, float]:
        """λ that each well would need for the measured Tc [K Å²]."""
        measured = self.tc.tc_kelvin
        if measured is None:
            return {}
        return {well.phase: law_constant(measured, well.height_angstrom) for well in self.wells}

    @property
    def needed_height_angstrom(self) -> float | None:
        """The height that the law needs for the measured Tc [Å]."""
        if self.tc.tc_kelvin is None or self.lam is None:
            return None
        return math.sqrt(self.lam.value / self.tc.tc_kelvin)


def answer_structures(session: Session, structures: Iterable[Structure]) -> list[Answer]:
    """Return what the law says of each structure, in their order; wells without layers get no prediction."""
    lambdas = {family: fitted_lambda(session, family) for family in (Family.CUPRATE, Family.IRON)}
    return [_answer(structure, lambdas) for structure in structures]


def _answer(structure: Structure, lambdas: dict[Family, LambdaChoice]) -> Answer:
    tc = tc_of_structure(structure.transitions, structure.pressure_gpa)
    is_layered = any(well.layered for well in structure.wells)
    if structure.status != Status.OK or structure.family is None or not is_layered:
        return Answer(structure, (), None, tc, _remarks(structure, is_layered=is_layered))
    lam = lambdas[Family.IRON if structure.family == Family.IRON else Family.CUPRATE]
    wells = []
    for phase in (Phase.ALPHA, Phase.BETA, Phase.GAMMA):
        height = phase_height(structure, phase)
        if height is not None:
            su = phase_height_su(structure, phase)
            wells.append(WellAnswer(phase, height, su, *predict_height(height, lam, su)))
    return Answer(structure, tuple(wells), lam, tc, _remarks(structure, is_layered=True))


def _remarks(structure: Structure, *, is_layered: bool) -> tuple[str, ...]:
    found = []
    if structure.status != Status.OK:
        found.append(structure.message)
    elif not is_layered:
        found.append("its wells form a network in three dimensions, which the papers do not speak of")
    if structure.origin == Origin.CONSTRUCTED:
        found.append("made from the papers' own numbers: no evidence for them")
    elif structure.origin == Origin.DFT:
        found.append("computed, not measured")
    if structure.pressure_gpa:
        found.append(f"at {structure.pressure_gpa:g} GPa")
    return (*found, *structure.warnings)


@dataclass(frozen=True, slots=True)
class FamilyScore:
    """How the law does on the structures of a family that have a measured Tc.

    Parameters
    ----------
    n_structures, n_compounds : int
        Structures with a Tc at their own pressure, and their parent compounds.
    inside, inside_alpha : Coverage
        Those whose Tc lies in the interval of one of their wells, and of those with an alpha well in that of it; the
        count that `polyqw predict` gives beside an interval.
    rms_law_kelvin, rms_constant_kelvin : float
        Of the Tc of the well that fits best, with the mean λ of the papers; of the mean Tc of these structures.
    """

    family: Family
    n_structures: int
    n_compounds: int
    inside: Coverage
    inside_alpha: Coverage
    rms_law_kelvin: float
    rms_constant_kelvin: float


def score_families(answers: Sequence[Answer]) -> list[FamilyScore]:
    """Return the score of each family that has measured structures with wells and a Tc."""
    return [score for family in Family if (score := _score(family, answers)) is not None]


def counted(family: Family, answers: Sequence[Answer]) -> list[Answer]:
    """Return the structures of a family that a score counts: measured ones with layered wells and a Tc."""
    return [a for a in answers if a.structure.family == family and measured_of(a.structure) is not None]


def _score(family: Family, answers: Sequence[Answer]) -> FamilyScore | None:
    own = counted(family, answers)
    if not own:
        return None
    measured = [a.tc.tc_kelvin or 0.0 for a in own]
    best = [min((w.tc_kelvin - tc for w in a.wells), key=abs) for a, tc in zip(own, measured, strict=True)]
    mean = math.fsum(measured) / len(measured)
    evidence = [m for a in own if (m := measured_of(a.structure)) is not None]
    lam = own[0].lam
    assert lam is not None
    return FamilyScore(
        family,
        len(own),
        len({a.structure.compound.parent for a in own}),
        Coverage.of(evidence, lam),
        Coverage.of(evidence, lam, Phase.ALPHA),
        _rms(best),
        _rms([tc - mean for tc in measured]),
    )


def _rms(errors: Sequence[float]) -> float:
    return math.sqrt(math.fsum(e * e for e in errors) / len(errors))
