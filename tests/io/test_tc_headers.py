"""The headers of tables of Tc: known ones are read, none that matters is passed over."""

import subprocess
import sys

import pytest

from polyqw.errors import UsageError
from polyqw.io.tables.tc_headers import TcField, field_of, find_columns, header_key

EVERY = frozenset(TcField)
SUPERCON2 = (
    "id rawMaterial materialId name formula doping shape materialClass fabrication substrate variables "
    "criticalTemperature criticalTemperatureMeasurementMethod appliedPressure section subsection hash title doi "
    "authors publisher journal year".split()
)


def titles(header, *, given=None, ignored=(), fields=EVERY):
    return find_columns(header, fields, given or {}, ignored)


@pytest.mark.parametrize(
    ("title", "field", "unit"),
    [
        ("Tc (K)", TcField.TC, "kelvin"), ("Tc/K", TcField.TC, "kelvin"), ("TC [mK]", TcField.TC, "mK"),
        ("tc_kelvin", TcField.TC, "kelvin"), ("Critical temperature", TcField.TC, None),
        ("Critical Temperature (K)", TcField.TC, "kelvin"), ("Tc, K", TcField.TC, "kelvin"),
        ("criticalTemperature", TcField.TC, None), ("Tc (of this sample) recommended", TcField.TC, None),
        ("Pressure (GPa)", TcField.PRESSURE, "gigapascal"), ("p/kbar", TcField.PRESSURE, "kbar"),
        ("PRESSURE (GPA)", TcField.PRESSURE, "gigapascal"), ("appliedPressure", TcField.PRESSURE, None),
        ("pressure in MPa", TcField.PRESSURE, None), ("Chemical Formula", TcField.FORMULA, None),
        ("applied field (T)", TcField.MAGNETIC_FIELD, None), ("tc_su_mk", TcField.TC_SU, "millikelvin"),
    ],
)  # fmt: skip
def test_headers_and_their_units(title, field, unit):
    found = titles([title])
    if title == "pressure in MPa":
        assert found.worrying == (title,)
        return
    assert (found.titles, found.units.get(field)) == ({field: title}, unit)


@pytest.mark.parametrize(
    "title",
    [
        "Pmax (GPa)", "max. pressure", "pressure (furlong)", "pressure (mPa)", "p", "P", "T", "H", "Tc onset",
        "critical field", "Hc2 (T)", "sigma_tc", "error", "Tc ±", "temperatureOfAnnealing", "anneal temp", "std",
        "tc_zero", "x (K)", "tcsus", "thickness (atm)",
    ],
)  # fmt: skip
def test_columns_that_sound_like_a_condition_of_tc(title):
    found = titles(["formula", "tc", title])
    assert found.unused == (title,)
    assert found.worrying == (title,)
    assert titles(["formula", "tc", title], ignored=[title]).worrying == ()


@pytest.mark.parametrize(
    "title", ["year", "space group", "crystal_temp_2", "tc_max_kelvin", "fabrication", "shape", "hash"]
)
def test_columns_that_do_not(title):
    found = titles(["formula", "tc", title])
    assert (found.unused, found.worrying) == ((title,), ())


def test_supercon2():
    """Its number and the word on doping are no number of a structure and no number of carriers."""
    found = titles(SUPERCON2)
    assert found.titles == {
        TcField.FORMULA: "formula", TcField.TC: "criticalTemperature", TcField.PRESSURE: "appliedPressure",
        TcField.METHOD: "criticalTemperatureMeasurementMethod", TcField.DOI: "doi", TcField.SOURCE: "journal",
    }  # fmt: skip
    assert found.worrying == ()
    assert {"id", "doping", "materialId", "rawMaterial", "name"} <= set(found.unused)


def test_other_layouts():
    threedsc = titles(["formula_sc", "tc", "cif", "material_id_2", "synth_doped", "crystal_temp_2", "totreldiff"])
    assert (threedsc.titles[TcField.FILE], threedsc.titles[TcField.GROUP]) == ("cif", "material_id_2")
    assert threedsc.worrying == ()
    nims = titles(["num", "name", "element", "str3", "utc", "tc", "journal"])
    assert nims.titles == {
        TcField.FORMULA: "element", TcField.UNIT: "utc", TcField.TC: "tc", TcField.SOURCE: "journal",
    }  # fmt: skip
    assert titles(["name", "Tc"]).titles == {TcField.FORMULA: "name", TcField.TC: "Tc"}
    elements = ["H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "P", "critical_temp", "material"]
    assert titles(elements).worrying == (), "amounts of elements"


def test_two_columns_that_say_the_same():
    with pytest.raises(UsageError, match=r"'Tc \(K\)' and 'tc' both say tc"):
        titles(["formula", "Tc (K)", "tc"])
    assert titles(["formula", "Tc (K)", "tc"], ignored=["tc"]).titles[TcField.TC] == "Tc (K)"
    assert titles(["formula", "Tc (K)", "tc"], given={TcField.TC: "tc"}).worrying == ("Tc (K)",)
    with pytest.raises(UsageError, match="2 columns are called 'x'"):
        titles(["x", "x"], given={TcField.TC: "x"})


def test_headers_of_ones_own():
    found = titles(["what", "T onset"], given={TcField.FORMULA: "what", TcField.TC: "T onset"})
    assert found.places == {TcField.FORMULA: 0, TcField.TC: 1}
    with pytest.raises(UsageError, match="there is no column 'x'; its columns are what"):
        titles(["what"], given={TcField.FORMULA: "x"})
    with pytest.raises(UsageError, match="--ignore 'std_': there is no such column"):
        titles(["what"], ignored=["std_"])
    assert titles(["tc", "std_a", "std_b"], ignored=["std_*"]).worrying == ()
    assert titles(["tc", "p [K]"], ignored=["p [K]"]).worrying == ()


def test_names_of_fields():
    assert [field_of(name) for name in ("tc", "tc_kelvin", "pressure_gpa", "tc_mk")] == [
        TcField.TC, TcField.TC, TcField.PRESSURE, None,
    ]  # fmt: skip


def test_only_fields_that_are_wanted_are_read():
    found = titles(["formula", "tc", "origin"], fields=EVERY - {TcField.ORIGIN})
    assert found.unused == ("origin",)


@pytest.mark.parametrize(
    ("title", "key"), [("appliedPressure", "applied_pressure"), ("  Tc\t(K) ", "tc_k"), ("DOI", "doi")]
)
def test_header_key(title, key):
    assert header_key(title) == key


def test_kelvin_and_gigapascal_load_no_units():
    """Tables in the units of the database are read without pint."""
    code = (
        "import sys\nfrom polyqw.io.tables.tc_headers import TcField, find_columns\n"
        "for header in (['tc_kelvin', 'pressure_gpa', 'file'], ['Tc (K)', 'p (GPa)', 'formula']):\n"
        "    assert len(find_columns(header, frozenset(TcField), {}).units) == 2\n"
        "assert 'pint' not in sys.modules\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
