"""Every file of the 3DSC corpus, where it is at hand."""

import warnings

import pytest
from pymatgen.io.cif import CifParser

from polyqw.core.record import StructureRecord
from polyqw.io.cif import read_cif


def test_every_file_is_read_without_a_warning(corpus_paths):
    odd = []
    for path in corpus_paths:
        (record,) = read_cif(path.name, path.read_bytes())
        if not isinstance(record, StructureRecord) or record.warnings:
            odd.append(record)
    assert not odd


def test_compositions_are_those_of_bare_pymatgen(corpus_paths):
    for path in corpus_paths[::10]:
        (record,) = read_cif(path.name, path.read_bytes())
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            (structure,) = CifParser.from_str(path.read_text()).parse_structures(primitive=False)
        assert record.cell.composition == pytest.approx(structure.composition.get_el_amt_dict()), path.name
        assert sorted(record.cell.frac.ravel()) == pytest.approx(sorted(structure.frac_coords.ravel()), abs=1e-6)
