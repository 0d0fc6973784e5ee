"""``polyqw report``: write the prediction report."""

from pathlib import Path

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, bulleted, format_options, write
from polyqw.cli.saving import save_option, say_saved


@click.command(epilog="Example: polyqw report -o report/")
@click.option(
    "-o", "--output-folder", type=click.Path(path_type=Path, file_okay=False), default=Path("report"),
    show_default=True, help="Folder for the files, made if needed.",
)  # fmt: skip
@save_option("Store the results of the claims and the CLES fits in the database.")
@format_options
@db_option
def command(output_folder: Path, save: bool, output: Format, database: str | None) -> None:
    """Write the prediction report: one HTML file that works offline, Markdown, and figures as SVG and PNG."""
    from polyqw.services.claims.history import save_results
    from polyqw.services.place.database import reading
    from polyqw.services.report.write import write_report
    from polyqw.services.systems.cles.runs import save_couplings

    click.echo("polyqw: fitting, predicting and drawing", err=True)
    with reading(database) as session:
        report = write_report(session, output_folder)
    if save:
        say_saved(save_results(database, report.claims), "result", database)
        say_saved(save_couplings(database, report.couplings), "run", database)
    rows = [{"file": name, "path": str(path), "bytes": path.stat().st_size} for name, path in report.paths.items()]
    text = [*bulleted(report.verdicts), f"\nreport: {report.paths['report.html']}"]
    write(output, {"files": rows, "verdicts": report.verdicts}, text, (rows, ("file", "path", "bytes")))
