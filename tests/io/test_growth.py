"""Work that would grow faster than the file is refused with its reason, or made to grow with it."""

import subprocess
import sys
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core import neighbors, squares
from polyqw.core.analysis import find_wells
from polyqw.core.wells import Status
from polyqw.errors import ReadError
from polyqw.io.cif import places, uncertainties
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.inputs import RefusedSource, expand_inputs
from polyqw.io.read_options import DEFAULT
from tests import abusive_cifs as abusive
from tests.conftest import ROOT
from tests.hostile_cifs import CIF

LONGEST_MESSAGE = 400
DEADLINE_SECONDS = 90
"""Some fifty times what the child below needs; the searches that grew with the square took many minutes."""

REFUSED = {
    "rows at one place": (abusive.rows_at_one_place(1500), "too_many_at_one_place"),
    "rows of one element at one place": (abusive.rows_at_one_place_of_one_element(1500), "too_many_at_one_place"),
    "rows near one place": (abusive.rows_near_one_place(1500), "too_many_at_one_place"),
    "rows within a tolerance": (abusive.rows_within_a_tolerance(1500), "too_many_at_one_place"),
    "images for pymatgen alone": (abusive.thirds(500), "too_large"),
    "images for pymatgen alone, by name": (
        abusive.atoms_file(
            [f"Cu{k} Cu 0.1 0.2 0.{k + 100}03 0.3" for k in range(40)],
            abusive.cell_text(20, 20, 20),
            "_symmetry_space_group_name_H-M 'F m -3 m'\n",
        ),
        "too_large",
    ),
    "digits in an operation": (abusive.digits_in_operation(3000), "too_long"),
    "decimals in an operation": (abusive.decimals_in_operation(3000), "too_long"),
    "terms in an operation": (abusive.terms_in_operation(3000), "too_long"),
    "no operation": (abusive.almost_an_operation(3000), "too_long"),
    "operations times centrings": (abusive.magnetic_operations(150), "too_many_operations"),
    "long magnetic operation": (abusive.long_magnetic_operation(3000), "too_long"),
    "number": (abusive.long_number(6000), "too_long"),
    "whole number": (abusive.long_whole_number(6000), "too_long"),
    "fraction": (abusive.long_fraction(6000), "too_long"),
    "su": (abusive.long_su(6000), "too_long"),
    "label": (abusive.long_label(6000), "too_long"),
    "symbol": (abusive.long_symbol(6000), "too_long"),
    "mixture": (abusive.long_mixture(6000), "too_long"),
    "formula": (abusive.long_formula(6000), "too_long"),
    "formula of digits": (abusive.formula_of_digits(6000), "too_long"),
    "references in a formula": (abusive.long_reference(6000), "too_long"),
    "space group": (abusive.long_space_group(6000), "too_long"),
    "Hall symbol": (abusive.long_hall(6000), "too_long"),
}
WHOLE_FILES = {
    "blocks": (abusive.many_blocks(1000), "too_large"),
    "structures": (abusive.many_broken_structures(1001), "too_large"),
    "block name": (abusive.long_block_name(6000), "too_long"),
    "item name": (CIF.encode() + b"_" + b"a" * 6000 + b" 1\n", "too_long"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_would_grow_is_refused_with_its_reason(kind):
    data, reason = REFUSED[kind]
    (refused,) = read_cif("x.cif", data)
    assert isinstance(refused, BlockError)
    assert refused.reason == reason
    assert "--limit" in refused.message
    assert len(refused.message) < LONGEST_MESSAGE


@pytest.mark.parametrize("kind", WHOLE_FILES)
def test_a_file_that_would_grow_is_refused_with_its_reason(kind):
    data, reason = WHOLE_FILES[kind]
    with pytest.raises(ReadError, match="--limit") as caught:
        read_cif("x.cif", data)
    assert caught.value.reason == reason
    assert len(str(caught.value)) < LONGEST_MESSAGE


def test_words_are_counted_before_they_fill_the_memory():
    data = abusive.many_items(2000)
    with pytest.raises(ReadError, match="words and values"):
        read_cif("x.cif", data, replace(DEFAULT, words=1000))


def test_atoms_are_counted_over_the_data_blocks_of_a_file():
    found = read_cif("x.cif", abusive.many_structures(4), replace(DEFAULT, file_atoms=2 * 3 * 4))
    assert [getattr(block, "reason", "read") for block in found] == ["read", "read", "too_large", "too_large"]


def test_searches_of_the_reader_end():
    """Lines of quotes without an end, and digits that are almost a number, read by a process that can be stopped."""
    script = """
from dataclasses import replace
from polyqw.io.cif.read import read_cif
from polyqw.io.elements import mixture_of_symbol
from polyqw.io.read_options import DEFAULT
from polyqw.io.standard_uncertainty import parse_apart
from tests import abusive_cifs as abusive
for data in (abusive.open_quotes(60_000), abusive.open_quotes_of_both_kinds(40_000)):
    (read,) = read_cif("x.cif", data)
    assert len(read.cell.sites) == 4, read
assert mixture_of_symbol("." + "1" * 300_000) == []
assert parse_apart("1" * 300_000 + "w") is None
"""
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=DEADLINE_SECONDS)


def test_rows_are_not_compared_one_by_one_with_all_others():
    class Rows(list):
        walks = 0

        def __iter__(self):
            Rows.walks += 1
            return super().__iter__()

    rows = Rows(uncertain_rows(60))
    uncertainties._listed(rows, range(60))
    assert Rows.walks < 10


def uncertain_rows(n):
    from polyqw.io.cif.atom_sites import AtomSite  # noqa: PLC0415

    return [AtomSite(f"A{k}", "Cu", (k / n, 0.0, 0.0), 0.5, (1e-4 * k, None, None)) for k in range(n)]


COORDINATES = st.sampled_from([0.0, 5e-5, 9.99e-5, 1.01e-4, 0.5, 0.50005, 0.9999, 0.99995, 1.0, -0.00002, 1.49996])


@settings(deadline=None)
@given(st.lists(st.tuples(COORDINATES, COORDINATES, COORDINATES), min_size=1, max_size=12))
def test_rows_near_are_those_that_a_comparison_of_all_finds(found):
    frac = np.array(found)
    near = places.rows_near(frac, range(len(frac)), 1e-4)
    for k, rows in enumerate(near):
        between = frac - frac[k]
        assert rows.tolist() == np.flatnonzero(np.abs(between - np.round(between)).max(axis=1) < 1e-4).tolist()


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0, -0.5, 0.003, 0.75])] * 3), min_size=1, max_size=12))
def test_classes_are_those_that_a_comparison_of_all_finds(found):
    frac = np.array(found)
    between = frac[:, None] - frac[None]
    distance = np.abs(between - np.round(between)).max(axis=2)
    unsure = ((distance > places.SAME) & (distance <= places.APART)).any()
    classes = places.classes(frac)
    assert (classes is None) == unsure
    if classes is not None:
        assert classes.tolist() == (distance <= places.SAME).argmax(axis=1).tolist()


