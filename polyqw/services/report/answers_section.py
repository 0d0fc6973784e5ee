"""The report's first sections: the answer in a minute, and what the law says of every structure."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup
from sqlalchemy import select

from polyqw.core.wells import Family, Phase
from polyqw.db.models import Reference, ReferenceKind
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.links import with_links
from polyqw.services.drawing.numbers import with_su
from polyqw.services.drawing.section import Bullets, Heading, Paragraph, Picture, Section, Table
from polyqw.services.law.answers import Answer, Outcome, answer_structures, score_families
from polyqw.services.law.evidence_words import share_sentence
from polyqw.services.law.law_section import chosen_fits
from polyqw.services.report.answers_figure import answers_figure
from polyqw.services.report.length import MOST_ROWS, not_all
from polyqw.services.report.wells_section import drawn_structures
from polyqw.untrusted import csv_value

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from polyqw.services.drawing.section import Part
    from polyqw.services.law.answers import FamilyScore, WellAnswer
    from polyqw.services.structures.lookup import Lookup

GREEK: Final = {Phase.ALPHA: "α", Phase.BETA: "β", Phase.GAMMA: "γ"}

NAMES: Final = {Family.CUPRATE: "Cuprates", Family.NICKELATE: "Nickelates", Family.IRON: "Iron compounds"}

COLUMNS = (
    "formula_written", "name", "family", Column("predicted", "h (Å), and Tc by the law (K)"),
    Column("tc_kelvin", "measured Tc", "K", 1), Column("outcome", "verdict"), Column("note", "remarks"),
)  # fmt: skip
CSV = (
    "structure_id", "name", "formula_written", "parent", "family", "origin", "trust", "status", "reason", "phase",
    "height_angstrom", "height_su_angstrom", "lambda_used", "tc_law_kelvin", "tc_law_low_kelvin",
    "tc_law_high_kelvin", "tc_kelvin", "tc_kind", "tc_pressure_gpa", "lambda_needed_kelvin_angstrom2",
    "needed_height_angstrom", "outcome", "remarks",
)  # fmt: skip

CAVEATS = (
    "Which well sets Tc is a choice that the papers make after Tc is known: a structure with several wells has "
    "several chances, and a Tc counts as inside when one of them fits.",
    "The interval is that in which one more row of the papers' table would fall with 95 % probability, were those "
    "rows a random sample. They are not; how many measured structures it really covers stands above.",
    "A structure without copper, nickel or iron in a flat net has no well by the papers' definitions, and no "
    "predicted Tc.",
)
OWN = "The structures that you ingested, highest predicted Tc first; those without one last, with the reason."
NO_OWN = Markup(
    "The database holds the reference set alone. <code>polyqw ingest FOLDER</code>, then <code>polyqw report</code>: "
    "your structures stand here first."
)
NO_OWN_WORDS = "The database holds the reference set alone; `polyqw ingest FOLDER` adds yours."


@dataclass(frozen=True, slots=True)
class AnswersFile(Table):
    """A table of the page whose every row stands in a CSV beside it."""

    content: bytes = b""

    @property
    def kind(self) -> str:
        """A table like others."""
        return "table"

    @property
    def files(self) -> dict[str, bytes]:
        """The CSV."""
        return {"structures.csv": self.content}


def answers(data: Lookup) -> list[Answer]:
    """Return what the law says of every current structure, the highest Tc first."""
    return data.once(
        "answers", lambda: sorted(answer_structures(data.session, data.current), key=lambda a: -a.highest_kelvin)
    )


def answer_section(data: Lookup) -> Section:
    """Return the answer in a minute: one sentence for each family with its figure, the papers, the caveats."""
    scores = {score.family: score for score in score_families(answers(data))}
    fits = {Family(fit["family"]): fit for fit in chosen_fits(data)}
    families = [family for family in Family if family in fits or family in scores]
    sentences = [(family, _sentence(fits.get(family), scores.get(family))) for family in families]
    parts: list[Part] = [
        Paragraph(Markup("<b>{}.</b> {}").format(NAMES[family], text), f"**{NAMES[family]}.** {text}")
        for family, text in sentences
    ]
    caption = (
        "Tc of the measured structures of this database against the height of the well that fits best (filled) and "
        "of their other wells (open); the law with the mean λ of the papers' rows and its 95 % band, and the mean Tc."
    )
    parts += [
        Picture("answer", answers_figure(answers(data)), caption, in_markdown="measured Tc against h"),
        Heading(Markup("Before you believe it"), "Before you believe it"),
        Bullets(CAVEATS),
        Heading(Markup("The papers"), "The papers"),
        *_papers(data),
    ]
    return Section("answer", "The answer in a minute", parts, verdicts=[text for _, text in sentences])


def _sentence(fit: dict[str, Any] | None, score: FamilyScore | None) -> str:
    parts = []
    if fit is not None:
        parts.append(
            f"On the {fit['n']} rows that the papers print, with the wells that they choose, Tc = λ/h² errs by "
            f"{fit['loo_rmse_kelvin']:.1f} K where each row is predicted from the others, a constant Tc by "
            f"{fit['baseline_rmse_kelvin']:.1f} K. {share_sentence(fit['choice_share'])}"
        )
    if score is None:
        parts.append("No measured structure with a Tc of its own is in this database.")
    else:
        beats = "less than" if score.rms_law_kelvin < score.rms_constant_kelvin else "no less than"
        parts.append(
            f"On the {score.n_structures} measured structures with a Tc here ({score.n_compounds} compounds) it errs "
            f"by {score.rms_law_kelvin:.1f} K even with the well that fits each best, {beats} a constant "
            f"({score.rms_constant_kelvin:.1f} K); {score.inside.n_inside} of {score.inside.n} Tc lie in the "
            f"interval of some well, {score.inside_alpha.n_inside} of {score.inside_alpha.n} in that "
            "of the alpha well."
        )
    return " ".join(parts)


def _papers(data: Lookup) -> list[Paragraph]:
    rows = data.session.scalars(
        select(Reference).where(Reference.kind == ReferenceKind.PAPER.value).order_by(Reference.key)
    )
    return [_paper(row) for row in rows]


def _paper(row: Reference) -> Paragraph:
    named = ", ".join(x for x in (row.authors, f"“{row.title}”", row.citation, row.date) if x)
    words = f"{row.key}: {named if row.title else row.note or 'no title'}"
    words += f", doi:{row.doi}" if row.doi else ""
    return Paragraph(with_links(words), words)


def structures_section(data: Lookup) -> Section:
    """Return the section on the user's structures; on the reference set where there are none."""
    own = [a for a in answers(data) if a.is_own]
    shown = own or answers(data)
    caption = OWN if own else "The reference set, highest predicted Tc first."
    parts: list[Part] = [] if own else [Paragraph(NO_OWN, NO_OWN_WORDS)]
    caption += not_all(len(shown), MOST_ROWS)
    drawn = {s.id for s in drawn_structures(data)}
    counts = {outcome: sum(a.outcome is outcome for a in shown) for outcome in Outcome}
    told = ", ".join(f"{n} {outcome}" for outcome, n in counts.items() if n)
    parts += [
        Paragraph(Markup("{}: {}.").format(_n(len(shown), "structure"), told), f"{len(shown)} structures: {told}."),
        AnswersFile(
            [_row(a, drawn) for a in shown[:MOST_ROWS]],
            COLUMNS,
            caption,
            "",
            choose="outcome",
            link="anchor",
            is_cards=True,
            content=_csv(answers(data)),
        ),
    ]
    return Section("yours", "Your structures" if own else "The structures", parts)


