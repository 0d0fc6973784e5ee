"""What the wells of a structure say of the papers' Fermi surfaces, one sentence each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from polyqw.core.wells import Family, Phase
from polyqw.theory.fermi import THREE_PLANES, Centre, SheetKind, pairs_out_of_order, per_two_squares

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from polyqw.services.systems.fermi.sketch import FermiSketch
    from polyqw.theory.fermi import Sheet, WellGroup

SCALE: Final = "the papers' picture, polyqw's scale"
"""The label of every figure."""

MEASURED_GAPS: Final = (12.0, 6.0)
"""Gaps on the small and on the large ring at Γ of (Ba,K)Fe2As2 [meV] (Ding et al. 2008, papers/002 ref. 69)."""

PRINTED_THREE_PLANES: Final = {
    "Bi2Sr2Ca2Cu3O10": (Phase.BETA, 3.3272),
    "TlBa2Ca2Cu3O10": (Phase.ALPHA, 3.2381),
    "Tl2Ba2Ca2Cu3O10": (Phase.ALPHA, 3.3053),
    "HgBa2Ca2Cu3O8": (Phase.ALPHA, 3.2108),
}
"""The wells in bold, and their h [Å], of the compounds with three planes in papers/002, Table I."""


def fermi_notes(sketch: FermiSketch) -> list[str]:
    """Return the scale of a sketch, and where its heights and the papers do not agree."""
    return [
        f"{SCALE}: the papers give only the order; here binding, radius and gap go as 1/h², arc lengths as h.",
        *_order_notes((*sketch.oxide, *sketch.iron)),
        *(_oxide_notes(sketch) if sketch.oxide else ()),
        *(_iron_notes(sketch) if sketch.iron else ()),
        *_option_notes(sketch),
    ]


def _order_notes(wells: Sequence[WellGroup]) -> list[str]:
    return [
        f"h of {inner.phase}, {inner.height:.4f} Å, is not below that of {outer.phase}, {outer.height:.4f} Å, as the "
        f"papers have it: by 1/h² {outer.phase} is bound {(inner.height / outer.height) ** 2:.3f} times as tightly, "
        f"so that its gap is the larger, against Δ_{inner.phase} > Δ_{outer.phase} of the papers."
        for inner, outer in pairs_out_of_order(wells)
    ]


def _oxide_notes(sketch: FermiSketch) -> list[str]:
    notes = []
    if sketch.analysed.analysis and sketch.analysed.analysis.family is Family.NICKELATE:
        notes.append("papers/002, II.B predicts for nickelates what it draws for cuprates; it shows no sheet of one.")
    if sketch.n_planes is None:
        notes.append("the block of planes has no end, so that no arc is counted as shared by several planes.")
    notes += _length_notes(sketch.arcs)
    notes.append(
        "papers/001 keeps the binding energy and the gap of an arc apart (their physical meanings 'are entirely "
        "different'); papers/002, II.C sets the gap proportional to the binding energy, as is done here."
    )
    if sketch.n_planes == 2:
        notes.append(_bilayer_note(sketch.arcs))
    if sketch.n_planes == THREE_PLANES:
        notes += _inner_plane_notes(sketch) + _outer_plane_notes(sketch)
    return notes


def _length_notes(arcs: Sequence[Sheet]) -> list[str]:
    short, long = min(arcs, key=lambda a: a.height), max(arcs, key=lambda a: a.height)
    if short.height == long.height:
        return []
    ratio = long.height / short.height
    return [
        f"papers/001 has the length of an arc proportional to h and inverse to the gap; with the gap as 1/h² (Eq. 1) "
        f"these are two laws: for {long.height:.4f} against {short.height:.4f} Å the first makes the arc "
        f"{ratio:.3f}, the second {ratio**2:.3f} times as long. The first is drawn."
    ]


def _bilayer_note(arcs: Sequence[Sheet]) -> str:
    split = sorted((a for a in arcs if a.branch is not None), key=lambda a: a.height)
    split_by = (
        "one doubly degenerate arc of two planes alike; --stretch splits it"
        if len(arcs) == 1
        else "the planes of a block are not alike, and their arcs stand apart without a stretch"
        if not split
        else f"the stretched copy, {split[-1].height:.4f} Å, has {split[-1].relative_gap:.3f} and the contracted "
        f"one, {split[0].height:.4f} Å, {split[0].relative_gap:.3f} of the gap of the arc before it split"
    )
    return (
        f"{split_by}. papers/002, II.C calls the stretched octahedron antibonding, with the smaller gap and the "
        "larger arc; papers/004, II.B the contracted one, with the larger gap and yet the larger arc. The first is "
        "drawn."
    )


def _inner_plane_notes(sketch: FermiSketch) -> list[str]:
    if sketch.analysed.analysis is None or sketch.analysed.analysis.family is not Family.CUPRATE:
        return []
    bold = ", ".join(f"{phase} of {name} ({h:.4f} Å)" for name, (phase, h) in PRINTED_THREE_PLANES.items())
    found = ", ".join(f"{w.phase} {w.height:.4f} Å" for w in sketch.oxide)
    return [
        "papers/001 calls alpha of Bi2223, the inner plane, insulating at any doping and yet gives it the third arc; "
        "papers/002, II.D makes alpha and beta insulating and gamma alone superconducting. Table I prints no gamma; "
        f"its bold wells, said to set Tc, of compounds with three planes are {bold}. Found here: {found}."
    ]


def _outer_plane_notes(sketch: FermiSketch) -> list[str]:
    notes = []
    outer = [w for w in sketch.oxide if w.phase is Phase.BETA]
    if outer and sketch.stretch == 0:
        notes.append(
            f"no gamma is found: the outer planes have beta of {' and '.join(f'{w.height:.4f} Å' for w in outer)}, "
            "and gamma is degenerate with it, as papers/001 has it without doping; --stretch sets gamma apart."
        )
    if outer and sketch.stretch:
        notes.append(
            f"gamma is the outer well stretched by {sketch.stretch:g} Å, beta the other as it was found: papers/001 "
            "dopes one side only, and no structure here tells the two apart."
        )
    return notes


def _iron_notes(sketch: FermiSketch) -> list[str]:
    rings = [s for s in sketch.sheets if s.centre is Centre.GAMMA]
    pockets = [s for s in sketch.sheets if s.kind is SheetKind.POCKET]
    notes = _count_notes(sketch.iron)
    if pockets:
        notes += _pocket_notes(sketch, pockets)
    small = [w for w in sketch.iron if w.phase is Phase.MU]
    if rings and small:
        alpha = min(w.height for w in sketch.iron if w.phase is Phase.ALPHA)
        lowest = min(w.height for w in small)
        notes.append(
            f"by the papers' rule, the tighter bound the larger the ring, mu of {lowest:.4f} Å would have a ring "
            f"{(alpha / lowest) ** 2:.2f} times that of alpha, {alpha:.4f} Å; papers/002, Fig. 7b draws small ones "
            "at M, so that rings at M are measured against each other only. The tetrahedra are our reading of the "
            "papers' X electrons."
        )
    if len(rings) > 1:
        notes.append(_measured_note(rings))
    return notes


def _count_notes(wells: Sequence[WellGroup]) -> list[str]:
    counts = [(w, per_two_squares(w, wells)) for w in wells]
    each = ", ".join(f"{w.phase} {w.height:.4f} Å {n:.3g}" for w, n in counts)
    notes = [f"wells to two squares of the net: {each}; {sum(n for _, n in counts):.3g} in all."]
    fewer = [w for w, n in counts if w.phase is not Phase.MU and n < 2 - 1e-6]
    both_ways = _names(w for w in fewer if w.multiplicity > 1)
    one_way = _names(w for w in fewer if w.multiplicity == 1)
    if both_ways:
        notes.append(
            f"the papers call each ring at Γ doubly degenerate; for {both_ways} the two wells are those of several "
            "layers, where other phases have two in one layer."
        )
    if one_way:
        notes.append(
            f"the papers call each ring at Γ doubly degenerate; of {one_way} the cell has a single well, which "
            "points one way."
        )
    return notes


def _names(wells: Iterable[WellGroup]) -> str:
    return " and ".join(dict.fromkeys(str(w.phase) for w in wells))


def _pocket_notes(sketch: FermiSketch, pockets: Sequence[Sheet]) -> list[str]:
    alpha = pockets[0]
    record = sketch.analysed.record
    formula = record.cell.formula_written if record else "the structure"
    return [
        f"only alpha wells ({alpha.height:.4f} Å), as papers/002, III.D has them in single-layer FeSe: no ring at Γ, "
        "pockets at the four corners. This contradicts papers/002, III.B, where the same kind of well gives "
        "(Ba,K)Fe2As2 a ring at Γ; by that rule this one would too.",
        f"the wells cannot tell a single layer from a crystal of such layers: {formula} is read from a "
        "three-dimensional structure. papers/002, Fig. 9 names alpha+ only; every square of the net has such a well, "
        f"{sum(w.multiplicity for w in sketch.iron)} in this cell.",
    ]


def _measured_note(rings: Sequence[Sheet]) -> str:
    large, small = max(rings, key=lambda s: s.relative_binding), min(rings, key=lambda s: s.relative_binding)
    gap_small, gap_large = MEASURED_GAPS
    return (
        f"with binding, gap and radius all going together the largest ring ({large.phase}) has the largest gap, here "
        f"{large.relative_binding / small.relative_binding:.3f} times that of the smallest ({small.phase}). "
        f"papers/002, III.B says that this matches its ref. 69, which measures {gap_small:g} meV on the small and "
        f"{gap_large:g} meV on the large ring at Γ of (Ba,K)Fe2As2: the other way round."
    )


def _option_notes(sketch: FermiSketch) -> list[str]:
    notes = []
    arcs = sketch.arcs
    if sketch.stretch and not any(a.branch or a.phase is Phase.GAMMA for a in arcs):
        notes.append(f"the stretch of {sketch.stretch:g} Å splits nothing here: no arc is shared by two planes.")
    if sketch.n_wanted is not None and not arcs:
        notes.append(f"{sketch.n_wanted} sheets were asked for; rings and pockets are not occupied one by one.")
    elif sketch.n_wanted is not None and sketch.n_wanted > len(arcs):
        notes.append(f"{sketch.n_wanted} sheets were asked for; there are {len(arcs)}.")
    return notes
