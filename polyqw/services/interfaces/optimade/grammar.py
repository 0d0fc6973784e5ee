"""The language of OPTIMADE filters, version 1.2 of the specification, as a tree."""

from __future__ import annotations

from functools import cache
from typing import Final

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedInput, UnexpectedToken

from polyqw.services.interfaces.optimade.refusals import bad_request
from polyqw.untrusted import one_line

LONGEST: Final = 20_000
"""Most characters of a filter."""

MOST_COMPARISONS: Final = 400
"""Most comparisons of a filter; SQLite nests no more than a thousand."""

MOST_NESTED: Final = 50
"""Deepest brackets of a filter."""

GRAMMAR: Final = r"""
    ?start: either
    ?either: both ("OR" both)*
    ?both: one ("AND" one)*
    ?one: "NOT" plain -> negation
        | plain
    ?plain: "(" either ")"
        | property OPERATOR value -> compared
        | constant OPERATOR property -> turned
        | property "IS" KNOWN -> known
        | property MATCHING "WITH"? value -> matching
        | property "CONTAINS" value -> containing
        | property "HAS" item -> has
        | property "HAS" QUANTITY item ("," item)* -> has_many
        | property (":" property)+ "HAS" QUANTITY? zipped ("," zipped)* -> correlated
        | property "LENGTH" OPERATOR? NUMBER -> length
    item: OPERATOR? value
    zipped: item (":" item)+
    ?value: constant | property | TRUTH -> truth
    constant: STRING -> string
        | NUMBER -> number
    property: IDENTIFIER ("." IDENTIFIER)*
    KNOWN: "KNOWN" | "UNKNOWN"
    MATCHING: "STARTS" | "ENDS"
    QUANTITY: "ALL" | "ANY" | "ONLY"
    TRUTH: "TRUE" | "FALSE"
    OPERATOR: "<=" | ">=" | "!=" | "=" | "<" | ">"
    NUMBER: /[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?/
    IDENTIFIER: /[a-z_][a-z_0-9]*/
    STRING: /"(\\.|[^"\\])*"/s
    %ignore /[ \t\r\n\f\v]+/
"""


def read_filter(text: str) -> Tree[Token] | None:
    """Return the tree of a filter; None where it is empty.

    Raises
    ------
    Refusal
        If it is no filter, or too long.
    """
    if not text.strip():
        return None
    if len(text) > LONGEST:
        raise bad_request(f"filter: longer than {LONGEST} characters; ask in steps")
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise bad_request(f"filter: {_where(text, error)}") from error
    if _depth(text) > MOST_NESTED:
        raise bad_request(f"filter: brackets nested deeper than {MOST_NESTED}; ask in steps")
    if sum(text.count(sign) for sign in "<>=:,") + text.count("HAS") + text.count("IS") > MOST_COMPARISONS * 4:
        raise bad_request("filter: too many comparisons; ask in steps")
    return tree


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", maybe_placeholders=False)


def _depth(text: str) -> int:
    deepest = depth = 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def _where(text: str, error: UnexpectedInput) -> str:
    is_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    place = error.pos_in_stream
    rest = "" if is_end or place is None else text[place:].strip()
    if not rest:
        return 'it ends too early; write e.g. elements HAS ALL "Cu","O"'
    return f'cannot be read from {one_line(rest, 40)!r} on; write e.g. elements HAS ALL "Cu","O"'
