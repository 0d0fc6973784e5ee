"""Text of strangers' files made fit for a line of output."""

from __future__ import annotations

import unicodedata


def one_line(text: str, longest: int | None = None) -> str:
    """Return text on one line, without control, format or private characters.

    A terminal takes some of them for commands, and some turn the direction of what follows.

    Parameters
    ----------
    text : str
    longest : int, optional
        Length after which it is cut, with an ellipsis.
    """
    kept = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)
    line = " ".join(kept.split())
    return line if longest is None or len(line) <= longest else line[: longest - 1] + "…"
