"""The page of a compound: structures, wells, Tc, printed rows, predictions, pressure, where it all comes from."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, text
from starlette.exceptions import HTTPException

from polyqw.db.look.find import pressure_windows, published_predictions, structures_of
from polyqw.errors import UsageError
from polyqw.services.browse.pages.doping import doping_series
from polyqw.services.browse.pages.law_chart import heights_chart
from polyqw.services.browse.pages.pressure import pressure_series
from polyqw.services.browse.pages.sources import source_lines
from polyqw.services.browse.site import show, site_of
from polyqw.services.law.answers import answer_structures
from polyqw.services.structures.naming import resolve
from polyqw.services.structures.records import compound_record
from polyqw.services.structures.stored import with_measurements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session
    from starlette.requests import Request
    from starlette.responses import Response

    from polyqw.db.models import Compound, Structure

_SCORES = text("SELECT * FROM v_scores WHERE structure_id IN :structures ORDER BY prediction_id").bindparams(
    bindparam("structures", expanding=True)
)


def compound(request: Request) -> Response:
    """Answer with the page of a compound."""
    name = request.path_params["name"]
    with site_of(request).session() as session:
        try:
            found = resolve(session, name)
        except UsageError as error:
            raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from error
        compounds = found.compounds or tuple({s.compound_id: s.compound for s in found.structures}.values())
        return show("compound.html.j2", values_of_compound(session, name, compounds))


def values_of_compound(session: Session, name: str, compounds: Sequence[Compound]) -> dict[str, Any]:
    """Return all that the page of a compound shows."""
    structures = with_measurements(session, [s.id for s in structures_of(session, compounds)])
    answers = answer_structures(session, structures)
    ids = {c.id for c in compounds}
    return {
        "name": name,
        "record": compound_record(session, compounds),
        "answers": answers,
        "chart": heights_chart(answers),
        "scores": _scores(session, structures),
        "published": [p for p in published_predictions(session) if p.compound_id in ids],
        "windows": [w for c in compounds for w in pressure_windows(session, c.name)],
        "pressure": pressure_series(session, structures),
        "doping": doping_series(compounds[0].parent),
        "citations": source_lines(session, compounds[0].name),
    }


def _scores(session: Session, structures: Sequence[Structure]) -> list[dict[str, Any]]:
    if not structures:
        return []
    return [dict(row) for row in session.execute(_SCORES, {"structures": [s.id for s in structures]}).mappings()]
