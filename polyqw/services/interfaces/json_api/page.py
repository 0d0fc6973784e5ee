"""The page that describes the JSON API to people: no script, no style, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping


def api_page(document: Mapping[str, Any]) -> str:
    """Return the description of the API as a page.

    Parameters
    ----------
    document : mapping
        As `polyqw.services.interfaces.json_api.openapi.openapi_document`.
    """
    address = document["servers"][0]["url"]
    about = document["info"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>polyqw: JSON API</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark"></head><body><main>',
        f"<h1>JSON API</h1><p>{escape(about['summary'])} {escape(about['description'])}</p>",
        f'<p><a href="{escape(address)}/openapi.json">openapi.json</a> describes it to programs (OpenAPI 3.1).</p>',
    ]
    for path, methods in document["paths"].items():
        parts.append(_section(address, path, methods["get"]))
    return "".join([*parts, "</main></body></html>"])


def _section(address: str, path: str, operation: Mapping[str, Any]) -> str:
    example = address + _example(path, operation["parameters"])
    items = "".join(
        f"<dt><code>{escape(p['name'])}</code> ({escape(p['in'])})</dt>"
        f"<dd>{escape(p['description'])}{_choices(p)}</dd>"
        for p in operation["parameters"]
    )
    return (
        f"<section><h2>{escape(operation['summary'])}</h2><p><code>GET {escape(path)}</code></p>"
        f"<p>{escape(operation['description'])}</p><dl>{items}</dl>"
        f'<p>Example: <a href="{escape(example)}">{escape(example.removeprefix(address))}</a></p></section>'
    )


def _choices(parameter: Mapping[str, Any]) -> str:
    words = parameter["schema"].get("enum", ())
    return f" One of {escape(', '.join(words))}." if words else ""


def _example(path: str, parameters: Any) -> str:
    asked = {}
    for one in parameters:
        value = one.get("example") or next(iter(one["schema"].get("enum", ())), None)
        if one["in"] == "path":
            path = path.replace(f"{{{one['name']}}}", quote(str(value), safe=""))
        elif value is not None:
            asked[one["name"]] = value
    return f"{path}?{urlencode(asked)}" if asked else path