def _n(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _row(answer: Answer, drawn: Container[int]) -> dict[str, Any]:
    structure = answer.structure
    return {
        "name": structure.block,
        "formula_written": structure.formula_written,
        "family": structure.family,
        "predicted": "\n".join(_predicted(w) for w in answer.wells),
        "tc_kelvin": answer.tc.tc_kelvin,
        "outcome": str(answer.outcome),
        "note": "; ".join((*_needs(answer), *answer.remarks)),
        "anchor": f"structure-{structure.id}" if structure.id in drawn else None,
    }


def _needs(answer: Answer) -> list[str]:
    if answer.outcome is not Outcome.OUTSIDE or answer.needed_height_angstrom is None:
        return []
    return [f"for its Tc the law needs h = {answer.needed_height_angstrom:.2f} Å"]


def _predicted(well: WellAnswer) -> str:
    height = with_su(well.height_angstrom, well.height_su_angstrom)
    tc = f"{well.tc_kelvin:.0f} ({well.tc_low_kelvin:.0f} to {well.tc_high_kelvin:.0f})"
    return f"{GREEK[well.phase]} {height} → {tc}"


def _csv(every: Sequence[Answer]) -> bytes:
    stream = StringIO()
    writer = csv.DictWriter(stream, CSV, lineterminator="\n")
    writer.writeheader()
    for answer in every:
        writer.writerows({name: csv_value(value) for name, value in row.items()} for row in _csv_rows(answer))
    return stream.getvalue().encode()


def _csv_rows(answer: Answer) -> list[dict[str, Any]]:
    structure, tc = answer.structure, answer.tc
    shared = {
        "structure_id": structure.id,
        "name": structure.block,
        "formula_written": structure.formula_written,
        "parent": structure.compound.parent,
        "family": structure.family,
        "origin": structure.origin,
        "trust": structure.trust,
        "status": structure.status,
        "reason": structure.reason,
        "lambda_used": answer.lam.value if answer.lam else None,
        "tc_kelvin": tc.tc_kelvin,
        "tc_kind": tc.tc_kind,
        "tc_pressure_gpa": tc.tc_pressure_gpa,
        "needed_height_angstrom": answer.needed_height_angstrom,
        "outcome": str(answer.outcome),
        "remarks": "; ".join(answer.remarks),
    }
    return [
        {
            **shared,
            "phase": str(w.phase),
            "height_angstrom": w.height_angstrom,
            "height_su_angstrom": w.height_su_angstrom,
            "tc_law_kelvin": w.tc_kelvin,
            "tc_law_low_kelvin": w.tc_low_kelvin,
            "tc_law_high_kelvin": w.tc_high_kelvin,
            "lambda_needed_kelvin_angstrom2": answer.lambdas.get(w.phase),
        }
        for w in answer.wells
    ] or [shared]
