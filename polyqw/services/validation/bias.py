"""How far the heights of computed cells lie from measured ones, on pairs of the same composition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin
from polyqw.core.structure_tc import is_same_pressure
from polyqw.core.wells import Status
from polyqw.services.ingest import reference_folder
from polyqw.services.structures.analyse import analyse_inputs
from polyqw.services.validation.rows import same_composition

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.validation.rows import ComputedCell


DOPING_ANIONS = ("F", "H", "O")
"""Anions that share a site when the iron compounds are doped."""


@dataclass(frozen=True, slots=True)
class HeightPair:
    """A height of a computed cell beside that of a measured structure of the same composition.

    Parameters
    ----------
    family, phase : str
    computed : ComputedCell
    measured : tuple of str
        Data blocks of the measured structures.
    height_computed_angstrom, height_measured_angstrom : float
        The measured one is the mean over those structures.
    """

    family: str
    phase: str
    computed: ComputedCell
    measured: tuple[str, ...]
    height_computed_angstrom: float
    height_measured_angstrom: float

    @property
    def bias(self) -> float:
        """Relative error of the computed height."""
        return self.height_computed_angstrom / self.height_measured_angstrom - 1.0

    @property
    def bias_lambda(self) -> float:
        """Relative error of λ = Tc h² that this height makes."""
        return (1.0 + self.bias) ** 2 - 1.0


def reference_structures() -> list[Analysed]:
    """Return the measured structures with wells, at ambient pressure, that travel with the program."""
    return [
        analysed
        for analysed in analyse_inputs([reference_folder()], AnalysisOptions())
        if analysed.status is Status.OK
        and analysed.record is not None
        and analysed.record.provenance.origin is Origin.MEASURED
        and is_same_pressure(None, analysed.record.provenance.pressure_gpa)
    ]


def height_pairs(computed: Iterable[ComputedCell], measured: Sequence[Analysed]) -> list[HeightPair]:
    """Return each height of a computed geometry beside the mean of the measured structures of that compound.

    Doping on the anion site does not tell compounds apart: a cell of LaFeAsO stands beside measured LaFeAsO1-xFx, as
    doping by computer leaves the geometry of the parent anyway. Many cells with one geometry make one pair.
    """
    cells: dict[tuple[str, str, float], ComputedCell] = {}
    beside: dict[tuple[str, str, float], dict[str, float]] = defaultdict(dict)
    for cell in computed:
        found = [(analysed.block, _heights(analysed)) for analysed in measured if _is_of(analysed, cell)]
        for phase, height in cell.heights_angstrom.items():
            own = {block: heights[phase] for block, heights in found if phase in heights}
            if own:
                key = (cell.family, phase, round(height, 3))
                cells.setdefault(key, cell)
                beside[key].update(own)
    return [
        HeightPair(family, phase, cell, tuple(sorted(own)), cell.heights_angstrom[phase], fmean(own.values()))
        for (family, phase, _), cell in cells.items()
        for own in [beside[family, phase, round(cell.heights_angstrom[phase], 3)]]
    ]


def _is_of(analysed: Analysed, cell: ComputedCell) -> bool:
    assert analysed.record is not None
    assert analysed.analysis is not None
    return str(analysed.analysis.family) == cell.family and same_composition(
        _anions_as_one(cell.composition), _anions_as_one(analysed.record.cell.composition)
    )


def _heights(analysed: Analysed) -> dict[str, float]:
    assert analysed.analysis is not None
    return analysed.analysis.phase_heights


def _anions_as_one(composition: Mapping[str, float]) -> dict[str, float]:
    merged = {element: amount for element, amount in composition.items() if element not in DOPING_ANIONS}
    merged["O"] = sum(composition.get(element, 0.0) for element in DOPING_ANIONS)
    return merged


def pair_row(pair: HeightPair) -> dict[str, Any]:
    """Return a pair as plain values."""
    return {
        "family": pair.family,
        "formula": pair.computed.formula,
        "phase": pair.phase,
        "file": pair.computed.file,
        "origin": str(pair.computed.origin),
        "measured": ", ".join(pair.measured),
        "height_computed_angstrom": pair.height_computed_angstrom,
        "height_measured_angstrom": pair.height_measured_angstrom,
        "bias": pair.bias,
        "bias_lambda": pair.bias_lambda,
    }


def bias_row(pairs: Sequence[HeightPair]) -> dict[str, Any] | None:
    """Return how far the computed heights of a family lie off, or None without pairs."""
    if not pairs:
        return None
    values = [pair.bias for pair in pairs]
    return {
        "n_pairs": len(pairs),
        "n_compounds": len({pair.measured for pair in pairs}),
        "bias_median": median(values),
        "bias_rms": sqrt(fmean(value**2 for value in values)),
        "bias_min": min(values),
        "bias_max": max(values),
        "bias_lambda_median": median(pair.bias_lambda for pair in pairs),
        "bias_lambda_min": min(pair.bias_lambda for pair in pairs),
        "bias_lambda_max": max(pair.bias_lambda for pair in pairs),
    }
