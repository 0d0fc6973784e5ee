"""The reference structures: digits kept, tables in agreement, read by pymatgen as declared."""

import csv
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.io.cif import CifParser

from polyqw.core.record import (
    FileClaims,
    Origin,
    Provenance,
    StructureRecord,
    Transition,
    TransitionKind,
    Trust,
)
from polyqw.errors import ReadError
from polyqw.io.cif.published import PublishedSite, PublishedStructure, from_cif, to_cif
from polyqw.io.cif.read import read_cif
from tests.io.conftest import PUBLISHED, ROOT

# Files that contradict themselves, each kept to show that the reader says so.
WARNED = {
    "nife2o4": "formula: the file declares Fe2 Ni1 O4 with Z = 8, but its cell holds Fe8 Ni16 O32",
    "fes": "symmetry: the listed operations are those of space group number 186, but the file names P 63 m c (",
    "bi2212_ideal": "idealised: 5 of 6 free coordinates are multiples of 0.05",
}


def read_rows(path):
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def read_record(path):
    (record,) = read_cif(path.name, path.read_bytes())
    assert isinstance(record, StructureRecord), record
    return record


def test_byte_exact_round_trip(published_path):
    text = published_path.read_bytes().decode("ascii")
    structure = from_cif(text)
    assert to_cif(structure) == text
    assert from_cif(to_cif(structure)) == structure
    assert structure.name == published_path.stem


def test_read_without_a_word_or_with_the_right_one(published_path):
    record = read_record(published_path)
    expected = WARNED.get(published_path.stem)
    if expected is None:
        assert record.warnings == ()
    else:
        (warning,) = record.warnings
        assert warning.startswith(expected)
    said, held = from_cif(published_path.read_text()).provenance, record.provenance
    assert held == said.weighed(held.trust)
    assert held.trust is (Trust.REFERENCE if published_path.parent.name == "cifs" else Trust.NONE)
    assert said.origin is not Origin.UNKNOWN


def test_bare_pymatgen_reads_the_same(published_path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (structure,) = CifParser.from_str(published_path.read_text()).parse_structures(primitive=False)
    composition = {str(element): amount for element, amount in structure.composition.get_el_amt_dict().items()}
    assert composition == pytest.approx(read_record(published_path).cell.composition)


def test_expected_table_covers_every_file():
    rows = read_rows(ROOT / "tests" / "data" / "structures" / "expected.csv")
    assert len(rows) == len(PUBLISHED) == 85
    paths = {path.stem: path for path in PUBLISHED}
    for row in rows:
        path = paths.pop(row["name"])
        assert path.parent.name == {"reference": "cifs", "test": "structures"}[row["use"]]
        assert from_cif(path.read_text()).family == row["family"]
        assert row["expected"]
    assert not paths


def test_sources_table_and_files_say_the_same():
    rows = read_rows(ROOT / "cifs" / "SOURCES.csv")
    assert [row["file"] for row in rows] == list(dict.fromkeys(row["file"] for row in rows))
    assert {row["file"] for row in rows} == {path.name for path in (ROOT / "cifs").glob("*.cif")}
    for row in rows:
        structure = from_cif((ROOT / "cifs" / row["file"]).read_text())
        provenance = structure.provenance
        transition = provenance.transition
        stated = {
            "name": structure.name,
            "formula": structure.formula,
            "family": structure.family,
            "origin": provenance.origin,
            "method": provenance.method,
            "source": provenance.source,
            "doi": provenance.doi,
            "citation": provenance.citation,
            "temperature_kelvin": provenance.temperature_kelvin,
            "pressure_gpa": provenance.pressure_gpa,
            "pressure_note": provenance.pressure_note,
            "tc_kelvin": transition and transition.tc_kelvin,
            "tc_source": transition and transition.source,
            "table_row": provenance.table_row,
            "notes": provenance.note,
        }
        assert {key: row[key] for key in stated} == {
            key: "" if value is None else str(value) for key, value in stated.items()
        }
        assert row["licence"]
        if transition:
            assert transition.kind is TransitionKind.REPORTED


def test_inferred_pressure_says_so():
    provenance = read_record(ROOT / "cifs" / "hg1223_high_pressure.cif").provenance
    assert provenance.pressure_gpa == 8.5
    assert "inferred" in provenance.pressure_note


def test_model_counts_as_constructed():
    for path in (ROOT / "cifs").glob("model_*.cif"):
        assert read_record(path).provenance.origin is Origin.CONSTRUCTED


TEXTS = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda t: t not in "?.")
NUMBERS = st.none() | st.floats(0, 1e6)


@given(
    method=TEXTS,
    source=TEXTS,
    citation=TEXTS,
    note=TEXTS,
    kelvin=NUMBERS,
    gigapascal=NUMBERS,
    tc=NUMBERS,
    origins=st.tuples(st.sampled_from(Origin), st.sampled_from(Origin)),
)
def test_any_provenance_survives(method, source, citation, note, kelvin, gigapascal, tc, origins):
    origin, claimed = origins
    transition = None if tc is None else Transition(tc, TransitionKind.UPPER_BOUND, note)
    provenance = Provenance(
        origin=origin,
        method=method,
        source=source,
        citation=citation,
        temperature_kelvin=kelvin,
        pressure_gpa=gigapascal,
        transition=transition,
        note=note,
        claims=FileClaims(claimed, citation, transition),
    )
    site = PublishedSite("O1'", "O", ("0.250(3)", "-0.1", "1/3"), ".5")
    structure = PublishedStructure(
        "x", "O4", ("1", "2", "3.0(1)", "90", "90", "90"), None, None, ("x,y,z",), (site,), None, provenance
    )
    assert from_cif(to_cif(structure)) == structure


def test_cif_that_is_no_published_structure():
    with pytest.raises(ReadError, match="2 data blocks"):
        from_cif("data_a\ndata_b\n")
    with pytest.raises(ReadError, match="_cell_length_a"):
        from_cif("data_a\n_x 1\n")
