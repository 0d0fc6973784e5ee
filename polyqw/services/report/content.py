"""Gather what the report says: every number computed from the database, every verdict from the numbers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from polyqw.core.record import Origin
from polyqw.core.wells import Family, Phase, Status
from polyqw.db.models import IngestIssue, PressurePoint, PublishedHeight, Reference, Verdict
from polyqw.services.claims.ledger import run_claims
from polyqw.services.law.fit import WellChoice, fit_family, fit_row
from polyqw.services.law.heights import SAME_HEIGHT, compare_heights, comparison_row
from polyqw.services.law.predict import ALL_SETS, predict_set, predicted_row, prediction_set
from polyqw.services.law.resonance import DEFAULT_COMPOUND, resonance_rows
from polyqw.services.place.versions import versions
from polyqw.services.report.cles_section import cles_content
from polyqw.services.report.evidence_section import evidence_content
from polyqw.services.report.figures import law_data
from polyqw.services.report.provenance_section import provenance_content
from polyqw.services.report.systems_section import system_sections
from polyqw.services.report.wells_section import wells_content
from polyqw.services.structures.stored import current_structures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure
    from polyqw.services.report.systems_section import Section

FIT_FAMILIES = (Family.CUPRATE, Family.IRON)

PRESSURE, CRYSTALS = ("series", "pressure-phases"), ("layers",)
"""Anchors of sections on other systems that stand elsewhere than with the rest."""


def gather(session: Session) -> dict[str, Any]:
    """Return all values that the report's templates need, without figures."""
    fits = [fit_row(fit_family(session, family)) for family in FIT_FAMILIES]
    choices = [fit_row(fit_family(session, f, wells, with_tests=False)) for f in FIT_FAMILIES for wells in WellChoice]
    comparisons = [comparison_row(c) for c in compare_heights(session)]
    predictions = [predicted_row(p) for name in ALL_SETS for p in predict_set(session, prediction_set(name))]
    resonance = resonance_rows(session, DEFAULT_COMPOUND)
    claims = _claims(session)
    structures = current_structures(session)
    with_wells = [s for s in structures if s.status == Status.OK]
    measured = _measured(comparisons)
    systems = system_sections(session)
    windows = _windows(session)
    return {
        "contents": _contents(systems, has_windows=bool(windows)),
        "versions_text": ", ".join(f"{name} {version}" for name, version in versions().items()),
        "n_structures": len(structures),
        "n_with_wells": len(with_wells),
        "fits": fits,
        "law_rows": [{"family": f["family"], **row} for f in fits for row in f["rows"]],
        "choice_rows": choices,
        "evidence": evidence_content(session, fits, choices),
        "comparisons": comparisons,
        "measured": measured,
        "law_data": law_data(fits, measured),
        "rows_without": _rows_without(session, comparisons),
        "predictions": predictions,
        "windows": windows,
        "resonance": resonance,
        "cles": cles_content(session),
        "claims": claims,
        "claim_counts": _counts(claims),
        "systems": systems,
        "pressure_sections": [s for s in systems if s.anchor in PRESSURE],
        "crystal_sections": [s for s in systems if s.anchor in CRYSTALS],
        "other_sections": [s for s in systems if s.anchor not in PRESSURE + CRYSTALS],
        "wells": wells_content(session, with_wells, comparisons),
        "provenance": provenance_content(session, structures),
        "failures": _failures(session, structures),
        "references": _references(session),
        "verdicts": [
            _claims_verdict(claims),
            *_verdicts(fits, choices, comparisons, predictions, resonance),
        ],
    }


def _contents(systems: Sequence[Section], *, has_windows: bool) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the contents list: title of a group, then anchor and title of its sections."""

    def of(anchors: Sequence[str]) -> list[tuple[str, str]]:
        return [(s.anchor, s.title) for s in systems if s.anchor in anchors]

    rest = [s.anchor for s in systems if s.anchor not in PRESSURE + CRYSTALS]
    return [
        ("Result", [("summary", "Summary")]),
        (
            "The law and its tests",
            [
                ("law", "The law"),
                ("evidence", "Does it hold?"),
                ("heights", "Heights"),
                ("predictions", "Predictions"),
                ("resonance", "Resonance"),
                *of(PRESSURE),
                *([("windows", "Windows of pressure")] if has_windows else []),
            ],
        ),
        (
            "Crystals",
            [("structures", "Structures and wells"), *of(CRYSTALS), ("failures", "No wells, and failures")],
        ),
        ("What else the papers say", [("cles", "CLES"), *of(rest), ("claims", "Every claim")]),
        ("Where it comes from", [("made", "How each number was made"), ("sources", "Sources")]),
    ]


def _measured(comparisons: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the heights of measured structures for the wells that the papers choose, with the printed Tc."""
    return [
        {
            "family": "iron" if c["table"] == "iron" else "cuprate",
            "compound": c["compound"],
            "structure": c["structure"],
            "phase": c["phase"],
            "height_angstrom": c["height_structure_angstrom"],
            "tc_kelvin": c["tc_printed_kelvin"],
        }
        for c in comparisons
        if c["chosen"] and c["origin"] == Origin.MEASURED and c["height_structure_angstrom"] is not None
    ]


