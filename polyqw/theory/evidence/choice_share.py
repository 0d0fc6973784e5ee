"""How much of an agreement is the choice of wells: the same choice among heights that are no compound's own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from polyqw.errors import UsageError
from polyqw.theory.evidence.choice import best_choice
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.core.arrays import FloatArray

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ChoiceShare:
    """The best choice of wells with each compound's own heights, and with heights common to all.

    Parameters
    ----------
    n : int
        Compounds.
    common_heights_angstrom : mapping of str to float
        Median of each phase [Å]; with them only the choice tells compounds apart.
    rmse_own_kelvin, rmse_common_kelvin, rmse_constant_kelvin : float
        Error of the best choice with own heights, with common ones, and of the mean Tc, none left out [K].
    share : float or None
        Part of the squared error of the mean that own heights take away and common ones do too; None where own
        heights take nothing away. Above 1 common heights do better.
    nested_rmse_kelvin, nested_constant_rmse_kelvin : float
        Error on a compound left out whose Tc chose no well: wells and λ are those of the others, and it takes the
        phase that they choose most often among its own; beside it that of the mean of the others [K].
    """

    n: int
    common_heights_angstrom: Mapping[str, float]
    rmse_own_kelvin: float
    rmse_common_kelvin: float
    rmse_constant_kelvin: float
    share: float | None
    nested_rmse_kelvin: float
    nested_constant_rmse_kelvin: float


def choice_share(heights_angstrom: Sequence[Mapping[str, float]], tcs_kelvin: Sequence[float]) -> ChoiceShare:
    """Return what the choice of wells alone explains.

    Parameters
    ----------
    heights_angstrom : sequence of mapping
        Heights by phase, one mapping per compound [Å].

    Raises
    ------
    UsageError
        With fewer than three compounds, or a compound without a well.
    """
    tcs = np.asarray(tcs_kelvin, dtype=float)
    if len(tcs) < 3:
        raise UsageError(f"the share of a choice needs at least three compounds; there are {len(tcs)}")
    common = median_heights(heights_angstrom)
    own = best_choice(heights_angstrom, tcs_kelvin).rmse_kelvin
    shared = best_choice(
        [{phase: common[phase] for phase in own} for own in heights_angstrom], tcs_kelvin
    ).rmse_kelvin
    constant = float(tcs.std())
    explained = constant**2 - own**2
    others = (tcs.sum() - tcs) / (len(tcs) - 1)
    nested = nested_predictions(heights_angstrom, tcs_kelvin)
    return ChoiceShare(
        n=len(tcs),
        common_heights_angstrom=common,
        rmse_own_kelvin=own,
        rmse_common_kelvin=shared,
        rmse_constant_kelvin=constant,
        share=(constant**2 - shared**2) / explained if explained > 0 else None,
        nested_rmse_kelvin=_rms(np.array(nested) - tcs),
        nested_constant_rmse_kelvin=_rms(others - tcs),
    )


def median_heights(heights_angstrom: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the median height of each phase over the compounds that have it [Å]."""
    phases = sorted({phase for own in heights_angstrom for phase in own})
    return {p: float(np.median([own[p] for own in heights_angstrom if p in own])) for p in phases}


def nested_predictions(heights_angstrom: Sequence[Mapping[str, float]], tcs_kelvin: Sequence[float]) -> list[float]:
    """Return the Tc of each compound from the others, its own Tc being used neither for λ nor for its well [K].

    The compound takes the phase that the others choose most often among those that it has; of phases chosen equally
    often the first in the alphabet.
    """
    predictions = []
    for k, own in enumerate(heights_angstrom):
        best = best_choice(_without(heights_angstrom, k), _without(tcs_kelvin, k))
        counted = Counter(best.phases)
        phase = min(own, key=lambda p, n=counted: (-n[p], p))  # type: ignore[misc]
        predictions.append(law_tc(own[phase], best.lam))
    return predictions


def _without(values: Sequence[T], k: int) -> list[T]:
    return [*values[:k], *values[k + 1 :]]


def _rms(values: FloatArray) -> float:
    return float(np.sqrt((values**2).mean()))
