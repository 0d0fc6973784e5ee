"""``polyqw claims``: every number in the papers, recomputed."""

from collections import Counter

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, Table, format_options, write
from polyqw.cli.saving import save_option, say_saved

SHOWN = ("id", "claim", "stated", "recomputed", "unit", "verdict", "note")
CSV = ("id", "source", "where", "claim", "stated", "unit", "tolerance", "recomputed", "verdict", "note")


@click.command(epilog="Example: polyqw claims k1144-er-alpha cles-p1 --json")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@save_option("Store the results in the database.")
@format_options
@db_option
def command(ids: tuple[str, ...], save: bool, output: Format, database: str | None) -> None:
    """Recompute what the papers state, all of it or the IDs named, and say what came out.

    Verdicts: reproduced, approximate (within three tolerances, or only after rounding), not_reproduced, contradiction
    (two sources disagree), ambiguous, input (data that nothing here can recompute).
    """
    from polyqw.services.claims.history import save_results
    from polyqw.services.claims.ledger import run_claims
    from polyqw.services.place.database import reading

    with reading(database) as session:
        rows = run_claims(session, ids)
    if save:
        say_saved(save_results(database, rows), "result", database)
    counts = Counter(row["verdict"] for row in rows)
    in_sum = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
    write(output, rows, [Table(rows, SHOWN), f"\n{in_sum}"], (rows, CSV))
