"""``polyqw explain``: the whole chain for each height."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import click

from polyqw.cli.completing import complete_key
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.core.options import AnalysisOptions


@click.command(epilog="Example: polyqw explain cifs/lafeaso_cod.cif")
@click.argument("target", metavar="FILE|ID", shell_complete=complete_key)
@reading_options
@analysis_options
@format_options
@db_option
def command(target: str, how: Reading, output: Format, database: str | None, options: AnalysisOptions) -> ExitCode:
    """Show step by step how each height of FILE, or of what ID names in the database, was found.

    Sites and images, the plane and its residual, the candidates refused and why, the tolerances used; and what
    pymatgen, ASE and gemmi each make of a CIF, left to themselves, and where they differ.
    """
    from polyqw.services.structures.explain import explain_stored, explained_row
    from polyqw.services.structures.naming import is_file
    from polyqw.services.structures.readers import with_readers

    over = OverFiles("explain", how)
    if is_file(target):
        then = partial(with_readers, reading=how.options)
        found = over.compute([target], then, options, explain=True)
        rows = [{**explained_row(a, options), "readers": list(readers)} for a, readers in found]
    else:
        rows = explain_stored(database, target, options)
    steps = [{"file": r["file"], "block": r["block"], **step} for r in rows for step in r["steps"]]
    text = (line for row in rows for line in _lines(row))
    write(output, rows, text, (steps, ("file", "block", "name", "text")))
    return over.exit_code


def _lines(row: dict[str, Any]) -> Iterator[str]:
    formula = row["formula_written"] or ""
    yield f"{row['file']} [{row['block']}] {formula}: {row['status']} {row['reason'] or ''}".rstrip()
    if row["message"]:
        yield f"  {row['message']}"
    for warning in row["warnings"]:
        yield f"  warning: {warning}"
    for step in row["steps"]:
        yield f"  {step['name']:18}{step['text']}"
    for well in row["wells"]:
        su = well["height_su_angstrom"]
        shown = f"{well['height_angstrom']:.4f}" + ("" if su is None else f" ± {su:.4f}")
        yield (
            f"\n  {well['kind']} {well['phase']}: h = {shown} Å along the normal "
            f"({well['apex_distance_angstrom']:.4f} Å in space, {well['height_along_c_angstrom']:.4f} Å along c)"
        )
        for v in well["vertices"]:
            x, y, z = v["cart_angstrom"]
            yield (
                f"    {v['role']:10}{v['element']:3} site {v['site']:<4} image {v['image']!s:12} "
                f"({x:8.4f} {y:8.4f} {z:8.4f}) Å, {v['elevation_angstrom']:+.4f} Å from the electron"
            )
    yield from _reader_lines(row.get("readers", []))
    yield "\n  tolerances used (Å, degrees, occupancies)"
    for name, value in row["tolerances"].items():
        shown = f"{value['low']} to {value['high']}" if isinstance(value, dict) else value
        yield f"    {name:24}{shown}"


def _reader_lines(readers: Sequence[dict[str, Any]]) -> Iterator[str]:
    from polyqw.services.structures.readers import differences

    if not readers:
        return
    yield "\n  other readers, left to themselves"
    for one in readers:
        if one["error"] is None:
            edges = " ".join(f"{one[f'{k}_angstrom']:.4f}" for k in "abc")
            angles = " ".join(f"{one[f'{k}_degrees']:.2f}" for k in ("alpha", "beta", "gamma"))
            group = one["space_group_number"] or "none"
            yield (
                f"    {one['reader']:20}{one['n_atoms']} atoms, {one['formula_cell']}, {edges} Å, {angles}°, "
                f"space group {group}"
            )
    found = differences(readers)
    yield from (f"    they differ: {sentence}" for sentence in found)
    if not found:
        yield "    they agree"
