"""``polyqw field``: the Coulomb field of a test electron in the wells."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, figure_option, put_figure
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions
from polyqw.errors import UsageError

POINTS = (
    "kind", "place", "x", "y", "fraction_gamma_to_metal", "energy_ev", "index_3d", "normal_force_ev_per_angstrom",
)  # fmt: skip
CSV = (
    "file", "block", "formula", "model", "phase", "well_kind", "height_angstrom", "kind", "index_2d", "index_3d",
    "place", "position", "cart_angstrom", "in_plane_angstrom", "fraction_gamma_to_metal", "off_diagonal_angstrom",
    "energy_ev", "curvatures_ev_per_angstrom2", "normal_force_ev_per_angstrom", "h_xx", "h_yy", "h_zz",
    "force_ev_per_angstrom", "charges", "verdict", "status", "reason", "message",
)  # fmt: skip


@click.command(epilog="Example: polyqw field cifs/cacuo2_infinite.cif -o field.png")
@click.argument("file", metavar="FILE")
@click.option(
    "--model",
    type=click.Choice(["ewald", "cluster"]),
    default="ewald",
    show_default=True,
    help="The infinite neutral crystal, or the ten nearest ions of an octahedral well.",
)
@click.option(
    "--charges",
    metavar="FILE.csv|El=q,...",
    help="Formal charges [e], e.g. La=3,O=-2, or a CSV with the columns element,charge. Elements left out keep their "
    "common oxidation state; the plane metal takes the balance.",
)
@click.option(
    "--dope",
    metavar="OLD:NEW@upper|lower",
    help="Replace an ion at an apex of each octahedron, e.g. La:Sr@upper; upper lies along +c.",
)
@click.option(
    "--supercell",
    "repeats",
    type=click.IntRange(1, 6),
    multiple=True,
    default=(1, 2, 3),
    show_default=True,
    help="With --dope: how often the cell is repeated in every direction; may be given again.",
)
@figure_option
@reading_options
@analysis_options
@format_options
def command(
    file: str,
    model: str,
    charges: str | None,
    dope: str | None,
    repeats: tuple[int, ...],
    figure_file: Path | None,
    how: Reading,
    output: Format,
    options: AnalysisOptions,
) -> ExitCode:  # fmt: skip
    """Compute the Coulomb field of a test electron in the wells of FILE (papers/001 Fig. 4b, papers/002 Fig. 2b).

    Energy of an electron among ions of formal charge: curvatures [eV/Å²] and force [eV/Å] at the centre Γ of each
    well, and every point of its plane where the in-plane force vanishes. x runs along a T-T edge of the plaquette, z
    along its normal. A cell that is not neutral is refused; one without wells has no field.

    With --dope, the force on the electron and the stationary point next to it along the normal, undoped and in
    supercells with one dopant each; the plane metals take the balance of charge.
    """
    if dope is not None:
        if model != "ewald":
            raise UsageError("--dope needs the infinite crystal; leave out --model")
        return _dope(file, dope, repeats, charges, figure_file, how, output, options)
    from polyqw.services.systems.field.field import field_row, make_charges, try_field
    from polyqw.services.systems.field.figure import draw_field

    given, over = make_charges(charges), OverFiles("field", how)
    then = partial(try_field, options=options, model=model, charges=given)
    found = [computed for _, computed in over.compute([file], then, options)]
    if len(found) == 1 and found[0].error is not None:
        raise found[0].error
    for one in found:
        if one.error is not None:
            over.leave_out(str(one.error))
        elif one.analysed.status == "no_well":
            click.echo(
                f"polyqw: {one.analysed.file}: no field, {one.analysed.message}; polyqw explain shows why", err=True
            )
        for warning in (*one.analysed.warnings, *one.doubts) if one.wells else ():
            click.echo(f"polyqw: warning: {one.analysed.file}: {warning}", err=True)
    if figure_file:
        drawn = [one for one in found if one.wells]
        if len(drawn) != 1:
            raise UsageError(f"{file}: {len(drawn)} structures have wells; a figure shows one, so name one file")
        put_figure(draw_field(drawn[0]), figure_file)
    _write([field_row(one) for one in found], output)
    return over.exit_code


def _write(rows: list[dict[str, Any]], output: Format) -> None:
    points = [
        {**row, **well, "well_kind": well.get("kind"), "kind": None, **point}
        for row in rows
        for well in (row.get("wells", [row]) or [{}])
        for point in (well.get("critical_points") or [{}])
    ]
    text = (part for row in rows for part in _parts(row))
    write(output, rows[0] if len(rows) == 1 else rows, text, (points, CSV))


def _parts(row: dict[str, Any]) -> Iterator[str | Table]:
    if row["status"] != "ok":
        yield f"{row['file']} [{row['block']}] {row['formula'] or ''}: {row['status']} {row['reason']}"
        return
    balanced = row["charges_balanced_by"]
    charges = ", ".join(f"{e} {q:+.4g}{' (balance)' * (e in balanced)}" for e, q in row["charges"].items())
    yield f"{row['file']} [{row['block']}] {row['formula']}: {row['model']}, charges (e) {charges}"
    for well in row.get("wells", [row]):
        force = ", ".join(f"{f:z.3f}" for f in well["force_ev_per_angstrom"])
        yield (
            f"\n{well['phase']} {well['kind']}, h = {well['height_angstrom']:.4f} Å: {well['verdict']}\n"
            f"  at Γ: Hxx {well['h_xx']:.3f}, Hyy {well['h_yy']:.3f}, Hzz {well['h_zz']:.3f} eV/Å²; "
            f"force ({force}) eV/Å\n"
            f"  completeness: {well['completeness']['note']}"
        )
        points = [
            {**p, "x": p["in_plane_angstrom"][0], "y": p["in_plane_angstrom"][1]} for p in well["critical_points"]
        ]
        yield Table(points, POINTS)


def _dope(
    file: str,
    dope: str,
    repeats: tuple[int, ...],
    charges: str | None,
    figure_file: Path | None,
    how: Reading,
    output: Format,
    options: AnalysisOptions,
) -> ExitCode:
    from polyqw.services.systems.field.doping import COLUMNS, doped_row, draw_doping, parse_substitution, try_doping
    from polyqw.services.systems.field.field import make_charges

    substitution, given, over = parse_substitution(dope), make_charges(charges), OverFiles("field", how)
    then = partial(try_doping, substitution=substitution, options=options, charges=given, repeats=repeats)
    found = [computed for _, computed in over.compute([file], then, options)]
    if len(found) == 1 and found[0].error is not None:
        raise found[0].error
    for one in found:
        if one.error is not None:
            over.leave_out(str(one.error))
    drawn = [one for one in found if one.wells]
    if figure_file:
        if len(drawn) != 1:
            raise UsageError(f"{file}: {len(drawn)} structures were doped; a figure shows one, so name one file")
        put_figure(draw_doping(drawn[0]), figure_file)
    rows = [doped_row(one) for one in found]
    parts: list[str | Table] = []
    flat = []
    for row in rows:
        for well in row["wells"]:
            lines = [well["undoped"] | {"repeat": 0}, *well["doped"]]
            parts += [f"{row['file']} [{row['block']}] {well['phase']}: {well['verdict']}", Table(lines, COLUMNS), ""]
            flat += [{"file": row["file"], "block": row["block"], "phase": well["phase"], **line} for line in lines]
    write(output, rows[0] if len(rows) == 1 else rows, parts, (flat, None))
    return over.exit_code
