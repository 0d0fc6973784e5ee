"""``polyqw resonance``: spin resonance energies from heights."""

from __future__ import annotations

import click

from polyqw.cli.completing import complete_compound
from polyqw.cli.options import db_option
from polyqw.cli.output import Format, format_options, write_csv, write_json, write_table

COLUMNS = {
    "phase": "phase",
    "heights_from": "h from",
    "height_angstrom": "h (Å)",
    "energy_mev": "E_R (meV)",
    "published_mev": "printed (meV)",
    "measured_mev": "measured (meV)",
    "parity": "parity",
    "relative_intensity": "intensity (rel.)",
}
DIGITS = {"height_angstrom": 4, "energy_mev": 2, "published_mev": 1, "measured_mev": 1, "relative_intensity": 2}


@click.command(epilog="Example: polyqw resonance CaKFe4As4 --json")
@click.argument("compound", default="CaKFe4As4", metavar="[COMPOUND]", shell_complete=complete_compound)
@format_options
@db_option
def command(compound: str, output: Format, database: str | None) -> None:
    """Compute E_R = Θ/h² for each well of COMPOUND, Θ set by the measured energy of one of them."""
    from polyqw.services.law.resonance import resonance_rows
    from polyqw.services.place.database import reading

    with reading(database) as session:
        result = resonance_rows(session, compound)
    if output is Format.JSON:
        write_json(result)
    elif output is Format.CSV:
        write_csv(result["modes"], list(COLUMNS))
    else:
        anchor = result["anchor"]
        click.echo(f"{result['compound']}: E_R = Θ/h² with E_R({anchor['phase']}) = {anchor['energy_mev']:g} meV")
        write_table(result["modes"], COLUMNS, DIGITS)
        for note in result["notes"]:
            click.echo(f"- {note}")
