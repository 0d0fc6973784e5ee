"""Say in one line what a survey of a well's plane found."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from polyqw.theory.field.critical_points import PointKind, PointPlace

if TYPE_CHECKING:
    from polyqw.theory.field.critical_points import CriticalPoint, PlaneSurvey

NEAR_GAMMA = 0.5
"""Distance within which a critical point still belongs to Γ, in a distorted well [Å]."""

NO_FORCE = 1e-3
"""Force that counts as none [eV/Å]: what five printed digits of a position leave."""

_PLACES = {
    PointPlace.DIAGONAL: ("diagonal ", ""),
    PointPlace.EDGE: ("", " on the edges"),
    PointPlace.METAL: ("", " at the plane metals"),
    PointPlace.ELSEWHERE: ("", " off the lines of symmetry"),
    PointPlace.GAMMA: ("", " at Γ"),
}

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def state_verdict(survey: PlaneSurvey) -> str:
    """Return a survey in words, e.g. ``in-plane minimum at Γ, four diagonal saddles, not bound in 3-D (Earnshaw)``.

    Every clause comes from the numbers: the critical point at or near Γ, the saddles on the lines from Γ to the
    plane metals, the other saddles and minima, the negative curvatures in space, the force along the normal.
    """
    clauses = [_centre(survey), _saddles(survey), *_more_minima(survey), _binding(survey)]
    force = float(survey.force[2])
    if abs(force) > NO_FORCE:
        clauses.append(f"force of {abs(force):.3g} eV/Å along {'+' if force > 0 else '-'}z at Γ")
    if survey.completeness.is_complete is False:
        clauses.append("the Morse sum is not zero, so a critical point is missing")
    return ", ".join(clauses)


def point_at_gamma(survey: PlaneSurvey) -> CriticalPoint | None:
    """Return the critical point at or near Γ, or None."""
    if survey.points and np.hypot(survey.points[0].x, survey.points[0].y) <= NEAR_GAMMA:
        return survey.points[0]
    return None


def _centre(survey: PlaneSurvey) -> str:
    point = point_at_gamma(survey)
    if point is None:
        return f"no in-plane critical point within {NEAR_GAMMA} Å of Γ"
    where = "at Γ" if point.place is PointPlace.GAMMA else f"{np.hypot(point.x, point.y):.2f} Å from Γ"
    return f"in-plane {point.kind} {where}"


def _saddles(survey: PlaneSurvey) -> str:
    centre = point_at_gamma(survey)
    places = Counter(p.place for p in survey.points if p.kind is PointKind.SADDLE and p is not centre)
    told = [
        f"{_number(places[place])} {before}saddle{'s' * (places[place] != 1)}{after}"
        for place, (before, after) in _PLACES.items()
        if places[place]
    ]
    return " and ".join(told) if told else "no saddles"


def _more_minima(survey: PlaneSurvey) -> list[str]:
    """Return a clause on the minima away from Γ."""
    centre = point_at_gamma(survey)
    n = sum(p.kind is PointKind.MINIMUM and p is not centre for p in survey.points)
    return [f"{_number(n)} {'more ' * (centre is not None and centre.kind is PointKind.MINIMUM)}"
            f"minim{'a' if n > 1 else 'um'} away from Γ"] if n else []  # fmt: skip


def _number(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def _binding(survey: PlaneSurvey) -> str:
    lowest = float(np.linalg.eigvalsh(survey.hessian)[0])
    return "not bound in 3-D (Earnshaw)" if lowest < 0 else "no unstable direction at Γ"
