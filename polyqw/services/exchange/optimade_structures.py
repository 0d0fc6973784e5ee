"""A stored structure as an OPTIMADE entry."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from polyqw.db.look.restore import read_cell
from polyqw.db.plain import json_digest
from polyqw.io.optimade.structure import hermann_mauguin, structure_attributes
from polyqw.services.exchange.optimade_properties import OWN, PREFIX
from polyqw.services.exchange.selection import exchange_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure

    Entry = dict[str, Any]


def structure_entry(session: Session, structure: Structure, related: Sequence[Entry]) -> Entry:
    """Return a structure as an OPTIMADE entry."""
    number = structure.space_group_number
    symbol = hermann_mauguin(structure.space_group)
    return {
        "id": exchange_id(structure),
        "type": "structures",
        "attributes": {
            "immutable_id": immutable_id(
                structure.file_sha256, structure.block, structure.analysis_version, structure.tolerances
            ),
            "last_modified": rfc3339(structure.stored_at),
            **structure_attributes(read_cell(session, structure)),
            **({"space_group_it_number": number} if number else {}),
            **({"space_group_symbol_hermann_mauguin": symbol} if symbol else {}),
            **own_attributes(structure),
        },
        "relationships": {"references": {"data": list(related)}} if related else {},
    }


def own_attributes(structure: Structure, names: Collection[str] | None = None) -> dict[str, Any]:
    """Return our own properties of a structure, or those that are named."""
    wanted = {PREFIX + name: value for name, (_, _, _, value) in OWN.items()}
    return {name: value(structure) for name, value in wanted.items() if names is None or name in names}


def immutable_id(file_sha256: str, block: str, analysis_version: str, tolerances: Mapping[str, Any]) -> str:
    """Return a digest that changes when the file, the version of the analysis or its options change."""
    return json_digest([file_sha256, block, analysis_version, tolerances])


def rfc3339(moment: datetime) -> str:
    """Return a moment as OPTIMADE writes it, in whole seconds UTC."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
