"""Formulae in HTML."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from polyqw.services.drawing.formula_markup import formula_markup


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HgBa2Ca2Cu3O8.16", "HgBa_2_Ca_2_Cu_3_O_8.16_"),
        ("YBa2Cu3O7-d", "YBa_2_Cu_3_O_7-δ_"),
        ("SmFeAsO1-xFx", "SmFeAsO_1-x_F_x_"),
        ("K0.8FeySe2", "K_0.8_Fe_y_Se_2_"),
        ("DyFeAsO", "DyFeAsO"),
        ("YBa2Cu3Ox", "YBa_2_Cu_3_O_x_"),
        ("CdO", "CdO"),
        ("Ba(Fe1-xCox)2As2", "Ba(Fe_1-x_Co_x_)_2_As_2_"),
        ("Bi2212", "Bi2212"),
        ("what the page says", "what the page says"),
    ],
)
def test_amounts_are_subscripts(text, expected):
    shown = str(formula_markup(text)).replace("<sub>", "_").replace("</sub>", "_")
    assert shown == expected


@given(st.text(max_size=30))
def test_nothing_else_becomes_markup(text):
    plain = str(formula_markup(text)).replace("<sub>", "").replace("</sub>", "").replace("δ", "d")
    assert plain == str(escape(text)).replace("δ", "d")
