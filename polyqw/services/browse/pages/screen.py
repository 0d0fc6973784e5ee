"""Structures ranked by the highest Tc that the law gives one of their wells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, func, select

from polyqw.core.wells import Family, Phase, Status
from polyqw.db.models import Structure, Well
from polyqw.services.browse.pages.family import WITH_LAW
from polyqw.services.browse.pages.paging import Page, page_number
from polyqw.services.browse.site import PER_PAGE, show, site_of
from polyqw.services.law.answers import answer_structures
from polyqw.services.law.predict import fitted_lambda
from polyqw.services.structures.stored import with_measurements

if TYPE_CHECKING:
    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response

    from polyqw.services.law.answers import Answer


def screen(request: Request) -> Response:
    """Answer with a page of the ranking, of one family or all."""
    asked, number = request.query_params.get("family", ""), page_number(request)
    families = [Family(asked)] if asked in set(WITH_LAW) else list(WITH_LAW)
    with site_of(request).session() as session:
        page = _ranked(session, families, number)
        return show("screen.html.j2", {"page": page, "asked": asked, "families": WITH_LAW})


def _ranked(session: Session, families: list[Family], number: int) -> Page:
    """Return a page of answers by falling promise; the database ranks, so that a large one is no slower."""
    lambdas = {f"lam_{f.value}": fitted_lambda(session, f).value for f in WITH_LAW}
    ranking = _ranking(families)
    n_rows = session.scalar(select(func.count()).select_from(ranking.subquery()), lambdas) or 0
    window = ranking.limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    ids = list(session.scalars(window, lambdas))
    by_id = {s.id: s for s in with_measurements(session, ids)}
    answers: list[Answer] = answer_structures(session, [by_id[n] for n in ids])
    return Page(answers, number, int(n_rows))


def _ranking(families: list[Family]) -> Select[Any]:
    """Return the statement that gives the number of each structure with its promise [K], the highest first."""
    mean = func.sum(Well.height_angstrom * Well.multiplicity) / func.sum(Well.multiplicity)
    phases = (
        select(Structure.id, Structure.family, mean.label("height"))
        .join(Well, Well.structure_id == Structure.id)
        .where(
            Structure.superseded_by.is_(None), Structure.status == Status.OK.value,
            Structure.family.in_([f.value for f in families]), Well.phase != Phase.MU.value, Well.layered,
        )
        .group_by(Structure.id, Structure.family, Well.phase)
        .subquery()
    )  # fmt: skip
    lam = case(*((phases.c.family == f.value, bindparam(f"lam_{f.value}")) for f in WITH_LAW))
    promise = func.max(lam / (phases.c.height * phases.c.height)).label("promise")
    return select(phases.c.id, promise).group_by(phases.c.id).order_by(promise.desc(), phases.c.id)
