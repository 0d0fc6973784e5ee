"""The files that carry an OPTIMADE database: JSON Lines, and the configuration that optimade-maker reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from polyqw.io.optimade.structure import API_VERSION
from polyqw.io.whole_files import replacing, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

CONFIG_VERSION: Final = "0.1.0"
"""Version of the form of ``optimade.yaml``."""


def write_jsonl(path: Path, info: Iterable[Mapping[str, Any]], entries: Iterable[Mapping[str, Any]]) -> int:
    """Write an OPTIMADE JSON Lines file and return the number of its entries.

    Parameters
    ----------
    info : iterable of mapping
        One description for each type of entry, see `entry_info`.
    entries : iterable of mapping
        Entries with ``id``, ``type``, ``attributes`` and ``relationships``.
    """
    n_entries = 0
    with replacing(path) as beside, beside.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(_line({"x-optimade": {"api_version": API_VERSION}}))
        for description in info:
            stream.write(_line(description))
        for entry in entries:
            stream.write(_line(entry))
            n_entries += 1
    return n_entries


def entry_info(kind: str, description: str, properties: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the line that describes the properties of a type of entry.

    Parameters
    ----------
    properties : mapping
        Description, unit (UCUM), sortable and type of each property, by name.
    """
    return {
        "id": kind,
        "type": "info",
        "description": description,
        "formats": ["json"],
        "properties": dict(properties),
        "output_fields_by_format": {"json": list(properties)},
    }


def write_config(path: Path, description: str, jsonl: str) -> None:
    """Write ``optimade.yaml`` beside a JSON Lines file, for ``optimake serve``."""
    lines = [
        f"config_version: {CONFIG_VERSION}",
        f"database_description: {json.dumps(description)}",
        "entries:",
        f"  jsonl_path: {json.dumps(jsonl)}",
    ]
    write_whole(path, "\n".join(lines) + "\n")


def write_server_config(
    path: Path, provider: Mapping[str, str], jsonl: str, own: Mapping[str, Mapping[str, Any]]
) -> None:
    """Write the configuration with which the server of optimade-python-tools serves a JSON Lines file.

    Parameters
    ----------
    provider : mapping of str to str
        ``prefix``, ``name`` and ``description``; the server leaves out properties of any other prefix.
    own : mapping
        Properties of structures that the provider defines, by name with prefix, as in `entry_info`.
    """
    document = {
        "database_backend": "mongomock",
        "insert_test_data": False,
        "insert_from_jsonl": jsonl,
        "provider": dict(provider),
        "provider_fields": {"structures": [{"name": name, **about} for name, about in own.items()]},
    }
    write_whole(path, json.dumps(document, indent=2) + "\n")


def _line(document: Mapping[str, Any]) -> str:
    # in ASCII: the reader of optimade-python-tools opens the file in whatever encoding its machine has
    return json.dumps(document, allow_nan=False, separators=(",", ":")) + "\n"
