"""The CLES explorer: the model's parameters on sliders; Tc, T* and the dome as the solver gives them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from polyqw.cles import Parameters
from polyqw.errors import UsageError
from polyqw.services.browse.downloads import csv_text, download, json_text
from polyqw.services.browse.site import show
from polyqw.services.drawing.chart import Axis, Line, axis_around, draw_chart
from polyqw.services.systems.cles.figures import curve_rows
from polyqw.services.systems.cles.solve import crossings_row, parameters_row, point_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup
    from starlette.requests import Request
    from starlette.responses import Response

N_POINTS = 161
"""Points of the curves."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A parameter of the model, by the solver's name, with the range of its slider."""

    name: str
    label: str
    low: float
    high: float
    step: float


SLIDERS: Final = (
    Slider("j", "D0·J, coupling of localized and extended pairs", 0.0, 0.3, 0.001),
    Slider("g", "D0·λ, conventional pairing", 0.0, 0.3, 0.001),
    Slider("epsilon_l", "εL, energy of the localized state (eV)", -1.0, 0.0, 0.005),
    Slider("u", "U, Hubbard repulsion (eV)", 0.0, 3.0, 0.01),
    Slider("dn", "D0/Nd (1/eV)", 0.1, 5.0, 0.001),
    Slider("omega_c", "ωc, upper end of the band (eV)", 0.2, 2.0, 0.01),
)
"""The parameters, those that matter most first; ranges are ours."""

DOPING: Final = Slider("p", "doping p at which the point is solved", -0.05, 0.3, 0.001)
TO_P: Final = 0.3
EXPONENTS: Final = ("2", "1")
CURVES: Final = (
    ("tc_kelvin", "Tc", "tc"),
    ("tstar_kelvin", "T*", "tstar"),
    ("tstar_node_kelvin", "T* with ΔJ = 0 (node)", "node"),
    ("tc_linearised_kelvin", "Tc, linearised gap equation", "linearised"),
)
COLUMNS: Final = ("p", "mu_ev", "tc_kelvin", "tstar_kelvin", "tstar_node_kelvin", "tc_linearised_kelvin", "reason")


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of the model."""

    parameters: Parameters
    p: float

    def value_of(self, slider: Slider) -> float:
        """Return where a slider stands."""
        return self.p if slider is DOPING else float(getattr(self.parameters, slider.name))


def cles(request: Request) -> Response:
    """Answer with the explorer, or with its answer alone."""
    asked = asked_of(request)
    rows = curve_rows(asked.parameters, from_p=0.0, to_p=TO_P, n=N_POINTS)
    crossings = crossings_row(asked.parameters)
    values: dict[str, Any] = {
        "asked": asked,
        "sliders": (*SLIDERS, DOPING),
        "exponents": EXPONENTS,
        "parameters": parameters_row(asked.parameters),
        "point": point_at(asked.p / float(asked.parameters.dn), asked.parameters),
        "crossings": crossings,
        "chart": _chart(rows, crossings),
        "query": request.url.query,
    }
    is_part = request.query_params.get("part") == "answer"
    return show("cles_answer.html.j2" if is_part else "cles.html.j2", values, HTTPStatus.OK)


def cles_file(request: Request) -> Response:
    """Answer with the curves as a file."""
    asked = asked_of(request)
    rows = curve_rows(asked.parameters, from_p=0.0, to_p=TO_P, n=N_POINTS)
    if request.path_params["kind"] == "csv":
        return download(csv_text(rows, COLUMNS), "cles", "csv")
    parameters, crossings = parameters_row(asked.parameters), crossings_row(asked.parameters)
    return download(json_text({"parameters": parameters, "crossings": crossings, "curve": rows}), "cles", "json")


def asked_of(request: Request) -> Asked:
    """Read the parameters from an address; those left out are the paper's own.

    Raises
    ------
    UsageError
        If one is no number, or out of the range of its slider.
    """
    given = {s.name: _value(s, request.query_params[s.name]) for s in SLIDERS if s.name in request.query_params}
    exponent = request.query_params.get("exponent", EXPONENTS[0])
    if exponent not in EXPONENTS:
        raise UsageError(f"the exponent is {' or '.join(EXPONENTS)}")
    p = _value(DOPING, request.query_params.get(DOPING.name, "0.16"))
    return Asked(Parameters(**given, exponent=int(exponent)), p)


def _value(slider: Slider, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not slider.low <= value <= slider.high:
        raise UsageError(f"{slider.label}: a number from {slider.low:g} to {slider.high:g} is needed")
    return value


def _chart(rows: Sequence[dict[str, Any]], crossings: dict[str, Any]) -> Markup:
    lines = [Line([(r["p"], r[key]) for r in rows], name, look) for key, name, look in CURVES]
    tops = [r["tc_kelvin"] for r in rows if math.isfinite(r["tc_kelvin"])]
    y = axis_around("T (K)", [0.0, 2.2 * max(tops, default=1.0) or 1.0], low=0.0)
    marks = [
        Line([(crossings[key], y.low), (crossings[key], y.high)], "", "mark")
        for key in ("p1", "p2", "p_star")
        if math.isfinite(crossings[key]) and 0 <= crossings[key] <= TO_P
    ]
    x = Axis("doping p = (D0/Nd)·μ", 0.0, TO_P)
    return draw_chart("Tc and T* against doping", x, y, lines=[*lines, *marks])
