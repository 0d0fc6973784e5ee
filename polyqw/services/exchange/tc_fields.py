"""The columns of a table of Tc that a user names, the same for every verb that reads one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.errors import UsageError
from polyqw.io.tables.tc_headers import TcField, field_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def named_headers(option: str, texts: Sequence[str], allowed: frozenset[TcField]) -> Mapping[TcField, str]:
    """Return the headers that a user named for fields.

    Parameters
    ----------
    texts : sequence of str
        ``FIELD=HEADER`` each.
    """
    headers = {}
    for text in texts:
        name, sign, header = text.partition("=")
        found = field_of(name)
        if not sign or found not in allowed:
            names = ", ".join(sorted(allowed))
            raise UsageError(f"{option} {text!r}: write FIELD=HEADER, FIELD one of {names}")
        headers[found] = header
    return headers
