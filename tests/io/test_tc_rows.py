"""Lines of a table of Tc: understood whole, or refused with one reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.record import Origin, TransitionKind
from polyqw.errors import UsageError
from polyqw.io.tables.tc_cells import HIGHEST_GIGAPASCAL, HIGHEST_KELVIN
from polyqw.io.tables.tc_headers import TcField
from polyqw.io.tables.tc_rows import RefusedRow, TcReading, Zero, read_tc_rows


@pytest.fixture
def read(tmp_path):
    def read(text, **reading):
        path = tmp_path / "tc.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_tc_rows(path, TcReading(**reading)).rows

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
        ("92.5 ± 0.3 K", 92.5, 0.3, "reported"),
        ("92.5+/-0.3", 92.5, 0.3, "reported"),
        ("350mK", 0.35, None, "reported"),
        ("350(20) mK", 0.35, 0.02, "reported"),
        ("-181.15 °C", 92.0, None, "reported"),
        ("-181.15 ± 2 ℃", 92.0, 2.0, "reported"),
        ("<1.8", 1.8, None, "upper_bound"),
        ("<=1.8", 1.8, None, "upper_bound"),
        ("≤ 50 mK", 0.05, None, "upper_bound"),
        ("1e1", 10.0, None, "reported"),
        ("1000", 1000.0, None, "reported"),
    ],
)
def test_ways_to_write_a_tc(read, text, kelvin, su, kind):
    row = one(read, text)
    assert row.tc_kelvin == pytest.approx(kelvin)
    assert row.tc_su_kelvin == (None if su is None else pytest.approx(su))
    assert row.kind == kind


def test_about_is_kept_as_a_note(read):
    row = one(read, "~26 K")
    assert (row.tc_kelvin, row.kind, row.note) == (26.0, "reported", "the table says about (~)")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no_tc"), ("nine", "no_number"), ("38;5", "no_number"), ("nan", "no_number"), ("inf", "no_number"),
        ("1e999", "implausible"), ("1.7e308", "implausible"), ("-4", "negative"), ("0", "zero"), ("0.0 mK", "zero"),
        (">30", "lower_bound"), ("9.2 F", "unknown_unit"), ("9.2 meV", "unknown_unit"), ("9.2 GPa", "unknown_unit"),
        ("1000.1", "implausible"), ("-300 °C", "negative"), ('"9,2"', "no_number"), ("4-9", "no_number"),
        ("9.2 ± 2000", "bad_uncertainty"), ("9.2 \x1b[2J", "no_number"), ("=cmd|' /C calc'!A0", "no_number"),
        ("9" * 200, "no_number"), ("٣", "no_number"),
    ],
)  # fmt: skip
def test_what_is_no_tc(read, text, reason):
    row = one(read, text)
    assert isinstance(row, RefusedRow)
    assert (row.line, row.reason) == (2, reason)
    assert "\x1b" not in row.message


def test_units_of_option_header_line_and_cell(read):
    assert one(read, "9200", unit="mK").tc_kelvin == pytest.approx(9.2)
    assert one(read, "9200", header="formula,Tc_mK").tc_kelvin == pytest.approx(9.2)
    assert one(read, "-181.15", header="formula,Tc (°C)").tc_kelvin == pytest.approx(92.0)
    (row,) = read("formula,tc,unit\nNb,9200,mK\n")
    assert row.tc_kelvin == pytest.approx(9.2)
    (row,) = read("formula,tc,unit\nNb,9200,degrees\n")
    assert row.reason == "unknown_unit"
    assert one(read, "9.2 K", unit="mK").tc_kelvin == pytest.approx(9.2)
    with pytest.raises(UsageError, match="the column 'tc_kelvin' names kelvin, the option mK"):
        one(read, "9.2", header="formula,tc_kelvin", unit="mK")
    with pytest.raises(UsageError, match="'furlong' is no unit of tc"):
        one(read, "9.2", unit="furlong")


@pytest.mark.parametrize(
    ("header", "cell", "gigapascal"),
    [
        ("pressure (GPa)", "12", 12.0), ("pressure (MPa)", "1500", 1.5), ("pressure (kPa)", "101.325", 1.01325e-4),
        ("Pressure [kbar]", "12", 1.2), ("pressure/bar", "1000", 0.1), ("pressure_mpa", "250", 0.25),
        ("p (GPa)", "3", 3.0), ("P / atm", "1", 1.01325e-4), ("appliedPressure", "1.5 GPa", 1.5),
        ("appliedPressure", "150 kbar", 15.0), ("applied pressure", "1.2 Mbar", 120.0), ("pressure", "0", 0.0),
        ("pressure", "ambient pressure", 0.0), ("pressure", "", None), ("pressure (GPa)", "1000", 1000.0),
    ],
)  # fmt: skip
def test_pressures(read, header, cell, gigapascal):
    (row,) = read(f"formula,tc,{header}\nNb,9,{cell}\n")
    assert row.pressure_gpa == (None if gigapascal is None else pytest.approx(gigapascal))


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("-1 GPa", "bad_pressure"), ("high", "bad_pressure"), ("<2 GPa", "bad_pressure"), ("2-3 GPa", "bad_pressure"),
        ("1000.1 GPa", "bad_pressure"), ("2 K", "bad_pressure"), ("1.7e308 GPa", "bad_pressure"),
        ("30 mPa", "bad_pressure"), ("12", "no_pressure_unit"),
    ],
)  # fmt: skip
def test_what_is_no_pressure(read, cell, reason):
    assert read(f"formula,tc,pressure\nNb,9,{cell}\n")[0].reason == reason


def test_the_unit_of_pressure_may_be_named_apart(read):
    assert read("formula,tc,pressure\nNb,9,12\n", pressure_unit="kbar")[0].pressure_gpa == pytest.approx(1.2)
    with pytest.raises(UsageError, match="'K' is no unit of pressure"):
        read("formula,tc,pressure\nNb,9,12\n", pressure_unit="K")


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["K", "mK", "GPa", "kbar", "Pa", ""]))
def test_every_number_ends_within_the_limits_or_is_refused(tmp_path_factory, value, unit):
    path = tmp_path_factory.getbasetemp() / "numbers.csv"
    path.write_text(f"formula,tc,pressure\nNb,{value!r} {unit},\nNb,9,{value!r} {unit}\n", encoding="utf-8")
    for row in read_tc_rows(path, TcReading()).rows:
        if not isinstance(row, RefusedRow):
            assert 0 < row.tc_kelvin <= HIGHEST_KELVIN
            assert row.pressure_gpa is None or 0 <= row.pressure_gpa <= HIGHEST_GIGAPASCAL


def test_a_tc_in_a_magnetic_field_is_not_kept(read):
    rows = read("formula,tc,magnetic field (T)\nNb,9,0\nNb,9,\nNb,4,1.5\nNb,4,some\n")
    assert [getattr(row, "reason", None) for row in rows] == [None, None, "in_field", "in_field"]


def test_zeros(read):
    assert one(read, "0").reason == "zero"
    row = one(read, "0", zero=Zero.NOT_OBSERVED, zero_kelvin=1.8)
    assert (row.tc_kelvin, row.kind) == (1.8, "not_observed")
    with pytest.raises(UsageError, match="need the lowest temperature reached"):
        one(read, "0", zero=Zero.NOT_OBSERVED)


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
    assert [(row.subject.way, row.subject.name) for row in rows[:4]] == [
        (TcField.ID, "7"), (TcField.FILE, "a.cif"), (TcField.SOURCE_ID, "COD 1"), (TcField.FORMULA, "Nb"),
    ]  # fmt: skip
    assert rows[4].reason == "no_name"


def test_origins(read):
    rows = read("cif,tc,mp_id,synth_doped\na.cif,9,mp-1,True\nb.cif,9,mp-1,False\nc.cif,9,x,maybe\n")
    assert [row.subject.origin for row in rows] == [Origin.SYNTHETIC_DOPED, Origin.DFT, None]
    assert rows[2].reason == "unknown_origin"


def test_numbers_beside_tc(read):
    header = "formula,tc,tc_su,doping\n"
    row = read(f"{header}Nb,9,0.2,0.16\n")[0]
    assert (row.tc_su_kelvin, row.doping) == (0.2, 0.16)
    assert read(f"{header}Nb,9,-1,\n")[0].reason == "bad_uncertainty"
    assert read(f"{header}Nb,9,,much\n")[0].reason == "bad_doping"
    assert read("formula,tc_mk,tc_su\nNb,9000,200\n")[0].tc_su_kelvin == pytest.approx(0.2)


def test_cells_without_a_header_or_a_header_without_cells(read):
    rows = read("formula,tc\nNb,9,1 GPa\nNb\nNb,9,,\n")
    assert [getattr(row, "reason", None) for row in rows] == ["ragged", "ragged", None]
    assert rows[0].message == "3 cells under 2 headers"


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_where_commas_part_no_cells(read, delimiter):
    lines = ["formula,tc,pressure (GPa)", "Nb,9:25(3),0:1", "Nb,1:234,0", "Nb,0:125,0", "Nb,1.234:5,0"]
    text = "\n".join(line.replace(",", delimiter).replace(":", ",") for line in lines)
    rows = read(text)
    assert (rows[0].tc_kelvin, rows[0].tc_su_kelvin, rows[0].pressure_gpa) == (9.25, 0.03, 0.1)
    assert rows[2].tc_kelvin == 0.125
    assert [rows[k].reason for k in (1, 3)] == ["no_number", "no_number"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are(read, encoding):
    (row,) = read("formula,tc,source\nNb,≤ 9,Müller\n".encode(encoding))
    assert (row.kind, row.source) == ("upper_bound", "Müller")


def test_other_encodings_are_named(read):
    data = "formula,tc,source\nNb,9 ± 1,Müller\n".encode("latin-1")
    with pytest.raises(UsageError, match=r"not UTF-8 \(byte 0xb1\).*--encoding latin-1"):
        read(data)
    (row,) = read(data, encoding="latin-1")
    assert (row.tc_su_kelvin, row.source) == (1.0, "Müller")
    with pytest.raises(UsageError, match="no encoding of that name"):
        read(data, encoding="klingon")
    with pytest.raises(UsageError, match="not UTF-8"):
        read("formula,tc\nNb,9\n".encode("utf-16-le"))


def test_a_quotation_mark_without_its_partner_swallows_no_lines(read):
    with pytest.raises(UsageError, match="cannot be read as CSV"):
        read('formula,tc\n"Nb,9\nPb,7\n')
