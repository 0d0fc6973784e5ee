"""Claims of papers/000, the CLES model, for its own set of parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.cles import PairEnergy, Parameters, solve_binding
from polyqw.services.claims.ledger import Check, Data, check
from polyqw.services.systems.cles.foundations import SITE_VOLUME
from polyqw.services.systems.cles.foundations import least_resistivity as resistivity_at_best
from polyqw.services.systems.cles.solve import crossings_row, point_at, point_rows, resistivity_row

if TYPE_CHECKING:
    from polyqw.db.models import Claim

MODEL = Parameters()
"""The paper's set (Fig. 3)."""

WEAK = (1e-3, 1e-2, 0.05)
"""Couplings called weak."""


@check("cles-p1", "cles-p2", "cles-pstar")
def dopings(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Crossings of Tc and T*, and the node."""
    found = crossings_row(MODEL)
    name = {"cles-p1": "p1", "cles-p2": "p2", "cles-pstar": "p_star"}[claim.key]
    how = "DN·μ*" if name == "p_star" else "Tc = T*"
    return Check((found[name],), f"{how} at p = {found[name]:.6f}")


@check("cles-tc-max-at-mustar")
def optimum(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Where Tc is highest."""
    found = crossings_row(MODEL)
    return Check(
        (found["optimum_mu_ev"],),
        f"highest Tc {found['optimum_tc_kelvin']:.3f} K at μ = {found['optimum_mu_ev']:.5f} eV; at μ* = "
        f"{found['mu_star_ev']:.4f} eV {found['tc_at_mu_star_kelvin']:.3f} K",
    )


@check("cles-bcs-ratio")
def exponent(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The exponent that the paper's own gap equation, linearised, comes nearest to."""
    node = point_at(float(MODEL.mu_star), MODEL)
    tc = {n: node[f"tc_exponent_{n}_kelvin"] for n in (1, 2)}
    nearest = min(tc, key=lambda n: abs(tc[n] - node["tc_linearised_kelvin"]))
    return Check(
        (float(nearest),),
        f"at μ* exponent 2 gives {tc[2]:.1f} K, exponent 1 {tc[1]:.1f} K, the linearised gap equation "
        f"{node['tc_linearised_kelvin']:.1f} K",
    )


@check("cles-binding-weak")
def binding_at_weak_coupling(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The sign of E_b in region 1 for small couplings."""
    mu = np.linspace(0.0, 0.999 * float(MODEL.mu_star), 50)
    lowest = {c: float(np.nanmin(solve_binding(mu, MODEL.replace(g=c, j=c)).binding_ev)) for c in WEAK}
    trivial = float(2 * MODEL.epsilon_l + MODEL.u - mu.max())
    return Check(
        ("yes" if min(lowest.values()) > 0 else "no",),
        f"lowest E_b {min(lowest.values()):.4f} eV; it holds because 2εL + U - μ is {trivial:.4f} eV or more, "
        "whatever the coupling",
    )


@check("cles-binding-region2")
def binding_in_region_two(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Whether E_b of region 2 is absent at weak coupling, and how it follows each parameter, one at a time."""
    mu = float(MODEL.mu_star) + 0.05

    def binding(at: float = mu, **changes: float) -> float:
        return float(solve_binding(at, MODEL.replace(**changes)).binding_ev)

    base, weak = binding(), binding(g=min(WEAK), j=min(WEAK))
    trends = {
        "coupling doubled": binding(g=0.1, j=0.18) - base,
        "εL 0.02 eV shallower": binding(epsilon_l=-0.48) - base,
        "U 0.04 eV higher": binding(u=1.44) - base,
        "μ 0.02 eV lower": binding(at=mu - 0.02) - base,
        "band 0.2 eV wider": binding(omega_c=1.2) - base,
    }
    told = ", ".join(f"{name} {change:+.4f} eV" for name, change in trends.items())
    return Check(
        ("yes" if weak <= 0 else "no",),
        f"at μ = {mu:.2f} eV E_b is {base:.4f} eV, and still {weak:.4f} eV with couplings of {min(WEAK):g}, because "
        f"2εL + U alone is {float(2 * MODEL.epsilon_l + MODEL.u):.2f} eV; the trends are {told}",
    )


@check("cles-fig2d-boundary")
def boundary(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Whether E_b changes its sign over the couplings."""
    grid = np.linspace(0.005, 0.3, 40)
    values = solve_binding(0.0, MODEL.replace(g=grid[:, None], j=grid)).binding_ev
    changes = bool(np.nanmin(values) < 0 < np.nanmax(values))
    return Check(
        ("yes" if changes else "no",), f"E_b runs from {np.nanmin(values):.4f} to {np.nanmax(values):.4f} eV"
    )


@check("cles-carriers")
def carriers(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Pairs beyond p, at both crossings."""
    found = crossings_row(MODEL)
    rows = point_rows(np.array([found["mu1_ev"], found["mu2_ev"]]), MODEL)
    excess = [row["n_p"] - row["p"] for row in rows]
    rises = excess[0] < 0.1 and excess[1] > 0.9
    return Check(("yes" if rises else "no",), f"N_p - p is {excess[0]:.3f} at p1 and {excess[1]:.3f} at p2")


def theta(temperature: float, p: float) -> float:
    """Return the resistivity ratio at a temperature [K] and a doping."""
    return float(resistivity_row(temperature, float(MODEL.chemical_potential(np.asarray(p))), MODEL)["theta"])


@check("cles-linear-t")
def linear_resistivity(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Θ/T below p1."""
    p1 = crossings_row(MODEL)["p1"]
    spread = max(
        abs(theta(300.0, p) / 300.0 / (theta(50.0, p) / 50.0) - 1) for p in np.linspace(0.02, 0.999 * p1, 20)
    )
    return Check(
        ("yes" if spread < 0.01 else "no",),
        f"Θ/T changes by at most {spread:.1e} between 50 and 300 K for p < {p1:.4f}",
    )


@check("cles-min-resistivity")
def least_resistivity(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The doping with the smallest ρ at 100 K, σ0 of Eq. 8 included."""
    p_star = crossings_row(MODEL)["p_star"]
    found = {e: resistivity_at_best(MODEL, e) for e in PairEnergy}
    lowest, rho = found[PairEnergy.PRINTED]
    before, after = theta(100.0, p_star * (1 - 1e-6)), theta(100.0, p_star * (1 + 1e-6))
    return Check(
        ("yes" if abs(lowest - p_star) < 1e-3 else "no",),
        f"at 100 K ρ is smallest at p = {lowest:.4f}, {rho:.1f} μΩ cm with {SITE_VOLUME:g} Å³ per copper; p* = "
        f"{p_star:.4f}, where ρ/ρ0 jumps from {before:.4f} to {after:.4f}; with the derived E0 it does not jump and "
        f"is smallest at p = {found[PairEnergy.DERIVED][0]:.4f}",
    )


@check("cles-residual-one")
def residual(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The largest Θ at T → 0 within the band."""
    top = float(MODEL.doping(MODEL.omega_c))
    values = [theta(1e-3, p) for p in np.linspace(crossings_row(MODEL)["p_star"] * 1.001, 0.999 * top, 200)]
    return Check((max(values),), f"Θ at T → 0 reaches {max(values):.3f} within the band (p up to {top:.3f})")
