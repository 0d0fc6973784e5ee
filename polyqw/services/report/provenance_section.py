"""How each number of the report was made: commands, versions, and digests of what went in."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Base, Structure

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


def provenance_content(session: Session, structures: Sequence[Structure]) -> dict[str, Any]:
    """Return the commands, the digests of the typed tables, and those of the structure files."""
    return {
        "commands": [{"link": anchor, "what": what, "command": command} for anchor, what, command in COMMANDS],
        "tables": [table_digest(session, model) for model in INPUTS],
        "files": [
            {"name": s.block, "file": s.file.rpartition("/")[2], "file_sha256": s.file_sha256, "parser": s.parser}
            for s in structures
        ],
    }


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
