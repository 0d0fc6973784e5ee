"""Pictures of wells for notebooks: a figure that shows itself, and a crystal that turns where widgets run."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from polyqw.errors import UsageError
from polyqw.services.drawing.figure_files import figure_bytes, write_figure
from polyqw.services.drawing.pages import template_source
from polyqw.services.drawing.picture_figure import draw_pictures
from polyqw.services.viewer.assets import SCRIPT, STYLE, page_assets, static_file
from polyqw.services.viewer.picture import crystal_picture
from polyqw.services.viewer.view import make_view, view_row
from polyqw.services.viewer.wells_figure import draw_wells

if TYPE_CHECKING:
    import os

    from matplotlib.figure import Figure

    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.viewer.view import View


@dataclass(frozen=True, slots=True, repr=False)
class Picture:
    """A figure that a notebook shows.

    Parameters
    ----------
    title : str
    figure : matplotlib Figure
        To change or to save; `save` does that too.
    row : dict
        What is drawn, as plain values; empty for a figure of wells alone.
    """

    title: str
    figure: Figure
    row: dict[str, Any] = field(default_factory=dict)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the figure to a file; its ending, .svg, .png or .pdf, says how."""
        write_figure(self.figure, Path(path))

    def __repr__(self) -> str:
        """Return what it shows."""
        return f"<Picture of {self.title}>"

    def _repr_svg_(self) -> str:
        return figure_bytes(self.figure, "svg").decode()


def plot_wells(analysed: Analysed, name: str) -> Picture:
    """Return the wells of a structure in their crystal, to one scale, each with its height.

    Raises
    ------
    UsageError
        If it has no well.
    """
    record, analysis = analysed.record, analysed.analysis
    figure = draw_wells([(name, record.cell, analysis.wells)]) if record and analysis else None
    if figure is None:
        raise UsageError(f"{name}: no well to draw, {analysed.message or analysed.reason}")
    return Picture(f"the wells of {name}", figure)


def view_crystal(analysed: Analysed, name: str) -> Any:
    """Return a crystal with its wells: a widget that turns where anywidget is installed, else a `Picture`.

    Both have ``row``, what is drawn as plain values.

    Raises
    ------
    UsageError
        If there is no structure.
    """
    if analysed.record is None:
        raise UsageError(f"{name}: no structure to draw, {analysed.message or analysed.reason}")
    wells = analysed.analysis.wells if analysed.analysis else ()
    view = make_view(analysed.record.cell, wells, name)
    try:
        kind = _widget_kind()
    except ModuleNotFoundError:
        return _still(view)
    return kind(row=view_row(view), still=str(crystal_picture(view)))


def widget_script() -> str:
    """Return the module of the widget: it draws ``row`` of its model, or shows ``still``; nothing is fetched."""
    return (
        f"const PACKED = {json.dumps(str(page_assets().packed))};\n"
        f"const SCRIPT = {json.dumps(static_file(SCRIPT).decode())};\n"
        """
function run(kind, text, id) {
  if (id && document.getElementById(id)) return;
  const element = document.createElement("script");
  element.type = kind;
  if (id) element.id = id;
  element.textContent = text;
  document.head.append(element);
}
function render({ model, el }) {
  run("text/plain", PACKED, "viewer-packed");
  if (!window.polyqwView) run("text/javascript", SCRIPT);
  const place = document.createElement("div");
  place.className = "crystal-view";
  place.innerHTML = model.get("still");
  el.append(place);
  window.polyqwView(place, model.get("row"));
}
export default { render };
"""
    )


def widget_style() -> str:
    """Return the style of the crystal, and of the picture that stands in its place where there is no WebGL."""
    on_paper = ".crystal-still svg { background: #fff; border-radius: 4px; }"  # its colours are those for light pages
    return "\n".join((template_source("well.css"), static_file(STYLE).decode(), on_paper))


@cache
def _widget_kind() -> Any:
    import anywidget  # noqa: PLC0415 - an extra
    import traitlets  # noqa: PLC0415 - comes with it

    class CrystalWidget(anywidget.AnyWidget):
        """A crystal with its wells that turns."""

        _esm = widget_script()
        _css = widget_style()
        row = traitlets.Dict().tag(sync=True)
        still = traitlets.Unicode().tag(sync=True)

        def __repr__(self) -> str:
            return f"<CrystalWidget {self.row.get('name', '')!r}: {len(self.row.get('wells', ()))} wells>"

    return CrystalWidget


def _still(view: View) -> Picture:
    return Picture(view.name, draw_pictures([(str(crystal_picture(view)), view.name)]), view_row(view))