def test_sites_that_crowd_are_counted_before_they_are_gathered(monkeypatch):
    (read,) = read_cif("x.cif", abusive.full_metals_in_shared_places(300), replace(DEFAULT, place_rows=1000))
    monkeypatch.setattr(neighbors, "MOST_NEIGHBORS", 1000)
    found = find_wells(read.cell)
    assert (found.status, found.reason) == (Status.REJECTED, "too_crowded")
    assert "300 places" in found.message


def test_squares_are_bounded(monkeypatch):
    (read,) = read_cif("x.cif", abusive.perovskite_blocks(40))
    assert find_wells(read.cell).status is Status.OK
    with monkeypatch.context() as patched:
        patched.setattr(squares, "MOST_SQUARES", 3)
        assert find_wells(read.cell).reason == "too_crowded"
    monkeypatch.setattr(squares, "MOST_COMPARISONS", 3)
    assert find_wells(read.cell).reason == "too_crowded"


@pytest.fixture
def opened(monkeypatch):
    names = []
    real = zipfile.ZipFile.open

    def spy(archive, name, *rest, **options):
        names.append(name)
        return real(archive, name, *rest, **options)

    monkeypatch.setattr(zipfile.ZipFile, "open", spy)
    return names


def test_members_over_the_limit_are_refused_without_being_unpacked(tmp_path, opened):
    path = tmp_path / "bombs.zip"
    path.write_bytes(abusive.archive_over_the_limit(30))
    found = list(expand_inputs([str(path)]))
    assert [source.error.reason for source in found] == ["too_large"] * 30
    assert opened == []


def test_members_that_overlap_are_refused(tmp_path, opened):
    path = tmp_path / "overlap.zip"
    path.write_bytes(abusive.archive_that_overlaps(200))
    (refused,) = expand_inputs([str(path)])
    assert refused.error.reason == "bad_archive"
    assert "overlap" in str(refused.error)
    assert opened == []


def test_members_together_are_bounded(tmp_path, opened):
    path = tmp_path / "full.zip"
    path.write_bytes(abusive.archive_of_full_members(12))
    found = list(expand_inputs([str(path)], replace(DEFAULT, unpacked_mb=4)))
    assert [isinstance(source, RefusedSource) for source in found] == [False] * 4 + [True] * 8
    assert found[-1].error.reason == "too_large"
    assert len(opened) == 4


def test_many_small_packed_members_are_all_read(tmp_path):
    path = tmp_path / "small.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for k in range(40):
            archive.writestr(f"{k}.cif.gz", abusive.packed(CIF.encode()))
    found = list(expand_inputs([str(path)]))
    assert [source.read() for source in found] == [CIF.encode()] * 40


def test_number_of_members_is_bounded(tmp_path, opened):
    path = tmp_path / "many.zip"
    path.write_bytes(abusive.archive_of_many_members(21))
    (refused,) = expand_inputs([str(path)], DEFAULT.with_limits(["members=20"]))
    assert refused.error.reason == "too_large"
    assert len(list(expand_inputs([str(path)], DEFAULT.with_limits(["members=21"])))) == 21
