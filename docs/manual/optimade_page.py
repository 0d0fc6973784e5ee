"""The property definitions of our OPTIMADE fields, as JSON: a page for programs."""

from __future__ import annotations

import json
from typing import Any, Final

from polyqw.services.exchange.optimade_properties import OWN, PREFIX
from polyqw.version import __version__

_SCHEMA: Final = "https://schemas.optimade.org/meta/v1.2/optimade/property_definition.json"
_TYPES: Final = {
    "string": "string", "integer": "integer", "float": "number", "list": "array", "dictionary": "object",
}  # fmt: skip
_UNITS: Final = {"Ao": ("angstrom", "ångström"), "K": ("kelvin", "kelvin"), "GPa": ("gigapascal", "gigapascal")}
"""Codes of The Unified Code for Units of Measure: symbol in GNU Units, and name."""


def optimade_page() -> str:
    """Return the definitions of all properties with our prefix, by name."""
    found = {PREFIX + name: definition(name) for name in OWN}
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def definition(name: str) -> dict[str, Any]:
    """Return the property definition of one of our fields (OPTIMADE 1.2, Property Definitions)."""
    kind, unit, text, _ = OWN[name]
    title = name.replace("_", " ")
    found: dict[str, Any] = {
        "$schema": _SCHEMA,
        "$id": f"urn:x-polyqw:optimade:structures:{PREFIX}{name}:{__version__}",
        "title": title,
        "description": f"{title[0].upper()}{title[1:]}\n\n{text}",
        "x-optimade-definition": {"format": "1.2", "kind": "property", "name": PREFIX + name, "version": __version__},
        "x-optimade-type": kind,
        "type": [_TYPES[kind], "null"],
        "x-optimade-unit": _unit(kind, unit),
    }
    if unit:
        symbol, word = _UNITS[unit]
        standard = {"name": "gnu units", "version": "3.15", "symbol": symbol}
        found["x-optimade-unit-definitions"] = [
            {"symbol": symbol, "title": word, "description": f"The unit {word}.", "standard": standard}
        ]
    return found


def _unit(kind: str, unit: str | None) -> str:
    if unit:
        return _UNITS[unit][0]
    return "dimensionless" if kind in ("integer", "float") else "inapplicable"
