"""Claims on charge order, STM, the field of the ions, elements, and the order parameter."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from polyqw.constants import BOLTZMANN_EV_PER_K, FINE_STRUCTURE
from polyqw.core.cages import find_cages
from polyqw.core.wells import Kind, Phase
from polyqw.db.look.restore import read_cell
from polyqw.db.models import Verdict
from polyqw.db.well_columns import read_well
from polyqw.services.claims.ledger import Check, Data, MissingData, check, stated_values
from polyqw.theory.charge_order import CHECKERBOARDS, NEMATIC, make_stripe, stripe_doping
from polyqw.theory.field import assign_charges, make_ewald, make_frame, state_verdict, survey_plane
from polyqw.theory.field.critical_points import PointKind, PointPlace
from polyqw.theory.field.frame import find_ions
from polyqw.theory.field.verdict import point_at_gamma
from polyqw.theory.monopole import eq5_gaussian, eq5_in_si
from polyqw.theory.order_parameter import Condensed, Displacements, measure, simulate
from polyqw.theory.stm import MEASURED_SIDE_PEAKS, SIDE_PEAK, peak_ratio, plane_depths

if TYPE_CHECKING:
    from polyqw.db.models import Claim, Structure
    from polyqw.theory.field import PlaneSurvey

OPTIMAL_DOPING = 0.16
"""Doping of a plane at the highest Tc, as papers/001 and 002 say (Bi2223)."""

ELEMENTS = {"BCC": "nb", "CCP": "pb", "HCP": "re"}
"""A reference structure of each packing."""

ELECTRONS, SAMPLES, SEED = 10_000, 200, 0
"""Size of the simulated samples, and the seed."""


@check("stripe-x2", "stripe-x3", "stripe-x4", "stripe-x6", "stripe-x8")
def stripe(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """X = 2/(4n), counted on the pattern of sites."""
    n = int(claim.key.removeprefix("stripe-x"))
    pattern = make_stripe(n)
    assert pattern.x_one_plane == stripe_doping(n)
    return Check(
        (float(pattern.x_one_plane),),
        f"2/(4·{n}) = {pattern.x_one_plane}; per Cu of both planes {pattern.x_per_copper}",
    )


@check("stripe-counting")
def counting(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """What the numerator and the denominator of Eq. 2 count."""
    pattern = make_stripe(4)
    return Check(
        None,
        f"{len(pattern.doped)} electrons of {pattern.n_planes} planes over the {pattern.sites_per_plane} sites of "
        f"one give {pattern.x_one_plane}; over the sites of all planes, as x of La2-xSrxCuO4 is counted, they give "
        f"{pattern.x_per_copper}",
        Verdict.AMBIGUOUS,
    )


@check("magic-doping")
def magic(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Dopings of the drawn supercells."""
    patterns = (*CHECKERBOARDS, NEMATIC)
    told = ", ".join(f"{len(p.doped)} in {p.sites_per_plane} sites" for p in patterns)
    return Check(tuple(float(p.x_per_copper) for p in patterns), told)


