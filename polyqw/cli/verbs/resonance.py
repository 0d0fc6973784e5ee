"""``polyqw resonance``: spin resonance energies from heights."""

import click

from polyqw.cli.completing import complete_compound
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, bulleted, format_options, write


@click.command(epilog="Example: polyqw resonance CaKFe4As4 --json")
@click.argument("compound", default="CaKFe4As4", metavar="[COMPOUND]", shell_complete=complete_compound)
@format_options
@db_option
def command(compound: str, output: Format, database: str | None) -> None:
    """Compute E_R = Θ/h² for each well of COMPOUND, Θ set by the measured energy of one of them."""
    from polyqw.services.law.resonance import MODES, resonance_rows
    from polyqw.services.place.database import reading

    with reading(database) as session:
        result = resonance_rows(session, compound)
    anchor = result["anchor"]
    head = f"{result['compound']}: E_R = Θ/h² with E_R({anchor['phase']}) = {anchor['energy_mev']:g} meV"
    write(output, result, [head, Table(result["modes"], MODES), *bulleted(result["notes"])])
