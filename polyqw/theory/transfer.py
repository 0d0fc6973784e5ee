"""The way of an electron from one phase to another (papers/001, Fig. 6; 002, Fig. 10; 004, Fig. 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.wells import Kind, Phase, Role

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.wells import Well


def beta_alpha_shift(wells: Sequence[Well]) -> float | None:
    """Return how far an electron moves from the beta to the alpha centre of an iron compound [Å].

    The beta electron sits in the X layer, the alpha electron in the metal plane under it: the shift is the elevation
    of the one over the other along the normal, whatever cell either was found in. The papers call it δh and give
    about 1.4 Å for K0.8FeySe2.

    Parameters
    ----------
    wells : sequence of Well
        Of one structure; beta wells of different heights are averaged by their number, of those gathered under one
        height the representative counts.

    Returns
    -------
    float or None
        None without a nonahedron (alpha) or without a tridecahedron of phase beta.
    """
    betas = [w for w in wells if w.kind is Kind.TRIDECAHEDRON and w.phase is Phase.BETA]
    if not betas or not any(w.kind is Kind.NONAHEDRON for w in wells):
        return None
    shifts = [_elevation(w) for w in betas]
    return float(np.average(shifts, weights=[w.multiplicity for w in betas]))


def _elevation(well: Well) -> float:
    """Return the distance of the electron from the plane of the well's four metals, along the normal [Å]."""
    plaquette = np.mean([v.cart for v in well.vertices if v.role is Role.PLAQUETTE], axis=0)
    return float(abs((np.array(well.cart_electron) - plaquette) @ np.array(well.normal)))
