"""Claims of papers/000 on what carries the model: E0, the regions, where Tc rises, where the derivation holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.cles import Parameters, find_optimum, solve_binding
from polyqw.cles.requirements import log_slope_at_doping, log_slope_at_optimum
from polyqw.services.claims.ledger import Check, Data, check
from polyqw.services.systems.cles.dome import shipped_dome
from polyqw.services.systems.cles.figures import compute_map
from polyqw.services.systems.cles.foundations import least_doping_apart, pair_energy_row
from polyqw.services.systems.cles.solve import crossings_row

if TYPE_CHECKING:
    from polyqw.db.models import Claim

MODEL = Parameters()
"""The paper's set (Fig. 3)."""

PARAMETERS = {
    "cles-more-localized-higher-tc": ("dn", -1, "D0/Nd"),
    "cles-bandwidth-higher-tc": ("omega_c", 1, "ωc"),
    "cles-u-higher-tc": ("u", 1, "U"),
}
"""Which way a parameter goes where Tc is said to rise."""

MEASURABLE_KELVIN = 0.01
"""Lowest Tc that is easily measured [K]."""

SAME_SHAPE = 0.1
"""Share by which width and centre of two domes may differ and be called the same."""


@check("cles-e0")
def pair_energy(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """How many U the extended pair holds, counted in an exact Fock space."""
    row = pair_energy_row(MODEL)
    holds = row["u_in_pair_energy"]
    return Check(
        ("yes" if abs(holds - 1) < 1e-9 else "no",),
        f"one localized site, one level below and one above the Fermi level, solved exactly: the extended pair holds "
        f"{holds:g} U; Eq. 3 at the exact Ω is off by {row['eq3_less_1_printed']:.2f} with the printed E0, by "
        f"{abs(row['eq3_less_1_derived']):.0e} without the +U",
    )


@check("cles-weak-coupling")
def weak_coupling(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The sign of E_b at μ = 0 with the derived E0."""
    row = pair_energy_row(MODEL)
    energy = row["binding_derived_ev"]
    return Check(
        ("yes" if energy > 0 else "no",),
        f"E_b = {energy:.4f} eV at μ = 0, positive from D0·J = {row['positive_from_d0_j_derived']:.3f}; with the "
        f"printed E0 {row['binding_printed_ev']:.4f} eV at any coupling",
    )


@check("cles-region-of-fig2")
def regions_of_figure_2(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Shares of Figs. 2a-c that lie in region 2."""
    shares = {figure: compute_map(figure, MODEL, 41).share_of_region_2() for figure in ("2a", "2b", "2c")}
    told = ", ".join(f"{share:.0%} of Fig. {figure}" for figure, share in shares.items())
    return Check(("no" if any(shares.values()) else "yes",), f"{told} lie in region 2, where U < 2(μ - εL)")


@check("cles-fig2b-continuous")
def continuity(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """E_b on both sides of μ*."""
    star = float(MODEL.mu_star)
    below, above = (float(solve_binding(star + step, MODEL).binding_ev) for step in (-1e-9, 1e-9))
    return Check(
        ("yes" if abs(above - below) < 1e-6 else "no",), f"E_b goes from {below:.4f} to {above:.4f} eV at μ*"
    )


@check(*PARAMETERS)
def slope_of_tc(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The slope of the highest Tc over doping by a parameter."""
    name, way, symbol = PARAMETERS[claim.key]
    slope = log_slope_at_optimum(name, MODEL)
    sides = [log_slope_at_doping(name, share * float(MODEL.p_star), MODEL) for share in (0.75, 1.25)]
    return Check(
        ("yes" if way * slope > 0 else "no",),
        f"d ln Tc/d ln {symbol} = {slope:+.3f} for the highest Tc over doping; at dopings that stay {sides[0]:+.1f} "
        f"at 0.75 p* and {sides[1]:+.1f} at 1.25 p*",
    )


@check("cles-coupling-needed")
def without_coupling(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The highest Tc without J."""
    tc = float(find_optimum(MODEL.replace(j=0.0)).tc_kelvin)
    return Check(
        ("yes" if tc < MEASURABLE_KELVIN else "no",),
        f"with D0·J = 0 and D0·λ = {float(MODEL.g):g} the highest Tc is {tc:.1e} K",
    )


@check("cles-validity-delta")
def validity(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Dopings at which |δ| is not ten times kTc."""
    low, high = least_doping_apart(MODEL)
    found = crossings_row(MODEL)
    return Check(
        ("yes" if np.isnan(low) else "no",),
        f"|δ| < 10 kTc for p from {low:.3f} to {high:.3f}, which holds p1 = {found['p1']:.3f}, p* and p2 = "
        f"{found['p2']:.3f}",
    )


@check("cles-dome-width")
def dome_width(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Width and centre of the paper's own dome against those of La2-xSrxCuO4."""
    dome = shipped_dome("LSCO")
    measured = min((fit for fit in dome.fits if fit.curve.name in ("parabola", "gaussian")), key=lambda fit: fit.aicc)
    _, centre, width = dome.printed
    same = abs(width / measured.width - 1) < SAME_SHAPE and abs(centre / measured.centre - 1) < SAME_SHAPE
    return Check(
        ("yes" if same else "no",),
        f"width {width:.3f} and centre {centre:.3f}; measured, {len(dome.data.points)} points, {measured.width:.3f} "
        f"and {measured.centre:.3f}",
    )
