"""The page in the repository is the one the program makes."""

from pathlib import Path

from polyqw.db.models import Base
from polyqw.db.open.schema_page import schema_page

PAGE = Path(__file__).resolve().parents[2] / "db" / "SCHEMA.md"


def test_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == schema_page(), "run: polyqw db schema > db/SCHEMA.md"


def test_every_table_and_column_is_described():
    page = schema_page()
    for table in Base.metadata.sorted_tables:
        section = page.split(f"\n## {table.name}\n")[1].split("\n## ")[0]
        for column in table.columns:
            assert f"\n| {column.name} | " in section
