"""The CLES section of the report: what the solver gives for the paper's own set, and what the paper says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from markupsafe import Markup

from polyqw.cles import PairEnergy, Parameters
from polyqw.services.drawing.columns import OF_WELL, Column, columns_of
from polyqw.services.drawing.section import Bullets, Paragraph, Picture, Section, Table
from polyqw.services.systems.cles.dome import DOME_COLUMNS, curve_row, dome_notes, draw_dome, shipped_dome
from polyqw.services.systems.cles.figures import (
    compute_map,
    curve_rows,
    draw_binding_maps,
    draw_couplings,
    draw_map,
    draw_pairs,
    draw_phases,
    draw_temperatures,
)
from polyqw.services.systems.cles.foundations import (
    REQUIREMENT_COLUMNS,
    excitation_statement,
    pair_energy_statement,
    requirement_rows,
    requirement_statement,
    resistivity_statement,
    validity_statement,
)
from polyqw.services.systems.cles.solve import (
    COUPLINGS,
    coupling_rows,
    crossings_row,
    parameters_row,
    point_at,
    resistivity_row,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.services.drawing.section import Part
    from polyqw.services.structures.lookup import Lookup

PRINTED = {"p1": 0.144, "p2": 0.178, "p_star": 0.162}
"""Dopings that papers/000 prints (Fig. 3): the crossings of Tc and T*, and the critical point."""

LINEAR_TEMPERATURES = (50.0, 100.0, 200.0, 300.0)
"""Temperatures at which the linearity of the resistivity ratio is looked at [K]."""


OWN = (
    OF_WELL,
    Column("height_angstrom", "h printed", "Å", 4),
    *(Column(f"d0_j_exponent_{n}", f"D0·J, exponent {n}", decimals=5) for n in (1, 2)),
)
EXPONENTS = "with the printed exponent 2 and the exponent 1 that its gap equations give."
INTRODUCTION = Markup(
    "The model couples localized and extended pairs; these are its numbers for the paper's own set (D<sub>0</sub>λ = "
    "{d0_lambda}, D<sub>0</sub>J = {d0_j}, ε<sub>L</sub> = {epsilon_l_ev} eV, U = {u_ev} eV, "
    "D<sub>0</sub>/N<sub>d</sub> = {d0_over_nd_per_ev} /eV, ω<sub>c</sub> = {omega_c_ev} eV), "
)


def couplings_of(data: Lookup) -> list[dict[str, Any]]:
    """Return the coupling of every printed row with the paper's own set, as ``polyqw cles fit`` keeps them."""
    return data.once("couplings", lambda: coupling_rows(data.session, Parameters()))


def section(data: Lookup) -> Section:
    """Return the section: parameters, crossings, couplings, and the paper's statements with numbers."""
    parameters = Parameters()
    rows = curve_rows(parameters, from_p=0.0, to_p=0.3, n=601)
    crossings = crossings_row(parameters)
    couplings = couplings_of(data)
    required = requirement_rows(parameters)
    return Section(
        "cles",
        "The CLES model (papers/000)",
        [
            Paragraph(
                INTRODUCTION.format(**parameters_row(parameters)) + EXPONENTS, f"The paper's own set, {EXPONENTS}"
            ),
            Bullets(
                [
                    *_statements(parameters, rows, crossings, couplings),
                    pair_energy_statement(parameters),
                    excitation_statement(parameters),
                    validity_statement(parameters),
                    requirement_statement(required),
                    resistivity_statement(parameters),
                ]
            ),
            *_pictures_along_doping(parameters, rows, crossings),
            *_maps(parameters),
            *_coupling_parts(couplings),
            *(part for alias in ("LSCO", "YBCO") for part in _dome_parts(alias)),
            Table(
                required,
                REQUIREMENT_COLUMNS,
                "The requirements of the conclusion, each with the derivative of Tc.",
                "Requirements of the conclusion.",
            ),
        ],
        entry="CLES",
    )


