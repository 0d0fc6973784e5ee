"""Databases to test on: SQLite files, and a real PostgreSQL server started once per session."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from polyqw.core.cell import Cell, Site
from polyqw.core.record import (
    Origin,
    Provenance,
    StructureRecord,
    Transition,
    TransitionKind,
    structure_digest,
)
from polyqw.core.wells import Analysis, Family, Kind, Phase, Role, Status, Step, Vertex, Well
from polyqw.db.models import Correction, Structure
from polyqw.db.open import migrate
from polyqw.db.open.engine import open_database
from polyqw.db.store.bulk import store_batch
from polyqw.db.store.corrections import apply_corrections
from polyqw.db.store.rows import block_rows
from polyqw.db.store.structures import FileRows

ENGINES = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """Make a SQLite database with schema and seed, to be copied."""
    path = tmp_path_factory.mktemp("template") / "polyqw.db"
    migrate.init(path)
    return path


@pytest.fixture(params=ENGINES)
def empty_database(request, tmp_path):
    """Give the place of a database without any table: a path that does not exist yet, or a URL."""
    if request.param == "sqlite":
        yield str(tmp_path / "empty.db")
        return
    server = request.getfixturevalue("postgres")
    name = server.create()
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def sqlite_database(sqlite_template, tmp_path):
    """Give the path of a SQLite database with schema and seed."""
    path = tmp_path / "polyqw.db"
    shutil.copy(sqlite_template, path)
    return str(path)


@pytest.fixture(params=ENGINES)
def database(request):
    """Give a database with schema and seed, as a path or a URL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_database")
        return
    server = request.getfixturevalue("postgres")
    name = server.create(request.getfixturevalue("postgres_template"))
    yield server.url_of(name)
    server.drop(name)


@pytest.fixture
def engine(database):
    """Give an engine that may write."""
    engine = open_database(database, "write")
    yield engine
    engine.dispose()


def make_record(
    *, file: str = "a.cif", block: str = "one", content: str = "first", z: float = 0.25, **provenance
) -> StructureRecord:
    """Make a record of a small tetragonal cell."""
    cell = Cell(
        np.diag([3.9, 3.9, 11.7]) + np.array([[0, 0.01, 0], [0, 0, 0], [0, 0, 0]]),
        (
            Site("Cu1", (("Cu", 1.0),), (0.0, 0.0, 0.0)),
            Site("Ba1", (("Ba", 0.6), ("K", 0.4)), (0.5, 0.5, z)),
            Site("O1", (("O", 0.91),), (0.5, 0.0, 1 / 3)),
        ),
    )
    return StructureRecord(
        file=file,
        block=block,
        cell=cell,
        formula_declared="Ba0.6 Cu1 K0.4 O0.91",
        space_group="P 4/m m m",
        space_group_number=123,
        file_sha256=sha256(content),
        structure_sha256=structure_digest(cell),
        parser="test 1.0",
        warnings=("mended something",),
        provenance=Provenance(
            **{
                "origin": Origin.MEASURED,
                "method": "neutron",
                "source": "COD 1",
                "doi": "10.1/x",
                "citation": "Someone (1990)",
                "temperature_kelvin": 10.0,
                "pressure_gpa": 0.0001,
                "pressure_note": "ambient",
                "table_row": "YBa2Cu3O7-d",
                "transition": Transition(93.0, TransitionKind.MEASURED, "_exptl_tc"),
                "note": "a note",
            }
            | provenance
        ),
    )


def make_analysis(*, height: float = 3.6, **changes) -> Analysis:
    """Make an analysis with one well of each sort of number."""
    vertices = tuple(
        Vertex("Cu", 0, (i, j, 0), Role.PLAQUETTE, (3.9 * i, 3.9 * j, 0.0))
        for i, j in ((0, 0), (1, 0), (1, 1), (0, 1))
    ) + tuple(Vertex("Ba", 1, (0, 0, k), Role.APEX, (1.95, 1.95, 1 / 3 + k)) for k in (0, -1))
    well = Well(
        kind=Kind.OCTAHEDRON,
        phase=Phase.ALPHA,
        height=height,
        height_min=height - 0.001,
        height_max=height + 0.001,
        height_su=0.002,
        apex_distance=height + 0.01,
        height_along_c=height,
        column_spread=0.0,
        apices=("Ba0.6K0.4", "Ba0.6K0.4"),
        plane_metal="Cu",
        multiplicity=2,
        n_faces=8,
        n_edges=12,
        coplanar_tolerance=0.5,
        max_fold=None,
        volume=18.2,
        layered=True,
        normal=(0.0, 0.0, 1.0),
        cart_electron=(1.95, 1.95, 0.0),
        vertices=vertices,
    )
    analysis = Analysis(
        status=Status.OK,
        reason=None,
        message="",
        family=Family.CUPRATE,
        wells=(well, replace(well, phase=Phase.MU, kind=Kind.TETRAHEDRON, max_fold=1.5, height_su=None)),
        warnings=("split site",),
        descriptors={"plane_edge_angstrom": 3.9, "buckling_degrees": 0.1, "n_planes": 2.0},
        steps=(Step("bridged_edges", "4 edges bridged", {"n_edges": 4}),),
    )
    return replace(analysis, **changes)


def sha256(content: str) -> str:
    """Return the digest of a text."""
    return hashlib.sha256(content.encode()).hexdigest()


SETTINGS = {"analysis_version": "1", "tolerances": {"height_cluster_angstrom": 0.01, "lateral_angstrom": 1.0}}


def store_file(session, file, digest, blocks, issues=(), *, seconds=None, **settings):
    """Store what one file holds, as ingest does."""
    rows = tuple(block_rows(record, analysis, *settings.values()) for record, analysis in blocks)
    return store_batch(session, [FileRows(file, digest, rows, tuple(issues), seconds)], **settings)[0]


def store_structure(session, record, analysis, **settings):
    """Store a file of one structure."""
    return store_file(session, record.file, record.file_sha256, [(record, analysis)], **settings)[0]


def correct(session, structure_id, column, value, table="structure", old=None):
    """Put a value right, as older versions did."""
    digest = session.get(Structure, structure_id).structure_sha256
    what = {"table_name": table, "column_name": column, "new_value": value, "old_value": old}
    why = {"reason": "The paper says so.", "author": "M. Curie", "corrected_at": datetime.now(UTC)}
    session.add(Correction(structure_sha256=digest, **what, **why))
    session.flush()
    apply_corrections(session, structure_id)


@pytest.fixture
def samples():
    """Give what makes records and analyses."""
    return Samples


class Samples:
    """Makers of records and analyses, and the settings they are stored with."""

    record = staticmethod(make_record)
    analysis = staticmethod(make_analysis)
    sha256 = staticmethod(sha256)
    store_file = staticmethod(store_file)
    store_structure = staticmethod(store_structure)
    correct = staticmethod(correct)
    settings = SETTINGS


@pytest.fixture(scope="session")
def repository():
    """Give the root of the checkout."""
    return Path(__file__).resolve().parents[2]
