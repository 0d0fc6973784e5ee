"""A table of Tc in the database: what each line is of, and what became of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import TransitionKind
from polyqw.db.look.find import find_structures
from polyqw.db.models import Reference, Transition
from polyqw.errors import DatabaseError, UsageError
from polyqw.services.exchange.tc_import import TcReading, import_tc
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
from tests.conftest import structure_path

READING = TcReading()


@pytest.fixture
def table(tmp_path):
    def table(text):
        path = tmp_path / "tc.csv"
        path.write_text(text, encoding="utf-8")
        return path

    return table


def dump(database):
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())


def stored(database):
    with reading(str(database)) as session:
        found = session.scalars(
            select(Transition).where(Transition.key.like("table-%")).order_by(Transition.id)
        ).all()
        return [(t.compound.name, t.structure_id, t.tc_kelvin, t.kind, t.source) for t in found]


def test_lines_find_their_structure_or_compound(reference_copy, table):
    with reading(str(reference_copy)) as session:
        (structure,) = find_structures(session, "lafeaso_cod")
        key = structure.id
        doi, reference_id = session.execute(
            select(Reference.doi, Reference.id).where(Reference.doi.is_not(None))
        ).first()
    path = table(
        "id,file,source_id,formula,tc,kind,doi,source\n"
        f"{key},,,,26,measured,https://doi.org/{doi.upper()},Table 1\n"
        ",/data/x/lafeaso_cod.cif,,,25,,,\n"
        ",,COD 4107570,,24,,10.1/unknown,\n"
        ",,,CaKFe4As4,35,,,\n"
        ",,,YBa2Cu3O7,93,,,\n"
        ",,,Unobtainium,93,,,\n"
        ",missing.cif,,,93,,,\n"
        "99999,,,,93,,,\n"
    )
    done = import_tc(str(reference_copy), path, READING)
    assert [outcome.structure_id for outcome in done.outcomes] == [key, key, key, *[None] * 5]
    assert [str(o.status) for o in done.outcomes] == ["stored"] * 5 + ["unmatched"] * 3
    assert [o.reason for o in done.outcomes[5:]] == ["no_compound", "no_structure", "no_structure"]
    assert done.outcomes[3].matched == "compound CaKFe4As4"
    assert done.counts == {"stored": 5, "unchanged": 0, "unmatched": 3, "refused": 0, "skipped": 0}
    assert [(row[2], row[3], row[4]) for row in stored(reference_copy)] == [
        (26.0, "measured", "Table 1"),
        (25.0, "reported", "tc.csv"),
        (24.0, "reported", "10.1/unknown"),
        (35.0, "reported", "tc.csv"),
        (93.0, "reported", "tc.csv"),
    ]
    with reading(str(reference_copy)) as session:
        assert session.get(Transition, done.outcomes[0].transition_id).reference_id == reference_id


def test_the_same_table_again_changes_nothing(reference_copy, table):
    path = table("formula,tc,note\nCaKFe4As4,35,a\nCaKFe4As4,35,the same value\nCaKFe4As4,35.5,another\n")
    first = import_tc(str(reference_copy), path, READING)
    assert [str(o.status) for o in first.outcomes] == ["stored", "unchanged", "stored"]
    before = dump(reference_copy)
    again = import_tc(str(reference_copy), path, READING)
    assert {str(o.status) for o in again.outcomes} == {"unchanged"}
    assert [o.transition_id for o in again.outcomes] == [
        first.outcomes[0].transition_id, first.outcomes[0].transition_id, first.outcomes[2].transition_id,
    ]  # fmt: skip
    assert dump(reference_copy) == before
    renamed = path.rename(path.with_name("other.csv"))
    assert import_tc(str(reference_copy), renamed, READING).counts["unchanged"] == 3
    other_kind = import_tc(str(reference_copy), renamed, TcReading(kind=TransitionKind.MEASURED))
    assert other_kind.counts["stored"] == 2


def test_a_dry_run_writes_nothing(reference_copy, table):
    path = table("formula,tc\nCaKFe4As4,35\nCaKFe4As4,35\nNb,-1\n")
    before = dump(reference_copy)
    reference_copy.chmod(0o444)
    done = import_tc(str(reference_copy), path, READING, dry_run=True)
    assert [str(o.status) for o in done.outcomes] == ["stored", "unchanged", "refused"]
    assert done.as_row()["dry_run"] is True
    assert done.outcomes[0].transition_id is None
    assert dump(reference_copy) == before


def test_refused_lines_do_not_keep_others_out(reference_copy, table):
    path = table("formula,tc\nCaKFe4As4,=1+1\nCaKFe4As4,0\nCaKFe4As4,35\n,5\n")
    done = import_tc(str(reference_copy), path, READING)
    assert [(str(o.status), o.reason) for o in done.outcomes] == [
        ("refused", "no_number"), ("refused", "zero"), ("stored", None), ("refused", "no_name"),
    ]  # fmt: skip
    assert done.n_failed == 3
    assert [o.message.partition(":")[0] for o in done.outcomes if o.message] == ["line 2", "line 3", "line 5"]
    assert len(stored(reference_copy)) == 1


def test_several_structures_of_one_name_are_not_guessed_at(tmp_path, table):
    folders = [tmp_path / "a", tmp_path / "b"]
    for number, folder in enumerate(folders):
        folder.mkdir()
        text = structure_path("tl1212").read_text()
        (folder / "same.cif").write_text(f"# {number}\n{text}")
    list(ingest(str(tmp_path / "x.db"), [str(folder) for folder in folders], AnalysisOptions()))
    done = import_tc(str(tmp_path / "x.db"), table("file,tc\nsame.cif,103\n"), READING)
    assert (str(done.outcomes[0].status), done.outcomes[0].reason) == ("unmatched", "ambiguous")
    assert "2 structures have the file 'same.cif'" in done.outcomes[0].message


def test_values_stay_when_the_structure_is_analysed_anew(tmp_path, table):
    database = str(tmp_path / "x.db")
    file = str(structure_path("tl1212"))
    list(ingest(database, [file], AnalysisOptions()))
    import_tc(database, table("file,tc\ntl1212.cif,101\n"), READING)
    (done,) = ingest(database, [file], AnalysisOptions(oxide_metals=frozenset({"Cu"})))
    assert done.outcome == "updated"
    with reading(database) as session:
        (structure,) = find_structures(session, "tl1212")
        assert 101.0 in {t.tc_kelvin for t in structure.transitions}


def test_what_cannot_be_read_or_is_not_there(reference_copy, table, tmp_path):
    with pytest.raises(UsageError, match="no column holds Tc"):
        import_tc(str(reference_copy), table("a,b\n1,2\n"), READING)
    with pytest.raises(DatabaseError, match="no database at"):
        import_tc(str(tmp_path / "none.db"), table("formula,tc\nNb,9\n"), READING)
    assert not (tmp_path / "none.db").exists()
