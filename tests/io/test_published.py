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
from polyqw.io.cif.provenance import provenance_items, read_provenance
from polyqw.io.cif.read import read_cif
from polyqw.io.cif.syntax import quote, read_blocks, unquote
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


def the_block(path):
    (block,) = read_blocks(path.read_text())
    return block


def test_read_without_a_word_or_with_the_right_one(published_path):
    record = read_record(published_path)
    expected = WARNED.get(published_path.stem)
    if expected is None:
        assert record.warnings == ()
    else:
        (warning,) = record.warnings
        assert warning.startswith(expected)
    said, held = read_provenance(the_block(published_path)), record.provenance
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
    assert len(rows) == len(PUBLISHED) == 97
    paths = {path.stem: path for path in PUBLISHED}
    for row in rows:
        path = paths.pop(row["name"])
        assert path.parent.name == {"reference": "cifs", "test": "structures"}[row["use"]]
        assert unquote(the_block(path).first("_polyqw_family")) == row["family"]
        assert row["expected"]
    assert not paths


def test_sources_table_and_files_say_the_same():
    rows = read_rows(ROOT / "cifs" / "SOURCES.csv")
    assert [row["file"] for row in rows] == list(dict.fromkeys(row["file"] for row in rows))
    assert {row["file"] for row in rows} == {path.name for path in (ROOT / "cifs").glob("*.cif")}
    for row in rows:
        block = the_block(ROOT / "cifs" / row["file"])
        provenance = read_provenance(block)
        transition = provenance.transition
        stated = {
            "name": block.name,
            "formula": unquote(block.first("_chemical_formula_sum")),
            "family": unquote(block.first("_polyqw_family")),
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
    lines = [f"{item} {quote(value)}" for item, value in provenance_items(provenance)]
    (block,) = read_blocks("\n".join(["data_x", *lines, ""]))
    assert read_provenance(block) == provenance