def _rows_without(session: Session, comparisons: Sequence[dict[str, Any]]) -> list[str]:
    covered = {(c["table"], c["row"]) for c in comparisons}
    rows = session.execute(
        select(PublishedHeight.table_name, PublishedHeight.row_number, PublishedHeight.formula_printed)
        .distinct()
        .order_by(PublishedHeight.table_name, PublishedHeight.row_number)
    ).all()
    return [formula for table, row, formula in rows if (table, row) not in covered]


def _windows(session: Session) -> list[dict[str, Any]]:
    points = session.scalars(
        select(PressurePoint).order_by(PressurePoint.compound_id, PressurePoint.pressure_from_gpa)
    ).all()
    return [
        {
            "compound": p.compound.name,
            "pressure_from_gpa": p.pressure_from_gpa,
            "pressure_to_gpa": p.pressure_to_gpa,
            "state": p.state,
            "phase": p.phase,
            "tc_kelvin": p.tc_kelvin,
            "pressure_of_tc_gpa": p.pressure_of_tc_gpa,
            "note": p.note,
        }
        for p in points
    ]


def _failures(session: Session, structures: Sequence[Structure]) -> list[dict[str, Any]]:
    rows = [
        {"name": s.block, "formula": s.formula, "status": s.status, "reason": s.reason, "message": s.message}
        for s in structures
        if s.status != Status.OK
    ]
    issues = session.scalars(select(IngestIssue).order_by(IngestIssue.file, IngestIssue.block)).all()
    return rows + [
        {"name": i.file, "formula": None, "status": i.status, "reason": i.reason, "message": i.message}
        for i in issues
    ]


WORST_FIRST = (
    Verdict.CONTRADICTION,
    Verdict.NOT_REPRODUCED,
    Verdict.AMBIGUOUS,
    Verdict.APPROXIMATE,
    Verdict.INPUT,
    Verdict.REPRODUCED,
)


def _claims(session: Session) -> list[dict[str, Any]]:
    """Return what all claims came to, worst first."""
    rows = [
        {
            **row,
            "stated": _listed(row["stated"]),
            "recomputed": _listed(row["recomputed"]),
            "where": f"{row['source']}, {row['where']}",
        }
        for row in run_claims(session)
    ]
    return sorted(rows, key=lambda row: WORST_FIRST.index(Verdict(row["verdict"])))


def _listed(value: Any) -> str:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return "; ".join(f"{v:.6g}" if isinstance(v, float) else str(v) for v in values)