def _pictures_along_doping(
    parameters: Parameters, rows: Sequence[dict[str, Any]], crossings: dict[str, Any]
) -> tuple[Part, ...]:
    return (
        Picture(
            "cles_temperatures",
            draw_temperatures(rows, crossings),
            "Phase diagram, as papers/000 Fig. 3a, with Tc for both exponents and from the linearised gap equation.",
            "Tc, T* and the node against doping; polyqw cles curve gives the numbers.",
            "Phase diagram",
        ),
        Picture(
            "cles_pairs",
            draw_pairs(rows),
            "Carriers, as Fig. 3b.",
            "Extended, localized and all pairs against doping.",
            "Carriers",
        ),
        Picture(
            "cles_phases",
            draw_phases(parameters, to_p=0.3, to_kelvin=400.0),
            "Phases of Fig. 3a as labels; the model has no Néel temperature, so that the antiferromagnet is the "
            "undoped plane alone. Hatched: |δ| is below 10 kT, where Tc and T* are not derived.",
            "Superconductor, antiferromagnet, pseudogap and metal over doping and temperature.",
            "Phases",
        ),
    )


def _maps(parameters: Parameters) -> tuple[Part, ...]:
    return (
        _binding_picture(parameters),
        Picture(
            "cles_max_tc",
            draw_map(compute_map("3c", parameters, 61)),
            "Highest Tc over doping against the couplings, as Fig. 3c.",
            "Highest Tc against D0·λ and D0·J.",
            "Highest Tc",
        ),
        Picture(
            "cles_resistivity",
            draw_map(compute_map("3d", parameters, 121)),
            "Resistivity ratio σ0/σ, as Fig. 3d.",
            "Resistivity ratio against doping and temperature.",
            "Resistivity ratio",
        ),
    )


def _coupling_parts(couplings: Sequence[dict[str, Any]]) -> tuple[Part, ...]:
    return (
        Picture(
            "cles_couplings",
            draw_couplings(couplings),
            "The coupling D0·J that gives each printed Tc, against the height of the well that the other papers "
            "choose.",
            "Fitted coupling against well height; the numbers stand in the next table.",
            "Couplings against heights",
        ),
        Table(couplings, columns_of(COUPLINGS, *OWN), "Couplings fitted to the printed Tc at μ*.", ""),
    )


def _dome_parts(alias: str) -> tuple[Part, ...]:
    printed = shipped_dome(alias)
    rows = [curve_row(fit) for fit in (*printed.fits, shipped_dome(alias, exponent=1).fits[0])]
    rows = [{**row, "parameters": "; ".join(row["parameters"])} for row in rows]
    return (
        Picture(
            f"cles_dome_{alias.lower()}",
            draw_dome(printed),
            f"Tc of {printed.data.system} over doping, with curves of three free parameters (Presland's: one).",
            f"Tc of {printed.data.system} over doping and fitted curves.",
            f"Dome of {alias}",
        ),
        Bullets(dome_notes(printed)),
        Table(rows, DOME_COLUMNS, f"Curves fitted to {printed.data.system}; polyqw cles dome {alias}.", ""),
    )


def _binding_picture(parameters: Parameters) -> Picture:
    drawn = [(figure, PairEnergy.PRINTED) for figure in ("2a", "2b", "2c", "2d")]
    drawn += [(figure, PairEnergy.DERIVED) for figure in ("2b", "2c")]
    maps = [compute_map(figure, parameters, 61, e0) for figure, e0 in drawn]
    shares = {data.figure: data.share_of_region_2() for data in maps}
    told = ", ".join(f"{share:.0%} of Fig. {figure}" for figure, share in shares.items())
    return Picture(
        "cles_binding",
        draw_binding_maps(maps),
        f"Binding energy as Figs. 2a-d, with the printed E0, and 2b and 2c with the derived one. In region 2 lie "
        f"{told}; the caption speaks of region 1.",
        "Binding energy over the parameters of Figs. 2a-d, printed and derived E0, regions marked.",
        "Binding energy, Figs. 2a-d",
    )


def _statements(
    parameters: Parameters,
    rows: Sequence[dict[str, Any]],
    crossings: dict[str, Any],
    couplings: Sequence[dict[str, Any]],
) -> list[str]:
    return [
        f"Tc and T* cross at p1 = {crossings['p1']:.4f} (printed {PRINTED['p1']}) and p2 = {crossings['p2']:.4f} "
        f"(printed {PRINTED['p2']}); the node stands at p* = (D0/Nd)·μ* = {crossings['p_star']:.4f} "
        f"(printed {PRINTED['p_star']}).",
        f"The highest Tc is {crossings['optimum_tc_kelvin']:.2f} K at μ = {crossings['optimum_mu_ev']:.5f} eV; at "
        f"μ* = {crossings['mu_star_ev']:.1f} eV, where the paper puts it, it is "
        f"{crossings['tc_at_mu_star_kelvin']:.2f} K.",
        _exponent_statement(point_at(crossings["mu_star_ev"], parameters)),
        _pairs_statement(rows, crossings),
        *_resistivity_statements(parameters, crossings),
        _coupling_statement(couplings),
    ]


