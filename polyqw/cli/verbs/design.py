"""``polyqw design``: which height a wanted Tc needs, and what would give it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from polyqw.cli.exit_codes import ExitCode
from polyqw.cli.options import analysis_options, db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.over_files import OverFiles
from polyqw.cli.reading import Reading, reading_options
from polyqw.services.drawing.columns import OF_WELL, Column

if TYPE_CHECKING:
    from polyqw.core.options import AnalysisOptions

CONTACTS = (
    Column("cation", "cation"), Column("radius_angstrom", "radius", "Å", 3),
    Column("height_least_angstrom", "least h", "Å", 3), Column("tc_most_kelvin", "most Tc", "K", 0),
    Column("allows", "allows it"),
)  # fmt: skip
CHANGES = (
    "file", "family", OF_WELL, "height_angstrom", "tc_law_kelvin", Column("height_change_percent", "h by", "%", 1),
    Column("biaxial_strain_percent", "strain of a and b", "%", 1),
    Column("pressure_needed_gpa", "or pressure", "GPa", 1),
)  # fmt: skip


@click.command(epilog="Example: polyqw design 150, or polyqw design 150 my_structure.cif --poisson 0.25")
@click.argument("kelvin", type=click.FloatRange(min=0, min_open=True))
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--poisson", type=click.FloatRange(0, 0.5, min_open=True), default=0.3, show_default=True,
    help="Poisson's ratio of a film that is free along the normal of the planes.",
)  # fmt: skip
@click.option(
    "--bulk-modulus", type=click.FloatRange(min=0, min_open=True), default=100.0, show_default=True, metavar="GPA",
    help="Of the crystal, all lengths shrinking alike.",
)  # fmt: skip
@click.option(
    "--edge", type=click.FloatRange(min=2.5, max=5), default=3.85, show_default=True, metavar="Å",
    help="Edge of the oxide square for the bound of contact.",
)  # fmt: skip
@reading_options
@analysis_options
@format_options
@db_option
def command(
    kelvin: float,
    files: tuple[str, ...],
    poisson: float,
    bulk_modulus: float,
    edge: float,
    how: Reading,
    output: Format,
    database: str | None,
    options: AnalysisOptions,
) -> ExitCode:
    """Tell which height a Tc of KELVIN needs by Tc = λ/h², and what would give it to structure FILEs.

    Beside it stand the smallest heights of measured structures in the database, and the least height that contact of
    cations with the O of the square allows (Shannon's radii). Strain and pressure are to first order, coordinates
    staying in proportion; both say what the law asks, not that the crystal would bear it.
    """
    from polyqw.services.law.design import design
    from polyqw.services.place.database import reading_if_any

    over = OverFiles("design", how)
    structures = over.analyse(files, options) if files else ()
    with reading_if_any(database) as session:
        found = design(session, kelvin, edge, structures, poisson=poisson, bulk_modulus_gpa=bulk_modulus)
    parts: list[str | Table] = [*found["notes"], "", Table(found["contacts"], CONTACTS)]
    if found["structures"]:
        parts += ["", Table(found["structures"], CHANGES)]
    write(output, found, parts, (found["structures"] or found["families"], None))
    return over.exit_code