def _counts(claims: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
    counts = Counter(row["verdict"] for row in claims)
    return [(str(v), counts[v]) for v in WORST_FIRST if counts[v]]


def _claims_verdict(claims: Sequence[dict[str, Any]]) -> str:
    told = ", ".join(f"{n} {verdict.replace('_', ' ')}" for verdict, n in _counts(claims))
    return f"Of {len(claims)} statements of the papers that can be checked: {told}."


def _references(session: Session) -> list[dict[str, str]]:
    rows = session.scalars(select(Reference).order_by(Reference.key)).all()
    references = []
    for r in rows:
        parts = [
            r.authors,
            r.title,
            r.citation,
            r.date if not r.citation else None,
            f"doi:{r.doi}" if r.doi else None,
        ]
        references.append({"key": r.key, "text": ". ".join(p for p in parts if p) or (r.note or "")})
    return references


def _verdicts(
    fits: Sequence[dict[str, Any]],
    choices: Sequence[dict[str, Any]],
    comparisons: Sequence[dict[str, Any]],
    predictions: Sequence[dict[str, Any]],
    resonance: dict[str, Any],
) -> list[str]:
    """Return what the numbers come to, one sentence each; none is written in advance."""
    return [
        *(_law_verdict(fit, choices) for fit in fits),
        *_heights_verdicts(comparisons),
        *_predictions_verdicts(predictions),
        *_resonance_verdicts(resonance),
    ]


def _law_verdict(fit: dict[str, Any], choices: Sequence[dict[str, Any]]) -> str:
    law, constant = fit["loo_rmse_kelvin"], fit["baseline_rmse_kelvin"]
    beats = "less than" if law < constant else "no less than"
    always, best = (
        next(c for c in choices if c["family"] == fit["family"] and c["wells"] == wells)
        for wells in (WellChoice.ALPHA, WellChoice.BEST)
    )
    same = [r["phase"] for r in best["rows"]] == [r["phase"] for r in fit["rows"]]
    inside = fit["exponent_ci95"][0] <= 2 <= fit["exponent_ci95"][1]
    return (
        f"On the {fit['n']} printed {fit['family']} rows with the wells that the papers choose, λ = "
        f"{fit['lambda_mean']:.0f} ± {fit['lambda_sd']:.0f} K Å² and the law errs by {law:.1f} K, {beats} a "
        f"constant Tc ({constant:.1f} K); a free exponent comes to {fit['exponent']:.2f}, its 95 % interval "
        f"{'holds' if inside else 'excludes'} 2. With the alpha well always, the same rows give an error of "
        f"{always['loo_rmse_kelvin']:.1f} K and a correlation of {always['correlation']:.2f} between Tc and h "
        f"(chosen wells {fit['correlation']:.2f}). The chosen wells are {'' if same else 'not '}those that agree "
        "best with one common λ."
    )


def _heights_verdicts(comparisons: Sequence[dict[str, Any]]) -> list[str]:
    known = [c for c in comparisons if c["origin"] == Origin.MEASURED and c["difference_angstrom"] is not None]
    if not known:
        return ["No measured structure in the database stands for a row of the tables."]
    rows = {(c["table"], c["row"], c["phase"]) for c in known}
    equal = [c for c in known if abs(c["difference_angstrom"]) <= SAME_HEIGHT]
    nearest: dict[tuple[Any, ...], float] = {}
    for c in known:
        key = (c["table"], c["row"], c["phase"])
        nearest[key] = min(nearest.get(key, 9.0), abs(c["difference_angstrom"]))
    far = sum(d > 0.05 for d in nearest.values())
    sentences = [
        f"Measured structures stand for {len(rows)} printed heights: {len(equal)} agree to the digits printed, "
        f"{far} lie more than 0.05 Å from every structure here."
    ]
    for c in equal:
        if c["pressure_gpa"] and c["chosen"]:
            ambient = [
                o
                for o in known
                if (o["table"], o["row"], o["phase"]) == (c["table"], c["row"], c["phase"]) and not o["pressure_gpa"]
            ]
            others = ", ".join(f"{o['lambda_structure_height']:.0f}" for o in ambient)
            sentences.append(
                f"The printed heights of {c['compound']} are those of a cell at about {c['pressure_gpa']:g} GPa, but "
                f"Tc = {c['tc_printed_kelvin']:g} K is the ambient one: λ = {c['lambda_printed_height']:.0f} K Å² "
                f"mixes two states" + (f"; ambient structures give {others} K Å²." if others else ".")
            )
    return sentences


def _predictions_verdicts(predictions: Sequence[dict[str, Any]]) -> list[str]:
    sentences = []
    for p in predictions:
        if p["observed_kelvin"] is None or p["lambda_used"] is None or p["phase"] is None:
            continue
        printed = p["height_from"] == "printed"
        outside = not p["tc_low_kelvin"] <= p["observed_kelvin"] <= p["tc_high_kelvin"]
        if printed or outside:
            verdict = "outside" if outside else "inside"
            sentences.append(
                (
                    p["target"],
                    f"{p['target']} ({p['phase']}, h {p['height_angstrom']:.3f} Å, {p['height_from']}): predicted "
                    f"{p['tc_kelvin']:.1f} K ({p['tc_low_kelvin']:.0f} to {p['tc_high_kelvin']:.0f}), observed "
                    f"{p['observed_kelvin']:g} K, {verdict} the interval.",
                )
            )
    seen: dict[str, str] = {}
    for target, sentence in sentences:
        seen.setdefault(target + sentence.split(":")[0], sentence)
    return list(seen.values())


def _resonance_verdicts(resonance: dict[str, Any]) -> list[str]:
    printed = [m for m in resonance["modes"] if m["heights_from"] == "text" and m["measured_mev"] is not None]
    off = [
        f"{m['phase']} {m['energy_mev']:.2f} meV (printed {m['published_mev']:g}, measured {m['measured_mev']:g})"
        for m in printed
    ]
    if not off:
        return []
    other = [m for m in resonance["modes"] if m["heights_from"] == "Table II" and m["phase"] == Phase.ALPHA]
    tail = f"; with the alpha height of Table II {other[0]['energy_mev']:.2f} meV" if other else ""
    return [f"Resonance of {resonance['compound']} from the printed heights: {' and '.join(off)}{tail}."]
