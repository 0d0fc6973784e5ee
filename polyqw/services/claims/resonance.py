"""Claims on the spin resonance and the heights of CaKFe4As4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.record import Origin
from polyqw.db.look.find import resonance_modes
from polyqw.io.radii import ionic_radius_pm
from polyqw.services.claims.ledger import Check, Data, MissingData, check
from polyqw.services.law.resonance import DEFAULT_COMPOUND, text_heights
from polyqw.services.structures.phase_height import phase_height
from polyqw.theory.resonance import relative_intensities, resonance_constant

if TYPE_CHECKING:
    from polyqw.db.models import Claim, Resonance


def printed_modes(data: Data) -> dict[str, Resonance]:
    """Return the printed modes of CaKFe4As4 by phase."""
    modes = {mode.phase: mode for mode in resonance_modes(data.session, DEFAULT_COMPOUND)}
    if not modes:
        raise MissingData(f"no resonance of {DEFAULT_COMPOUND} in the database")
    return modes


@check("k1144-h-beta", "k1144-h-gamma")
def height_from_fe_planes(data: Data, claim: Claim) -> Check:
    """Beta and gamma as halves of z·c and (1 - z)·c."""
    modes = printed_modes(data)
    phase = claim.key.rsplit("-", 1)[1]
    height = text_heights(list(modes.values()))[phase]
    anchor = modes["beta"]
    span = anchor.bilayer_angstrom if phase == "beta" else anchor.c_angstrom - anchor.bilayer_angstrom
    return Check((height,), f"half of {span:.3f} Å is {height:.4f} Å")


@check("k1144-h-alpha")
def alpha_in_text_and_table(data: Data, _claim: Claim) -> Check:
    """The height of alpha in the text against Table II."""
    alpha = printed_modes(data)["alpha"]
    return Check(
        (alpha.height_table_angstrom,),
        f"the text prints {alpha.height_text_angstrom:.3f} Å, Table II {alpha.height_table_angstrom:.4f} Å, "
        f"{alpha.height_table_angstrom - alpha.height_text_angstrom:.4f} Å apart",
    )


@check("k1144-er-alpha", "k1144-er-gamma", "k1144-er-alpha-measured", "k1144-er-gamma-measured")
def resonance_energy(data: Data, claim: Claim) -> Check:
    """E_R of alpha and gamma from E_R(beta)."""
    modes = printed_modes(data)
    heights = text_heights(list(modes.values()))
    phase = claim.key.split("-")[2]
    theta = resonance_constant(modes["beta"].energy_published_mev, heights["beta"])
    energy = theta / heights[phase] ** 2
    other = theta / modes[phase].height_table_angstrom ** 2
    return Check(
        (energy,), f"{energy:.2f} meV with {heights[phase]:.4f} Å of the text, {other:.2f} meV with "
        f"{modes[phase].height_table_angstrom:.4f} Å of Table II"
    )  # fmt: skip


@check("k1144-odd-even")
def odd_over_even(data: Data, _claim: Claim) -> Check:
    """Intensities ~ 1/η² of the odd modes over the even one."""
    modes = printed_modes(data)
    relative = relative_intensities({phase: mode.pair_distance_angstrom for phase, mode in modes.items()})
    ratios = [relative[p] / relative["alpha"] for p in ("beta", "gamma")]
    return Check(tuple(ratios), f"beta {ratios[0]:.2f}, gamma {ratios[1]:.2f} times alpha")


@check("k1144-eta-alpha")
def pair_distance_of_alpha(data: Data, _claim: Claim) -> Check:
    """The distance of the two alpha electrons of a pair, from the places of the Fe planes."""
    modes = printed_modes(data)
    beta = modes["beta"]
    across, between = beta.c_angstrom - beta.bilayer_angstrom, beta.bilayer_angstrom
    stated = modes["alpha"].pair_distance_angstrom
    nearest = min((between, across), key=lambda d: abs(d - stated))
    return Check(
        (nearest,), f"the Fe planes are {between:.3f} and {across:.3f} Å apart along c; neither is {stated:.2f} Å"
    )


@check("radii-as-fe-charge")
def radii(data: Data, _claim: Claim) -> Check:  # noqa: ARG001
    """Shannon radii of the ions whose radii the paper prints."""
    two = ionic_radius_pm("Fe", 2, "High Spin")
    iron, arsenic = ionic_radius_pm("Fe", 3, "High Spin"), ionic_radius_pm("As", 3)
    return Check(
        (two, "none"),
        f"six-coordinate Shannon radii: Fe2+ {two:.1f} pm, none of As3-; those printed are of Fe3+ ({iron:.1f} pm) "
        f"and As3+ ({arsenic:.1f} pm)",
    )


@check("k1144-state-count")
def states_of_1144(data: Data, _claim: Claim) -> Check:
    """Phases that set a Tc, and kinds of X electrons, in a measured 1144 structure."""
    structure = data.structure("rbcafe4as4")
    gamma = {w.phase for w in structure.wells if w.phase != "mu"}
    mu = [w for w in structure.wells if w.phase == "mu"]
    return Check(
        (float(len(gamma)), float(len(mu))),
        f"{structure.block}: {', '.join(sorted(gamma))}; mu with {' and '.join('-'.join(w.apices) for w in mu)}",
    )


@check("k1144-nonahedron-faces")
def faces_of_1144(data: Data, _claim: Claim) -> Check:
    """Faces of the alpha body in a measured 1144 structure."""
    structure = data.structure("rbcafe4as4")
    assert structure.origin == Origin.MEASURED
    well = next(w for w in structure.wells if w.phase == "alpha")
    return Check(
        (float(well.n_faces),),
        f"{structure.block}: {well.n_faces} faces; without the inversion centre the pairs fold by "
        f"{well.max_fold_degrees:.2f}°, height {phase_height(structure, 'alpha'):.4f} Å",
    )
