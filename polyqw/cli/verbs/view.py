"""``polyqw view``: a crystal with its wells, to turn and to take along."""

from __future__ import annotations

import re
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from polyqw.cli.completing import complete_key
from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.core.options import AnalysisOptions
    from polyqw.services.structures.analyse import Analysed

CSV: Final = ("file", "name", "formula_written", "status", "reason", "n_atoms", "n_wells")


@click.command(epilog="Example: polyqw view cifs/lafeaso_cod.cif -o lafeaso.html")
@click.argument("target", metavar="FILE|ID|NAME", shell_complete=complete_key)
@click.option(
    "-o", "--output-file", type=click.Path(path_type=Path, dir_okay=False),
    help="File to write: .html (a page that turns, works offline), .svg, .png, .pdf, .gltf, .glb or .vesta "
    "[default: view-NAME.html].",
)  # fmt: skip
@click.option("--open", "open_it", is_flag=True, help="Open the file when it is written.")
@reading_options
@analysis_options
@format_options
@db_option
def command(
    target: str,
    output_file: Path | None,
    open_it: bool,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Show a crystal with its wells: atoms, bonds, layers, and every well with its plaquette and its height.

    The target is a FILE (CIF and what else `polyqw wells` reads, or - for standard input) or a structure of the
    database: its ID, name, source id, or the formula of its compound; a page or a picture holds all structures that
    it names. In a page each well can be switched off and on; keys: arrows turn, + and - zoom, a, b and c look along
    an axis. A .vesta file draws the wells as polyhedra around dummy sites; lengths in .gltf and .glb are in Å.
    """
    from polyqw.services.viewer.files import check_suffix, write_crystals
    from polyqw.services.viewer.page import Crystal
    from polyqw.services.viewer.view import make_view

    if output_file is not None:
        check_suffix(output_file)
    over = OverFiles("view", how)
    crystals, rows = [], []
    for found in _found(target, over, options, database):
        if found.record is None:
            continue
        wells = found.analysis.wells if found.analysis else ()
        name = found.block or Path(found.file).stem
        crystals.append(
            Crystal(make_view(found.record.cell, wells, name), found.record.cell.formula_written, found.message)
        )
        rows.append({**found.row(), "name": name, "n_atoms": len(found.record.cell.sites), "n_wells": len(wells)})
    if not crystals:
        write(output, {"path": None, "structures": rows}, [], (rows, CSV))
        return over.exit_code
    path = output_file or Path(f"view-{re.sub(r'[^A-Za-z0-9_.+-]+', '_', crystals[0].view.name)[:80]}.html")
    write_crystals(crystals, path)
    write(output, {"path": str(path), "structures": rows}, [str(path)], (rows, CSV))
    if open_it:
        click.launch(str(path))
    return over.exit_code


def _found(target: str, over: OverFiles, options: AnalysisOptions, database: str | None) -> Iterator[Analysed]:
    """Yield the structures that a word names: read and analysed, or as they are stored."""
    from polyqw.services.place.database import reading
    from polyqw.services.structures.naming import is_file, structures_named
    from polyqw.services.structures.stored import as_analysed

    if is_file(target):
        yield from over.analyse([target], options)
        return
    with ExitStack() as stack:
        session = stack.enter_context(reading(database))
        for structure in structures_named(session, target):
            yield from over.follow([as_analysed(session, structure)])
