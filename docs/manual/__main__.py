"""Write the generated pages: ``python -m docs.manual``; with ``--sessions`` also what shown sessions print."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from docs.manual.claims_page import claims_page
from docs.manual.cli_page import cli_page
from docs.manual.cookbook_page import cookbook_page
from docs.manual.optimade_page import optimade_page
from docs.manual.sessions import refreshed_page, session_pages
from polyqw.core.options import AnalysisOptions
from polyqw.db.open.schema_page import schema_page
from polyqw.services.claims.ledger import run_claims
from polyqw.services.ingest import ingest, reference_folder
from polyqw.services.place.database import reading

ROOT = Path(__file__).resolve().parents[2]


def write_pages() -> None:
    """Write the generated pages into the checkout."""
    with tempfile.TemporaryDirectory(prefix="polyqw-manual-") as folder:
        database = str(Path(folder) / "reference.db")
        for _ in ingest(database, [reference_folder()], AnalysisOptions()):
            pass
        with reading(database) as session:
            rows = run_claims(session)
    pages = {
        "docs/cli.md": cli_page(),
        "docs/claims.md": claims_page(rows),
        "docs/cookbook.md": cookbook_page(),
        "docs/optimade_properties.json": optimade_page(),
        "db/SCHEMA.md": schema_page(),
    }
    for name, text in pages.items():
        (ROOT / name).write_text(text, encoding="utf-8")


def write_sessions() -> None:
    """Put what commands print now in the place of what the sessions show, where nothing is left out."""
    for page in session_pages(ROOT):
        with tempfile.TemporaryDirectory(prefix="polyqw-manual-") as folder:
            text = refreshed_page(page.read_text(encoding="utf-8"), Path(folder), ROOT)
        page.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_pages()
    if "--sessions" in sys.argv[1:]:
        write_sessions()
