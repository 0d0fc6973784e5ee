"""Lines of a table of Tc: understood whole, or refused with one reason."""

import pytest

from polyqw.core.record import TransitionKind
from polyqw.errors import UsageError
from polyqw.io.tc_rows import PressureUnit, RefusedRow, TcField, TcReading, TcUnit, read_tc_rows
from polyqw.io.tc_table import header_key


@pytest.fixture
def read(tmp_path):
    def read(text, **reading):
        path = tmp_path / "tc.csv"
        path.write_text(text, encoding="utf-8")
        return read_tc_rows(path, TcReading(**{"headers": {}, **reading}))

    return read


def one(read, tc, header="formula,tc", name="Nb", **reading):
    (row,) = read(f"{header}\n{name},{tc}\n", **reading)
    return row


@pytest.mark.parametrize(
    ("text", "kelvin", "su", "kind"),
    [
        ("9.2", 9.2, None, "reported"),
        ("9.25(3)", 9.25, 0.03, "reported"),
        ("92 K", 92.0, None, "reported"),
        ("350mK", 0.35, None, "reported"),
        ("350(20) mK", 0.35, 0.02, "reported"),
        ("<1.8", 1.8, None, "upper_bound"),
        ("≤ 50 mK", 0.05, None, "upper_bound"),
        ("1e1", 10.0, None, "reported"),
    ],
)
def test_ways_to_write_a_tc(read, text, kelvin, su, kind):
    row = one(read, text)
    assert row.tc_kelvin == pytest.approx(kelvin)
    assert row.tc_su_kelvin == (None if su is None else pytest.approx(su))
    assert row.kind == kind


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_number"), ("nine", "no_number"), ("38;5", "no_number"), ("nan", "no_number"), ("inf", "no_number"),
        ("1e999", "implausible"), ("-4", "negative"), ("0", "zero"), (">30", "lower_bound"),
        ("9.2 F", "unknown_unit"), ("9.2 meV", "unknown_unit"), ("9200", "implausible"),
        ("9.2 \x1b[2J", "no_number"),
        ("=cmd|' /C calc'!A0", "no_number"),
    ],
)  # fmt: skip
def test_what_is_no_tc(read, text, reason):
    row = one(read, text)
    assert isinstance(row, RefusedRow)
    assert (row.line, row.reason) == (2, reason)
    assert "\x1b" not in row.message


def test_units_of_option_header_line_and_cell(read):
    assert one(read, "9200", unit=TcUnit.MILLIKELVIN).tc_kelvin == pytest.approx(9.2)
    assert one(read, "9200", header="formula,Tc_mK").tc_kelvin == pytest.approx(9.2)
    (row,) = read("formula,tc,unit\nNb,9200,mK\n")
    assert row.tc_kelvin == pytest.approx(9.2)
    (row,) = read("formula,tc,unit\nNb,9200,degrees\n")
    assert row.reason == "unknown_unit"
    assert one(read, "9.2 K", unit=TcUnit.MILLIKELVIN).tc_kelvin == pytest.approx(9.2)
    with pytest.raises(UsageError, match="the column 'tc_kelvin' names K, the option mK"):
        one(read, "9.2", header="formula,tc_kelvin", unit=TcUnit.MILLIKELVIN)


def test_pressures(read):
    header = "formula,tc,pressure\n"
    assert read(f"{header}Nb,9,12\n")[0].pressure_gpa == 12.0
    assert read(f"{header}Nb,9,12\n", pressure_unit=PressureUnit.KILOBAR)[0].pressure_gpa == pytest.approx(1.2)
    assert read(f"{header}Nb,9,12 kbar\n")[0].pressure_gpa == pytest.approx(1.2)
    assert read("formula,tc,pressure_kbar\nNb,9,12\n")[0].pressure_gpa == pytest.approx(1.2)
    assert read(f"{header}Nb,9,\n")[0].pressure_gpa is None
    for wrong in ("-1", "high", "3 atm", "<2"):
        assert read(f"{header}Nb,9,{wrong}\n")[0].reason == "bad_pressure"


def test_kinds(read):
    assert one(read, "9", kind=TransitionKind.MEASURED).kind == "measured"
    assert one(read, "<9", kind=TransitionKind.MEASURED).kind == "upper_bound"
    assert one(read, "<9", kind=TransitionKind.NOT_OBSERVED).kind == "not_observed"
    rows = read("formula,tc,kind\nNb,9,measured\nNb,9,guessed\nNb,<9,measured\nNb,<9,not_observed\n")
    assert [getattr(row, "kind", None) or row.reason for row in rows] == [
        "measured", "unknown_kind", "contradiction", "not_observed",
    ]  # fmt: skip


def test_what_names_the_structure(read):
    rows = read(
        'id,file,source_id,formula,tc\n7,a.cif,x,Nb,1\n,"C:\\data\\a.cif",x,Nb,1\n,,COD 1,Nb,1\n,,,Nb,1\n,,,,1\n'
    )
    assert [(row.way, row.name) for row in rows[:4]] == [
        (TcField.ID, "7"), (TcField.FILE, "a.cif"), (TcField.SOURCE_ID, "COD 1"), (TcField.FORMULA, "Nb"),
    ]  # fmt: skip
    assert rows[4].reason == "no_name"


def test_headers_of_ones_own(read):
    (row,) = read("what,T onset\nNb,9\n", headers={TcField.FORMULA: "what", TcField.TC: "T onset"})
    assert (row.name, row.tc_kelvin) == ("Nb", 9.0)
    with pytest.raises(UsageError, match="there is no column 'x'"):
        read("what,T onset\nNb,9\n", headers={TcField.FORMULA: "x"})
    with pytest.raises(UsageError, match="--map tc=HEADER"):
        read("what,T onset\nNb,9\n")
    with pytest.raises(UsageError, match="--map formula=HEADER"):
        read("what,Tc\nNb,9\n")
    with pytest.raises(UsageError, match="empty table"):
        read("# nothing\n")


def test_numbers_beside_tc(read):
    header = "formula,tc,tc_su,doping\n"
    row = read(f"{header}Nb,9,0.2,0.16\n")[0]
    assert (row.tc_su_kelvin, row.doping) == (0.2, 0.16)
    assert read(f"{header}Nb,9,-1,\n")[0].reason == "bad_uncertainty"
    assert read(f"{header}Nb,9,,much\n")[0].reason == "bad_doping"
    assert read("formula,tc_mk,tc_su\nNb,9000,200\n")[0].tc_su_kelvin == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Tc (K)", "tc_k"), ("Tc/K", "tc_k"), ("TC [mK]", "tc_mk"), ("Pressure (GPa)", "pressure_gpa"),
        ("p/kbar", "p_kbar"), ("Tc", "tc"), ("Critical temperature", "critical_temperature"),
        ("Nd/K", "nd_k"), ("ratio/Kelvin", "ratio/kelvin"),
    ],
)  # fmt: skip
def test_units_in_headers(title, key):
    assert header_key(title) == key
