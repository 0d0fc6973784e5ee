"""Claims on pictures and on compounds that the reference set lacks: kagome, Bi2212, 12442, levitation, resistance."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.kagome import find_kagome_nets
from polyqw.core.kagome_places import KagomeState
from polyqw.core.record import Origin
from polyqw.db.look.restore import read_cell
from polyqw.db.models import Verdict
from polyqw.services.claims.ledger import Check, Data, MissingData, check
from polyqw.services.structures.stored import elements_of
from polyqw.theory.meissner import Levitation
from polyqw.theory.order_parameter import Condensed, Displacements, simulate
from polyqw.theory.transport import measure_ends

if TYPE_CHECKING:
    from polyqw.db.models import Claim, Structure

BI2212, BI2212_GUESTS = ("Bi", "Sr", "Ca", "Cu", "O"), ("Pb", "Y")
"""Elements of Bi2212, and those that may take the place of Bi and of Ca."""

SAME_HEIGHT = 0.01
"""Heights closer than this are one [Å]."""

ELECTRONS, SAMPLES, SEED = 2000, 50, 0
"""Size of the simulated samples, and the seed."""

LOST = 0.2
"""Share of the displacement that a metallic sample loses from end to end; papers/002 gives none."""

MAGNET = Levitation(1.0, is_attracted=False)
HANGING = Levitation(1.0, is_attracted=True)
WEIGHT, DEPTH = 0.1, 1e-4
"""A magnet of 1 A m² and a weight of 0.1 N; the depth [m]. No sign depends on them."""


def gamma_wells(structure: Structure) -> Counter[tuple[str, str]]:
    """Return how many wells of each phase and kind a cell has."""
    return Counter({(str(w.phase), str(w.kind)): 1 for w in structure.wells})


@check("kagome-fermi")
def kagome_sheets(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The states of a kagome net; the paper states no rule from them to sheets."""
    structure = data.structure("model_csti3bi5")
    net = find_kagome_nets(read_cell(data.session, structure)).nets[0]
    units = len(net.sites) // 3
    told = ", ".join(f"{sum(p.state is s for p in net.places) / units:g} {s}" for s in KagomeState)
    return Check(
        None,
        f"{structure.block}: {told} to a unit of the net; papers/003 draws three sheets 'corresponding' to them and "
        "says neither where in the zone a state goes nor how large its sheet is",
        Verdict.AMBIGUOUS,
    )


@check("bi2212-splitting")
def splitting(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Heights of the wells of the two planes of Bi2212."""
    pure, others = frozenset(BI2212), frozenset((*BI2212, *BI2212_GUESTS))
    double = [
        s
        for s in data.structures.values()
        if s.origin in (Origin.MEASURED, Origin.UNKNOWN)
        and pure <= elements_of(s.formula) <= others
        and any(d.name == "n_planes" and d.value == 2 for d in s.descriptors)
    ]
    double = [s for s in double if elements_of(s.formula) == pure] or double
    if not double:
        raise MissingData("no measured structure of Bi2Sr2CaCu2O8 in the database; polyqw ingest takes yours")
    weak = "" if elements_of(double[0].formula) == pure else " (substituted: there is no pure one)"
    heights = {s.block: sorted({round(w.height_angstrom, 4) for w in s.wells}) for s in double}
    told = "; ".join(f"{block} {', '.join(f'{h:.4f}' for h in values)} Å" for block, values in heights.items())
    split = any(values[-1] - values[0] > SAME_HEIGHT for values in heights.values())
    return Check(
        ("yes" if split else "no",), f"{told}{weak}; planes that a symmetry maps on each other have one height"
    )


@check("k12442-like-1144")
def like_1144(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Phases and kinds of the wells of KCa2Fe4As4F2 against those of a 1144 compound."""
    found = data.of_elements("K", "Ca", "Fe", "As", "F")
    if not found:
        raise MissingData("no measured structure of KCa2Fe4As4F2 in the database; polyqw ingest takes yours")
    ours, theirs = gamma_wells(found[0]), gamma_wells(data.structure("rbcafe4as4"))
    told = ", ".join(f"{phase} {kind}" for phase, kind in sorted(ours))
    return Check(("yes" if ours == theirs else "no",), f"{found[0].block}: {told}")


@check("meissner-balance")
def balance(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Whether a dipole and its image hold a stable height, repelled and attracted."""
    heights = {name: one.height(WEIGHT, DEPTH) for name, one in (("repelled", MAGNET), ("attracted", HANGING))}
    fixed = [one.stiffness(heights[n], DEPTH) for n, one in (("repelled", MAGNET), ("attracted", HANGING))]
    adjusted = HANGING.stiffness(heights["attracted"], DEPTH, -1.0)
    stable = fixed[0] > 0 and adjusted > 0
    return Check(
        ("yes" if stable else "no",),
        f"dipole and image, {heights['repelled'] * 1000:.1f} mm: stiffness {fixed[0]:+.1f} N/m repelled and "
        f"{fixed[1]:+.1f} N/m attracted with a depth that stays; a depth that keeps F = Mg "
        f"leaves {abs(adjusted):.1f} N/m, every height alike; for a stable one it has to shrink "
        "faster than the height grows",
    )


@check("resistance-zero-below-tc")
def resistance(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Displacements at both ends of a sample, and across the field, in the metallic and superconducting states."""
    sizes, rng = Displacements(attenuation=LOST), np.random.default_rng(SEED)
    fall, across = {}, {}
    for state in (Condensed.METALLIC, Condensed.SUPERCONDUCTING):
        ends = measure_ends(simulate(state, sizes, ELECTRONS, SAMPLES, rng))
        fall[state] = (ends.first - ends.last) / sizes.field
        across[state] = ends.across / sizes.field
    metal, whole = Condensed.METALLIC, Condensed.SUPERCONDUCTING
    agrees = abs(fall[whole]) < 1e-12 and across[whole] == 0 and fall[metal] > 0 and across[metal] > 0
    return Check(
        ("yes" if agrees else "no",),
        f"simulated, superconducting: displacement across the field {across[whole]:g} Δ, fall from end to end "
        f"{fall[whole]:g} Δ; metallic: {across[metal]:.2f} Δ, {fall[metal]:.2f} Δ. Both are put in (a loss of "
        f"{LOST:g}): the paper derives neither the loss from the random displacements nor their end at Tc",
    )
