"""Write structures with their wells as an OPTIMADE database."""

from __future__ import annotations

import re
from datetime import UTC
from itertools import chain
from typing import TYPE_CHECKING, Any

from polyqw.db.look.restore import read_cell
from polyqw.db.plain import json_digest
from polyqw.io.optimade.files import entry_info, write_config, write_jsonl, write_server_config
from polyqw.io.optimade.structure import hermann_mauguin, structure_attributes
from polyqw.services.exchange.exported import Exported
from polyqw.services.exchange.optimade_properties import PREFIX, own_attributes, structure_properties
from polyqw.services.exchange.selection import exchange_id, select_structures
from polyqw.untrusted import file_stem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.db.models import Reference, Structure

    Entry = dict[str, Any]

DESCRIPTION = (
    "Crystal structures with polyhedral quantum wells and their heights as polyqw measures them, and the transition "
    "temperatures known for them. Heights follow definitions of polyqw; nothing here states that a theory holds."
)
PROVIDER = {"prefix": PREFIX.strip("_"), "name": "polyqw", "description": DESCRIPTION}
"""Who a server says that it serves; its prefix is that of our properties."""

SERVER_NOTE = (
    f"a server needs the provider prefix {PROVIDER['prefix']!r}, or it does not know the properties {PREFIX}*; "
    "optimade_server.json sets it (OPTIMADE_CONFIG_FILE for optimade-python-tools, started in that folder)"
)
REFERENCE_PROPERTIES = {
    "title": {"description": "Title.", "type": "string"},
    "authors": {"description": "Authors as the source gives them, in one name.", "type": "list"},
    "year": {"description": "Year.", "type": "string"},
    "doi": {"description": "Digital object identifier.", "type": "string"},
    "url": {"description": "Address of the text, by its DOI.", "type": "string"},
    "note": {"description": "Citation, or database and code, as the source gives it.", "type": "string"},
    "last_modified": {"description": "When a structure with this source was last stored.", "type": "timestamp"},
}
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_DOI = re.compile(r"10\.\d{4,9}/[^\s\"<>#%{}|\\^`\[\]]+")


def export_optimade(session: Session, folder: Path, words: Sequence[str] = ()) -> Exported:
    """Write ``optimade.jsonl``, ``optimade.yaml`` and ``optimade_server.json`` into a folder."""
    structures = select_structures(session, words)
    references = _References()
    for structure in structures:
        references.add_all(structure)
    properties = structure_properties()
    info = [
        entry_info("structures", DESCRIPTION, properties),
        entry_info("references", "Where structures and transition temperatures come from.", REFERENCE_PROPERTIES),
    ]
    jsonl, config, server = (folder / f"optimade{end}" for end in (".jsonl", ".yaml", "_server.json"))
    own_entries = (structure_entry(session, structure, references.related(structure)) for structure in structures)
    write_jsonl(jsonl, info, chain(own_entries, references.entries.values()))
    write_config(config, DESCRIPTION, jsonl.name)
    own = {name: about for name, about in properties.items() if name.startswith(PREFIX)}
    write_server_config(server, PROVIDER, jsonl.name, own)
    counts = {"structures": len(structures), "references": len(references.entries)}
    return Exported(counts, (jsonl, config, server), (SERVER_NOTE,))


def structure_entry(session: Session, structure: Structure, related: Sequence[Entry]) -> Entry:
    """Return a structure as an OPTIMADE entry."""
    number = structure.space_group_number
    symbol = hermann_mauguin(structure.space_group)
    return {
        "id": exchange_id(structure),
        "type": "structures",
        "attributes": {
            "immutable_id": json_digest(
                [structure.file_sha256, structure.block, structure.analysis_version, structure.tolerances]
            ),
            "last_modified": rfc3339(structure.stored_at),
            **structure_attributes(read_cell(session, structure)),
            **({"space_group_it_number": number} if number else {}),
            **({"space_group_symbol_hermann_mauguin": symbol} if symbol else {}),
            **own_attributes(structure),
        },
        "relationships": {"references": {"data": list(related)}} if related else {},
    }


def rfc3339(moment: datetime) -> str:
    """Return a moment as OPTIMADE writes it, in whole seconds UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class _References:
    """Entries of all sources that structures name, each once."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._of: dict[int, list[Entry]] = {}

    def add_all(self, structure: Structure) -> None:
        """Add the source of a structure and those of its transition temperatures."""
        moment = rfc3339(structure.stored_at)
        related: dict[str, Entry] = {}
        if structure.doi or structure.citation or structure.source:
            key = self._add(moment, doi=structure.doi, note=structure.citation or structure.source)
            related[key] = _identifier(key, "source of the structure")
        for transition in structure.transitions:
            if transition.reference is not None:
                key = self._add_text(moment, transition.reference)
                related.setdefault(key, _identifier(key, "source of a transition temperature"))
        self._of[structure.id] = list(related.values())

    def related(self, structure: Structure) -> list[Entry]:
        """Return the identifiers of the references of a structure."""
        return self._of[structure.id]

    def _add_text(self, moment: str, text: Reference) -> str:
        year = _YEAR.findall(text.date or "")
        return self._add(
            moment,
            key=text.key,
            doi=text.doi,
            title=text.title,
            authors=[{"name": text.authors}] if text.authors else None,
            year=year[-1] if year else None,
            note=text.citation,
        )

    def _add(self, moment: str, *, doi: str | None, note: str | None, key: str | None = None, **fields: Any) -> str:
        address = f"https://doi.org/{doi}" if doi and _DOI.fullmatch(doi) else None
        identity = json_digest([doi.lower()] if doi else [key, note])
        name = f"{file_stem(key or doi or note or '')}-{identity[:8]}"
        known = next((k for k in self.entries if k.endswith(f"-{identity[:8]}")), None)
        attributes = {"doi": doi, "url": address, "note": note, **fields}
        if known is None:
            self.entries[name] = {
                "id": name,
                "type": "references",
                "attributes": {"last_modified": moment, **{k: v for k, v in attributes.items() if v is not None}},
                "relationships": {},
            }
            return name
        held = self.entries[known]["attributes"]
        held["last_modified"] = max(held["last_modified"], moment)
        for field, value in attributes.items():
            if value is not None:
                held.setdefault(field, value)
        return known


def _identifier(key: str, description: str) -> Entry:
    return {"type": "references", "id": key, "meta": {"description": description}}
