"""The documents around the entries: meta, info, links, versions, errors."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from polyqw.io.optimade.structure import API_VERSION
from polyqw.services.exchange.optimade_export import DESCRIPTION, PROVIDER
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.services.interfaces.optimade.entry_types import EntryType

    Document = dict[str, Any]

MAJOR: Final = f"v{API_VERSION.split('.')[0]}"
VERSIONS: Final = tuple(f"v{'.'.join(API_VERSION.split('.')[:n])}" for n in (1, 2, 3))
"""The versions under which the endpoint answers: v1, v1.2, v1.2.0."""

SCHEMA: Final = "https://schemas.optimade.org/openapi/v1.2/optimade.json"
"""Where the specification describes the answers."""

MEDIA_TYPE: Final = "application/vnd.api+json"


def meta(question: str, *, warnings: Sequence[str] = (), more: bool = False, **counts: int) -> Document:
    """Return what every answer says of itself.

    Parameters
    ----------
    question : str
        Path and query, behind the version.
    **counts : int
        ``data_returned``, ``data_available``.
    """
    return {
        "query": {"representation": question},
        "api_version": API_VERSION,
        "schema": SCHEMA,
        "more_data_available": more,
        "time_stamp": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "provider": dict(PROVIDER),
        "implementation": {"name": "polyqw", "version": __version__},
        **counts,
        **({"warnings": [{"type": "warning", "detail": text} for text in warnings]} if warnings else {}),
    }


def base_info(base_url: str, kinds: Mapping[str, EntryType]) -> Document:
    """Return what is served."""
    return {
        "id": "/",
        "type": "info",
        "attributes": {
            "api_version": API_VERSION,
            "available_api_versions": [{"url": f"{base_url}{MAJOR}/", "version": API_VERSION}],
            "formats": ["json"],
            "available_endpoints": ["info", "links", *kinds],
            "entry_types_by_format": {"json": list(kinds)},
            "is_index": False,
            "license": None,
            "available_licenses": None,
            "available_licenses_for_entries": None,
        },
    }


def entry_info(kind: EntryType) -> Document:
    """Return the properties of a type of entry."""
    return {
        "id": kind.name,
        "type": "info",
        "description": kind.description,
        "formats": ["json"],
        "properties": {name: dict(about) for name, about in kind.properties.items()},
        "output_fields_by_format": {"json": list(kind.properties)},
    }


def links(base_url: str) -> list[Document]:
    """Return the one implementation that is served here: itself."""
    return [
        {
            "id": PROVIDER["prefix"],
            "type": "links",
            "attributes": {
                "name": PROVIDER["name"],
                "description": DESCRIPTION,
                "base_url": base_url.rstrip("/"),
                "homepage": None,
                "link_type": "root",
            },
        }
    ]


def error_document(status: int, detail: str, question: str) -> Document:
    """Return an answer that is an error."""
    title = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Version Not Supported"
    return {"errors": [{"status": str(status), "title": title, "detail": detail}], "meta": meta(question)}
