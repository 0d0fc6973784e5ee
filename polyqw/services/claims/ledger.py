"""The ledger of claims: who recomputes what, and what the difference means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from sqlalchemy import select

from polyqw.core.record import Origin
from polyqw.db.models import Claim, Verdict
from polyqw.errors import UsageError
from polyqw.services.law.fit import fit_family, table_rows
from polyqw.services.structures.lookup import Lookup
from polyqw.services.structures.stored import elements_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sqlalchemy.orm import Session

    from polyqw.core.wells import Family
    from polyqw.db.models import PublishedHeight, Structure
    from polyqw.services.law.fit import FamilyFit, Paper

Value: TypeAlias = float | str

TOPICS = (
    "tables", "charge", "resonance", "predictions", "geometry", "couplings", "foundations", "doping", "lengths",
    "models",
)  # fmt: skip
"""Modules of this package that hold checks."""

APPROXIMATE_FACTOR = 3.0
"""Up to this many tolerances a value is approximate."""


@dataclass(frozen=True, slots=True)
class Check:
    """What a check found.

    Parameters
    ----------
    recomputed : tuple of float or str, or None
        Recomputed values in the order stated; None where nothing can be computed.
    note : str
        One sentence with the numbers.
    verdict : Verdict or None
        Only of a claim that states no value, or where nothing can be recomputed; elsewhere the rule of differences
        alone decides.
    """

    recomputed: tuple[Value, ...] | None
    note: str
    verdict: Verdict | None = None


class Data(Lookup):
    """What the checks draw on."""

    @cached_property
    def claims(self) -> dict[str, Claim]:
        """All claims by key."""
        return {c.key: c for c in self.session.scalars(select(Claim).order_by(Claim.id))}

    def rows(self, family: Family) -> list[list[PublishedHeight]]:
        """Return the printed rows of a family's table, the predicted ones included."""
        return table_rows(self.session, family, held_out=True)

    def fit(self, family: Family, paper: Paper | None = None) -> FamilyFit:
        """Return the fit of a family's table, without the tests of it."""
        return self.once(
            ("fit", family, paper), lambda: fit_family(self.session, family, paper=paper, with_tests=False)
        )

    def of_elements(self, *elements: str) -> list[Structure]:
        """Return the structures of exactly these elements, a user's too, but none that was computed or made up."""
        return [
            s for s in self.structures.values()
            if s.origin in (Origin.MEASURED, Origin.UNKNOWN) and elements_of(s.formula) == frozenset(elements)
        ]  # fmt: skip

    def structure(self, name: str) -> Structure:
        """Return a structure.

        Raises
        ------
        MissingData
            If the database does not hold it.
        """
        if name not in self.structures:
            raise MissingData(f"the structure {name} is not in the database; run polyqw ingest --reference")
        return self.structures[name]


class MissingData(Exception):  # noqa: N818 - no fault of the user's, told in the note
    """Something a check needs is not in the database."""


CheckFunction: TypeAlias = "Callable[[Data, Claim], Check]"
_CHECKS: dict[str, CheckFunction] = {}


def check(*keys: str) -> Callable[[CheckFunction], CheckFunction]:
    """Register a function as the check of some claims."""

    def register(function: CheckFunction) -> CheckFunction:
        for key in keys:
            assert key not in _CHECKS, f"{key} has two checks"
            _CHECKS[key] = function
        return function

    return register


def registered() -> dict[str, CheckFunction]:
    """Return all checks by the key of their claim."""
    for topic in TOPICS:
        import_module(f"polyqw.services.claims.{topic}")
    return dict(_CHECKS)


def run_claims(session: Session, keys: Sequence[str] = (), beside: Lookup | None = None) -> list[dict[str, Any]]:
    """Return what claims came to, all of them or those named: the fields of ``polyqw claims --json``.

    Parameters
    ----------
    session : Session
    keys : sequence of str
    beside : Lookup, optional
        What the report looked up on the same session.

    Raises
    ------
    UsageError
        If a key names no claim.
    """
    data, checks = Data(session, beside), registered()
    unknown = [key for key in keys if key not in data.claims]
    if unknown:
        raise UsageError(f"no claim {unknown[0]!r}; polyqw claims lists them all")
    return [_run(data, data.claims[key], checks) for key in (keys or data.claims)]


def _run(data: Data, claim: Claim, checks: dict[str, CheckFunction]) -> dict[str, Any]:
    try:
        found = checks[claim.key](data, claim) if claim.key in checks else Check(None, "no check yet", Verdict.INPUT)
    except MissingData as missing:
        found = Check(None, str(missing), Verdict.INPUT)
    by_rule = found.recomputed is not None and stated_values(claim)
    verdict = judge(claim, found.recomputed) if by_rule or found.verdict is None else found.verdict
    values = None if found.recomputed is None else list(found.recomputed)
    return {
        "id": claim.key,
        "source": claim.source,
        "where": claim.place,
        "claim": claim.statement,
        "stated": _single(stated_values(claim)),
        "unit": claim.unit,
        "tolerance": claim.tolerance,
        "recomputed": None if values is None else _single(values),
        "verdict": str(verdict),
        "note": found.note,
    }


def _single(values: Sequence[Value]) -> Value | list[Value] | None:
    if not values:
        return None
    return values[0] if len(values) == 1 else list(values)


def stated_values(claim: Claim) -> list[Value]:
    """Return what a claim states: numbers where they are numbers, text otherwise."""
    return [_number(text) for text in (claim.stated or "").split(";") if text]


def _number(text: str) -> Value:
    try:
        return float(text)
    except ValueError:
        return text


def tolerance_of(claim: Claim, stated: float) -> float | None:
    """Return the tolerance of a claim in the unit of its value, or None where it states none."""
    text = (claim.tolerance or "").strip()
    if not text:
        return None
    return float(text.rstrip("% ")) / 100 * abs(stated) if text.endswith("%") else float(text)


def judge(claim: Claim, recomputed: Iterable[Value] | None) -> Verdict:
    """Return the verdict that follows from the difference between what is stated and what was recomputed.

    Within the tolerance it is reproduced, within three tolerances approximate, otherwise not reproduced. Of several
    values the worst counts; several recomputed for one stated are held against it each. Text must be equal.
    """
    if recomputed is None:
        return Verdict.INPUT
    order = [Verdict.REPRODUCED, Verdict.APPROXIMATE, Verdict.NOT_REPRODUCED]
    texts, values = [text for text in (claim.stated or "").split(";") if text], list(recomputed)
    if not texts:
        return Verdict.AMBIGUOUS
    pairs = zip(texts * len(values) if len(texts) == 1 else texts, values, strict=True)
    verdicts = [_judge_one(claim, text, value) for text, value in pairs]
    return max(verdicts, key=order.index)


def _judge_one(claim: Claim, text: str, value: Value) -> Verdict:
    stated = _number(text)
    if isinstance(stated, str) or isinstance(value, str):
        return Verdict.REPRODUCED if stated == value else Verdict.NOT_REPRODUCED
    difference = abs(stated - value)
    tolerance = tolerance_of(claim, stated)
    if difference <= (tolerance or 0.0) + 1e-12 * abs(stated):
        return Verdict.REPRODUCED
    near = tolerance is not None and difference <= APPROXIMATE_FACTOR * tolerance
    return Verdict.APPROXIMATE if near else Verdict.NOT_REPRODUCED
