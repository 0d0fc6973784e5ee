"""Make the SVG of a figure smaller for a page that holds many of them; what it shows stays."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from io import BytesIO
from typing import Final

_LEFT_OUT: Final = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_GROUP: Final = re.compile(r'<g id="[^"]*"')
_PATH: Final = re.compile(r'(?<= d=")[^"]*')
_PART: Final = re.compile(r"[A-Za-z]|-?\d*\.?\d+(?:e-?\d+)?")
_GLYPH: Final = re.compile(r"(?:[A-Z][A-Za-z]*-)+[0-9a-f]+(?=\")")
_LETTER: Final = re.compile(r'<use xlink:href="(#[^"]*)" transform="translate\((-?[\d.]+) (-?[\d.]+)\)"/>')
_PIXELS: Final = re.compile(r"data:image/png;base64,\s*([A-Za-z0-9+/=\s]+)")
_SIZES: Final = {"M": 2, "L": 2, "Q": 4, "C": 6}
"""Numbers of a command."""

DECIMALS: Final = 2
"""Of a coordinate, in points."""


def small_svg(svg: str) -> str:
    """Return an SVG that matplotlib wrote without what a page does not need, and with shorter coordinates."""
    text = _GROUP.sub("<g", _LEFT_OUT.sub("", svg))
    text = _PIXELS.sub(lambda found: _as_webp(found[1]), text)
    text = _PATH.sub(lambda found: _relative(found[0]), text)
    names: dict[str, str] = {}
    text = _GLYPH.sub(lambda found: names.setdefault(found[0], f"g{len(names)}"), text)
    text = _LETTER.sub(lambda found: f'<use href="{found[1]}" x="{_short(found[2])}"{_y(found[3])}/>', text)
    text = re.sub(r">\s+<", "><", text)
    return re.sub(r"(?<=[;:]) (?=[^\"<>]*\"[^<>]*>)", "", " ".join(text.split()))


def _as_webp(packed: str) -> str:
    """Return the pixels of a PNG in base 64 as a URL, the same ones in half of the room."""
    from PIL import Image  # noqa: PLC0415 - slow to import

    stream = BytesIO()
    Image.open(BytesIO(b64decode(packed))).save(stream, "WEBP", lossless=True, quality=30, method=3, exact=True)
    return f"data:image/webp;base64,{b64encode(stream.getvalue()).decode()}"


def _y(value: str) -> str:
    return "" if float(value) == 0 else f' y="{_short(value)}"'


def _short(value: str) -> str:
    return f"{float(value):.1f}".removesuffix(".0")


def _relative(path: str) -> str:
    """Return a path with each point counted from the one before; paths of other commands stay as they are."""
    parts = _PART.findall(path)
    commands = {part for part in parts if part.isalpha()}
    if not commands <= {*_SIZES, "z"}:
        return path
    written: list[str] = []
    x = y = begin_x = begin_y = 0
    command = last = ""
    at = 0
    while at < len(parts):
        if parts[at].isalpha():
            command = parts[at]
            at += 1
        if command == "z":
            written.append("z")
            x, y, last = begin_x, begin_y, "z"
            continue
        given = [round(float(part) * 10**DECIMALS) for part in parts[at : at + _SIZES[command]]]
        at += _SIZES[command]
        if command == "M":
            shown, letter = given, "M"
            begin_x, begin_y = given[0], given[1]
        else:
            shown = [value - (y if k % 2 else x) for k, value in enumerate(given)]
            letter = command.lower()
        x, y = given[-2], given[-1]
        written.append(_joined("" if letter == last != "M" else letter, shown))
        last = letter
    return "".join(written)


def _joined(letter: str, values: list[int]) -> str:
    """Return a command with its numbers, blanks only where they are needed."""
    text = letter
    for value in values:
        number = f"{value / 10**DECIMALS:.{DECIMALS}f}".rstrip("0").rstrip(".") if value else "0"
        number = number.replace("0.", ".", 1) if number.startswith(("0.", "-0.")) else number
        text += number if text[-1:].isalpha() or number.startswith("-") else f" {number}"
    return text
