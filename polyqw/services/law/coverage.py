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
from polyqw.services.structures.phase_height import phase_height
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
class Coverage:
    """Measured structures whose Tc lies inside the interval that the law gives for a well of theirs."""

    n_inside: int
    n: int

    @classmethod
    def of(cls, measured: Iterable[tuple[float, float]], lam: LambdaChoice) -> Coverage:
        """Count over pairs of height [Å] and Tc [K]."""
        pairs = list(measured)
        ends = [predict_height(height, lam)[1:] for height, _ in pairs]
        inside = [low <= tc <= high for (low, high), (_, tc) in zip(ends, pairs, strict=True)]
        return cls(sum(inside), len(pairs))

    @property
    def row(self) -> dict[str, Any]:
        """Plain values."""
        return {"n_inside": self.n_inside, "n": self.n, "share": self.n_inside / self.n if self.n else None}


@dataclass(slots=True)
class MeasuredHeights:
    """Heights and Tc of the measured structures of a database, by family and phase."""

    pairs: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def read(cls, session: Session) -> MeasuredHeights:
        """Return those of all current structures with a Tc at their own pressure."""
        found = cls()
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
            tc = tc_of_structure(structure.transitions, structure.pressure_gpa).tc_kelvin
            for phase in PHASES:
                height = phase_height(structure, phase)
                if tc is not None and height is not None:
                    found.pairs[str(structure.family), str(phase)].append((height, tc))
        return found

    def coverage(self, family: str, phase: str, lam: LambdaChoice) -> Coverage:
        """Return what the interval of this λ covers of a phase."""
        return Coverage.of(self.pairs.get((family, phase), ()), lam)


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
    by_phase = {
        str(phase): [(r.heights_angstrom[phase], r.tc_kelvin) for r in known if phase in r.heights_angstrom]
        for phase in PHASES
    }
    by_phase["taken"] = [(row.height_angstrom, row.tc_kelvin) for row in known]
    return {phase: Coverage.of(pairs, lam).row for phase, pairs in by_phase.items() if pairs}


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
