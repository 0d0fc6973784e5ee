"""What strangers' files bring, and that it is read right or refused with a reason."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from polyqw.core.options import AnalysisOptions
from polyqw.core.record import Origin, StructureRecord, Transition, TransitionKind
from polyqw.errors import ReadError
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.inputs import Source
from polyqw.io.read_options import Allowance, Reader, ReadOptions
from polyqw.services.structures.analyse import analyse_source
from tests.io.cif_texts import PEROVSKITE, bent


def read_one(data):
    results = read_cif("file.cif", data)
    assert len(results) == 1
    return results[0]


def read_ok(data):
    record = read_one(data)
    assert isinstance(record, StructureRecord), record
    return record


def reason_of(data):
    try:
        result = read_one(data)
    except ReadError as error:
        reason, message = error.reason, str(error)
    else:
        assert isinstance(result, BlockError), result.warnings
        reason, message = result.reason, result.message
    assert message.startswith("file.cif: ")
    return reason


def replace_ops(*operations):
    return ("'x, y, z'", "\n".join(f"'{op}'" for op in operations))


def without_operations(text=""):
    return ("loop_\n_symmetry_equiv_pos_as_xyz\n'x, y, z'\n", text)


def test_plain_file():
    record = read_ok(PEROVSKITE.encode())
    assert record.cell.composition == {"O": 3, "Sr": 1, "Ti": 1}
    assert record.warnings == ()
    assert record.file_sha256 == hashlib.sha256(PEROVSKITE.encode()).hexdigest()
    assert record.formula_declared == "O3 Sr Ti"
    assert record.block == "test"
    assert record.parser.startswith("gemmi ")
    (slow,) = read_cif(record.file, PEROVSKITE.encode(), ReadOptions(Reader.PYMATGEN))
    assert slow.parser.startswith("pymatgen ")
    assert slow.structure_sha256 == record.structure_sha256
    assert {site.label for site in record.cell.sites} == {"Sr1", "Ti1", "O1", "O2", "O3"}
    assert {site.label: site.frac for site in record.cell.sites}["O2"] == (0, 0.5, 0)


SAME_STRUCTURE = {
    "byte order mark": b"\xef\xbb\xbf" + PEROVSKITE.encode(),
    "CR line ends": PEROVSKITE.replace("\n", "\r").encode(),
    "CRLF line ends": PEROVSKITE.replace("\n", "\r\n").encode(),
    "text before data_": b"\n****\n* FIZ Karlsruhe ICSD 'it's' _odd loop_\n****\n" + PEROVSKITE.encode(),
    "CIF2 header": b"#\\#CIF_2.0\n" + PEROVSKITE.encode(),
    "comment with data_": bent(("_cell_length_a 3.9", "# data_no\n_cell_length_a 3.9 # old: 4.0")),
    "text field with data_": bent(("_cell_length_a", "_publ_x\n;\ndata_no\nloop_\n _a 'b\n;\n_cell_length_a")),
    "# inside quotes": bent(("_cell_length_a", "_publ_x 'ICSD #249209 (a #b)'\n_cell_length_a")),
    "capitals": bent(("_cell_length_a", "_CELL_Length_A"), ("loop_", "LOOP_"), ("data_", "DATA_")),
    "dotted names": bent(("_cell_length_a", "_cell.length_a"), ("_atom_site_fract_x", "_atom_site.fract_x")),
    "uncertainties": bent(("a 3.9", "a 3.900(12)"), ("0.5 0.5 0.5 1", "0.50(1) 1/2 .500(3) 1.00(2)")),
    "charged symbols": bent(("Ti1 Ti", "Ti1 Ti4+"), ("O1 O", "O1 O2-"), ("Sr1 Sr", "Sr1 SR2+")),
    "no symbols": bent(("_atom_site_type_symbol\n", ""), ("Sr1 Sr", "Sr1"), ("Ti1 Ti", "Ti1"), (" O ", " ")),
    "upper-case labels": bent(("_atom_site_type_symbol\n", ""), ("Sr1 Sr", "SR1"), ("Ti1 Ti", "TI"), (" O ", " ")),
    "no occupancies": bent(("_atom_site_occupancy\n", ""), (" 1\n", "\n")),
    "unknown occupancy": bent(("0 0 0 1", "0 0 0 ?"), ("0.5 0 0 1", "0.5 0 0 .")),
    "empty occupancy dropped": bent(("O3 O 0 0", "O9 O 0.2 0.2 0.2 0\nO3 O 0 0")),
    "hardly an atom": bent(("O3 O 0 0", "O9 O 0.2 0.2 0.2 5e-324\nO3 O 0 0")),
    "unused loop cut short": bent(("loop_\n_atom", "loop_\n_publ_a\n_publ_b\n1 2 3\nloop_\n_atom")),
    "global first block": b"data_global\n_journal_year 1990\n" + PEROVSKITE.encode(),
    "empty second block": PEROVSKITE.encode() + b"data_more\n_journal_year 1990\n",
    "operation in capitals": bent(replace_ops("X,Y,Z")),
    "operation twice": bent(replace_ops("x,y,z", "x, y, z")),
}


@pytest.mark.parametrize("data", SAME_STRUCTURE.values(), ids=SAME_STRUCTURE)
def test_read_as_if_it_were_plain(data):
    record = read_ok(data)
    assert record.structure_sha256 == read_ok(PEROVSKITE.encode()).structure_sha256
    assert record.warnings == ()


MENDED = {
    "Latin-1": (bent(("data_test", "data_test\n_x 'M\u00fcller'")).decode().encode("latin-1"), "Latin-1"),
    "text after the atoms": (PEROVSKITE.encode() + b"_publ_text\n;\nand then it was cut", "no end"),
    "no symmetry": (bent(without_operations()), "none is stated"),
    "name only": (
        bent(without_operations("_symmetry_space_group_name_H-M 'P 1'\n")),
        "those of P 1 were used",
    ),
    "vacancy pseudo-site": (bent(("O3 O 0", "V1 Va 0.2 0.2 0.2 0.5\nO3 O 0")), "V1"),
    "site without coordinates": (bent(("O3 O 0", "H1 H ? ? ? 1\nO3 O 0")), "H1"),
    "exact duplicate": (bent(("O3 O 0", "O2 O 0 0.5 0 1\nO3 O 0")), "repeated: O2"),
    "more than full": (bent(("0 0 0 1\n", "0 0 0 1.008\n")), "scaled down"),
    "stray words": (bent(("loop_\n_symm", "what is this\nloop_\n_symm")), "outside any item"),
}


@pytest.mark.parametrize(("data", "warning"), MENDED.values(), ids=MENDED)
def test_mended_with_a_warning(data, warning):
    record = read_ok(data)
    assert record.structure_sha256 == read_ok(PEROVSKITE.encode()).structure_sha256
    assert any(warning in text for text in record.warnings), record.warnings
    assert len(record.warnings) == 1


REFUSED = {
    "empty": (b"", "empty"),
    "blank": (b" \n\r\n", "empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\x00", "binary"),
    "UTF-16": (PEROVSKITE.encode("utf-16"), "utf16"),
    "UTF-16 without mark": (PEROVSKITE.encode("utf-16-le"), "binary"),
    "prose": (b"Dear colleague, please find attached", "not_cif"),
    "no atoms": (b"data_x\n_cell_length_a 3\n", "no_structure"),
    "dictionary": (b"data_cif_core.dic\nsave_cell\n_name x\nsave_\n", "dictionary"),
    "mmCIF": (b"data_1ABC\n_cell.length_a 3\nloop_\n_atom_site.Cartn_x\n1.0\n2.0\n", "mmcif"),
    "reflections": (b"data_x\nloop_\n_refln_index_h\n1\n2\n", "reflections_only"),
    "no cell": (bent(("_cell_length_b 3.9\n", "")), "bad_cell"),
    "unknown cell": (bent(("b 3.9", "b ?")), "bad_cell"),
    "NaN cell": (bent(("b 3.9", "b nan")), "bad_cell"),
    "negative cell": (bent(("b 3.9", "b -3.9")), "bad_cell"),
    "tiny cell": (bent(("b 3.9", "b 0.02")), "bad_cell"),
    "flat cell": (bent(("alpha 90", "alpha 179"), ("beta 90", "beta 1")), "bad_cell"),
    "cell twice": (bent(("_cell_length_b", "_cell_length_a 4.2\n_cell_length_b")), "duplicate_item"),
    "bad number": (bent(("0 0 0.5 1", "0 0 0,5 1")), "bad_number"),
    "infinite coordinate": (bent(("0 0 0.5 1", "0 0 inf 1")), "bad_number"),
    "unknown element": (bent(("Ti1 Ti", "Ti1 Zz")), "unknown_element"),
    "negative occupancy": (bent(("0 0 0.5 1", "0 0 0.5 -1")), "bad_occupancy"),
    "occupancy 2": (bent(("0 0 0.5 1", "0 0 0.5 2")), "bad_occupancy"),
    "occupancy 1.03": (bent(("0 0 0.5 1", "0 0 0.5 1.03")), "bad_occupancy"),
    "site sum 1.5": (bent(("O3 O 0", "F3 F 0 0 0.5 0.5\nO3 O 0")), "bad_occupancy"),
    "truncated atoms": (bent(("O3 O 0 0 0.5 1\n", "O3 O 0 0")), "truncated"),
    "bad operation": (bent(replace_ops("x,y")), "bad_operation"),
    "code in operation": (bent(replace_ops("x,y,__import__")), "bad_operation"),
    "unknown space group": (
        bent(without_operations("_space_group_name_H-M_alt 'Q 9'\n")),
        "unknown_space_group",
    ),
    "Hall symbol only": (
        bent(without_operations("_space_group_name_Hall 'P n m a'\n")),
        "unknown_space_group",
    ),
    "name that smuggles": (
        bent(without_operations('_space_group_name_H-M_alt\n;\nP 1"\n_cell_length_a 5\n;\n')),
        "unknown_space_group",
    ),
    "operations cut short": (bent(("as_xyz\n'x, y, z'", "as_xyz\n_symmetry_x\n'x, y, z'")), "truncated"),
    "division by zero": (bent(replace_ops("x,y,z+1/0")), "bad_operation"),
    "only empty sites": (bent(("Sr ", "Va "), ("Ti ", "Va "), ("O ", "Va ")), "no_atoms"),
}


@pytest.mark.parametrize(("data", "reason"), REFUSED.values(), ids=REFUSED)
def test_refused_with_the_reason(data, reason):
    assert reason_of(data) == reason


def test_every_block_with_a_structure_gives_one_result():
    broken = PEROVSKITE.replace("_cell_length_a 3.9", "_cell_length_a ?")
    results = read_cif("file.cif", (PEROVSKITE + broken + "data_global\n_x 1\n" + PEROVSKITE).encode())
    assert [result.block for result in results] == ["test", "test#2", "test#3"]
    assert [isinstance(result, BlockError) for result in results] == [False, True, False]


def test_mixed_and_partial_sites_are_kept():
    record = read_ok(
        bent(
            ("Sr1 Sr 0.5 0.5 0.5 1", "Sr1 Sr 0.5 0.5 0.5 .7\nLa1 La 0.5 0.5 0.5 0.2"),
            ("'O3 Sr Ti'", "'La0.2 O3 Sr0.7 Ti'"),
        )
    )
    (mixed,) = [site for site in record.cell.sites if site.occupancy < 1]
    assert mixed.species == (("La", pytest.approx(0.2)), ("Sr", pytest.approx(0.7)))
    assert mixed.label == "Sr1"


def test_deuterium_is_hydrogen():
    assert "H" in read_ok(bent(("O3 O", "D3 D"), ("'O3 Sr Ti'", "'D O2 Sr Ti'"))).cell.composition


def test_mixture_in_one_symbol():
    record = read_ok(bent(("Sr1 Sr", "Sr,La '0.75Sr + 0.25La'"), ("O3 Sr Ti", "La.25 O3 Sr.75 Ti")))
    assert record.cell.composition == pytest.approx({"La": 0.25, "O": 3, "Sr": 0.75, "Ti": 1})


def test_label_read_with_the_declared_formula():
    no_symbols = ("_atom_site_type_symbol\n", "")
    carbon = bent(no_symbols, ("Ti1 Ti", "CO1"), ("Sr1 Sr", "Sr1"), (" O ", " "), ("O3 Sr Ti", "C O3 Sr"))
    assert read_ok(carbon).cell.composition == {"C": 1, "O": 3, "Sr": 1}


def test_rough_thirds_keep_their_multiplicity():
    hexagonal = bent(
        ("_cell_angle_gamma 90", "_cell_angle_gamma 120"),
        ("O2 O 0 0.5 0 1\n", ""),
        ("O3 O 0 0 0.5 1\n", ""),
        ("O1 O 0.5 0 0", "O1 O 0.333 0.667 0"),
        replace_ops("x,y,z", "-y,x-y,z", "-x+y,-x,z"),
        ("Sr1 Sr 0.5 0.5 0.5", "Sr1 Sr 0 0 0.5"),
        ("O3 Sr Ti", "O Sr Ti"),
    )
    record = read_ok(hexagonal)
    assert record.cell.composition == {"O": 1, "Sr": 1, "Ti": 1}
    assert any("1/3" in text for text in record.warnings)


def test_operations_win_over_the_name():
    record = read_ok(
        bent(("_cell_length_a", "_space_group_IT_number 221\n_space_group_name_H-M_alt Pm-3m\n_cell_length_a"))
    )
    assert len(record.cell.sites) == 5
    assert any("operations were used" in text for text in record.warnings)
    assert (record.space_group, record.space_group_number) == ("Pm-3m", 221)


def test_space_group_by_name():
    cubic = bent(
        without_operations("_space_group_name_H-M_alt 'P m -3 m'\n"),
        ("O2 O 0 0.5 0 1\nO3 O 0 0 0.5 1\n", ""),
    )
    assert read_ok(cubic).cell.composition == {"O": 3, "Sr": 1, "Ti": 1}


def test_space_group_by_number():
    cubic = bent(without_operations("_space_group_IT_number 221\n"), ("O2 O 0 0.5 0 1\nO3 O 0 0 0.5 1\n", ""))
    record = read_ok(cubic)
    assert record.cell.composition == {"O": 3, "Sr": 1, "Ti": 1}
    assert any("those of number 221 in its standard setting" in text for text in record.warnings)


def test_magnetic_operations_give_the_nuclear_structure():
    magnetic = bent(
        (
            "_symmetry_equiv_pos_as_xyz\n'x, y, z'",
            "_space_group_symop_magn_operation.xyz\nx,y,z,+1\nx,y,z+1/2,-1",
        ),
        ("_cell_length_c 3.9", "_cell_length_c 7.8"),
        ("O3 Sr Ti", "O6 Sr2 Ti2"),
    )
    record = read_ok(magnetic.replace(b"0.5 0.5 0.5", b"0.5 0.5 0.25").replace(b"O 0 0 0.5", b"O 0 0 0.25"))
    assert record.cell.composition == {"O": 6, "Sr": 2, "Ti": 2}
    assert any("time reversal" in text for text in record.warnings)


def test_modulated_operations_give_the_average_structure():
    modulated = bent(
        ("_symmetry_equiv_pos_as_xyz\n'x, y, z'", "_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4")
    )
    record = read_ok(modulated)
    assert len(record.cell.sites) == 5
    assert any("average" in text for text in record.warnings)


@pytest.mark.parametrize(
    ("formula", "z", "warns"),
    [
        ("O3 Sr Ti", "1", False),
        ("'O6 Sr2 Ti2'", "?", True),
        ("O3SrTi", "?", False),
        ("'Sr Ti O2.98'", "1", False),
        ("'Sr Ti O2.9'", "1", True),
        ("'Sr Ti O3 H'", "1", True),
        ("'Sr Ti O3'", "4", False),  # pymatgen writes the whole cell and Z beside it
        ("'Sr2 Ti2 O6'", "2", True),
        ("'(Sr Ti) O3'", "1", False),  # not understood, so not judged
    ],
)
def test_declared_formula_against_the_cell(formula, z, warns):
    quoted = formula if "'" in formula else f"'{formula}'"
    record = read_ok(bent(("'O3 Sr Ti'", f"{quoted}\n_cell_formula_units_Z {z}")))
    assert any(text.startswith("formula:") for text in record.warnings) is warns, record.warnings


def test_standard_items_say_where_it_comes_from():
    items = (
        "_diffrn_ambient_temperature 295(2)\n_diffrn_ambient_pressure 8.5e6\n_journal_paper_doi 10.1/x\n"
        "_cod_database_code 1000030\n_diffrn_radiation_probe neutron\n_journal_name_full 'Phys. Rev. B'\n"
        "_journal_volume 37\n_journal_page_first 7960\n_journal_year 1988\n"
        "loop_\n_publ_author_name\n'Williams, A.'\n'Kwei, G. H.'\n"
    )
    provenance = read_ok(bent(("_cell_length_a", items + "_cell_length_a"))).provenance
    assert provenance.temperature_kelvin == 295
    assert provenance.pressure_gpa == pytest.approx(8.5)
    assert provenance.doi == "10.1/x"
    assert provenance.source == "COD 1000030"
    assert provenance.method == "neutron"
    assert provenance.citation == "Williams, A. et al., Phys. Rev. B 37, 7960 (1988)"
    assert provenance.origin is Origin.UNKNOWN


def test_own_items_go_before_standard_ones():
    items = (
        "_polyqw_origin measured\n_polyqw_temperature_kelvin 10\n_diffrn_ambient_temperature 300\n"
        "_polyqw_pressure_gpa 2\n_polyqw_tc_kelvin 93\n_polyqw_tc_kind measured\n"
        "_polyqw_tc_source 'Table I'\n"
    )
    provenance = read_ok(bent(("_cell_length_a", items + "_cell_length_a"))).provenance
    assert (provenance.origin, provenance.transition) == (Origin.UNKNOWN, None)
    assert provenance.claims.origin is Origin.MEASURED
    assert (provenance.temperature_kelvin, provenance.pressure_gpa) == (10, 2)
    assert provenance.claims.transition == Transition(93, TransitionKind.MEASURED, "Table I")


@pytest.mark.parametrize("value", ["?", ".", "nan", "snan", "-5", "1e99999999", "room temperature"])
def test_conditions_that_are_no_number_are_unknown(value):
    data = bent(("_cell_length_a", f"_diffrn_ambient_temperature '{value}'\n_cell_length_a"))
    assert read_ok(data).provenance.temperature_kelvin is None


@given(st.integers(0, len(PEROVSKITE)), st.binary(max_size=8))
def test_damage_costs_the_file_never_the_batch(position, junk):
    data = PEROVSKITE.encode()
    try:
        results = read_cif("file.cif", data[:position] + junk + data[position + len(junk) :])
    except ReadError:
        return
    assert all(isinstance(result, StructureRecord | BlockError) for result in results)


@given(st.binary(max_size=200))
def test_noise_is_refused(data):
    with pytest.raises(ReadError):
        read_cif("file.cif", data)


@pytest.mark.parametrize("symbol", ["Unk", "Fe0.5Co0.5", "RE", "Ba/K", "Cu+Zn", "Ln", "M", "X", "Pn"])
@pytest.mark.parametrize("column", ["symbol", "label"])
def test_a_name_that_is_no_element_is_refused(symbol, column):
    names = ("_atom_site_type_symbol\n", "") if column == "label" else ("_atom_site_label\n", "")
    rows = [(f"{e}{k} {e} ", f"{e} ") for e, k in (("Sr", 1), ("Ti", 1), ("O", 1), ("O", 2), ("O", 3))]
    data = bent(names, *rows, ("\nTi ", f"\n{symbol} "), ("_chemical_formula_sum 'O3 Sr Ti'\n", ""))
    assert reason_of(data) == "unknown_element"


NOT_ONE_THING = {
    "two cells in a loop": bent(("_cell_length_a 3.9", "loop_\n_cell_length_a\n3.9\n4.2")),
    "two formulae": bent(("_cell_length_a", "_chemical_formula_sum 'Ba O3 Ti'\n_cell_length_a")),
    "two names": bent(
        without_operations("loop_\n_space_group_name_H-M_alt\n'P 1'\n'P -1'\n"),
    ),
}


@pytest.mark.parametrize("data", NOT_ONE_THING.values(), ids=NOT_ONE_THING)
def test_two_values_where_one_should_stand(data):
    assert reason_of(data) == "duplicate_item"


def test_one_value_in_a_loop_is_one_value():
    record = read_ok(bent(("_cell_length_a 3.9", "loop_\n_cell_length_a\n3.9\n3.9")))
    assert record.structure_sha256 == read_ok(PEROVSKITE.encode()).structure_sha256


@pytest.mark.parametrize(
    "data",
    [
        bent(("loop_\n_atom", "save_phase\nloop_\n_atom"), ("O3 O 0 0 0.5 1\n", "O3 O 0 0 0.5 1\nsave_\n")),
        PEROVSKITE.encode() + b"save_other\n_cell_length_b 5\nsave_\n",
    ],
)
def test_save_frames_are_refused(data):
    assert reason_of(data) == "save_frame"


@pytest.mark.parametrize("number", ["1e17", "-1e17", "100000000000000000.5", "1e10", "12345678901.25"])
def test_numbers_that_cannot_hold_a_fraction_are_refused(number):
    assert reason_of(bent(("0 0 0.5 1", f"0 0 {number} 1"))) == "bad_number"


def test_atoms_some_cells_away_are_read():
    record = read_ok(bent(("0 0 0.5 1", "0 -12 1000.5 1")))
    assert record.cell.composition == {"O": 3, "Sr": 1, "Ti": 1}


@pytest.mark.parametrize("reader", list(Reader))
@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (("'O3 Sr Ti'", "'Ba O3 Sr Ti'"), "declared and not among the atoms: Ba"),
        (("'O3 Sr Ti'", "'O3 Sr'"), "among the atoms and not declared: Ti"),
        (("'O3 Sr Ti'", "'O3 Sr Zr'"), "declared and not among the atoms: Zr; among the atoms and not declared: Ti"),
        (("O3 O 0", "H1 H 0.2 0.2 0.2 1\nO3 O 0"), "among the atoms and not declared: H"),
    ],
)
def test_another_element_than_declared_is_refused_unless_allowed(change, difference, reader):
    (refused,) = read_cif("file.cif", bent(change), ReadOptions(reader))
    assert isinstance(refused, BlockError), refused.warnings
    assert (refused.reason, difference in refused.message) == ("formula_elements", True), refused.message
    assert "--allow formula" in refused.message
    (read,) = read_cif("file.cif", bent(change), ReadOptions(reader, allow=frozenset({Allowance.FORMULA})))
    assert any(warning.startswith("formula:") for warning in read.warnings)


@pytest.mark.parametrize(
    "formula",
    ["O3 Sr Ti2", "D O3 Sr Ti", "H2 O3 Sr Ti", "O3 Sr Ti Zn0.01", "O3 Ln Ti", "O3 Sr Ti X", "(Sr,Ba) Ti O3"],
)
def test_amounts_hydrogen_traces_and_other_names_are_no_other_element(formula):
    assert read_ok(bent(("'O3 Sr Ti'", f"'{formula}'"))).cell.composition == {"O": 3, "Sr": 1, "Ti": 1}


def test_deuterium_of_the_formula_is_hydrogen_of_the_atoms():
    atoms = ("O3 O 0", "D1 D 0.21 0.22 0.23 1\nO3 O 0")
    assert read_ok(bent(atoms, ("'O3 Sr Ti'", "'H O3 Sr Ti'"))).warnings == ()
    assert read_ok(bent(atoms, ("'O3 Sr Ti'", "'D O3 Sr Ti'"))).warnings == ()


@pytest.mark.parametrize("reader", ["auto", "pymatgen"])
@pytest.mark.parametrize(
    ("change", "status"),
    [
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 0 0.6\nNb1 Nb 0 0 0.0005 0.6"), "rejected"),
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 0 0.6\nTi2 Ti 0 0 0.0005 0.6"), "rejected"),
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 0 1\nNb1 Nb 0 0 0.0005 0.5"), "rejected"),
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 -0.0005 .4\nTi2 Ti 0 0 0.0005 .4\nTi3 Ti 0 0.001 0 .4"), "rejected"),
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 0 0.5\nTi2 Ti 0 0 0.0005 0.5"), "no_well"),
        (("Ti1 Ti 0 0 0 1", "Ti1 Ti 0 0 0 0.5\nTi2 Ti 0 0 0.1 0.5"), "no_well"),
    ],
)
def test_positions_nearly_one_hold_one_atom(change, status, reader):
    data = bent(change, ("_chemical_formula_sum 'O3 Sr Ti'\n", ""))
    (found,) = analyse_source(Source("x.cif", data), AnalysisOptions(), reading=ReadOptions(Reader(reader)))
    assert found.status == status, found.reason
    assert found.reason == {"rejected": "atoms_too_close", "no_well": "no_plane_metal"}[status]


@pytest.mark.parametrize("occupancy", ["0.8", "1"])
def test_a_special_position_missed_by_a_little_is_never_two_atoms(occupancy):
    data = bent(
        replace_ops("x,y,z", "x,y,-z"),
        ("Ti1 Ti 0 0 0 1", f"Ti1 Ti 0 0 0.0003 {occupancy}"),
        ("'O3 Sr Ti'", f"'O3 Sr Ti{occupancy}'"),
    )
    (found,) = analyse_source(Source("x.cif", data), AnalysisOptions())
    assert (found.status, found.reason) == ("rejected", "atoms_too_close")
