"""Names of atoms as files write them: read as one element, left out as empty, or refused; never read as another."""

import pytest

from polyqw.io.elements import element_of_label, element_of_symbol, is_vacancy, mixture_of_symbol

SYMBOLS = {
    "Fe": "Fe", "FE": "Fe", "fe": "Fe", "Cu2+": "Cu", "CU+2": "Cu", "Cu2.14+": "Cu", "Cu+2.33": "Cu", "Cu(2+)": "Cu",
    "O2-": "O", "O-2": "O", "O1-": "O", "Na0": "Na", "Ba2": "Ba", "D": "H", "D1+": "H", "H": "H", "Cval": "C",
    "Siva": "Si", "Wat": "O", "Ow": "O", "OW": "O", "OH": "O", "OH1-": "O", "H2O": "O", "OH2": "O", "Re": "Re",
}  # fmt: skip
NO_SYMBOLS = [
    "Unk", "UNK", "Fe0.5Co0.5", "Cu+Zn", "(Ba,K)", "Ba/K", "BaK", "CuI", "M", "TM", "Ln", "LN", "RE", "X", "A1", "A",
    "Q", "T", "Tr", "Pn", "Ch", "Ae", "Me", "L", "NH4", "NO3", "CN", "Cat", "Anion", "Fe3+Co", "1", "?x", "",
]  # fmt: skip


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_a_symbol_of_one_element(symbol):
    assert element_of_symbol(symbol) == SYMBOLS[symbol]


@pytest.mark.parametrize("symbol", NO_SYMBOLS)
def test_a_symbol_of_no_element(symbol):
    assert element_of_symbol(symbol) is None


def test_capitals_of_a_class_need_the_formula():
    assert element_of_symbol("RE", frozenset({"Re", "O"})) == "Re"
    assert element_of_symbol("RE", frozenset({"Y", "O"})) is None
    assert element_of_label("RE1", frozenset({"Re", "O"})) == "Re"
    assert element_of_label("RE1", frozenset({"Y", "O"})) is None
    assert element_of_label("TM1", frozenset({"Tm", "O"})) == "Tm"
    assert element_of_label("TM1") is None


LABELS = [  # label, elements of the formula, element
    ("Cu1", "", "Cu"),
    ("Cu1A", "", "Cu"),
    ("CU1", "", "Cu"),
    ("CA2", "Ca O", "Ca"),
    ("CO1", "C O", "C"),
    ("CO1", "Co O", "Co"),
    ("Co1", "C O", "Co"),
    ("O(1)", "", "O"),
    ("O1W", "", "O"),
    ("OW1", "", "O"),
    ("Wat1", "", "O"),
    ("OH1", "", "O"),
    ("D1", "", "H"),
    ("CuA", "", "Cu"),
    ("OAP1", "", "O"),
    ("Oap1", "Cu O", "O"),
    ("Oap1", "", None),
    ("Cu2+", "", "Cu"),
    ("O2-", "", "O"),
    ("CuI", "Cu O", "Cu"),
    ("BaK1", "", None),
    ("BaK1", "Ba Fe As", "Ba"),
    ("Ba/K1", "Ba K", None),
    ("(Ba,K)", "Ba K", None),
    ("Cu+Zn", "Cu Zn", None),
    ("Fe0.5Co0.5", "Co Fe", None),
    ("Unk1", "", None),
    ("Unk1", "U O", None),
    ("UNK", "U O", None),
    ("UNK", "", None),
    ("Cation1", "Ca O", None),
    ("M1", "Fe O", None),
    ("Ln1", "La O", None),
    ("A1", "Ag O", None),
    ("T1", "", None),
    ("1", "", None),
]


@pytest.mark.parametrize(("label", "formula", "element"), LABELS)
def test_a_label(label, formula, element):
    assert element_of_label(label, frozenset(formula.split())) == element


@pytest.mark.parametrize("symbol", ["Va", "Vac", "VAC1", "Du", "LP1", "□"])
def test_an_empty_place(symbol):
    assert is_vacancy(symbol)


@pytest.mark.parametrize("symbol", ["X", "X1", "Q2", "XX"])
def test_what_is_empty_where_the_formula_says_what_there_is(symbol):
    assert is_vacancy(symbol, frozenset({"Cu"}))
    assert not is_vacancy(symbol)


def test_mixtures():
    assert mixture_of_symbol("0.8Nb + 0.2Zr") == [("Nb", 0.8), ("Zr", 0.2)]
    assert mixture_of_symbol("0.75Sr+0.25La") == [("Sr", 0.75), ("La", 0.25)]
    for symbol in ("0.5Fe+0.3Co+Ni", "0.5Fe", "0.5Fe 0.5Qq", "Fe0.5Co0.5", "Nb.5"):
        assert mixture_of_symbol(symbol) == []
