"""The syntax of CIF."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymatgen.io.cif import CifBlock as PymatgenBlock

from polyqw.io.cif.syntax import quote, read_blocks, unquote

ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


def test_items_and_loops():
    (block,) = read_blocks(
        "data_a\n_one 1\n_two\n;\nline 1\n line 2\n;\nloop_\n_p\n_q\n1 'b c'\n2 \"d'e\"\n_last z\n"
    )
    assert block.items == {"_one": "1", "_two": "\nline 1\n line 2", "_last": "z"}
    assert block.columns == {"_p": ["1", "2"], "_q": ["b c", "d'e"]}
    assert not block.warnings


def test_apostrophe_inside_a_quoted_value():
    (block,) = read_blocks("data_a\n_x 'a dog's life'\n_y 3\n")
    assert block.items == {"_x": "a dog's life", "_y": "3"}


def test_conflicting_and_agreeing_repeats():
    (block,) = read_blocks("data_a\n_x 1\n_x 1\n_y 1\n_y 2\n")
    assert block.conflicts == {"_y"}
    assert block.items["_y"] == "1"


def test_incomplete_last_row():
    (block,) = read_blocks("data_a\nloop_\n_p\n_q\n1 2\n3\n")
    assert block.columns == {"_p": ["1"], "_q": ["2"]}
    assert block.truncated == {"_p", "_q"}


def test_item_without_value():
    (block,) = read_blocks("data_a\n_x\n_y 2\n")
    assert block.first("_x") is None
    assert block.first("_x", "_y") == "2"


def test_item_and_loop_of_one_name():
    (block,) = read_blocks("data_a\n_x 1\nloop_\n_x\n2\n")
    assert block.conflicts == {"_x"}


@given(ANY_TEXT.filter(lambda text: text not in {"?", "."}))
def test_any_text_survives_quoting(value):
    text = f"data_a\n_x {quote(value)}\n_y 2\n"
    assert text.isascii()
    (block,) = read_blocks(text)
    assert unquote(block.items["_x"]) == value
    assert block.items["_y"] == "2"


@pytest.mark.parametrize(
    "value", ["it's", 'say "x"', "both ' and \"", "loop_", "_name", "; first", "a #b", "[1]", "λ"]
)
def test_pymatgen_reads_the_quoted_text_too(value):
    data = PymatgenBlock.from_str(f"data_a\n_x {quote(value)}\n_y 2\n").data
    assert unquote(data["_x"]) == value
    assert data["_y"] == "2"


@pytest.mark.parametrize("text", ["&#1114112;", "&#55296;", "&#;", "&#x3bb;", "&#123456789012;", "AT&T"])
def test_what_is_no_character_stays(text):
    assert unquote(text) == text


@given(ANY_TEXT)
def test_no_text_breaks_the_syntax(text):
    first, *_ = read_blocks("data_a\n_x 1\n" + text)
    assert (first.name, first.items["_x"]) == ("a", "1")
