"""Write the report: one HTML file, Markdown, and the figures beside them."""

from __future__ import annotations

import os
from base64 import b64encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup, escape

from polyqw.errors import PolyqwError
from polyqw.services.figure_files import figure_bytes
from polyqw.services.report.cles_section import cles_figures
from polyqw.services.report.content import gather
from polyqw.services.report.figures import height_figure, law_figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

COLUMNS: dict[str, dict[str, tuple[str, int | None]]] = {
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
    "failure_columns": {
        "name": ("name", None),
        "formula": ("formula", None),
        "status": ("status", None),
        "reason": ("reason", None),
        "message": ("with numbers", None),
    },
}
"""Columns of each table: key, header with unit, decimals (None for text)."""

LONG_TEXTS = frozenset({"explanation", "message", "claim"})
"""Columns that hold sentences."""


def write_report(session: Session, folder: Path) -> tuple[dict[str, Path], list[str]]:
    """Write the report into a folder, made if needed; return the paths by name, and the verdicts.

    The same database gives the same bytes, but for the date, which SOURCE_DATE_EPOCH fixes.

    Raises
    ------
    PolyqwError
        If the folder cannot be written to.
    """
    content = gather(session)
    figures = {
        "law": law_figure(content["fits"], content["measured"]),
        "heights": height_figure(content["comparisons"]),
        **cles_figures(content["cles"]),
        **{name: figure for section in content["systems"] for name, figure, _ in section.figures},
    }
    files: dict[str, bytes] = {}
    for name, figure in figures.items():
        for kind in ("svg", "png"):
            files[f"{name}.{kind}"] = figure_bytes(figure, kind)
    values = {**content, **COLUMNS, "date": _date()}
    images = {name: _data_url(files[f"{name}.svg"]) for name in figures}
    files["report.html"] = _render("report.html.j2", {**values, "images": images}, html=True).encode()
    files["report.md"] = _render("report.md.j2", values, html=False).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as error:
        raise PolyqwError(f"{folder}: cannot write the report there ({error.strerror}); give another -o") from error
    return {name: folder / name for name in sorted(files)}, content["verdicts"]


def _date() -> str:
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    moment = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdecimal() else datetime.now(UTC)
    return moment.strftime("%Y-%m-%d")


def _data_url(svg: bytes) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def _render(template: str, values: Mapping[str, Any], *, html: bool) -> str:
    loader = PackageLoader("polyqw.services.report")
    # what stands in Markdown tables is escaped by the table writer below
    environment = Environment(loader=loader, autoescape=html, keep_trailing_newline=True)  # noqa: S701
    environment.filters["num"] = _number
    environment.globals["table"] = _html_table if html else _markdown_table
    return environment.get_template(template).render(values)


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:z.{decimals}f}"


def _shown(value: Any, decimals: int | None) -> str:
    if value is None:
        return ""
    if decimals is not None and isinstance(value, int | float):
        return _number(value, decimals)
    return str(value)


def _html_table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, tuple[str, int | None]], caption: str = ""
) -> Markup:
    if not rows:
        return Markup("<p>None.</p>")
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(_align(decimals), title) for title, decimals in columns.values()
    )
    body = Markup("").join(
        Markup("<tr{}>{}</tr>\n").format(
            Markup(' class="chosen"') if row.get("chosen") else "",
            Markup("").join(
                Markup("<td{}>{}</td>").format(_align(decimals, key), _shown(row.get(key), decimals))
                for key, (_, decimals) in columns.items()
            ),
        )
        for row in rows
    )
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{0}"><table><caption>{0}</caption>'
        "<thead><tr>{1}</tr></thead><tbody>\n{2}</tbody></table></div>"
    ).format(caption, head, body)


def _align(decimals: int | None, key: str = "") -> Markup:
    if decimals is not None:
        return Markup(' class="n"')
    return Markup(' class="long"') if key in LONG_TEXTS else Markup("")


def _markdown_table(
    rows: Sequence[Mapping[str, Any]], columns: Mapping[str, tuple[str, int | None]], caption: str = ""
) -> str:
    if not rows:
        return "None."
    lines = ["| " + " | ".join(title for title, _ in columns.values()) + " |"]
    lines.append("|" + "|".join("---" if d is None else "---:" for _, d in columns.values()) + "|")
    for row in rows:
        cells = (_markdown_cell(_shown(row.get(key), decimals)) for key, (_, decimals) in columns.items())
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*([f"*{caption}*", ""] if caption else []), *lines])


def _markdown_cell(text: str) -> str:
    plain = str(escape(text)).replace("&#39;", "'").replace("&#34;", '"')
    return plain.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
