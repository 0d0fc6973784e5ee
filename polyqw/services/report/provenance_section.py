"""The report's sections on where its numbers come from: commands, versions, digests of what went in, sources."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from markupsafe import Markup
from sqlalchemy import select

from polyqw.db.models import (
    Claim,
    PressurePoint,
    PublishedHeight,
    PublishedPrediction,
    Reference,
    Resonance,
    Transition,
)
from polyqw.services.drawing.section import Named, Paragraph, Section, Table
from polyqw.services.place.versions import versions_text
from polyqw.services.viewer.assets import LIBRARY

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.db.models import Base
    from polyqw.services.structures.lookup import Lookup

INPUTS: tuple[type[Base], ...] = (
    PublishedHeight,
    PublishedPrediction,
    Transition,
    PressurePoint,
    Resonance,
    Claim,
    Reference,
)
"""Tables of what was typed from the papers and their sources."""

COMMANDS = (
    ("law", "The law, rows and choices of wells", "polyqw fit --family iron --wells chosen --json"),
    ("evidence", "Rivals, shuffled tables, upper bound", "polyqw fit --family cuprate --json"),
    ("evidence", "Structures with a Tc of their own", "polyqw validate FOLDER -o validation/"),
    ("heights", "Height of one structure, step by step", "polyqw explain ID"),
    ("predictions", "Predictions and their intervals", "polyqw predict nickelates --json"),
    ("resonance", "Resonance energies", "polyqw resonance CaKFe4As4 --json"),
    ("series", "Heights along pressure", "polyqw series cifs/hg1223_o835.cif=0 cifs/hg1223_high_pressure.cif --json"),
    ("pressure-phases", "Windows of pressure", "polyqw series --set k08feyse2 --json"),
    ("structures", "One structure with its wells", "polyqw show ID --json"),
    ("failures", "Why a structure has no well", "polyqw explain FILE"),
    ("cles", "CLES, any point, curve or map", "polyqw cles curve --figure 3a --json"),
    ("claims", "One statement of the papers", "polyqw claims ID --json"),
    ("sources", "Any row of the database", 'polyqw query "SELECT * FROM v_law" --csv'),
)
"""Anchor of a section, what stands there, and the command that gives it."""

MADE = Markup(
    "Made by <code>polyqw report</code>; {}; views in 3-D by {} {}. Same database and versions, "
    "same bytes (but for the date, which SOURCE_DATE_EPOCH fixes). Structures marked <i>constructed</i> were made "
    "from the papers' own numbers: they show what the papers say and are no evidence."
)


def section(data: Lookup) -> Section:
    """Return the section on how each number was made: commands, digests of the typed tables and of the files."""
    commands = [{"link": anchor, "what": what, "command": command} for anchor, what, command in COMMANDS]
    files = [
        {"name": s.block, "file": s.file.rpartition("/")[2], "file_sha256": s.file_sha256, "parser": s.parser}
        for s in data.current
    ]
    typed = "What was typed from the papers and their sources: rows of the database, and the SHA-256 of them as JSON."
    return Section(
        "made",
        "How each number was made",
        [
            Paragraph(
                MADE.format(versions_text(), LIBRARY.library, LIBRARY.version),
                f"Made by `polyqw report`; {versions_text()}.",
            ),
            Table(commands, ("what", "command"), "Numbers and the commands that give them.", link="link"),
            Table([table_digest(data.session, model) for model in INPUTS], ("table", "n", "sha256"), typed),
            Table(
                files,
                ("name", "file", "file_sha256", "parser"),
                "Structure files, with the SHA-256 of what was read.",
            ),
        ],
    )


def sources_section(data: Lookup) -> Section:
    """Return the section on the sources."""
    rows = data.session.scalars(select(Reference).order_by(Reference.key))
    return Section("sources", "Sources", [Named([(r.key, _source(r)) for r in rows])])


def _source(r: Reference) -> str:
    parts = (r.authors, r.title, r.citation, r.date if not r.citation else None, f"doi:{r.doi}" if r.doi else None)
    return ". ".join(p for p in parts if p) or (r.note or "")


def table_digest(session: Session, model: type[Base]) -> dict[str, Any]:
    """Return the name of a table, its number of rows, and the SHA-256 of its rows as JSON in the order of their keys.

    Parameters
    ----------
    session : Session
    model : type of Base
    """
    columns = list(model.__table__.columns)
    rows = session.execute(select(*columns).order_by(*model.__table__.primary_key)).all()
    text = json.dumps([[c.name for c in columns], *(list(row) for row in rows)], ensure_ascii=False, default=str)
    return {"table": model.__tablename__, "n": len(rows), "sha256": hashlib.sha256(text.encode()).hexdigest()}
