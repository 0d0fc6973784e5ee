"""``polyqw mcp``: tools for assistants."""

import click

from polyqw.cli.options import db_option


@click.command(epilog="Example: polyqw mcp --db wells.db")
@db_option
def command(database: str | None) -> None:
    """Serve wells, describe, find and query as tools of the Model Context Protocol, on standard input and output.

    An assistant starts this itself; name the command in its settings, e.g. {"mcpServers": {"polyqw": {"command":
    "polyqw", "args": ["mcp", "--db", "wells.db"]}}}. The tools only read, and files are analysed within limits of
    time and memory. Without a database, wells and describe still take files and the text of a CIF. Needs the SDK:
    pip install 'polyqw[mcp]'.
    """
    from polyqw.services.interfaces.mcp_server import make_mcp

    make_mcp(database).run("stdio")
