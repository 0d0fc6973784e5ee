"""One way of printing: columns of the catalogue, and those that a table calls otherwise."""

import pytest

from polyqw.cli.output import Format, Table, write
from polyqw.services.drawing.columns import _COLUMNS, CATALOGUE, Column, as_named, columns_of

ROWS = [
    {"phase": "alpha", "height_angstrom": 3.123456789, "apices": ["Ba", "Cu"], "n": 2},
    {"phase": "beta", "height_angstrom": None, "apices": [], "n": 10},
]
SHOWN = ("phase", "height_angstrom", "apices", "n")


def lines(table):
    return [line.split() for line in str(table).splitlines()]


def test_each_key_stands_once_in_the_catalogue():
    assert len(CATALOGUE) == len(_COLUMNS)


def test_headers_units_and_decimals_of_the_catalogue():
    head, _, first, second = lines(Table(ROWS, SHOWN))
    assert head == ["phase", "h", "(Å)", "apices", "rows"]
    assert (first, second) == (["alpha", "3.1235", "Ba-Cu", "2"], ["beta", "10"])


def test_a_table_may_call_a_column_otherwise():
    other = [Column("phase", "well"), *as_named(["height_angstrom"])]
    head, _, first, _ = lines(Table(ROWS, columns_of(SHOWN, *other)))
    assert head == ["well", "height_angstrom", "apices", "rows"]
    assert first[1] == lines(Table(ROWS, SHOWN, as_stored=True))[2][1] == "3.12346"


def test_a_key_that_nobody_knows_is_an_error():
    with pytest.raises(KeyError):
        str(Table(ROWS, ("hight",)))


def test_csv_is_that_of_the_first_table_unless_given(capsys):
    write(Format.CSV, None, ["a line", Table(ROWS, ("phase",), ["apices"])])
    write(Format.CSV, None, [], (ROWS[:1], None))
    assert capsys.readouterr().out.splitlines() == [
        "phase,apices", "alpha,Ba Cu", "beta,", "phase,height_angstrom,apices,n", "alpha,3.123456789,Ba Cu,2",
    ]  # fmt: skip
