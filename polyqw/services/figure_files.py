"""Write figures to files; the same figure always gives the same bytes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from polyqw.errors import PolyqwError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

KINDS = ("svg", "png", "pdf")


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a figure as ``svg``, ``png`` or ``pdf``."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    stream = BytesIO()
    undated = {"svg": {"Date": None}, "png": {"Software": None}, "pdf": {"CreationDate": None}}
    with mpl.rc_context({"svg.hashsalt": "polyqw", "svg.fonttype": "path"}):
        figure.savefig(stream, format=kind, metadata=undated[kind], dpi=150)
    return stream.getvalue()


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure, its kind told by the suffix.

    Raises
    ------
    UsageError
        If the suffix is none of .svg, .png, .pdf.
    PolyqwError
        If the file cannot be written.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in KINDS:
        raise UsageError(f"{path}: a figure is written as .svg, .png or .pdf")
    try:
        path.write_bytes(figure_bytes(figure, kind))
    except OSError as error:
        raise PolyqwError(f"{path}: cannot be written ({error.strerror})") from error
