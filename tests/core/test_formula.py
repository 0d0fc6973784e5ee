"""Formulae as the field writes them, and parent compounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.formula import amounts_in, parent_formula, written_formula
from polyqw.io.elements import SYMBOLS
from polyqw.io.formula import parse_any_formula, parse_formula

AS_PRINTED = {
    "HgBa2Ca2Cu3O8.16": "HgBa2Ca2Cu3Ox",
    "YBa2Cu3O6.91": "YBa2Cu3Ox",
    "YBa2Cu4O8": "YBa2Cu4Ox",
    "La1.85Sr0.15CuO4": "La2CuOx",
    "Nd1.85Ce0.15CuO4": "Nd2CuOx",
    "La1.6Sr0.4CaCu2O6": "La2CaCu2Ox",
    "Y0.8Ca0.2Ba2Cu3O7": "YBa2Cu3Ox",
    "Bi2Sr2CaCu2O8.2": "Bi2Sr2CaCu2Ox",
    "Bi1.97Sr1.97Ca0.985Cu1.97O8": "Bi2Sr2CaCu2Ox",
    "Bi1.8Pb0.3Sr2Ca2Cu3O10": "Bi2Sr2Ca2Cu3Ox",
    "Bi2Sr1.6La0.4CuO6": "Bi2Sr2CuOx",
    "TlBa2CaCu2O7": "TlBa2CaCu2Ox",
    "Pb2Sr2YCu3O8": "Pb2Sr2YCu3Ox",
    "RuSr2GdCu2O8": "RuSr2GdCu2Ox",
    "Ca1.9Na0.1CuO2Cl2": "Ca2CuOxCl2",
    "Ba2CuO3.2": "Ba2CuOx",
    "CaCuO2": "CaCuOx",
    "CuO": "CuO",
    "LaFeAsO0.9F0.1": "LaFeAsO",
    "CaFeAsF": "CaFeAsF",
    "Ba0.6K0.4Fe2As2": "BaFe2As2",
    "Ba0.5K0.5Fe2As2": "BaFe2As2",
    "BaFe1.84Co0.16As2": "BaFe2As2",
    "CaKFe4As4": "CaKFe4As4",
    "KCa2Fe4As4F2": "KCa2Fe4As4F2",
    "FeTe0.6Se0.4": "FeTe",
    "K0.8Fe1.7Se2": "KFe2Se2",
    "Sr2VFeAsO3": "Sr2VFeAsO3",
    "La3Ni2O7": "La3Ni2O7",
    "La2PrNi2O7": "La2PrNi2O7",
    "Nd0.8Sr0.2NiO2": "NdNiO2",
    "CsV3Sb5": "CsV3Sb5",
    "SrTiO3": "SrTiO3",
}
"""Formulae in the order that the literature has them, and their parents."""


@pytest.mark.parametrize(("printed", "parent"), AS_PRINTED.items())
def test_formulae_are_written_as_printed(printed, parent):
    amounts = parse_formula(printed)
    assert written_formula(dict(sorted(amounts.items()))) == printed
    assert parent_formula(amounts) == parent


compositions = st.dictionaries(
    st.sampled_from(sorted(SYMBOLS)), st.integers(1, 90000).map(lambda n: n / 10000), min_size=1, max_size=7
)


@given(compositions)
def test_a_written_formula_holds_the_same_atoms(amounts):
    assert parse_formula(written_formula(amounts)) == pytest.approx(amounts)
    key = " ".join(f"{e}{x:g}" for e, x in sorted(amounts.items()))
    assert amounts_in(key) == pytest.approx(amounts)


@given(compositions)
def test_a_parent_is_its_own_parent(amounts):
    parent = parent_formula(amounts)
    again = parse_formula(parent.replace("Ox", "O"))
    assert again
    assert parent_formula(again) == parent or any(x != round(x) for x in again.values())


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("YBa2Cu3O7-d", "YBa2Cu3O7"),
        ("YBa₂Cu₃O₇₋δ", "YBa2Cu3O7"),
        ("HgBa2Ca2Cu3O8+d", "HgBa2Ca2Cu3O8"),
        ("LaFeAsO1-xFx", "LaFeAsO"),
        ("La2-xSrxCuO4", "La2CuO4"),
        ("Ba(Fe0.9Co0.1)2As2", "BaFe1.8Co0.2As2"),
        ("(La,Sr)2CuO4", "La2CuO4"),
        ("As2 Ba0.9 Fe2 K0.1", "Ba0.9K0.1Fe2As2"),
    ],
)
def test_formulae_as_people_write_them(text, same):
    assert parse_any_formula(text) == pytest.approx(parse_formula(same))


@pytest.mark.parametrize("text", ["", "lafeaso", "((((", "YBCO!", "12", "Ba(Fe", "δ"])
def test_what_is_no_formula(text):
    assert parse_any_formula(text) is None
