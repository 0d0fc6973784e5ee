"""Options that several verbs share."""

from __future__ import annotations

import re
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyqw.cli.output import FIGURE
from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.figure import Figure

db_option = click.option(
    "--db",
    "database",
    metavar="PATH|URL",
    envvar="POLYQW_DB",
    help="Database: a path or SQLAlchemy URL [env POLYQW_DB; default: db/polyqw.db in a checkout, else the user "
    "data folder].",
)


figure_option = click.option(
    "-o",
    "--figure-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the figure: .svg, .png or .pdf; then only its name is printed, unless --json or --csv asks for more.",
)


def put_figure(figure: Figure, path: Path) -> None:
    """Write a figure; its name is then printed in the place of a table."""
    from polyqw.services.drawing.figure_files import write_figure

    write_figure(figure, path)
    click.get_current_context().meta[FIGURE] = str(path)


def draw_if_any(
    figure_file: Path | None, draw: Callable[[Sequence[Any]], Figure], values: Sequence[Any], nothing: str
) -> None:
    """Draw values where a figure is asked for, or say that there is nothing to draw."""
    if figure_file and values:
        put_figure(draw(values), figure_file)
    elif figure_file:
        click.echo(f"polyqw: {nothing}", err=True)


def _flag(name: str) -> str:
    return "--" + name.replace("_", "-")


_LISTS = {
    "oxide_metals": "Plane metals of the oxide wells [default: Cu,Ni].",
    "bridging_anions": "Anions that bridge oxide planes [default: O].",
    "iron_metals": "Plane metals of the iron wells [default: Fe].",
    "iron_anions": "X of the iron wells, e.g. As,P,Se.",
}
"""Lists of elements that the analysis takes, with their help."""

_ANALYSIS = (
    *(click.option(_flag(name), metavar="LIST", help=text) for name, text in _LISTS.items()),
    click.option(
        "--space-group", type=click.FloatRange(min=0, min_open=True), metavar="TOLERANCE",
        help="Find the space group within this tolerance (Å), e.g. 0.01; warn where the file declares another.",
    ),
    click.option(
        "--occupancy", type=click.Choice(["weighted", "majority", "ordered"]), default="weighted", show_default=True,
        help="Shared and partly empty sites: use every occupancy, give each site to its most abundant element, or "
        "refuse.",
    ),
)  # fmt: skip


def analysis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choices of the analysis to a command; it receives ``options: AnalysisOptions``."""

    @wraps(command)
    def with_options(*args: Any, occupancy: str, space_group: float | None, **given: Any) -> Any:
        from polyqw.core.options import AnalysisOptions, OccupancyPolicy

        elements: dict[str, Any] = {
            name: _symbols(_flag(name), text) for name in _LISTS if (text := given.pop(name)) is not None
        }
        options = AnalysisOptions(occupancy=OccupancyPolicy(occupancy), space_group_tolerance=space_group, **elements)
        return command(*args, options=options, **given)

    found: Callable[..., Any] = with_options
    for option in reversed(_ANALYSIS):
        found = option(found)
    return found


def _symbols(option: str, text: str) -> frozenset[str]:
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"[A-Z][a-z]?", word):
            raise UsageError(f"{option}: {word!r} is not an element symbol; write e.g. {option} Cu,Ni")
    return frozenset(words)
