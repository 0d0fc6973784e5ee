"""The page of a validation, with its figures and files."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import TYPE_CHECKING, Any

from polyqw.services.drawing.columns import OF_WELL, Column
from polyqw.services.drawing.figure_files import figure_bytes
from polyqw.services.drawing.pages import date_of_page, figure_url, render, write_files
from polyqw.services.law.fit_tests import with_ends
from polyqw.services.place.versions import versions_text
from polyqw.services.validation.figures import law_figure, prediction_figure, ranking_figure
from polyqw.services.validation.verdicts import zeros_sentence
from polyqw.untrusted import csv_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

SECTIONS = [
    ("verdict", "Verdict"),
    ("families", "Families"),
    ("ranking", "Rivals"),
    ("bias", "Computed cells"),
    ("rows", "Rows"),
    ("made", "How this was made"),
]

RIVALS = ("family", Column("title", "model"), "n", "n_groups", "rmse_kelvin", "low", "high", "mae_kelvin", "spearman")
TESTS = ("family", Column("origin", "structures"), Column("question", "asked"), "outcome")
COLUMNS = {
    "family_columns": (
        "family", Column("origin", "structures"), "n", "n_groups", "rmse_law_kelvin", "rmse_constant_kelvin",
        "mae_law_kelvin", "spearman", Column("p_choice", "shuffled", decimals=4),
        Column("fraction_above_bound", "above", decimals=2), "exponent", "lambda_median_kelvin_angstrom2",
        "lambda_spread_factor",
    ),
    "ranking_columns": RIVALS,
    "test_columns": TESTS,
    "pair_columns": (
        Column("formula", "computed cell"), OF_WELL, "height_computed_angstrom",
        Column("measured", "measured structures"), "height_measured_angstrom", "bias_percent", "bias_lambda_percent",
    ),
    "row_columns": (
        "file", "formula", "family", OF_WELL, Column("height_angstrom", "h", "Å", 3), "tc_kelvin",
        Column("tc_law_kelvin", "Tc by the law", "K", 1), "residual_kelvin", "notes",
    ),
}  # fmt: skip

N_WORST = 25
"""Rows shown on the page; the files hold all."""


def write_page(
    folder: Path, name: str, result: Mapping[str, Any], rows: Sequence[Mapping[str, Any]], problems: Sequence[str]
) -> dict[str, Path]:
    """Write page, figures, rows and numbers into a folder, made if needed; return the paths by name.

    Parameters
    ----------
    folder : Path
    name : str
        What the data set is called.
    result : mapping
        As `polyqw.services.validation.study.study` gives it, with ``height_pairs``.
    rows : sequence of mapping
        As `polyqw.services.validation.run.validate` gives them.
    problems : sequence of str

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    families = result["families"]
    files: dict[str, bytes] = {}
    figures = {
        "law": law_figure(rows, families),
        "prediction": prediction_figure(rows, families),
        "ranking": ranking_figure(families),
    }
    for title, figure in figures.items():
        for kind in ("svg", "png"):
            files[f"{title}.{kind}"] = figure_bytes(figure, kind)
    values = {
        **result,
        **COLUMNS,
        "name": name,
        "sections": SECTIONS,
        "versions_text": versions_text(),
        "date": date_of_page(),
        "seed_text": f"seed {result['seed']}",
        "images": {title: figure_url(files[f"{title}.svg"]) for title in figures},
        "zeros_sentences": [
            zeros_sentence(family, zeros, result["zeros"]["kelvin"])
            for family, zeros in result["zeros"]["families"].items()
        ],
        "family_rows": _family_rows(result),
        "ranking_rows": _ranking_rows(families),
        "pairs": [_with_percents(pair) for pair in result["height_pairs"]],
        "worst": sorted(rows, key=lambda row: -abs(row["residual_kelvin"]))[:N_WORST],
        "n_with_notes": sum(bool(row["notes"]) for row in rows),
        "problems": problems,
        "model_sources": _sources(families),
    }
    files["validation.html"] = render("validation.html.j2", values, html=True).encode()
    files["validation.json"] = (json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
    files["rows.csv"] = _csv(rows).encode()
    return write_files(folder, files)


def _family_rows(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    whole = [{"family": f, "origin": "all", **values} for f, values in result["families"].items()]
    apart = [
        {"family": f, "origin": origin.replace("_", " "), **values}
        for origin, families in result["by_origin"].items()
        for f, values in families.items()
    ]
    return sorted(whole + apart, key=lambda row: (row["family"], row["origin"] != "all", row["origin"]))


def _ranking_rows(families: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [ranked(row, family) for family, values in families.items() for row in values["ranking"]]


def ranked(row: Mapping[str, Any], family: str) -> dict[str, Any]:
    """Return the errors of a model on a family, the ends of its interval apart."""
    return {**with_ends(row), "family": family}


def _with_percents(pair: Mapping[str, Any]) -> dict[str, Any]:
    return {**pair, "bias_percent": 100 * pair["bias"], "bias_lambda_percent": 100 * pair["bias_lambda"]}


def _sources(families: Mapping[str, Mapping[str, Any]]) -> list[str]:
    return list(
        dict.fromkeys(f"{row['title']}: {row['source']}" for values in families.values() for row in values["ranking"])
    )


def _csv(rows: Sequence[Mapping[str, Any]]) -> str:
    stream = StringIO()
    if rows:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows({name: csv_value(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()
