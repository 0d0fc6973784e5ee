"""Text of strangers in spreadsheets, on terminals, in file names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.untrusted import LONGEST_STEM, file_stem, one_line, spreadsheet_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "  =HYPERLINK(1)", "＝1+1", "\r\n-A1"]
)
def test_what_looks_like_a_formula_is_guarded(text):
    assert spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "-", "+", "YBa2Cu3O7-d", "-1.5", "+3e-2", " -4", "a=1", "[1, 2]", "'quoted"])
def test_what_does_not_stays(text):
    assert spreadsheet_text(text) == text


def test_a_line_holds_no_escape_sequence():
    assert one_line("red\x1b[31m\x07 text\nnext\u2028line\u202etricked\x00") == "red[31m text next linetricked"
    assert one_line("x" * 300, 10) == "xxxxxxx..."
    assert one_line("  λ = 1320 K Å²  ") == "λ = 1320 K Å²"


@given(st.text())
def test_a_stem_names_a_file_of_its_folder(text):
    stem = file_stem(text)
    assert 0 < len(stem) <= LONGEST_STEM
    assert stem.isascii()
    assert not stem.startswith((".", "-"))
    assert not set(stem) & set("/\\:\0 \n*?\"<>|'$`;&")
