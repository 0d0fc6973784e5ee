"""Export and import on PostgreSQL give what they give on SQLite."""

from __future__ import annotations

import csv
import json

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.services.exchange.optimade_export import export_optimade
from polyqw.services.exchange.table_export import export_csv, export_parquet
from polyqw.services.exchange.tc_import import TcReading, import_tc
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
from tests.conftest import structure_path

NAMES = ("lafeaso_cod", "ybco_o690_williams", "nacl")
PASSING = {"id", "stored_at", "read_at", "last_modified", "immutable_id"}


@pytest.fixture
def both(postgres, tmp_path):
    """Give two databases of the same structures and one more Tc."""
    name = postgres.create()
    databases = {"sqlite": str(tmp_path / "wells.db"), "postgresql": postgres.url_of(name)}
    table = tmp_path / "tc.csv"
    table.write_text("file,Tc (K),kind\nlafeaso_cod.cif,26.0,measured\n,,\n", encoding="utf-8")
    for database in databases.values():
        assert all(
            done.structure_id for done in ingest(database, map(str, map(structure_path, NAMES)), AnalysisOptions())
        )
        first, again = (import_tc(database, table, TcReading({})).counts for _ in range(2))
        assert (first["stored"], again["stored"], again["unchanged"]) == (1, 0, 1)
    yield databases
    postgres.drop(name)


def without_passing(value):
    if isinstance(value, dict):
        return {k: without_passing(v) for k, v in value.items() if k not in PASSING and not k.endswith("_id")}
    return [without_passing(v) for v in value] if isinstance(value, list) else value


def ordered(rows):
    """Return rows in an order of their own; engines sort texts each by their own rules."""
    return sorted(rows, key=lambda row: json.dumps(row, sort_keys=True))


def test_both_engines_export_the_same(both, tmp_path):
    found = {}
    for engine, database in both.items():
        folder = tmp_path / engine
        with reading(database) as session:
            export_csv(session, folder)
            counts = export_parquet(session, folder).counts
            export_optimade(session, folder)
        with (folder / "well.csv").open(encoding="utf-8", newline="") as stream:
            wells = [without_passing(row) for row in csv.DictReader(stream)]
        lines = [json.loads(line) for line in (folder / "optimade.jsonl").read_text(encoding="utf-8").splitlines()]
        found[engine] = counts, ordered(wells), ordered([without_passing(line) for line in lines])
    for one, other in zip(found["sqlite"], found["postgresql"], strict=True):
        assert one == other
    assert len(found["sqlite"][1]) == 4
