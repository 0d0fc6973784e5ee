"""Text of strangers is shown, and does nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.untrusted import LONGEST_STEM, csv_value, file_stem, one_line, visible, visible_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b2J\x7f\x00", r"\x9b2J\x7f\x00"),
        ("over\rwritten\b", r"over\x0dwritten\x08"),
        ("a\u202ecif.exe", r"a\u202ecif.exe"),
        ("Bi₂Sr₂CaCu₂O₈₊δ\tλ\n", "Bi₂Sr₂CaCu₂O₈₊δ\tλ\n"),
    ],
)
def test_visible(text, shown):
    assert visible(text) == shown


@given(st.text())
def test_nothing_hidden_is_left_and_nothing_else_is_touched(text):
    shown = visible(text)
    assert all(c in "\n\t" or (c.isprintable() or c.isspace() or ord(c) > 0x9F) for c in shown)
    assert visible(shown) == shown


@given(st.recursive(st.text() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_means_the_same(value):
    document = visible_json(json.dumps(value, ensure_ascii=False))
    assert json.loads(document) == value
    assert visible(document) == document


@pytest.mark.parametrize(
    "text", ["=1+1", "=HYPERLINK(0)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r\n-A1", "  =A(1)", "＝1+1"]
)
def test_formulas_are_text(text):
    assert csv_value(text) == "'" + text


@pytest.mark.parametrize(
    "value", ["", "-", "YBa2Cu3O7", "-1.5", " -4", "+3e4", "-nan", "3=3", -1.5, None, 7, "δ", "'=1"]
)
def test_values_that_are_no_formula_stay(value):
    assert csv_value(value) is value


def test_a_line_holds_no_escape_sequence():
    assert one_line("red\x1b[31m\x07 text\nnext\u2028line\u202etricked\x00") == "red [31m text next line tricked"
    assert one_line("x" * 300, 10) == "xxxxxxxxx…"
    assert one_line("  λ = 1320 K Å²  ") == "λ = 1320 K Å²"


@given(st.text())
def test_a_stem_names_a_file_of_its_folder(text):
    stem = file_stem(text)
    assert 0 < len(stem) <= LONGEST_STEM
    assert stem.isascii()
    assert not stem.startswith((".", "-"))
    assert not set(stem) & set("/\\:\0 \n*?\"<>|'$`;&")
