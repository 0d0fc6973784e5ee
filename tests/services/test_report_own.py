"""The user's own structures in every section of the report that has something to say of them."""

import shutil

import pytest

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.services.ingest import ingest
from polyqw.services.place.database import reading
from polyqw.services.report import wells_section
from polyqw.services.structures.lookup import Lookup
from polyqw.services.systems import element_cages, kagome, layers
from polyqw.services.systems.fermi import section as fermi
from polyqw.services.systems.field import section as field
from polyqw.services.systems.series import section as series
from tests.conftest import structure_path

OWN = {
    "my_kagome": "model_csv3sb5",
    "my_iron": "lafeaso_cod",
    "my_element": "nb",
    "my_ambient": "hg1223_o835",
    "my_pressed": "hg1223_high_pressure",
}


@pytest.fixture(scope="module")
def data(reference_template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    for name, original in OWN.items():
        text = structure_path(original).read_text(encoding="utf-8")
        (folder / f"{name}.cif").write_text(text.replace(f"data_{original}", f"data_{name}"), encoding="utf-8")
    database = folder / "own.db"
    shutil.copy(reference_template, database)
    list(ingest(str(database), [str(folder)], AnalysisOptions()))
    with reading(str(database)) as session:
        yield Lookup(session)


def words(section):
    said = [*section.verdicts]
    for part in section.parts:
        said += [*getattr(part, "sentences", ()), getattr(part, "caption", "")]
        said += [str(row) for row in getattr(part, "rows", ())]
    return "\n".join(said)


@pytest.mark.parametrize(
    ("section", "name"),
    [
        (kagome.section, "my_kagome"),
        (layers.section, "my_iron"),
        (layers.section, "my_pressed"),
        (fermi.section, "my_iron"),
        (field.section, "my_iron"),
        (series.heights_section, "my_pressed"),
    ],
)
def test_own_structures_stand_beside_the_reference_set(data, section, name):
    assert name in words(section(data))


def test_own_elements_have_their_cages(data):
    assert str(words(element_cages.section(data))).count("Nb") >= 2


def test_only_what_is_no_reference_file_is_own(data):
    assert {s.block for s in data.own} == set(OWN)


def test_wells_of_own_structures_are_drawn_first(data, monkeypatch):
    own = {s.block for s in data.own if s.status == Status.OK}
    monkeypatch.setattr(wells_section, "MOST_DRAWN", len(own))
    assert {"my_ambient", "my_pressed"} <= own
    assert {s.block for s in wells_section.drawn_structures(data)} == own


def test_what_is_left_out_is_said(data):
    found, left_out = data.with_own([], lambda _: True, most=2)
    assert [a.block for a in found] == [s.block for s in data.own][:2]
    assert left_out == "3 more of your structures are left out here."
    assert data.with_own([], lambda _: True, most=5)[1] == ""
