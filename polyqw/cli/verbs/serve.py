"""``polyqw serve``: browse the database."""

import click

from polyqw.cli.options import db_option


@click.command(epilog="Example: polyqw serve --db wells.db --open")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to answer at; other machines reach 0.0.0.0."
)
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 for a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the first page in the web browser.")
@db_option
def command(host: str, port: int, open_browser: bool, database: str | None) -> None:
    """Browse the database in a web browser: tables with units, counts by family, the questions of the cookbook, SQL.

    The pages only read, and show what an ingest adds meanwhile. Needs datasette: pip install 'polyqw[web]'. SQLite
    files only. Ctrl-C ends it (exit code 130).
    """
    from polyqw.services.browse.server import address_of, find_file, listen, serve

    path = find_file(database)
    with listen(host, port) as listener:
        url = address_of(listener)
        click.echo(f"polyqw: {path} is at {url} (reading only; Ctrl-C ends)", err=True)
        if host not in ("127.0.0.1", "localhost", "::1"):
            click.echo("polyqw: warning: whoever reaches this machine can read the database", err=True)
        if open_browser:
            _open(url)
        serve(path, listener)


def _open(url: str) -> None:
    """Open a page without waiting: a browser in the terminal would not return before it is closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
