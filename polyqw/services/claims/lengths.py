"""Claims on lengths: where η comes from, pair diameters, the height that 164 K needs, radii of ions."""

from __future__ import annotations

from math import hypot, inf
from typing import TYPE_CHECKING

from polyqw.constants import LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002
from polyqw.core.wells import Phase
from polyqw.io.radii import ionic_radius_pm
from polyqw.services.claims.ledger import Check, Data, MissingData, check
from polyqw.services.structures.phase_height import phase_height
from polyqw.services.systems.provenance import COMPOUND_OF_THE_TEXT, Closure
from polyqw.services.systems.provenance import closure as closure_of_text
from polyqw.theory.charge_order import CHECKERBOARDS
from polyqw.theory.scaling import height_of_tc

if TYPE_CHECKING:
    from polyqw.db.models import Claim

HG1223 = "HgBa2Ca2Cu3O8+d"
RECORD_KELVIN, RECORD_GPA = 164.0, 31.0
"""papers/001, Fig. 6, ref. 104 of papers/002."""

PAIR_PATTERNS = {"pair-diameter-a": 1, "pair-diameter-b": 2}
"""Which checkerboard, of Fig. 1d-f."""


def closure_found(data: Data) -> Closure:
    """Return the closure, made once."""
    found = data.once("closure", lambda: closure_of_text(data))
    if found is None or found.source is None:
        raise MissingData("no structure with iron wells in the database holds η = 7.22, 3.13 and 4.37 Å")
    return found


@check("eta-compound")
def compound_of_eta(data: Data, _claim: Claim) -> Check:
    """The compound in whose structure all three η stand."""
    found = closure_found(data)
    assert found.source is not None
    elements = {word.rstrip("0123456789.") for word in found.source.formula.split()}
    return Check(("yes" if elements == {"Ca", "K", "Fe", "As"} else "no",), found.note)


@check("k1144-closure")
def closure(data: Data, _claim: Claim) -> Check:
    """The sum η_beta + η_gamma + 2 h_alpha, with the h_alpha of the structure that holds the η."""
    found = closure_found(data)
    assert found.source is not None
    if found.source.alpha_angstrom is None:
        raise MissingData(f"{found.source.block} has no alpha well")
    beta, gamma = (match.value for match in found.source.matches[1:])
    return Check(
        (beta + gamma + 2.0 * found.source.alpha_angstrom,), f"{found.note}; {COMPOUND_OF_THE_TEXT} is meant"
    )


@check(*PAIR_PATTERNS)
def pair_diameter(data: Data, claim: Claim) -> Check:  # noqa: ARG001
    """The shorter translation of the checkerboard that carries the pairs."""
    pattern = CHECKERBOARDS[PAIR_PATTERNS[claim.key]]
    length = min(hypot(*vector) for vector in pattern.vectors)
    return Check(
        (length,), f"{pattern.name}: {length:.4f} a0 from one up-electron to the next, x = {pattern.x_per_copper}"
    )


@check("hg1223-164k-height")
def height_for_the_record(data: Data, _claim: Claim) -> Check:
    """The pressure at which Hg1223's inner height is what 164 K needs, by a line from each ambient sample."""
    found = {
        s: height
        for s in data.structures.values()
        if s.table_row == HG1223 and (height := phase_height(s, Phase.ALPHA)) is not None
    }
    pressed = max(found, key=lambda s: s.pressure_gpa or 0.0, default=None)
    ambient = [s for s in found if not s.pressure_gpa]
    if pressed is None or not pressed.pressure_gpa or not ambient:
        raise MissingData("fewer than two pressures of HgBa2Ca2Cu3O8 in the database")
    needed = [height_of_tc(RECORD_KELVIN, lam) for lam in (LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002)]
    slopes = {s: (found[pressed] - found[s]) / pressed.pressure_gpa for s in ambient}
    reached = {s: [(h - found[s]) / slope if slope < 0 else inf for h in needed] for s, slope in slopes.items()}
    told = "; ".join(
        f"from {s.block} ({found[s]:.3f} Å): {found[s] + slopes[s] * RECORD_GPA:.3f} Å at {RECORD_GPA:g} GPa, all at "
        + " and ".join(f"{p:.0f}" for p in reached[s])
        + " GPa"
        for s in ambient
    )
    return Check(
        ("yes" if max(p for pressures in reached.values() for p in pressures) <= RECORD_GPA else "no",),
        f"needed {needed[0]:.3f} Å (λ = {LAMBDA_CUPRATE_001:g}) or {needed[1]:.3f} Å (λ = {LAMBDA_CUPRATE_002:g}); a "
        f"straight line to {pressed.block} ({found[pressed]:.3f} Å at {pressed.pressure_gpa:g} GPa) {told}. Samples "
        f"differ by more than pressure does, and it goes {RECORD_GPA - pressed.pressure_gpa:.0f} GPa too far",
    )


@check("radius-ca-sr")
def radii(data: Data, _claim: Claim) -> Check:  # noqa: ARG001
    """Shannon radii of Ca2+ and Sr2+."""
    six, eight = ([ionic_radius_pm(e, 2, "", n) for e in ("Ca", "Sr")] for n in ("VI", "VIII"))
    return Check(
        tuple(six),
        f"Shannon, six-coordinate: Ca2+ {six[0]:.0f}, Sr2+ {six[1]:.0f} pm; eight-coordinate {eight[0]:.0f} and "
        f"{eight[1]:.0f} pm",
    )
