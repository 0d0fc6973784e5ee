"""``polyqw resonance``: spin resonance energies from heights."""

from pathlib import Path

import click

from polyqw.cli.completing import complete_compound
from polyqw.cli.options import db_option, figure_option, put_figure
from polyqw.cli.output import Format, Table, bulleted, format_options, write


@click.command(epilog="Example: polyqw resonance CaKFe4As4 -o resonance.png")
@click.argument("compound", default="CaKFe4As4", metavar="[COMPOUND]", shell_complete=complete_compound)
@figure_option
@format_options
@db_option
def command(compound: str, figure_file: Path | None, output: Format, database: str | None) -> None:
    """Compute E_R = Θ/h² for each well of COMPOUND, Θ set by the measured energy of one of them.

    The figure has the energies, the modulation along c (odd sin², even cos²) and intensities by 1/η² (papers/001,
    Fig. 5h-i), η from the distances of each structure.
    """
    from polyqw.services.law.resonance import MODES, resonance_rows
    from polyqw.services.law.resonance_figure import draw_resonance
    from polyqw.services.place.database import reading

    with reading(database) as session:
        result = resonance_rows(session, compound)
    if figure_file:
        put_figure(draw_resonance(result), figure_file)
    anchor = result["anchor"]
    head = f"{result['compound']}: E_R = Θ/h² with E_R({anchor['phase']}) = {anchor['energy_mev']:g} meV"
    write(output, result, [head, Table(result["modes"], MODES), *bulleted(result["notes"])])
