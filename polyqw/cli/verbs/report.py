"""``polyqw report``: write the prediction report."""

from pathlib import Path

import click

from polyqw.cli.options import db_option
from polyqw.cli.output import Format, bulleted, format_options, write


@click.command(epilog="Example: polyqw report -o report/")
@click.option(
    "-o", "--output-folder", type=click.Path(path_type=Path, file_okay=False), default=Path("report"),
    show_default=True, help="Folder for the files, made if needed.",
)  # fmt: skip
@format_options
@db_option
def command(output_folder: Path, output: Format, database: str | None) -> None:
    """Write the prediction report: one HTML file that works offline, Markdown, and figures as SVG and PNG."""
    from polyqw.services.place.database import reading
    from polyqw.services.report.write import write_report

    click.echo("polyqw: fitting, predicting and drawing", err=True)
    with reading(database) as session:
        paths, verdicts = write_report(session, output_folder)
    rows = [{"file": name, "path": str(path), "bytes": path.stat().st_size} for name, path in paths.items()]
    text = [*bulleted(verdicts), f"\nreport: {paths['report.html']}"]
    write(output, {"files": rows, "verdicts": verdicts}, text, (rows, ("file", "path", "bytes")))
