"""Every file of the 3DSC corpus, where it is at hand."""

import warnings

import numpy as np
import pytest
from pymatgen.io.cif import CifParser

from polyqw.core.record import StructureRecord
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.read_options import Reader, ReadOptions


def test_every_file_is_read_without_a_warning(corpus_paths):
    odd = []
    for path in corpus_paths:
        (record,) = read_cif(path.name, path.read_bytes())
        if not isinstance(record, StructureRecord) or record.warnings:
            odd.append(record)
    assert len(odd) < 7
    known = ("far more than crystals have", "off the symmetry", "do not fit the cell", "but the file names")
    assert all(any(words in w for words in known) for record in odd for w in record.warnings)


def assert_same_sites(one, other):
    assert [(s.label, s.species) for s in one.sites] == [(s.label, s.species) for s in other.sites]
    assert np.abs(one.frac - other.frac).max() < 1e-9
    assert (one.lattice == other.lattice).all()


def test_direct_expansion_is_the_same_or_leaves_it_to_pymatgen(corpus_paths):
    n_direct = 0
    for path in corpus_paths:
        data = path.read_bytes()
        (direct,) = read_cif(path.name, data, ReadOptions(Reader.GEMMI))
        if isinstance(direct, BlockError):
            assert direct.reason == "not_provable", path.name
            continue
        n_direct += 1
        (record,) = read_cif(path.name, data, ReadOptions(Reader.PYMATGEN))
        assert direct.structure_sha256 == record.structure_sha256, path.name
        assert_same_sites(direct.cell, record.cell)
        assert direct.warnings == record.warnings, path.name
    assert n_direct > 0.9 * len(corpus_paths)


def test_compositions_are_those_of_bare_pymatgen(corpus_paths):
    for path in corpus_paths[::10]:
        (record,) = read_cif(path.name, path.read_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (structure,) = CifParser.from_str(path.read_text()).parse_structures(primitive=False)
        assert record.cell.composition == pytest.approx(structure.composition.get_el_amt_dict()), path.name
        assert sorted(record.cell.frac.ravel()) == pytest.approx(sorted(structure.frac_coords.ravel()), abs=1e-6)