@check("x-one-sixth-irrational")
def one_sixth(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Whether 1/6 is a ratio of whole numbers."""
    x = NEMATIC.x_per_copper
    kind = "rational" if isinstance(x, Fraction) else "irrational"
    return Check(
        (kind,), f"x = {x.numerator}/{x.denominator}, a ratio of whole numbers, counted on the drawn supercell"
    )


def structure_of(data: Data, claim: Claim) -> Structure:
    """Return the structure that a claim on Bi2201 or Ca2CuO2Cl2 speaks of; the latter only users have."""
    if "bi2201" in claim.key:
        return data.structure("bi2201_amaa")
    found = data.of_elements("Ca", "Cu", "O", "Cl")
    if not found:
        raise MissingData("no measured structure of Ca2CuO2Cl2 in the database; polyqw ingest takes yours")
    return found[0]


@check("bi2201-c-over-a", "ccoc-c-over-a")
def c_over_a(data: Data, claim: Claim) -> Check:
    """C over the Cu-Cu distance."""
    structure = structure_of(data, claim)
    edge = next(d.value for d in structure.descriptors if d.name == "t_t_angstrom")
    ratio = structure.c_angstrom / edge
    return Check((ratio,), f"{structure.block}: c {structure.c_angstrom:.3f} Å over Cu-Cu {edge:.3f} Å = {ratio:.3f}")


@check("stm-h-bi2201", "stm-h-ccoc")
def depths(data: Data, claim: Claim) -> Check:
    """Depths of the CuO2 planes under the cleavage plane."""
    structure = structure_of(data, claim)
    found = plane_depths(read_cell(data.session, structure))
    if found.reason is not None:
        raise MissingData(found.reason.message)
    told = " and ".join(f"{depth:.3f}" for depth in found.depths)
    return Check(
        found.depths,
        f"{structure.block}: {told} Å under the {'/'.join(found.cleavage_elements)} plane where the gap is widest",
    )


@check("stm-k-ccoc", "stm-k-bi2201")
def ratio_of_peaks(data: Data, claim: Claim) -> Check:
    """K = h_alpha/h_beta from the printed depths."""
    one, two = stated_values(data.claims[claim.key.replace("stm-k-", "stm-h-")])
    k = peak_ratio(float(one), float(two))
    return Check((k,), f"{one:g} / {two:g} = {k:.4f}")


@check("stm-peak-position")
def peak_position(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The side peaks against the measured ones."""
    told = ", ".join(f"{name} {value:g} a0" for name, value in MEASURED_SIDE_PEAKS.items())
    return Check(tuple(MEASURED_SIDE_PEAKS.values()), f"measured {told}, against {SIDE_PEAK:g} a0")


@check("bi2223-double-optimum")
def double_optimum(data: Data, claim: Claim) -> Check:
    """Twice the optimal doping of one plane, for the outer planes of Bi2223."""
    structure = data.structure("bi2223_pb")
    planes = next(d.value for d in structure.descriptors if d.name == "n_planes")
    outer = planes - 1
    assert claim.stated
    return Check((outer * OPTIMAL_DOPING,), f"{outer:g} outer planes of {structure.block} times {OPTIMAL_DOPING:g}")


@check("elements-six-orientations")
def orientations(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Directions in which one and the same cage could point its apex at a site, by packing."""
    found = {name: find_cages(read_cell(data.session, data.structure(block))) for name, block in ELEMENTS.items()}
    values = {name: cages.cages[0].equivalent_apices for name, cages in found.items()}
    told = "; ".join(
        f"{name} ({ELEMENTS[name]}) {values[name]}, diagonals "
        + " ".join(f"{x:.3f}" for x in c.cages[0].diagonals)
        + " Å"
        for name, c in found.items()
    )
    return Check(tuple(float(v) for v in values.values()), told)


def survey(data: Data, block: str, kind: Kind) -> PlaneSurvey:
    """Return the survey of the field in the plane of a structure's well, formal charges, infinite crystal."""
    return data.once(("survey", block, kind), lambda: _survey(data, block, kind))


def _survey(data: Data, block: str, kind: Kind) -> PlaneSurvey:
    structure = data.structure(block)
    cell = read_cell(data.session, structure)
    well = next(read_well(w) for w in structure.wells if w.kind == kind and w.phase == Phase.ALPHA)
    charges = assign_charges(cell, [well.plane_metal], None)
    frame = make_frame(cell, well)
    ions = find_ions(cell, charges.of_sites, frame, margin=0.5, reach=2.0)
    return survey_plane(make_ewald(cell.lattice, cell.frac, charges.of_sites), frame, ions)


CUPRATE_OF_THE_FIELD = "lco_lto_cod"
"""The undoped cuprate whose field is surveyed: every site full, formal charges without choice."""


@check("gamma-minimum-in-plane", "gamma-bound-state", "gamma-thermal", "four-pockets")
def field_of_the_plane(data: Data, claim: Claim) -> Check:
    """The energy of a test electron in the CuO2 plane."""
    found = survey(data, CUPRATE_OF_THE_FIELD, Kind.OCTAHEDRON)
    verdict = f"{CUPRATE_OF_THE_FIELD}: {state_verdict(found)}"
    centre = point_at_gamma(found)
    lowest = float(np.linalg.eigvalsh(found.hessian)[0])
    if claim.key == "gamma-minimum-in-plane":
        return Check(("yes" if centre is not None and centre.kind is PointKind.MINIMUM else "no",), verdict)
    if claim.key == "gamma-bound-state":
        return Check(
            ("yes" if lowest > 0 else "no",),
            f"{verdict}; curvature along the normal {found.hessian[2, 2]:.3f} eV/Å²",
        )
    saddles = [p for p in found.points if p.kind is PointKind.SADDLE and p.place is PointPlace.DIAGONAL]
    minima = [p for p in found.points if p.kind is PointKind.MINIMUM and p is not centre]
    if claim.key == "four-pockets":
        return Check(
            (float(len(minima)),),
            f"{len(minima)} minima besides Γ; on the diagonals {len(saddles)} saddles, "
            + ", ".join(sorted({f"{p.energy:.2f} eV above Γ" for p in saddles})),
        )
    barrier = min((p.energy for p in saddles), default=math.nan)
    return Check(
        ("yes" if minima else "no",),
        f"{len(minima)} minima besides Γ to lift an electron into; the saddles stand {barrier:.2f} eV higher, which "
        f"is {barrier / BOLTZMANN_EV_PER_K:.0f} K",
    )


@check("feas-confinement")
def field_of_the_nonahedron(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The energy of a test electron at the centre of the nonahedron of LaFeAsO."""
    found = survey(data, "lafeaso_cod", Kind.NONAHEDRON)
    eigenvalues = np.linalg.eigvalsh(found.hessian)
    return Check(
        ("yes" if eigenvalues[0] > 0 else "no",),
        f"lafeaso_cod: {state_verdict(found)}; curvatures " + ", ".join(f"{x:.2f}" for x in eigenvalues) + " eV/Å²",
    )


@check("dirac-g-over-e")
def dirac(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """g/e of Eq. 5, in SI and in Gaussian units."""
    si, gaussian = eq5_in_si(), eq5_gaussian()
    return Check(
        (gaussian.over_e,),
        f"with 4πε0 = 1 g/e = 1/(2α) = {gaussian.over_e:.6f} (α = {FINE_STRUCTURE:.10f}); with the SI letters as "
        f"printed {si.over_e:.4e} in {si.ratio_dimension}, no pure number and no magnetic charge",
        Verdict.CONTRADICTION,
    )


@check("order-parameter-states")
def order_parameters(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """Mean order parameters of the four condensed states, simulated."""
    sizes, rng = Displacements(), np.random.default_rng(SEED)
    states = (Condensed.INSULATING, Condensed.NORMAL, Condensed.METALLIC, Condensed.SUPERCONDUCTING)
    found = [measure(s, simulate(s, sizes, ELECTRONS, SAMPLES, rng), sizes) for s in states]
    values = tuple(0.0 if abs(f.mean) < 3 * sizes.thermal / math.sqrt(ELECTRONS) else "eD" for f in found)
    told = ", ".join(f"{f.state} {f.mean.real / sizes.field:.4f} ± {f.sd / sizes.field:.4f}" for f in found)
    return Check(
        values,
        f"in units of eΔ: {told}; the mean takes {len(set(values))} values for {len(states)} states ({ELECTRONS} "
        f"electrons, {SAMPLES} samples, seed {SEED}): it does not tell all of them apart",
    )
