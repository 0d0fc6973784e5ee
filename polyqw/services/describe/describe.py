"""Put the sections of a description together, for files and for structures of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.core.analysis import find_wells
from polyqw.db.look.restore import read_record
from polyqw.services.describe.identity import tell_identity, title_of
from polyqw.services.describe.law import tell_known_tc, tell_law, tell_printed
from polyqw.services.describe.planes import tell_planes
from polyqw.services.describe.remarks import tell_remarks
from polyqw.services.describe.wells import tell_wells, tell_why_none
from polyqw.services.structures.analyse import Analysed
from polyqw.services.structures.naming import structures_named
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Status
    from polyqw.db.models import Structure


@dataclass(frozen=True, slots=True)
class Description:
    """A structure in words.

    Parameters
    ----------
    complaint : str
        One line on why it could not be analysed, else empty.
    sections : dict of str to str
        ``identity``, ``planes``, ``wells``, ``law``, ``remarks``; those with nothing to say are left out.
    """

    file: str
    block: str
    structure_id: int | None
    status: Status
    reason: str | None
    complaint: str
    title: str
    sections: dict[str, str]

    @property
    def text(self) -> str:
        """All sections as one paragraph."""
        return " ".join(self.sections.values())


def describe_stored(session: Session, key: str, options: AnalysisOptions) -> list[Description]:
    """Return a description of each structure of the database that a key names, analysed anew.

    Parameters
    ----------
    key : str
        Number, source id, name of the data block or path of a structure; name or formula of a compound.
    """
    return [_describe_stored(session, structure, options) for structure in structures_named(session, key)]


def _describe_stored(session: Session, structure: Structure, options: AnalysisOptions) -> Description:
    record = read_record(session, structure)
    analysis = find_wells(record.cell, options, explain=True)
    analysed = Analysed(
        structure.file, structure.block, analysis.status, analysis.reason, analysis.message, record, analysis
    )
    return describe_analysed(analysed, options, session, session, structure)


def describe_analysed(
    analysed: Analysed,
    options: AnalysisOptions,
    printed: Session | None,
    session: Session | None = None,
    structure: Structure | None = None,
) -> Description:
    """Return the analysis of a data block in words.

    Parameters
    ----------
    analysed : Analysed
        Explained, so that refused candidates can be named.
    printed : Session or None
        Where the printed tables are; without it nothing is said of the law.
    session : Session, optional
        A database of structures, for Tc.
    """
    sections: dict[str, str] = {}
    record, analysis = analysed.record, analysed.analysis
    if record is not None:
        sections["identity"] = tell_identity(record, analysis.family if analysis else None)
    if record is not None and analysis is not None and analysis.wells:
        sections["planes"] = tell_planes(record.cell, analysis)
        sections["wells"] = tell_wells(analysis.wells)
    else:
        sections["wells"] = tell_why_none(analysed)
    law = [tell_law(printed, analysed)] if printed is not None else []
    law.append(tell_known_tc(session, analysed, structure))
    if printed is not None:
        law.append(tell_printed(printed, analysed))
    sections["law"] = " ".join(text for text in law if text)
    sections["remarks"] = tell_remarks(analysed, options)
    if structure is not None and structure.superseded_by is not None:
        replaced = f"Structure {structure.superseded_by}, read of a later version of the file, replaced it."
        sections["remarks"] = f"{replaced} {sections['remarks']}".strip()
    return Description(
        file=analysed.file,
        block=analysed.block,
        structure_id=structure.id if structure is not None else None,
        status=analysed.status,
        reason=analysed.reason,
        complaint="" if analysed.is_done else one_line(f"{analysed.status}: {analysed.complaint}"),
        title=title_of(record, analysed.file),
        sections={name: text for name, text in sections.items() if text},
    )


def description_row(description: Description) -> dict[str, Any]:
    """Return a description as plain values, the fields of ``polyqw describe --json``."""
    where = (
        {"file": description.file} if description.structure_id is None else {"structure_id": description.structure_id}
    )
    return {
        **where,
        "block": description.block,
        "status": str(description.status),
        "reason": description.reason,
        "title": description.title,
        "sections": description.sections,
        "text": description.text,
    }
