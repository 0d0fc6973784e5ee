"""Tables of Tc in the layouts that people have."""

import pytest

from polyqw.core.record import Origin, TransitionKind
from polyqw.errors import UsageError
from polyqw.io.tables.tc_headers import TcField
from polyqw.io.tables.tc_rows import RefusedRow
from polyqw.io.tables.tc_table import composition_key, read_tc_table, tables_in

LSCO = {"La": 1.85, "Sr": 0.15, "Cu": 1.0, "O": 4.0}


def table(tmp_path, text, **columns):
    path = tmp_path / "tc.csv"
    path.write_text(text, encoding="utf-8")
    return read_tc_table(path, {TcField(name): title for name, title in columns.items()})


def test_own_layout(tmp_path):
    found = table(
        tmp_path,
        "file,formula,tc_kelvin,kind,pressure_gpa,group,origin,tc_su_kelvin\n"
        "a.cif,YBa2Cu3O7,93,measured,,ybco,measured,0.5\n"
        "b.cif,LaFeAsO,2,not_observed,0,la,,\n"
        "c.cif,La3Ni2O7,80,,29.5,,,\n",
    )
    a, b, c = (found.find(name, {})[0] for name in ("x/a.cif", "b.cif", "dir\\c.cif"))
    assert (a.tc_kelvin, a.kind, a.subject.origin, a.subject.group, a.tc_su_kelvin) == (
        93,
        TransitionKind.MEASURED,
        Origin.MEASURED,
        "ybco",
        0.5,
    )
    assert b.is_bound
    assert not a.is_bound
    assert (c.pressure_gpa, c.subject.origin, c.subject.group) == (29.5, None, None)
    assert found.n_rows == 3
    assert found.problems == []


def test_layout_of_3dsc(tmp_path):
    """A comment line first, paths from the root of that data set, True and False, zero for what is unknown."""
    found = table(
        tmp_path,
        '"# ""A comment, with commas.""",,,,\n'
        "formula_sc,tc,cif,material_id_2,synth_doped\n"
        "La1.85Sr0.15Cu1O4,37.5,data/final/MP/cifs/x-synth_doped.cif,mp-19735,True\n"
        "Ag2O1,0,data/final/MP/cifs/y.cif,mp-353,False\n",
    )
    (x,) = found.find("anywhere/x-synth_doped.cif", {})
    (y,) = found.find("y.cif", {})
    assert (x.tc_kelvin, x.subject.origin, x.subject.group) == (37.5, Origin.SYNTHETIC_DOPED, "mp-19735")
    assert isinstance(y, RefusedRow)
    assert (y.reason, y.subject.origin) == ("zero", Origin.DFT)
    assert found.find("z.cif", LSCO) == [], "a table that names files is not searched by formula"


def test_layout_of_supercon(tmp_path):
    """Formulae alone, in any multiple and order, several reports of one compound."""
    found = table(tmp_path, "name,Tc\nLa1.85Sr0.15Cu1O4,37\nSr0.3La3.7Cu2O8,38.5\nYBa2Cu3O7,92\n")
    assert [e.tc_kelvin for e in found.find("any.cif", LSCO)] == [37, 38.5]
    assert found.find("any.cif", {"Nb": 1.0}) == []


def test_layout_of_the_corpus(corpus):
    found = read_tc_table(corpus / "tc.csv")
    assert found.columns[TcField.TC] == "tc_median_kelvin"
    assert found.n_rows == 1391
    assert len(found.by_file) == 1388
    origins = [e.subject.origin for entries in found.by_file.values() for e in entries]
    assert set(origins) == {Origin.SYNTHETIC_DOPED, Origin.DFT}
    assert origins.count(Origin.SYNTHETIC_DOPED) > 900


def test_headers_can_be_named(tmp_path):
    found = table(tmp_path, "My file;x,T\na.cif,12\n", file="My file;x", tc="T")
    assert found.find("a.cif", {})[0].tc_kelvin == 12
    with pytest.raises(UsageError, match="no column 'Q'; its columns are file, T"):
        table(tmp_path, "file,T\na.cif,12\n", tc="Q")


def test_bounds_and_what_is_no_number(tmp_path):
    found = table(tmp_path, "file,tc\na.cif,<4.2\nb.cif,\nc.cif,high\nd.cif,-3\ne.cif,nan\nf.cif,7\n")
    assert found.find("a.cif", {})[0].is_bound
    assert [p.split(":")[0] for p in found.problems] == ["line 4", "line 5", "line 6"]
    assert found.find("f.cif", {})[0].kind is TransitionKind.REPORTED


def test_words_that_are_not_known_are_told(tmp_path):
    found = table(tmp_path, "file,tc,kind,origin\na.cif,4,guess,\nb.cif,4,,dream\nc.cif,4,,\n")
    assert [p.split(" ")[2] for p in found.problems] == ["'guess'", "'dream'"]
    assert list(found.by_file) == ["c.cif"]


def test_a_column_that_is_passed_over_is_told(tmp_path):
    found = table(tmp_path, "file,tc,Pmax (GPa),year\na.cif,4,1,1990\n")
    assert found.problems == ["tc.csv: the column 'Pmax (GPa)' is not read, though it sounds like a condition of Tc"]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("", "empty table"),
        ("# only a comment\n", "empty table"),
        ("file,x\n", "no column holds Tc"),
        ("tc,x\n", "files or formulae"),
    ],
)
def test_tables_that_say_nothing(tmp_path, text, match):
    with pytest.raises(UsageError, match=match):
        table(tmp_path, text)


def test_what_is_no_table(tmp_path):
    with pytest.raises(UsageError, match="cannot be read"):
        read_tc_table(tmp_path / "missing.csv")
    (tmp_path / "bytes.csv").write_bytes(b"file,tc\n\xff\xfe\xfa,1\n")
    with pytest.raises(UsageError, match="UTF-8"):
        read_tc_table(tmp_path / "bytes.csv")


def test_compositions_that_differ_by_a_factor():
    assert composition_key(LSCO) == composition_key({k: 7 * v for k, v in LSCO.items()})
    assert composition_key(LSCO) != composition_key({**LSCO, "O": 3.9})
    assert composition_key({**LSCO, "Zn": 0.0}) == composition_key(LSCO)


def test_tables_in_a_folder(tmp_path):
    for name in ("b.csv", "a.CSV", "c.txt"):
        (tmp_path / name).write_text("x")
    assert [p.name for p in tables_in(tmp_path)] == ["a.CSV", "b.csv"]
