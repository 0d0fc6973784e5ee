"""What the pages share: the database, the desk where uploads are worked on, what they came to, templates."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from polyqw.db.open.engine import transaction
from polyqw.services.browse.kept import Kept
from polyqw.services.drawing.formula_markup import formula_markup
from polyqw.services.drawing.links import with_links
from polyqw.services.drawing.numbers import with_su
from polyqw.services.drawing.pages import json_for_script
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http import HTTPStatus
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from starlette.requests import Request

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.browse.desk import Desk
    from polyqw.services.browse.inspection import Inspected

PER_PAGE = 50
"""Rows of one page of a long list."""


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages share.

    Parameters
    ----------
    ingest_token : str
        What has to be known to store something; empty where nobody may.
    """

    path: Path
    engine: Engine
    desk: Desk[tuple[Inspected, ...]]
    options: AnalysisOptions
    reading: ReadOptions
    kept: Kept = field(default_factory=Kept)
    ingest_token: str = ""

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open the database for reading."""
        with transaction(self.engine) as session:
            yield session


def site_of(request: Request) -> Site:
    """Return what the pages share."""
    site: Site = request.app.state.site
    return site


def show(template: str, values: dict[str, Any], status: HTTPStatus | int = 200) -> HTMLResponse:
    """Return a page."""
    return HTMLResponse(_templates().get_template(template).render(values), int(status))


def in_path(text: str | int) -> str:
    """Return a text as a part of an address."""
    return quote(str(text), safe="")


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("polyqw.services.browse"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    templates.filters.update(
        num=_number,
        with_su=with_su,
        in_path=in_path,
        linked=with_links,
        formula=lambda formula: formula_markup(formula or ""),
        words=lambda text: str(text).replace("_", " "),
    )
    templates.globals.update(version=__version__, json_for_script=json_for_script)
    return templates


def _number(value: float | None, decimals: int = 1) -> str:
    return "" if value is None or value != value else f"{value:z.{decimals}f}"  # noqa: PLR0124 - NaN
