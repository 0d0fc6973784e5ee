"""The report's section on the claims: every statement of the papers, recomputed, worst first."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import select

from polyqw.db.models import Reference, Verdict
from polyqw.services.claims.ledger import run_claims
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.section import Paragraph, Section, Table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.services.structures.lookup import Lookup

COLUMNS = (
    "verdict", "claim", "stated", "recomputed", "unit", Column("note", "what came out"), "where",
    Column("paper", "paper"), Column("id", "polyqw claims ..."),
)  # fmt: skip

WORST_FIRST = (
    Verdict.CONTRADICTION,
    Verdict.NOT_REPRODUCED,
    Verdict.AMBIGUOUS,
    Verdict.APPROXIMATE,
    Verdict.INPUT,
    Verdict.REPRODUCED,
)


def section(data: Lookup) -> Section:
    """Return the section on the claims."""
    rows = _claims(data)
    counted = ", ".join(f"{n} {verdict.replace('_', ' ')}" for verdict, n in claim_counts(data))
    return Section(
        "claims",
        "Every claim, recomputed",
        [
            Paragraph(Markup("Worst first. <code>polyqw claims ID</code> reproduces a row."), "Worst first."),
            Table(rows, COLUMNS, "Claims of the papers and what came out.", "", choose="verdict"),
        ],
        entry="Every claim",
        verdicts=[f"Of {len(rows)} statements of the papers that can be checked: {counted}."],
    )


def claim_counts(data: Lookup) -> list[tuple[str, int]]:
    """Return each verdict with the number of its claims, worst first."""
    counts = Counter(row["verdict"] for row in _claims(data))
    return [(str(v), counts[v]) for v in WORST_FIRST if counts[v]]


def results(data: Lookup) -> list[dict[str, Any]]:
    """Return every claim with what came out, as ``polyqw claims --json`` has them."""
    return data.once("results", lambda: run_claims(data.session, beside=data))


def _claims(data: Lookup) -> list[dict[str, Any]]:
    papers = {row.key: row for row in data.session.scalars(select(Reference).where(Reference.kind == "paper"))}
    return data.once("claims", lambda: sorted((_shown(row, papers) for row in results(data)), key=_rank))


def _rank(row: dict[str, Any]) -> int:
    return WORST_FIRST.index(Verdict(row["verdict"]))


def _shown(row: dict[str, Any], papers: Mapping[str, Reference]) -> dict[str, Any]:
    stated, recomputed = _listed(row["stated"]), _listed(row["recomputed"])
    paper = "; ".join(_title(papers[key]) for key in paper_keys(row["source"]) if key in papers)
    where = f"{row['source']}, {row['where']}"
    return {**row, "stated": stated, "recomputed": recomputed, "where": where, "paper": paper}


def paper_keys(source: str) -> list[str]:
    """Return the keys of the papers that a claim names: ``papers/001 002`` are two."""
    return [f"papers/{number}" for number in re.findall(r"\d{3}", source)]


def _title(paper: Reference) -> str:
    """Return author and title; the text on the CLES model prints neither."""
    named = ", ".join(part for part in (paper.authors, paper.title) if part)
    return named or "the text on coupled localized and extended states, without author and title"


def _listed(value: Any) -> str:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return "; ".join(f"{v:.6g}" if isinstance(v, float) else str(v) for v in values)
