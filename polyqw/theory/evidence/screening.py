"""How many of the first k of a ranking are hits, against chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from polyqw.core.arrays import BoolArray, FloatArray

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Precision:
    """Hits among the first k of a ranking.

    Parameters
    ----------
    k : int
    n_hits : float
        Expected number where equal scores are put in order by chance.
    random_low, random_high : float
        95 % interval of the share of hits among k drawn by chance.
    p_value : float
        How often k drawn by chance hold as many hits.
    """

    k: int
    n_hits: float
    random_low: float
    random_high: float
    p_value: float

    @property
    def share(self) -> float:
        """Share of hits among the first k."""
        return self.n_hits / self.k


def hits_among_first(scores: FloatArray, is_hit: BoolArray, k: int) -> float:
    """Return the expected number of hits among the k highest scores, equal ones being put in order by chance."""
    last = np.sort(scores)[::-1][k - 1]
    above, level = scores > last, scores == last
    return float(is_hit[above].sum() + (k - above.sum()) * is_hit[level].mean())


def precision(scores: FloatArray, is_hit: BoolArray, k: int) -> Precision:
    """Return the hits among the first k beside what k drawn by chance hold (hypergeometric distribution)."""
    from scipy import stats  # noqa: PLC0415 - takes longer to load than most verbs to run

    hits = hits_among_first(scores, is_hit, k)
    drawn = stats.hypergeom(len(scores), int(is_hit.sum()), k)
    low, high = drawn.ppf(0.5 - LEVEL / 2), drawn.ppf(0.5 + LEVEL / 2)
    return Precision(k, hits, float(low / k), float(high / k), float(drawn.sf(np.ceil(hits - 1e-9) - 1)))
