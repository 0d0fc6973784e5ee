"""Write crystals to a file, its kind by the suffix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.figure_files import KINDS as FIGURES
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.drawing.picture_figure import draw_pictures
from polyqw.services.viewer.gltf import glb_bytes, gltf_bytes
from polyqw.services.viewer.page import view_page
from polyqw.services.viewer.vesta import vesta_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from polyqw.services.viewer.page import Crystal

ONE: Final = {".gltf": gltf_bytes, ".glb": glb_bytes, ".vesta": vesta_bytes}
"""Kinds of files that hold one crystal."""

SUFFIXES: Final = (".html", *(f".{kind}" for kind in FIGURES), *ONE)

MOST: Final = 12
"""Most crystals of one file."""


def check_suffix(path: Path) -> str:
    """Return the suffix of a file in small letters.

    Raises
    ------
    UsageError
        If nothing is written to files with this suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"{path}: a view is written as {', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}")
    return suffix


def write_crystals(crystals: Sequence[Crystal], path: Path) -> None:
    """Write crystals to a file.

    Raises
    ------
    UsageError
        If the suffix is none of `SUFFIXES`, or the file cannot hold so many.
    PolyqwError
        If the file cannot be written.
    """
    suffix = check_suffix(path)
    most = 1 if suffix in ONE else MOST
    if len(crystals) > most:
        raise UsageError(
            f"{len(crystals)} structures, {path.name} holds at most {most}; name one by its number or file"
        )
    content = _content(crystals, suffix)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise PolyqwError(f"{path}: cannot be written ({error.strerror})") from error


def _content(crystals: Sequence[Crystal], suffix: str) -> bytes:
    if suffix in ONE:
        return ONE[suffix](crystals[0].view)
    if suffix == ".html":
        return view_page(crystals).encode()
    pictures = [(str(shown.picture), f"{shown.heading}  {shown.view.name}") for shown in crystals]
    return figure_bytes(draw_pictures(pictures), suffix.removeprefix("."))
