"""The fields of the answers as JSON schemas, their meaning from the models of the database."""

from __future__ import annotations

from typing import Any, Final

from polyqw.core.outside import names_outside
from polyqw.core.wells import Vertex, Well
from polyqw.db.open.seed import column_notes

Schema = dict[str, Any]

NUMBER: Final[Schema] = {"type": ["number", "null"]}
INTEGER: Final[Schema] = {"type": ["integer", "null"]}
TEXT: Final[Schema] = {"type": ["string", "null"]}
TRUTH: Final[Schema] = {"type": ["boolean", "null"]}
TEXTS: Final[Schema] = {"type": "array", "items": {"type": "string"}}

_UNITS: Final = ("angstrom", "angstrom2", "angstrom3", "degrees", "kelvin", "gpa")
_COUNTS: Final = ("id", "site", "multiplicity", "space_group_number", "superseded_by")
_LISTS: Final = {
    "warnings": TEXTS,
    "sources": TEXTS,
    "compositions": TEXTS,
    "apices": TEXTS,
    "image": {"type": "array", "items": {"type": "integer"}},
    "normal": {"type": "array", "items": {"type": "number"}},
    "cart_angstrom": {"type": "array", "items": {"type": "number"}},
    "electron_cart_angstrom": {"type": "array", "items": {"type": "number"}},
    "claims": {"type": ["object", "null"]},
    "descriptors": {"type": "object", "additionalProperties": {"type": "number"}},
    "sections": {"type": "object", "additionalProperties": {"type": "string"}},
    "layered": TRUTH,
    "chosen": TRUTH,
}

SUMMARY: Final = (
    "id", "name", "formula", "formula_written", "compound", "parent", "family", "status", "reason", "origin", "trust",
    "source", "table_row", "space_group_number", "temperature_kelvin", "pressure_gpa", "tc_kelvin", "tc_kind",
    "tc_pressure_gpa", "tc_upper_bound_kelvin", "tc_not_observed_kelvin", "tc_max_kelvin", "tc_max_pressure_gpa",
    "n_tc", "h_alpha_angstrom", "h_beta_angstrom", "h_gamma_angstrom", "volume_angstrom3",
)  # fmt: skip
STRUCTURE: Final = (
    *SUMMARY, "file", "file_sha256", "method", "doi", "citation", "pressure_note", "note", "claims",
    "formula_declared", "space_group", "a_angstrom", "b_angstrom", "c_angstrom", "alpha_degrees", "beta_degrees",
    "gamma_degrees", "message", "warnings", "superseded_by", "parser", "analysis_version", "transitions", "wells",
)  # fmt: skip
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "Summary": SUMMARY,
    "Structure": STRUCTURE,
    "Compound": (
        "compound_id", "compound", "formula", "parent", "compositions", "family", "note", "published_heights",
        "transitions", "structures",
    ),
    "Analysed": (
        "file", "block", "formula", "formula_written", "family", "status", "reason", "message", "warnings", "trust",
        "claims", "wells", "descriptors",
    ),
    "Transition": (
        "tc_kelvin", "tc_su_kelvin", "kind", "method", "pressure_gpa", "structure_id", "reference", "source", "note",
    ),
    "PublishedHeight": (
        "compound", "phase", "height_angstrom", "tc_kelvin", "chosen", "lambda_printed_kelvin_angstrom2", "source",
    ),
    "Description": ("structure_id", "block", "status", "reason", "title", "sections", "text"),
    "Prediction": (
        "target", "phase", "height_angstrom", "height_su_angstrom", "height_from", "lambda_used", "lambda_from",
        "tc_kelvin", "tc_low_kelvin", "tc_high_kelvin", "published_kelvin", "observed_kelvin", "sources", "note",
        "structure_id",
    ),
    "Well": tuple(names_outside(Well).values()),
    "Vertex": tuple(names_outside(Vertex).values()),
}  # fmt: skip
"""Fields that every answer of a kind has; others may stand beside them."""

_NESTED: Final = {
    "wells": "Well", "vertices": "Vertex", "transitions": "Transition", "structures": "Summary",
    "published_heights": "PublishedHeight",
}  # fmt: skip


def schemas() -> dict[str, Schema]:
    """Return the schema of each kind of answer, by name."""
    meanings = {note["column_name"]: note["description"] for note in reversed(column_notes())}
    made: dict[str, Schema] = {
        kind: {
            "type": "object",
            "properties": {name: _property(name, meanings) for name in names},
            "required": list(names),
            "additionalProperties": True,
        }
        for kind, names in FIELDS.items()
    }
    made["Error"] = {
        "type": "object",
        "properties": {"error": {"type": "string", "description": "What, where, and how to mend it; one sentence."}},
        "required": ["error"],
    }
    return made


def one_of(kind: str) -> Schema:
    """Return a reference to the schema of a kind."""
    return {"$ref": f"#/components/schemas/{kind}"}


def list_of(kind: str) -> Schema:
    """Return the schema of a list of a kind."""
    return {"type": "array", "items": one_of(kind)}


def one_or_list_of(kind: str) -> Schema:
    """Return the schema of one of a kind, or a list where there are several."""
    return {"anyOf": [one_of(kind), list_of(kind)]}


def _property(name: str, meanings: dict[str, str]) -> Schema:
    if name in _NESTED:
        return list_of(_NESTED[name])
    schema = dict(_LISTS[name]) if name in _LISTS else dict(_plain_kind(name))
    return {**schema, "description": meanings[name]} if name in meanings else schema


def _plain_kind(name: str) -> Schema:
    if name.rsplit("_", 1)[-1] in _UNITS or name == "lambda_used":
        return NUMBER
    return INTEGER if name in _COUNTS or name.startswith("n_") or name.endswith("_id") else TEXT
