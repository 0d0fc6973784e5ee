"""The seed in memory: the same tables as in a database, and nobody's changes stay."""

from sqlalchemy import delete, func, select

from polyqw.db.look.printed import seed_in_memory
from polyqw.db.models import PublishedHeight, Reference, Structure
from polyqw.db.open.engine import open_session


def values(session):
    columns = (PublishedHeight.table_name, PublishedHeight.row_number, PublishedHeight.phase,
               PublishedHeight.height_angstrom, PublishedHeight.tc_kelvin, PublishedHeight.chosen)  # fmt: skip
    return sorted(map(tuple, session.execute(select(*columns))))


def test_it_holds_the_seed_and_forgets_changes(reference_template):
    with open_session(reference_template) as session:
        expected = values(session)
    for _ in range(2):
        with seed_in_memory() as session:
            assert values(session) == expected
            assert session.scalar(select(func.count()).select_from(Reference)) > 10
            assert session.scalar(select(func.count()).select_from(Structure)) == 0
            session.execute(delete(PublishedHeight))
            session.commit()
            assert values(session) == []
