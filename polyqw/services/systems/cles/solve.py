"""Run the CLES solver: points, curves, crossings, binding, resistivity, and couplings from observed Tc."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.cles import (
    PairEnergy,
    Parameters,
    find_binding_onset,
    find_coupling,
    find_crossings,
    find_optimum,
    solve_binding,
    solve_carriers,
    solve_gaps,
    solve_resistivity,
    solve_tc,
    solve_tc_linearised,
    solve_temperatures,
)
from polyqw.cles.conductivity import Sample, solve_resistivity_of_sample, solve_sigma0
from polyqw.cles.phases import distance_in_kt
from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.fit import FAMILIES_WITH_TABLE, table_rows

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.cles.parameters import FloatArray

PARAMETER_COLUMNS = {
    "d0_lambda": "g",
    "d0_j": "j",
    "epsilon_l_ev": "epsilon_l",
    "u_ev": "u",
    "d0_over_nd_per_ev": "dn",
    "omega_c_ev": "omega_c",
    "prefactor": "prefactor",
    "exponent": "exponent",
}
"""Names of the parameters in output, with units, and in the solver."""


def parameters_row(parameters: Parameters) -> dict[str, float]:
    """Return the parameters of one model as plain values."""
    return {name: float(getattr(parameters, field)) for name, field in PARAMETER_COLUMNS.items()}


def make_parameters(**values: float) -> Parameters:
    """Return the parameters of one model, by the solver's names; the rest keep the paper's values.

    Raises
    ------
    UsageError
        If a value is out of range.
    """
    return Parameters(**values)


def chemical_potential(mu_ev: float | None, p: float | None, parameters: Parameters) -> float:
    """Return the chemical potential [eV] that is asked for by μ or by the doping p.

    Raises
    ------
    UsageError
        If both or neither are given, or the value is not finite.
    """
    if (mu_ev is None) == (p is None):
        raise UsageError("give either --mu or --p, and not both")
    value = mu_ev if mu_ev is not None else float(parameters.chemical_potential(np.asarray(p)))
    if not np.isfinite(value):
        raise UsageError(f"the chemical potential must be a finite number, not {value}")
    return float(value)


def point_rows(mu_ev: FloatArray, parameters: Parameters) -> list[dict[str, Any]]:
    """Return everything the solver says at some chemical potentials, the fields of ``polyqw cles point --json``.

    Tc is quoted with the exponent chosen, with both exponents, and from the linearised gap equation (papers/000
    prints exponent 2; its own gap equations give 1). Γ± are the least energies of the excitations below Eq. 7.
    """
    gaps = solve_gaps(mu_ev, parameters)
    temperatures = solve_temperatures(mu_ev, parameters)
    carriers = solve_carriers(mu_ev, parameters)
    by_exponent = {n: solve_tc(mu_ev, parameters.replace(exponent=n)) for n in (2, 1)}
    linearised = solve_tc_linearised(mu_ev, parameters)
    half_u = np.broadcast_to(0.5 * parameters.u, mu_ev.shape)
    in_ktc = distance_in_kt(np.nan_to_num(temperatures.tc_kelvin), mu_ev, parameters)
    rows = []
    for k in range(len(mu_ev)):
        reason = str(gaps.reason[k]) or str(temperatures.reason[k])
        rows.append(
            {
                "mu_ev": float(gaps.mu_ev[k]),
                "p": float(gaps.p[k]),
                "chi_ev": float(gaps.chi_ev[k]),
                "e_d_ev": float(gaps.e_d_ev[k]),
                "delta_j_ev": float(gaps.delta_j_ev[k]),
                "k": float(gaps.k[k]),
                "tc_kelvin": float(temperatures.tc_kelvin[k]),
                "tstar_kelvin": float(temperatures.tstar_kelvin[k]),
                "tstar_node_kelvin": float(temperatures.tstar_node_kelvin[k]),
                "gamma_k_plus_ev": float(gaps.chi_ev[k]),
                "gamma_k_minus_ev": -float(gaps.chi_ev[k]),
                "gamma_d_plus_ev": float(gaps.e_d_ev[k] - half_u[k]),
                "gamma_d_minus_ev": float(-gaps.e_d_ev[k] - half_u[k]),
                "delta_over_ktc": float(in_ktc[k]),
                "tc_exponent_2_kelvin": float(by_exponent[2][k]),
                "tc_exponent_1_kelvin": float(by_exponent[1][k]),
                "tc_linearised_kelvin": float(linearised.tc_kelvin[k]),
                "n_e": float(carriers.n_e[k]),
                "n_l": float(carriers.n_l[k]),
                "n_p": float(carriers.n_p[k]),
                "exponent": int(temperatures.exponent[k]),
                "converged": bool(gaps.converged[k] & temperatures.converged[k]) and not reason,
                "residual": float(gaps.residual[k]),
                "iterations": int(gaps.iterations[k]),
                "reason": reason or None,
            }
        )
    return rows


def point_at(mu_ev: float, parameters: Parameters) -> dict[str, Any]:
    """Return everything the solver says at one chemical potential [eV]."""
    return point_rows(np.array([mu_ev]), parameters)[0]


def crossings_row(parameters: Parameters) -> dict[str, Any]:
    """Return where Tc and T* cross, the node, and the optimum, the fields of ``polyqw cles crossings --json``."""
    crossings = find_crossings(parameters)
    optimum = find_optimum(parameters)
    return {
        "p1": float(crossings.p1),
        "p2": float(crossings.p2),
        "p_star": float(crossings.p_star),
        "mu1_ev": float(crossings.mu1_ev),
        "mu2_ev": float(crossings.mu2_ev),
        "mu_star_ev": float(crossings.mu_star_ev),
        "n_crossings": int(crossings.count),
        "optimum_mu_ev": float(optimum.mu_ev),
        "optimum_p": float(optimum.p),
        "optimum_tc_kelvin": float(optimum.tc_kelvin),
        "tc_at_mu_star_kelvin": float(optimum.tc_at_mu_star_kelvin),
        "exponent": int(parameters.exponent),
        "converged": not str(crossings.reason),
        "reason": str(crossings.reason) or None,
    }


def binding_row(mu_ev: float, parameters: Parameters, e0: str = PairEnergy.PRINTED) -> dict[str, Any]:
    """Return the pairing instability at one chemical potential, the fields of ``polyqw cles binding --json``.

    The coupling from which E_b is positive stands there for the printed and for the derived E0.
    """
    found = solve_binding(mu_ev, parameters, PairEnergy(e0))
    onset = {e: float(find_binding_onset(mu_ev, parameters, e)) for e in PairEnergy}
    return {
        "mu_ev": float(found.mu_ev),
        "p": float(found.p),
        "region": int(found.region),
        "e0": str(found.e0),
        "omega_ev": float(found.omega_ev),
        "ln_beta": float(found.ln_beta),
        "beta_ev": float(found.beta_ev),
        "w_ev": float(found.w_ev),
        "e0_ev": float(found.e0_ev),
        "binding_ev": float(found.binding_ev),
        "gain_ev": float(found.gain_ev),
        "positive_from_d0_j_printed": onset[PairEnergy.PRINTED],
        "positive_from_d0_j_derived": onset[PairEnergy.DERIVED],
        "residual": float(found.residual),
        "converged": bool(found.converged) and not str(found.reason),
        "reason": str(found.reason) or None,
    }


def resistivity_row(
    temperature_kelvin: float,
    mu_ev: float,
    parameters: Parameters,
    e0: str = PairEnergy.PRINTED,
    site_volume_angstrom3: float | None = None,
    n_sites: float = float("inf"),
) -> dict[str, Any]:
    """Return the resistivity ratio at one point, the fields of ``polyqw cles resistivity --json``.

    With the volume of a localized site [Å³], σ0 and the resistivity itself too.
    """
    energy = PairEnergy(e0)
    found = solve_resistivity(temperature_kelvin, mu_ev, parameters, energy)
    row = {
        "temperature_kelvin": float(found.temperature_kelvin),
        "mu_ev": float(found.mu_ev),
        "p": float(found.p),
        "e0": str(e0),
        "theta": float(found.theta),
        "residual_theta": float(found.residual_theta),
        "converged": bool(found.converged) and not str(found.reason),
        "reason": str(found.reason) or None,
    }
    if site_volume_angstrom3 is not None:
        sample = Sample(site_volume_angstrom3, n_sites)
        rho = solve_resistivity_of_sample(temperature_kelvin, mu_ev, parameters, sample, energy)
        row["sigma0_siemens_per_meter"] = float(solve_sigma0(mu_ev, parameters, sample, energy))
        row["resistivity_microohm_cm"] = float(rho)
    return row


def coupling_row(tc_kelvin: float, mu_ev: float | None, parameters: Parameters) -> dict[str, Any]:
    """Return the coupling D0·J that gives an observed Tc; a fit, as papers/000 names no compound's parameters.

    With exponent 2 two couplings may exist: the larger is returned and the other reported. The couplings with both
    exponents stand beside it.
    """
    found = find_coupling(tc_kelvin, parameters, mu_ev)
    both = {n: find_coupling(tc_kelvin, parameters.replace(exponent=n), mu_ev) for n in (2, 1)}
    return {
        "tc_kelvin": tc_kelvin,
        "mu_ev": float(found.mu_ev),
        "p": float(parameters.doping(found.mu_ev)),
        "exponent": int(found.exponent),
        "d0_j": float(found.j),
        "d0_j_other": float(found.j_other),
        "d0_j_exponent_2": float(both[2].j),
        "d0_j_exponent_1": float(both[1].j),
        "n_solutions": int(found.count),
        "converged": not str(found.reason),
        "reason": str(found.reason) or None,
        "is_fit": True,
    }


COUPLINGS = (
    "compound", "phase", "height_angstrom", "tc_kelvin", "d0_j_exponent_2", "d0_j_exponent_1", "n_solutions",
    "p1", "p2", "tstar_at_010_kelvin", "reason",
)  # fmt: skip
"""Columns of the table of couplings."""


def coupling_rows(session: Session, parameters: Parameters, mu_ev: float | None = None) -> list[dict[str, Any]]:
    """Return the coupling that gives each printed Tc, beside the printed height of the chosen well."""
    rows = []
    for family in FAMILIES_WITH_TABLE:
        for printed in table_rows(session, family):
            chosen = next((h for h in printed if h.chosen), None)
            if chosen is None:
                continue
            rows.append(
                {
                    "published_height_id": chosen.id,
                    "compound_id": chosen.compound_id,
                    "compound": chosen.formula_printed,
                    "family": str(Family(family)),
                    "phase": chosen.phase,
                    "height_angstrom": chosen.height_angstrom,
                    **coupling_row(chosen.tc_kelvin, mu_ev, parameters),
                }
            )
    return _with_predictions(rows, parameters)


def _with_predictions(rows: list[dict[str, Any]], parameters: Parameters) -> list[dict[str, Any]]:
    """Add what the coupling says of the rest: p1 and p2, between which pairs go from p to 1 + p, and T*."""
    models = parameters.replace(j=np.nan_to_num(np.array([row["d0_j"] for row in rows], dtype=float)))
    crossings = find_crossings(models)
    tstar = solve_temperatures(models.chemical_potential(UNDERDOPED), models).tstar_kelvin
    return [
        {**row, "p1": float(crossings.p1[i]), "p2": float(crossings.p2[i]), "tstar_at_010_kelvin": float(tstar[i])}
        for i, row in enumerate(rows)
    ]


UNDERDOPED = 0.10
"""Doping at which T* of a compound is quoted."""
