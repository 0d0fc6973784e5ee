"""What the JSON API and MCP ask of a database: the same code, and the same fields, as the verbs with ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from polyqw.core.options import AnalysisOptions
from polyqw.db.plain import plain
from polyqw.errors import UsageError
from polyqw.services.describe.describe import describe_stored, description_row
from polyqw.services.law.coverage import MeasuredHeights, with_coverage
from polyqw.services.law.predict import predict_set, predict_structure, prediction_set
from polyqw.services.law.scope import no_layers
from polyqw.services.structures.analyse import analysed_row
from polyqw.services.structures.naming import resolve, structures_named
from polyqw.services.structures.records import compound_record, find_structures, show
from polyqw.services.structures.stored import as_analysed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from polyqw.services.law.predict import Predicted

    Row = dict[str, Any]

MOST_DESCRIBED = 20
"""Most structures that one question has analysed anew."""


def find(session: Session, expression: str, sort: str | None, limit: int) -> list[Row]:
    """Return the structures that meet an expression, as ``polyqw find``."""
    return plain_rows(find_structures(session, expression, sort=sort or None, limit=limit))


def structure(session: Session, key: str) -> Row | list[Row]:
    """Return what there is on a structure or compound, as ``polyqw show``."""
    records = plain_rows(show(session, key))
    return records[0] if len(records) == 1 else records


def compound(session: Session, name: str) -> Row | list[Row]:
    """Return what there is on a compound, as ``polyqw show``; a structure names its own.

    Raises
    ------
    UsageError
        If it names none.
    """
    named = resolve(session, name)
    compounds = list(named.compounds) or [one.compound for one in named.structures]
    parents = dict.fromkeys(one.parent for one in compounds)
    if not parents:
        raise UsageError(f"no compound {name!r} in the database; ask find")
    records = plain_rows(compound_record(session, [c for c in compounds if c.parent == parent]) for parent in parents)
    return records[0] if len(records) == 1 else records


def wells(session: Session, key: str) -> list[Row]:
    """Return the wells of the structures that a key names, as ``polyqw wells`` gives them of a file."""
    return plain_rows(analysed_row(as_analysed(session, one)) for one in structures_named(session, key))


def describe(session: Session, key: str) -> list[Row]:
    """Return the structures that a key names in words, as ``polyqw describe``.

    Raises
    ------
    UsageError
        If it names too many: each is analysed anew.
    """
    if (n := len(structures_named(session, key))) > MOST_DESCRIBED:
        raise UsageError(f"{key!r} names {n} structures, {MOST_DESCRIBED} are described at once; name fewer")
    return plain_rows(description_row(one) for one in describe_stored(session, key, AnalysisOptions()))


def predict_of_set(session: Session, name: str) -> list[Row]:
    """Return the predictions of one of the papers' sets, as ``polyqw predict``."""
    return _covered(session, predict_set(session, prediction_set(name)))


def predict_of_structure(session: Session, key: str) -> list[Row]:
    """Return what the law would give for the structures that a key names, as ``polyqw predict`` of their files.

    Structures without a well, or without layers, have none.
    """
    found = [as_analysed(session, one) for one in structures_named(session, key)]
    fit = [one for one in found if not one.reason and not no_layers(one)]
    return _covered(session, [p for one in fit for p in predict_structure(session, one)])


def plain_rows(rows: Any) -> list[Row]:
    """Return rows as JSON has them."""
    return [plain(row) for row in rows]


def _covered(session: Session, predicted: Sequence[Predicted]) -> list[Row]:
    measured = MeasuredHeights.read(session)
    return plain_rows(with_coverage(one, measured, {}) for one in predicted)