def _exponent_statement(node: dict[str, Any]) -> str:
    tc = {n: node[f"tc_exponent_{n}_kelvin"] for n in (2, 1)}
    nearer = min(tc, key=lambda n: abs(tc[n] - node["tc_linearised_kelvin"]))
    return (
        f"The exponent matters: at μ* the printed exponent 2 gives Tc = {tc[2]:.1f} K, exponent 1 {tc[1]:.1f} K, and "
        f"the paper's own gap equation, linearised at finite temperature, {node['tc_linearised_kelvin']:.1f} K: "
        f"exponent {nearer} comes nearer to it."
    )


def _pairs_statement(rows: Sequence[dict[str, Any]], crossings: dict[str, Any]) -> str:
    excess = {name: _interpolate(rows, crossings[name], "n_p") - crossings[name] for name in ("p1", "p2")}
    return (
        f"The number of pairs less p rises from {excess['p1']:.2f} at p1 to {excess['p2']:.2f} at p2; the paper says "
        "it rises from 0 to 1 (N_p from p to 1 + p)."
    )


def _interpolate(rows: Sequence[dict[str, Any]], p: float, name: str) -> float:
    return float(np.interp(p, [r["p"] for r in rows], [r[name] for r in rows]))


def _resistivity_statements(parameters: Parameters, crossings: dict[str, Any]) -> list[str]:
    def theta(temperature: float, p: float) -> float:
        mu = float(parameters.chemical_potential(np.asarray(p)))
        return float(resistivity_row(temperature, mu, parameters)["theta"])

    below = 0.9 * crossings["p1"]
    slopes = [theta(t, below) / t for t in LINEAR_TEMPERATURES]
    spread = (max(slopes) - min(slopes)) / float(np.mean(slopes))
    dopings = np.linspace(0.02, 0.3, 281)
    at_100 = [theta(100.0, p) for p in dopings]
    lowest = float(dopings[int(np.argmin(at_100))])
    before, after = (theta(100.0, crossings["p_star"] * (1 + step)) for step in (-1e-6, 1e-6))
    top = parameters.doping(0.999 * parameters.omega_c)
    residual = [
        float(resistivity_row(1e-3, float(mu), parameters)["theta"])
        for mu in np.linspace(crossings["mu_star_ev"] + 1e-6, 0.999 * float(parameters.omega_c), 400)
    ]
    return [
        f"Below p1 the paper has a resistivity ratio linear in T: at p = {below:.3f} its slope changes by a part in "
        f"{1 / max(spread, 1e-16):.0e} between {LINEAR_TEMPERATURES[0]:g} and {LINEAR_TEMPERATURES[-1]:g} K.",
        f"At 100 K it is smallest at p = {lowest:.3f}, and jumps at p* from {before:.4f} to {after:.4f}.",
        f"The residual value at T → 0 reaches {max(residual):.2f} within the band (p up to {float(top):.2f}); the "
        "paper says it approaches 1.",
    ]


def _coupling_statement(couplings: Sequence[dict[str, Any]]) -> str:
    solved = [c for c in couplings if c["converged"]]
    parts = []
    for family in ("cuprate", "iron"):
        here = [c for c in solved if c["family"] == family]
        if len(here) > 2:
            r = float(np.corrcoef([c["height_angstrom"] for c in here], [c["d0_j"] for c in here])[0, 1])
            span = f"{min(c['d0_j'] for c in here):.4f} to {max(c['d0_j'] for c in here):.4f}"
            parts.append(f"{family} {span}, r(D0·J, h) = {r:.2f}")
    return (
        f"Fitted to the printed Tc of {len(solved)} compounds at μ*, D0·J spans {'; '.join(parts)}. These are fits: "
        "the paper names no compound's parameters, and one number fitted to one Tc tests nothing."
    )
