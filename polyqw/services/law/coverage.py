"""How many measured structures the interval of a prediction holds, and intervals calibrated on a corpus."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from polyqw.core.record import Origin
from polyqw.core.structure_tc import tc_of_structure
from polyqw.core.wells import Phase, Status
from polyqw.db.models import Structure
from polyqw.errors import UsageError
from polyqw.services.law.predict import predict_height, predicted_row
from polyqw.services.structures.phase_height import phase_height, phase_height_su
from polyqw.theory.evidence.calibration import Calibration, calibrate, misses
from polyqw.theory.evidence.rows import bounds_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.services.law.predict import LambdaChoice, Predicted
    from polyqw.theory.evidence.rows import EvidenceRow

PHASES = tuple(phase for phase in Phase if phase is not Phase.MU)


@dataclass(frozen=True, slots=True)
class Measured:
    """A Tc and the heights that the law may take for it.

    Parameters
    ----------
    tc_kelvin : float
    heights_angstrom : dict of str to tuple of float and (float or None)
        Mean height of each phase and its standard uncertainty.
    """

    tc_kelvin: float
    heights_angstrom: Mapping[str, tuple[float, float | None]]

    def only(self, phase: str) -> Measured | None:
        """Return the same with one phase alone, None without it."""
        if phase not in self.heights_angstrom:
            return None
        return Measured(self.tc_kelvin, {phase: self.heights_angstrom[phase]})

    def is_inside(self, lam: LambdaChoice) -> bool:
        """Whether the interval that the law gives for one of the heights holds Tc."""
        ends = [predict_height(height, lam, su)[1:] for height, su in self.heights_angstrom.values()]
        return any(low <= self.tc_kelvin <= high for low, high in ends)


def measured_of(structure: Structure) -> Measured | None:
    """Return what a structure says for or against the law, None where it is no measurement of it.

    It is one if the structure was measured, has layered wells, and a Tc at its own pressure.
    """
    tc = tc_of_structure(structure.transitions, structure.pressure_gpa).tc_kelvin
    is_layered = any(well.layered for well in structure.wells)
    if tc is None or not is_layered or structure.status != Status.OK or structure.origin != Origin.MEASURED:
        return None
    heights = {
        str(phase): (height, phase_height_su(structure, phase))
        for phase in PHASES
        if (height := phase_height(structure, phase)) is not None
    }
    return Measured(tc, heights) if heights else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Measured structures whose Tc lies inside the interval that the law gives for a well of theirs."""

    n_inside: int
    n: int

    @classmethod
    def of(cls, measured: Iterable[Measured], lam: LambdaChoice, phase: str | None = None) -> Coverage:
        """Count with any well of each, or with those of one phase alone."""
        own = [m for one in measured if (m := one if phase is None else one.only(phase)) is not None]
        return cls(sum(m.is_inside(lam) for m in own), len(own))

    @property
    def row(self) -> dict[str, Any]:
        """Plain values."""
        return {"n_inside": self.n_inside, "n": self.n, "share": self.n_inside / self.n if self.n else None}


@dataclass(slots=True)
class MeasuredHeights:
    """Heights and Tc of the measured structures of a database, by family."""

    found: dict[str, list[Measured]] = field(default_factory=lambda: defaultdict(list))
    _known: dict[tuple[str, str, LambdaChoice], Coverage] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session) -> MeasuredHeights:
        """Return those of all current structures with a Tc at their own pressure."""
        heights = cls()
        structures = session.scalars(
            select(Structure)
            .where(
                Structure.superseded_by.is_(None),
                Structure.status == Status.OK,
                Structure.origin == Origin.MEASURED,
            )
            .options(selectinload(Structure.wells), selectinload(Structure.transitions))
        )
        for structure in structures:
            measured = measured_of(structure)
            if measured is not None:
                heights.found[str(structure.family)].append(measured)
        return heights

    def coverage(self, family: str, phase: str, lam: LambdaChoice) -> Coverage:
        """Return what the interval of this λ covers of a phase."""
        key = (family, phase, lam)
        if key not in self._known:
            self._known[key] = Coverage.of(self.found.get(family, ()), lam, phase)
        return self._known[key]


def with_coverage(
    predicted: Predicted, measured: MeasuredHeights, calibrations: Mapping[tuple[str, str, float], Calibration]
) -> dict[str, Any]:
    """Return a prediction as plain values, with what its interval covers and the calibrated one, where known."""
    row = predicted_row(predicted)
    if predicted.lam is None or predicted.phase is None or predicted.family is None:
        return row
    covered = measured.coverage(predicted.family, predicted.phase, predicted.lam)
    row |= {"n_measured_inside": covered.n_inside, "n_measured": covered.n}
    made = calibrations.get((predicted.family, predicted.phase, predicted.lam.value))
    if made is not None:
        row |= {
            "calibrated_low_kelvin": max(predicted.tc_kelvin - made.half_width_kelvin, 0.0),
            "calibrated_high_kelvin": predicted.tc_kelvin + made.half_width_kelvin,
            "calibrated_level": made.level,
            "calibrated_n_groups": made.n_groups,
        }
    return row


def calibration_rows(rows: Sequence[EvidenceRow], lam: float) -> dict[str, dict[str, Any]]:
    """Return the calibrated half width for each phase of a family's rows, λ fixed beforehand [K Å²]."""
    found = {}
    for phase in PHASES:
        own = [row for row in rows if phase in row.heights_angstrom]
        if own:
            law = lam * np.array([row.heights_angstrom[phase] for row in own]) ** -2.0
            made = calibrate(misses(law, tcs_of(own), bounds_of(own)), [row.group for row in own])
            found[str(phase)] = {
                "n": made.n,
                "n_groups": made.n_groups,
                "level": made.level,
                "half_width_kelvin": made.half_width_kelvin,
                "lambda_kelvin_angstrom2": lam,
            }
    return found


def coverage_rows(rows: Sequence[EvidenceRow], lam: LambdaChoice) -> dict[str, dict[str, Any]]:
    """Return what the interval of ``predict`` covers of a family's rows, for each phase and for the well taken."""
    known = [row for row, bound in zip(rows, bounds_of(rows), strict=True) if not bound]
    measured = [Measured(r.tc_kelvin, {p: (h, None) for p, h in r.heights_angstrom.items()}) for r in known]
    taken = [Measured(r.tc_kelvin, {r.phase: (r.height_angstrom, None)}) for r in known]
    counts = {str(phase): Coverage.of(measured, lam, phase) for phase in PHASES} | {"taken": Coverage.of(taken, lam)}
    return {name: count.row for name, count in counts.items() if count.n}


def read_calibration(path: Path) -> Mapping[tuple[str, str, float], Calibration]:
    """Return the half widths that ``polyqw validate --json`` wrote, by family, phase and λ.

    Raises
    ------
    UsageError
        If the file is not such a document.
    """
    try:
        families = json.loads(path.read_text(encoding="utf-8"))["families"]
        return {
            (family, phase, made["lambda_kelvin_angstrom2"]): Calibration(
                made["n"], made["n_groups"], made["level"], made["half_width_kelvin"]
            )
            for family, values in families.items()
            for phase, made in values["calibration"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(
            f"{path}: holds no calibration; write one with 'polyqw validate DATASET --json > validation.json'"
        ) from error
