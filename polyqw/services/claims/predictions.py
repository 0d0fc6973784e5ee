"""Claims on what the law predicts: nickelates, K0.8FeySe2, BKFA, FeSe."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.constants import LAMBDA_CUPRATE_001, LAMBDA_CUPRATE_002, LAMBDA_IRON
from polyqw.core.wells import Family, Phase
from polyqw.db.look.find import pressure_windows, published_predictions
from polyqw.db.models import Verdict
from polyqw.db.well_columns import read_well
from polyqw.services.claims.ledger import Check, Data, MissingData, check
from polyqw.services.structures.phase_height import phase_height
from polyqw.theory.scaling import law_tc, substitution_shift_by_law, substitution_shift_by_ratio
from polyqw.theory.transfer import beta_alpha_shift

if TYPE_CHECKING:
    from polyqw.db.models import Claim, PublishedPrediction, Structure


TRILAYER = 3
"""Planes of a block of La4Ni3O10."""

UNDER_PRESSURE = "under pressure"
"""How the note on a pressure begins whose value is not known."""


def printed_prediction(data: Data, key: str) -> PublishedPrediction:
    """Return a printed prediction by its key."""
    return next(p for p in published_predictions(data.session) if p.key == key)


@check("kfese-tc-beta", "kfese-tc-alpha")
def tc_of_kfese(data: Data, claim: Claim) -> Check:
    """λ/h² of a phase of K0.8FeySe2."""
    row = printed_prediction(data, f"k08feyse2-{claim.key.rsplit('-', 1)[1]}")
    assert row.height_angstrom is not None
    tc = law_tc(row.height_angstrom, LAMBDA_IRON)
    return Check(
        (tc,), f"{LAMBDA_IRON:g} / ({row.height_angstrom:.3f} Å)² = {tc:.2f} K, observed {row.observed_kelvin:g} K"
    )


@check("kfese-shift")
def shift_of_kfese(data: Data, _claim: Claim) -> Check:
    """The distance between the layers in which the beta and the alpha electron sit."""
    structure = data.structure("model_k08feyse2")
    shift = beta_alpha_shift([read_well(w) for w in structure.wells])
    height = phase_height(structure, Phase.ALPHA)
    if shift is None or height is None:
        raise MissingData(f"{structure.block} has no alpha and beta well")
    return Check(
        (shift,), f"{shift:.3f} Å from the Se layer to the Fe plane, half of the alpha height {height:.4f} Å "
        f"({structure.origin} structure)"
    )  # fmt: skip


@check("kfese-pressures")
def windows_of_kfese(data: Data, _claim: Claim) -> Check:
    """Pressure windows: reported values that nothing here can recompute."""
    windows = pressure_windows(data.session, "K0.8FeySe2")
    told = "; ".join(
        f"{w.state} {w.pressure_from_gpa:g}-{'' if w.pressure_to_gpa is None else f'{w.pressure_to_gpa:g}'} GPa"
        for w in windows
    )
    notes = " ".join(w.note for w in windows if w.note and "abstract" in w.note)
    return Check(None, f"{told}. {notes}".strip(), Verdict.INPUT)


@check("ni327-h")
def height_of_ni327(data: Data, _claim: Claim) -> Check:
    """The height of La3Ni2O7 from the printed coordinates."""
    numbers = printed_prediction(data, "la3ni2o7-001").parameters
    height = (numbers["z_outer"] - numbers["z_inner"]) * numbers["c_angstrom"]
    found = phase_height(data.structure("model_la3ni2o7_fmmm"), Phase.ALPHA)
    product = f"({numbers['z_outer']} - {numbers['z_inner']}) × {numbers['c_angstrom']} Å"
    return Check((height,), f"{product} = {height:.4f} Å; found in the cell made from them {found:.4f} Å")


@check("ni327-tc-max")
def tc_of_ni327(data: Data, _claim: Claim) -> Check:
    """λ/h² of La3Ni2O7 with both printed λ."""
    height = printed_prediction(data, "la3ni2o7-002").height_angstrom
    assert height is not None
    two, one = law_tc(height, LAMBDA_CUPRATE_002), law_tc(height, LAMBDA_CUPRATE_001)
    fitted = law_tc(height, data.fit(Family.CUPRATE).law.lambda_mean)
    return Check(
        (two,),
        f"{two:.1f} K with {LAMBDA_CUPRATE_002:g}, {one:.1f} K with {LAMBDA_CUPRATE_001:g}, {fitted:.1f} K with the "
        "mean of the nine rows",
    )


@check("ni-pr-dtc", "ni-pr-dtc-eq1")
def substitution(data: Data, claim: Claim) -> Check:
    """The change of Tc when Pr takes the place of La, by the paper's ratio and by its law."""
    row = printed_prediction(data, "la2prni2o7")
    numbers = row.parameters
    words = (numbers["tc_parent_kelvin"], numbers["radius_la_pm"], numbers["radius_pr_pm"])
    ratio, law = substitution_shift_by_ratio(*words), substitution_shift_by_law(*words)
    note = f"the ratio of radii gives {ratio:.2f} K, Eq. 1 for the same contraction {law:.2f} K, observed "
    note += f"{row.observed_kelvin:g} K"
    if claim.key == "ni-pr-dtc":
        return Check((ratio,), note)
    return Check((law,), note, Verdict.CONTRADICTION)


