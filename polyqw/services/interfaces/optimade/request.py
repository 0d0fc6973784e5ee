"""What a request for entries asks for, checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from polyqw.services.interfaces.optimade.refusals import Refusal, bad_request, not_implemented
from polyqw.suggest import or_else
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

USUAL_PAGE: Final = 20
LONGEST_PAGE: Final = 500
LARGEST_OFFSET: Final = 2**53

ANYWHERE: Final = ("response_format", "email_address", "api_hint")
"""Parameters that every endpoint takes."""

OF_ENTRY: Final = (*ANYWHERE, "response_fields", "include")
OF_LIST: Final = (*OF_ENTRY, "filter", "sort", "page_limit", "page_offset", "page_above")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request for entries.

    Parameters
    ----------
    fields : tuple of str or None
        Properties that are wanted; None for all.
    sort : tuple of (str, bool)
        Properties, and whether their order is turned round.
    above : str or None
        Entries after this key are wanted, in the order of keys.
    """

    filter_text: str
    fields: tuple[str, ...] | None
    sort: tuple[tuple[str, bool], ...]
    limit: int
    offset: int
    above: str | None
    with_references: bool


def check_names(given: Mapping[str, str], known: tuple[str, ...]) -> None:
    """Check that all parameters of a request have a meaning; those of other providers are left aside.

    Raises
    ------
    Refusal
        If one has none.
    """
    for name in given:
        if name not in known and not name.startswith("_"):
            raise bad_request(f"there is no parameter {one_line(name, 60)!r}{or_else(name, known, '')}")
    if (wanted := given.get("response_format", "json")) != "json":
        raise bad_request(f"response_format={one_line(wanted, 40)}: json is the only one")


def read_request(given: Mapping[str, str], known: tuple[str, ...]) -> Asked:
    """Return what a request asks for.

    Raises
    ------
    Refusal
        If a parameter has no meaning.
    """
    check_names(given, known)
    return Asked(
        filter_text=given.get("filter", ""),
        fields=_names(given["response_fields"]) if given.get("response_fields") else None,
        sort=tuple((name.lstrip("-"), name.startswith("-")) for name in _names(given.get("sort", ""))),
        limit=_page_limit(given.get("page_limit")),
        offset=_whole("page_offset", given.get("page_offset", "0"), 0, LARGEST_OFFSET),
        above=given.get("page_above"),
        with_references=_included(given.get("include")),
    )


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _page_limit(text: str | None) -> int:
    if text is None:
        return USUAL_PAGE
    limit = _whole("page_limit", text, 1, LARGEST_OFFSET)
    if limit > LONGEST_PAGE:
        raise Refusal(403, f"page_limit={limit}: a page holds at most {LONGEST_PAGE} entries")
    return limit


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 16 or not least <= int(text) <= most:
        raise bad_request(f"{name}={one_line(text, 40)}: a whole number from {least} on is meant")
    return int(text)


def _included(text: str | None) -> bool:
    if text is None:
        return True
    kinds = _names(text)
    if other := [kind for kind in kinds if kind != "references"]:
        raise not_implemented(f"include={one_line(other[0], 40)}: references are all that can be included")
    return bool(kinds)
