"""Options that several verbs share."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.analyse import ReadOptions

db_option = click.option(
    "--db",
    "database",
    metavar="PATH|URL",
    envvar="POLYQW_DB",
    help="Database: a path or SQLAlchemy URL [env POLYQW_DB; default: db/polyqw.db in a checkout, else the user "
    "data folder].",
)


def read_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choices of reading to a command; it receives ``reader`` and ``limit`` for `make_read_options`."""
    for option in (
        click.option(
            "--limit",
            multiple=True,
            metavar="NAME=VALUE",
            help="Change a limit of what is read, e.g. atoms=50000 or file_mb=40; a wrong name lists all of them.",
        ),
        click.option(
            "--reader",
            type=click.Choice(["pymatgen", "gemmi", "auto"]),
            default="auto",
            show_default=True,
            help="What expands the symmetry: pymatgen, the reader of record; gemmi, only where that is provably the "
            "same; auto, gemmi where it can and else pymatgen.",
        ),
    ):
        command = option(command)
    return command


trust_option = click.option(
    "--trust",
    is_flag=True,
    help="Vouch for what the files say of their origin, their row of the papers' tables and their Tc; without it "
    "that is kept as the claims of the files, and is no evidence.",
)


def make_read_options(reader: str, limit: Iterable[str], *, trusted: bool = False) -> ReadOptions:
    """Return the options of reading that the command line asks for.

    Raises
    ------
    UsageError
        For a limit that is none.
    """
    from polyqw.services.analyse import Reader, ReadOptions

    return ReadOptions(Reader(reader), trusted=trusted).with_limits(limit)


figure_option = click.option(
    "-o",
    "--figure-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Draw the figure: .svg, .png or .pdf.",
)


def analysis_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the choices of the analysis to a command; it receives their keywords for `make_analysis_options`."""
    for option in (
        click.option(
            "--occupancy",
            type=click.Choice(["weighted", "majority", "ordered"]),
            default="weighted",
            show_default=True,
            help="Shared and partly empty sites: use every occupancy, give each site to "
            "its most abundant element, or refuse.",
        ),
        click.option(
            "--space-group",
            type=click.FloatRange(min=0, min_open=True),
            metavar="TOLERANCE",
            help="Find the space group within this tolerance (Å), e.g. 0.01; warn where the file declares another.",
        ),
        click.option("--iron-anions", metavar="LIST", help="X of the iron wells, e.g. As,P,Se."),
        click.option("--iron-metals", metavar="LIST", help="Plane metals of the iron wells [default: Fe]."),
        click.option("--bridging-anions", metavar="LIST", help="Anions that bridge oxide planes [default: O]."),
        click.option("--oxide-metals", metavar="LIST", help="Plane metals of the oxide wells [default: Cu,Ni]."),
    ):
        command = option(command)
    return command


def make_analysis_options(
    occupancy: str,
    oxide_metals: str | None,
    bridging_anions: str | None,
    iron_metals: str | None,
    iron_anions: str | None,
    space_group: float | None = None,
) -> AnalysisOptions:
    """Return the analysis options that the command line asks for.

    Raises
    ------
    UsageError
        If a list holds something that is not an element symbol.
    """
    from polyqw.core.options import AnalysisOptions, OccupancyPolicy

    default = AnalysisOptions()
    return AnalysisOptions(
        occupancy=OccupancyPolicy(occupancy),
        oxide_metals=_symbols("--oxide-metals", oxide_metals) or default.oxide_metals,
        bridging_anions=_symbols("--bridging-anions", bridging_anions) or default.bridging_anions,
        iron_metals=_symbols("--iron-metals", iron_metals) or default.iron_metals,
        iron_anions=_symbols("--iron-anions", iron_anions) or default.iron_anions,
        space_group_tolerance=space_group,
    )


def _symbols(option: str, text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    words = [word.strip() for word in text.split(",")]
    for word in words:
        if not re.fullmatch(r"[A-Z][a-z]?", word):
            raise UsageError(f"{option}: {word!r} is not an element symbol; write e.g. {option} Cu,Ni")
    return frozenset(words)
