"""Write the report: one HTML file, Markdown, and the figures beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from polyqw.services.drawing.figure_files import figure_in_kinds
from polyqw.services.drawing.pages import date_of_page, figure_url, make_folder, render, template_source, write_files
from polyqw.services.report.cles_section import cles_figures
from polyqw.services.report.content import gather
from polyqw.services.report.evidence_section import evidence_figure
from polyqw.services.report.figures import height_figure, law_figure
from polyqw.services.report.packed_plotly import packed_plotly, page_policy, script_digest

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from polyqw.services.drawing.pages import Columns

COLUMNS: dict[str, Columns] = {
    "law_columns": {
        "family": ("family", None),
        "compound": ("compound", None),
        "phase": ("well", None),
        "height_angstrom": ("h (Å)", 4),
        "tc_kelvin": ("Tc (K)", 1),
        "lambda_kelvin_angstrom2": ("λ (K Å²)", 1),
        "lambda_printed_kelvin_angstrom2": ("λ printed", 0),
        "tc_law_kelvin": ("Tc by law (K)", 1),
        "residual_kelvin": ("residual (K)", 1),
        "source": ("source", None),
    },
    "choice_columns": {
        "family": ("family", None),
        "wells": ("wells", None),
        "n": ("rows", 0),
        "lambda_mean": ("λ mean (K Å²)", 1),
        "lambda_sd": ("sd", 1),
        "exponent": ("free exponent", 2),
        "correlation": ("r(Tc, h)", 2),
        "loo_rmse_kelvin": ("error of the law (K)", 1),
        "baseline_rmse_kelvin": ("error of a constant (K)", 1),
    },
    "ranking_columns": {
        "family": ("family", None),
        "title": ("model", None),
        "n": ("rows", 0),
        "rmse_kelvin": ("error (K)", 1),
        "low": ("95 % from", 1),
        "high": ("to", 1),
        "mae_kelvin": ("mean error (K)", 1),
        "spearman": ("rank correlation", 2),
        "source": ("source", None),
    },
    "shuffle_columns": {
        "family": ("family", None),
        "rows": ("rows", None),
        "n": ("compounds", 0),
        "n_with_choice": ("with a choice", 0),
        "p_value": ("share as good", 4),
        "rmse_kelvin": ("error of the best choice (K)", 2),
        "rmse_permuted_median_kelvin": ("shuffled, median (K)", 2),
        "n_permutations": ("permutations", 0),
        "seed": ("seed", 0),
    },
    "comparison_columns": {
        "compound": ("row", None),
        "phase": ("well", None),
        "height_printed_angstrom": ("printed (Å)", 4),
        "height_structure_angstrom": ("structure (Å)", 4),
        "difference_angstrom": ("less (Å)", 4),
        "lambda_printed_height": ("λ printed", 0),
        "lambda_structure_height": ("λ structure", 0),
        "structure": ("structure", None),
        "explanation": ("what the data say", None),
    },
    "prediction_columns": {
        "target": ("target", None),
        "phase": ("well", None),
        "height_from": ("h from", None),
        "height_angstrom": ("h (Å)", 4),
        "lambda_used": ("λ (K Å²)", 1),
        "lambda_from": ("λ from", None),
        "tc_kelvin": ("Tc (K)", 1),
        "tc_low_kelvin": ("low", 1),
        "tc_high_kelvin": ("high", 1),
        "published_kelvin": ("printed (K)", 1),
        "observed_kelvin": ("observed (K)", 1),
        "note": ("note", None),
    },
    "window_columns": {
        "compound": ("compound", None),
        "pressure_from_gpa": ("from (GPa)", 1),
        "pressure_to_gpa": ("to (GPa)", 1),
        "state": ("state", None),
        "phase": ("well", None),
        "tc_kelvin": ("highest Tc (K)", 1),
        "pressure_of_tc_gpa": ("at (GPa)", 1),
        "note": ("note", None),
    },
    "resonance_columns": {
        "phase": ("well", None),
        "heights_from": ("h from", None),
        "height_angstrom": ("h (Å)", 4),
        "energy_mev": ("E_R (meV)", 2),
        "published_mev": ("printed (meV)", 1),
        "measured_mev": ("measured (meV)", 1),
        "parity": ("parity", None),
        "relative_intensity": ("intensity", 2),
    },
    "coupling_columns": {
        "compound": ("compound", None),
        "phase": ("well", None),
        "height_angstrom": ("h printed (Å)", 4),
        "tc_kelvin": ("Tc (K)", 1),
        "d0_j_exponent_2": ("D0·J, exponent 2", 5),
        "d0_j_exponent_1": ("D0·J, exponent 1", 5),
        "n_solutions": ("solutions", 0),
        "reason": ("reason", None),
    },
    "claim_columns": {
        "verdict": ("verdict", None),
        "claim": ("claim", None),
        "stated": ("stated", None),
        "recomputed": ("recomputed", None),
        "unit": ("unit", None),
        "note": ("what came out", None),
        "where": ("where", None),
        "id": ("polyqw claims ...", None),
    },
    "structure_columns": {
        "name": ("name", None),
        "formula": ("formula", None),
        "family": ("family", None),
        "origin": ("origin", None),
        "h_alpha_angstrom": ("h alpha (Å)", 4),
        "h_beta_angstrom": ("h beta (Å)", 4),
        "h_gamma_angstrom": ("h gamma (Å)", 4),
        "tc_kelvin": ("Tc (K)", 1),
        "tc_kind": ("kind of Tc", None),
        "pressure_gpa": ("p (GPa)", 1),
        "source": ("source", None),
    },
    "command_columns": {
        "what": ("what", None),
        "command": ("command", None),
    },
    "digest_columns": {
        "table": ("table", None),
        "n": ("rows", 0),
        "sha256": ("SHA-256", None),
    },
    "file_columns": {
        "name": ("name", None),
        "file": ("file", None),
        "file_sha256": ("SHA-256", None),
        "parser": ("reader", None),
    },
    "failure_columns": {
        "name": ("name", None),
        "formula": ("formula", None),
        "status": ("status", None),
        "reason": ("reason", None),
        "message": ("with numbers", None),
    },
}
"""Columns of each table: key, header with unit, decimals (None for text)."""


def write_report(session: Session, folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Write the report into a folder, made if needed; return the paths by name, and the verdicts.

    The same database gives the same bytes, but for the date, which SOURCE_DATE_EPOCH fixes.

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    make_folder(folder)
    content = gather(session)
    figures = {
        "law": law_figure(content["fits"], content["measured"]),
        "evidence": evidence_figure(content["fits"]),
        "heights": height_figure(content["comparisons"]),
        **cles_figures(content["cles"]),
        **{name: figure for section in content["systems"] for name, figure, _ in section.figures},
    }
    files: dict[str, bytes] = dict(content["wells"]["files"])
    images = {}
    for name, figure in figures.items():
        made = figure_in_kinds(figure, ("svg", "png"))
        files |= {f"{name}.{kind}": data for kind, data in made.items()}
        width, height = (round(96 * float(inches)) for inches in figure.get_size_inches())
        images[name] = {"url": figure_url(made["svg"]), "width": width, "height": height}
    values = {**content, **COLUMNS, "date": date_of_page()}
    files["report.html"] = render("report.html.j2", {**values, "images": images, **_scripts()}, html=True).encode()
    files["report.md"] = render("report.md.j2", values, html=False).encode()
    paths = write_files(folder, files)
    return paths, content["verdicts"]


def _scripts() -> dict[str, Any]:
    """Return the scripts of the page and the policy that allows them."""
    script = template_source("report.js")
    packed, plotly_digest, plotly_version = packed_plotly()
    return {
        "script": Markup(script),  # noqa: S704 - the page's own
        "plotly_packed": packed,
        "plotly_version": plotly_version,
        "policy": page_policy(script_digest(script.encode()), plotly_digest),
    }
