"""Write figures to files; the same figure always gives the same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from polyqw.errors import PolyqwError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from matplotlib.figure import Figure

KINDS = ("svg", "png", "pdf")

DPI = 150
"""Of a PNG, and of what an SVG holds as pixels."""

_COORDINATES = re.compile(rb'(?<= d=")[^"]*|(?<= [xy]=")-?[0-9.]+(?=")')
_LONG_NUMBER = re.compile(rb"(\.\d\d)\d+")


def figure_bytes(figure: Figure, kind: str) -> bytes:
    """Return a figure as ``svg``, ``png`` or ``pdf``.

    Coordinates in an SVG are cut to a hundredth of a point, a thirtieth of a pixel on a fine screen.
    """
    return figure_in_kinds(figure, (kind,))[kind]


def figure_in_kinds(figure: Figure, kinds: Iterable[str]) -> dict[str, bytes]:
    """Return a figure as each of several kinds, laid out once for all of them: the layout takes half of the time."""
    import matplotlib as mpl  # noqa: PLC0415 - slow to import

    made: dict[str, bytes] = {}
    with mpl.rc_context({"svg.hashsalt": "polyqw", "svg.fonttype": "path"}):
        figure.dpi = DPI
        engine = figure.get_layout_engine()
        if engine is not None:
            engine.execute(figure)
            figure.set_layout_engine("none")
        for kind in kinds:
            made[kind] = _print(figure, kind)
    return made


def _print(figure: Figure, kind: str) -> bytes:
    """Return a figure that has its layout: the canvas's own way draws it once more before it prints."""
    stream = BytesIO()
    if kind == "svg":
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - slow to import

        svg: Any = FigureCanvasSVG(figure)
        svg.print_svg(stream, metadata={"Date": None})
        return _COORDINATES.sub(lambda found: _LONG_NUMBER.sub(rb"\1", found[0]), stream.getvalue())
    if kind == "pdf":
        from matplotlib.backends.backend_pdf import FigureCanvasPdf  # noqa: PLC0415 - slow to import

        pdf: Any = FigureCanvasPdf(figure)
        pdf.print_pdf(stream, metadata={"CreationDate": None})
        return stream.getvalue()
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - slow to import

    png: Any = FigureCanvasAgg(figure)
    png.print_png(stream, metadata={"Software": None})
    return stream.getvalue()


def write_figure(figure: Figure, path: Path) -> None:
    """Write a figure, its format by the suffix.

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
