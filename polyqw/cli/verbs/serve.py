"""``polyqw serve``: the application."""

import click

from polyqw.cli.options import db_option
from polyqw.cli.reading import Reading, reading_options
from polyqw.errors import UsageError

SHORTEST_TOKEN = 16
"""Fewest characters of the token of those who may store."""


@click.command(epilog="Example: polyqw serve --db wells.db --open")
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to answer at; other machines reach 0.0.0.0."
)
@click.option(
    "-p", "--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 for a free one."
)
@click.option("--open", "open_browser", is_flag=True, help="Open the first page in the web browser.")
@click.option(
    "--allow-ingest", is_flag=True, help="Store uploads of those who know the token; without it nothing is stored."
)
@click.option(
    "--ingest-token", envvar="POLYQW_INGEST_TOKEN", metavar="TEXT",
    help="The token, at least 16 characters; POLYQW_INGEST_TOKEN keeps it out of the list of processes.",
)  # fmt: skip
@reading_options
@db_option
def command(
    host: str,
    port: int,
    open_browser: bool,
    allow_ingest: bool,
    ingest_token: str | None,
    how: Reading,
    database: str | None,
) -> None:
    """Open the application: drop a CIF and see its wells; compounds, the law and CLES to try, tables, SQL.

    Pages for a web browser, on this machine alone unless --host says otherwise. Uploads are looked at by -j worker
    processes within --timeout and --memory, and nothing is stored. Tables, questions and SQL stand under /sql. Needs
    pip install 'polyqw[web]'. SQLite files only. Ctrl-C ends it (exit code 130).
    """
    from polyqw.services.browse.server import address_of, find_file, is_local, listen, serve

    if how.trust:
        raise UsageError("serve has no --trust: an upload vouches for nothing")
    token = _token(allow_ingest, ingest_token)
    path, local = find_file(database), is_local(host)
    with listen(host, port) as listener:
        url = address_of(listener)
        click.echo(
            f"polyqw: {path} is at {url} ({'storing uploads' if token else 'reading only'}; Ctrl-C ends)", err=True
        )
        if not local:
            click.echo("polyqw: warning: whoever reaches this machine can read the database", err=True)
        if open_browser:
            _open(url)
        serve(path, listener, how.guard, how.options, local=local, ingest_token=token)


def _token(allow_ingest: bool, given: str | None) -> str:
    """Return the token of those who may store; empty where nobody may."""
    if not allow_ingest:
        return ""
    if given is None or len(given) < SHORTEST_TOKEN:
        raise UsageError(
            f"--allow-ingest needs a token of at least {SHORTEST_TOKEN} characters: set POLYQW_INGEST_TOKEN, or give "
            "--ingest-token"
        )
    return given


def _open(url: str) -> None:
    """Open a page without waiting: a browser in the terminal would not return before it is closed."""
    import threading
    import webbrowser

    threading.Thread(target=webbrowser.open, args=[url], daemon=True).start()
