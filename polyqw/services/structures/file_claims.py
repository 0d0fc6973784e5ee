"""What a file says of itself and nobody vouches for, as plain values and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.record import Origin
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from polyqw.core.record import FileClaims

_LONGEST = 200


def claims_row(claims: FileClaims) -> dict[str, Any] | None:
    """Return the claims of a file as plain values; None where it claims nothing."""
    return None if claims.is_empty else claims.row()


def claims_words(claims: FileClaims) -> str:
    """Return the claims of a file on one line; empty where it claims nothing."""
    tc = claims.transition
    pressure = f" at {tc.pressure_gpa:g} GPa" if tc and tc.pressure_gpa else ""
    source = f" ({one_line(tc.source, _LONGEST)})" if tc and tc.source else ""
    words = (
        "" if claims.origin is Origin.UNKNOWN else f"origin {claims.origin}",
        f"row {one_line(claims.table_row, _LONGEST)}" if claims.table_row else "",
        f"Tc {tc.tc_kelvin:g} K{pressure}, {tc.kind.replace('_', ' ')}{source}" if tc else "",
    )
    return "; ".join(word for word in words if word)