@check("ni-trilayer-h-alpha", "ni-trilayer-h-beta")
def trilayer(data: Data, claim: Claim) -> Check:
    """Inner and outer heights of La4Ni3O10 from a measured structure."""
    phase = claim.key.rsplit("-", 1)[1]
    found = {
        s: h
        for s in data.of_elements("La", "Ni", "O")
        if any(d.name == "n_planes" and d.value == TRILAYER for d in s.descriptors)
        and (h := phase_height(s, phase)) is not None
    }
    pressed = [s for s in found if is_pressed(s)]
    told = "; ".join(f"{s.block} ({told_pressure(s)}) {phase} {h:.4f} Å" for s, h in found.items())
    if not pressed:
        raise MissingData(
            f"no measured structure of La4Ni3O10 under pressure in the database ({told or 'none at all'})"
        )
    nearest = max(pressed, key=lambda s: s.pressure_gpa or 0.0)
    return Check((found[nearest],), told)


def is_pressed(structure: Structure) -> bool:
    """Whether a structure was measured under pressure, of a value that is known or not."""
    return bool(structure.pressure_gpa) or (structure.pressure_note or "").startswith(UNDER_PRESSURE)


def told_pressure(structure: Structure) -> str:
    """Return the pressure in words."""
    if structure.pressure_gpa is None and is_pressed(structure):
        return structure.pressure_note or ""
    return f"{structure.pressure_gpa or 0:g} GPa"


@check("hg1223-inner-h")
def inner_height_of_hg1223(data: Data, _claim: Claim) -> Check:
    """The cuprate height that the trilayer nickelates are held against."""
    structures = [s for s in data.structures.values() if s.table_row == "HgBa2Ca2Cu3O8+d"]
    heights = {s.block: h for s in structures if (h := phase_height(s, Phase.ALPHA)) is not None}
    if not heights:
        raise MissingData("no structure of HgBa2Ca2Cu3O8 in the database")
    lowest = min(heights, key=lambda name: heights[name])
    told = ", ".join(
        f"{s.block} {heights[s.block]:.4f} Å" + (f" at {s.pressure_gpa:g} GPa" if s.pressure_gpa else "")
        for s in structures
        if s.block in heights
    )
    return Check((heights[lowest],), told)


@check("bkfa-alpha-tc")
def tc_of_bkfa(data: Data, _claim: Claim) -> Check:
    """λ/h² of the alpha well of (Ba,K)Fe2As2."""
    height = printed_prediction(data, "bkfa-alpha").height_angstrom
    assert height is not None
    tc = law_tc(height, LAMBDA_IRON)
    return Check((tc,), f"{LAMBDA_IRON:g} / ({height:.4f} Å)² = {tc:.2f} K")


@check("fese-monolayer-tc")
def tc_of_fese(data: Data, _claim: Claim) -> Check:
    """The highest Tc of an alpha row, which is what the papers read; and what their law gives for FeSe."""
    best = max(
        (h for row in data.rows(Family.IRON) for h in row if h.chosen and h.phase == Phase.ALPHA),
        key=lambda h: h.tc_kelvin,
    )
    note = f"the highest Tc of an alpha row is {best.tc_kelvin:g} K ({best.formula_printed}), no prediction for FeSe"
    bulk = data.structures.get("fese_o2")
    if bulk is not None and (height := phase_height(bulk, Phase.ALPHA)) is not None:
        note += f"; the law with the height of bulk FeSe, {height:.4f} Å, gives {law_tc(height, LAMBDA_IRON):.1f} K"
    return Check((best.tc_kelvin,), note)
