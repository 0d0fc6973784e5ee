"""The document that describes the JSON API, OpenAPI 3.1, made from the same table as its routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from polyqw.services.interfaces.json_api.schemas import list_of, one_of, one_or_list_of, schemas
from polyqw.services.law.predict import ALL_SETS
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    Document = dict[str, Any]

USUAL: Final = 100
MOST: Final = 10_000
"""Records of one answer."""


@dataclass(frozen=True, slots=True)
class Operation:
    """A question that the API answers.

    Parameters
    ----------
    path : str
        With its parameters in braces.
    verb : str
        Verb of the command line whose ``--json`` the answer is.
    """

    name: str
    path: str
    verb: str
    summary: str
    answer: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...] = ()


_KEY: Final = {
    "name": "key",
    "in": "path",
    "required": True,
    "description": "Number, source id, data block or path of a structure; or a compound: name, formula in any order, "
    "or short name such as YBCO.",
    "schema": {"type": "string"},
    "example": "lafeaso_cod",
}
_EXPRESSION: Final = {
    "name": "expression",
    "in": "query",
    "description": "Conditions as polyqw find takes them; all structures without one.",
    "schema": {"type": "string", "default": ""},
    "example": "family=cuprate AND tc_kelvin>90",
}
_SORT: Final = {
    "name": "sort",
    "in": "query",
    "description": "Field to sort by; -field turns the order round.",
    "schema": {"type": "string"},
    "example": "-tc_kelvin",
}
_LIMIT: Final = {
    "name": "limit",
    "in": "query",
    "description": "Largest number of records.",
    "schema": {"type": "integer", "minimum": 0, "maximum": MOST, "default": USUAL},
}

OPERATIONS: Final = (
    Operation(
        "find", "/find", "find", "Structures that meet conditions", list_of("Summary"), (_EXPRESSION, _SORT, _LIMIT)
    ),
    Operation(
        "wells", "/structures/{key}/wells", "wells", "The wells of structures, with vertices", list_of("Analysed"),
        (_KEY,),
    ),
    Operation(
        "describe", "/structures/{key}/describe", "describe", "Structures in plain English", list_of("Description"),
        (_KEY,),
    ),
    Operation(
        "predict_structure", "/structures/{key}/predict", "predict", "What Tc = λ/h² would give for structures",
        list_of("Prediction"), (_KEY,),
    ),
    Operation(
        "structure", "/structures/{key}", "show", "All there is on a structure, or on the compound that is named",
        {"anyOf": [one_or_list_of("Structure"), one_or_list_of("Compound")]}, (_KEY,),
    ),
    Operation(
        "structures", "/structures", "find", "All structures, page by page through limit and conditions",
        list_of("Summary"), (_EXPRESSION, _SORT, _LIMIT),
    ),
    Operation(
        "compound", "/compounds/{key}", "show", "A compound: structures, printed heights, Tc",
        one_or_list_of("Compound"), ({**_KEY, "example": "YBCO"},),
    ),
    Operation(
        "predict_set", "/predict/{key}", "predict", "The predictions of one of the papers' sets",
        list_of("Prediction"),
        (
            {
                "name": "key", "in": "path", "required": True, "description": "Set of predictions.",
                "schema": {"type": "string", "enum": list(ALL_SETS)},
            },
        ),
    ),
)  # fmt: skip
"""All questions, in the order in which their paths are tried."""


def openapi_document(address: str) -> Document:
    """Return the description of the API at an address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "polyqw",
            "version": __version__,
            "summary": "Polyhedral wells, their heights and Tc, read-only.",
            "description": "Every answer is what the verb of the same name prints with --json. Names end in their "
            "unit. Heights follow definitions of polyqw; nothing here states that a theory holds.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": address}],
        "paths": {operation.path: {"get": _operation(operation)} for operation in OPERATIONS},
        "components": {"schemas": schemas()},
    }


def _operation(operation: Operation) -> Document:
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"As polyqw {operation.verb} --json.",
        "parameters": [dict(parameter) for parameter in operation.parameters],
        "responses": {
            "200": {
                "description": operation.summary,
                "content": {"application/json": {"schema": dict(operation.answer)}},
            },
            **{status: _error(words) for status, words in _ERRORS.items()},
        },
    }


_ERRORS: Final = {
    "400": "A parameter has no meaning.",
    "404": "Nothing is called so.",
    "503": "It takes too long.",
}


def _error(words: str) -> Document:
    return {"description": words, "content": {"application/json": {"schema": one_of("Error")}}}
