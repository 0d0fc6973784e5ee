"""The law explorer: rows of the papers' tables and their wells, switched on and off; all is fitted anew here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from polyqw.core.wells import Family
from polyqw.db.models import WellChoice
from polyqw.errors import UsageError
from polyqw.services.browse.downloads import csv_text, download, json_text
from polyqw.services.browse.pages.law_chart import HEIGHT, TC, law_lines
from polyqw.services.browse.site import show, site_of
from polyqw.services.drawing.chart import Dot, axis_around, draw_chart
from polyqw.services.law.fit import FAMILIES_WITH_TABLE
from polyqw.services.law.own_choice import NO_WELL, OwnFit, PrintedRow, choose_rows, fit_rows
from polyqw.services.law.predict import LEVEL
from polyqw.theory.scaling import law_tc, prediction_half_width

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from markupsafe import Markup
    from starlette.requests import Request
    from starlette.responses import Response

_ROW = re.compile(r"w(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of the law: a family, a choice of wells, and other wells for single rows."""

    family: Family
    wells: WellChoice
    own: Mapping[int, str]


def law(request: Request) -> Response:
    """Answer with the explorer, or with its answer alone."""
    asked = asked_of(request)
    with site_of(request).session() as session:
        rows = choose_rows(session, asked.family, asked.wells, asked.own)
        values: dict[str, Any] = {"asked": asked, "rows": rows, "out": NO_WELL, "line": "", "fit": None}
        try:
            fit = fit_rows(session, rows)
        except UsageError as error:
            values["line"] = str(error)
        else:
            values |= {"fit": fit, "table": fitted_rows(fit), "chart": _chart(rows, fit)}
    values |= {"families": FAMILIES_WITH_TABLE, "choices": list(WellChoice), "query": request.url.query}
    part = "law_answer.html.j2" if request.query_params.get("part") == "answer" else "law.html.j2"
    return show(part, values, HTTPStatus.BAD_REQUEST if values["line"] else HTTPStatus.OK)


def law_file(request: Request) -> Response:
    """Answer with the fit as a file."""
    asked, kind = asked_of(request), request.path_params["kind"]
    with site_of(request).session() as session:
        fit = fit_rows(session, choose_rows(session, asked.family, asked.wells, asked.own))
    table = fitted_rows(fit)
    if kind == "csv":
        return download(csv_text(table, list(table[0])), f"law_{asked.family}", kind)
    return download(
        json_text({**summary(fit), "family": str(asked.family), "rows": table}), f"law_{asked.family}", "json"
    )


def asked_of(request: Request) -> Asked:
    """Read what is asked from an address.

    Raises
    ------
    UsageError
        If there is no such family or choice.
    """
    asked = request.query_params
    family, wells = asked.get("family", str(FAMILIES_WITH_TABLE[0])), asked.get("wells", str(WellChoice.CHOSEN))
    if family not in FAMILIES_WITH_TABLE:
        raise UsageError(f"the papers print no table for that family; choose {' or '.join(FAMILIES_WITH_TABLE)}")
    if wells not in set(WellChoice):
        raise UsageError(f"no such choice of wells; choose among {', '.join(WellChoice)}")
    own = {int(found[1]): asked[key] for key in asked if (found := _ROW.fullmatch(key))}
    return Asked(Family(family), WellChoice(wells), own)


def summary(fit: OwnFit) -> dict[str, Any]:
    """Return the numbers of a fit, by the names of ``polyqw fit --json``."""
    law_fit = fit.law
    return {
        "n": law_fit.n,
        "lambda_mean": law_fit.lambda_mean,
        "lambda_sd": law_fit.lambda_sd,
        "lambda_ci95": list(law_fit.lambda_ci95),
        "lambda_least_squares": law_fit.lambda_least_squares,
        "exponent": fit.exponent.exponent,
        "exponent_ci95": list(fit.exponent.ci95),
        "loo_rmse_kelvin": law_fit.loo_rmse_kelvin,
        "baseline_rmse_kelvin": law_fit.baseline_rmse_kelvin,
        "ranking": fit.ranking,
    }


def fitted_rows(fit: OwnFit) -> list[dict[str, Any]]:
    """Return a row for each compound that takes part, by the names of ``polyqw fit --json``."""
    lam = fit.law.lambda_mean
    return [
        {
            "compound": p.formula_printed,
            "phase": p.phase,
            "height_angstrom": p.height_angstrom,
            "tc_kelvin": p.tc_kelvin,
            "lambda_kelvin_angstrom2": p.tc_kelvin * p.height_angstrom**2,
            "tc_law_kelvin": law_tc(p.height_angstrom, lam),
            "residual_kelvin": residual,
            "lambda_without_kelvin_angstrom2": influence.lambda_without,
        }
        for p, residual, influence in zip(fit.printed, fit.law.residuals_kelvin, fit.influences, strict=True)
    ]


def _chart(rows: Sequence[PrintedRow], fit: OwnFit) -> Markup:
    taken = [Dot(p.height_angstrom, p.tc_kelvin, _name(p), str(p.phase)) for p in fit.printed]
    other = [
        Dot(h.height_angstrom, h.tc_kelvin, f"{_name(h)}, not taken", "left-out")
        for row in rows
        for h in row.heights.values()
        if h is not row.taken
    ]
    x = axis_around(HEIGHT, [d.x for d in (*taken, *other)])
    half = prediction_half_width(fit.law.lambda_sd, fit.law.n, LEVEL)
    line, band = law_lines(x, fit.law.lambda_mean, half, f"λ/h², λ = {fit.law.lambda_mean:.0f} K Å²")
    y = axis_around(TC, [d.y for d in (*taken, *other)] + [v for _, v in line.points if v is not None], low=0.0)
    return draw_chart("Tc against height h, with the law", x, y, dots=[*other, *taken], lines=[line], bands=[band])


def _name(height: Any) -> str:
    return f"{height.formula_printed}, {height.phase}: h = {height.height_angstrom:g} Å, Tc = {height.tc_kelvin:g} K"
