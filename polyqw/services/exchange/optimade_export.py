"""Write structures with their wells as an OPTIMADE database."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from polyqw.io.optimade.files import entry_info, write_config, write_jsonl, write_server_config
from polyqw.services.exchange.exported import Exported
from polyqw.services.exchange.optimade_properties import PREFIX, structure_properties
from polyqw.services.exchange.optimade_references import REFERENCE_PROPERTIES, References, related_references
from polyqw.services.exchange.optimade_structures import structure_entry
from polyqw.services.exchange.selection import select_structures

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

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
REFERENCES_DESCRIPTION = "Where structures and transition temperatures come from."


def export_optimade(session: Session, folder: Path, words: Sequence[str] = ()) -> Exported:
    """Write ``optimade.jsonl``, ``optimade.yaml`` and ``optimade_server.json`` into a folder."""
    structures = select_structures(session, words)
    references = References()
    for structure in structures:
        references.add_all(structure)
    properties = structure_properties()
    info = [
        entry_info("structures", DESCRIPTION, properties),
        entry_info("references", REFERENCES_DESCRIPTION, REFERENCE_PROPERTIES),
    ]
    jsonl, config, server = (folder / f"optimade{end}" for end in (".jsonl", ".yaml", "_server.json"))
    own_entries = (structure_entry(session, structure, related_references(structure)) for structure in structures)
    write_jsonl(jsonl, info, chain(own_entries, references.entries.values()))
    write_config(config, DESCRIPTION, jsonl.name)
    own = {name: about for name, about in properties.items() if name.startswith(PREFIX)}
    write_server_config(server, PROVIDER, jsonl.name, own)
    counts = {"structures": len(structures), "references": len(references.entries)}
    return Exported(counts, (jsonl, config, server), (SERVER_NOTE,))
