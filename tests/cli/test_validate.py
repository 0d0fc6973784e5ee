"""``polyqw validate``, ``fit`` and ``predict --score`` as processes."""

import csv
import io
import shutil

import pytest

from tests.conftest import structure_path

TCS = {"ybco_o698": 91, "hg1201_o415": 94, "tl1212": 103, "lco_lto_cod": 20, "lafeaso_cod": 26, "bak122_x050": 38}
FAMILY = {"n", "rmse_law_kelvin", "rmse_constant_kelvin", "spearman", "fraction_above_bound", "p_choice", "ranking"}


@pytest.fixture
def folder(tmp_path):
    """Give a folder of reference structures with a table of Tc."""
    root = tmp_path / "set"
    (root / "cifs").mkdir(parents=True)
    for name in TCS:
        shutil.copy(structure_path(name), root / "cifs")
    rows = "".join(f"{name}.cif,{tc}\n" for name, tc in TCS.items())
    (root / "tc.csv").write_text(f"file,tc_kelvin\n{rows}")
    return root


def test_fields(run, folder):
    done = run("validate", folder, "--json")
    assert (done.code, done.err) == (0, "")
    found = done.json()
    assert {"n_files", "n_with_well", "n_with_tc", "families", "verdict", "by_origin"} <= found.keys()
    assert (found["n_files"], found["n_with_well"], found["n_with_tc"]) == (6, 6, 6)
    assert set(found["families"]) == {"cuprate", "iron"}
    for values in found["families"].values():
        assert values.keys() >= FAMILY
    (ranked, *_) = found["families"]["cuprate"]["ranking"]
    assert ranked.keys() >= {"model", "rmse_kelvin", "ci95"}
    assert found["verdict"]
    assert found["files"] == {}


def test_rows_as_csv(run, folder):
    done = run("validate", folder, "--csv")
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [float(r["tc_kelvin"]) for r in sorted(rows, key=lambda r: r["file"])] == [TCS[n] for n in sorted(TCS)]


def test_page_is_written_where_asked(run, folder, tmp_path):
    done = run("validate", folder, "-o", tmp_path / "page")
    assert done.code == 0
    assert done.out.splitlines()[-1] == f"page: {tmp_path / 'page' / 'validation.html'}"
    names = {p.name for p in (tmp_path / "page").iterdir()}
    assert {"validation.html", "validation.json", "rows.csv", "law.svg", "prediction.png", "ranking.svg"} <= names


def test_same_words_same_numbers(run, folder):
    one, two = (run("validate", folder, "--json", "--seed", "7").out for _ in range(2))
    assert one == two


def test_table_elsewhere_with_other_headers(run, folder, tmp_path):
    text = (folder / "tc.csv").read_text().replace("file,tc_kelvin", "cell,T(K)")
    (folder / "tc.csv").unlink()
    (tmp_path / "mine.csv").write_text(text)
    words = ["--table", tmp_path / "mine.csv", "--column", "file=cell", "--column", "tc_kelvin=T(K)"]
    assert run("validate", folder, *words, "--json").json()["n_with_tc"] == 6
    assert "2 CSV files" not in run("validate", folder, *words).err


def test_formulae_alone_find_their_structures(run, folder):
    (folder / "tc.csv").write_text("name,Tc\nFeLaAsO,26\nLa2CuO4,20\nNb,9\n")
    assert run("validate", folder, "--json").json()["n_with_tc"] == 2


def test_a_broken_file_costs_itself_alone(run, folder):
    (folder / "cifs" / "broken.cif").write_text("no CIF\n")
    done = run("validate", folder, "--json")
    assert done.code == 3
    assert done.json()["n_failed"] == 1
    assert "broken.cif" in done.complaint


@pytest.mark.parametrize(
    ("make", "words", "text"),
    [
        (lambda f: (f / "tc.csv").unlink(), ["set"], "holds no CSV of Tc; name one with --table"),
        (lambda f: (f / "b.csv").write_text("x\n"), ["set"], "holds 2 CSV files (b.csv, tc.csv)"),
        (lambda f: (f / "tc.csv").write_text("file,x\n"), ["set"], "no column holds Tc"),
        (lambda f: None, ["set", "--column", "tc_kelvin"], "write FIELD=HEADER"),
        (lambda f: None, ["set", "--column", "colour=x"], "FIELD one of"),
        (lambda f: None, ["set", "--column", "file=x"], "there is no column 'x'"),
        (lambda f: None, ["set/tc.csv"], "not a folder"),
        (lambda f: None, ["--column", "file=x"], "belong to a DATASET"),
    ],
)
def test_one_line(run, folder, make, words, text):
    make(folder)
    done = run("validate", *words)
    assert done.code == 2
    assert text in done.complaint


def test_missing_and_empty_folders_of_structures(run, tmp_path):
    missing = run("validate", "missing/")
    assert (missing.code, missing.out) == (1, "")
    assert "no such folder" in missing.complaint
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "tc.csv").write_text("file,tc\na.cif,3\n")
    done = run("validate", "set")
    assert done.code == 1
    assert "no .cif, .cif.gz or .zip" in done.complaint


def test_database_without_a_data_set(run, reference_template):
    found = run("validate", "--json", "--db", reference_template).json()
    assert found["by_origin"]["measured"]["iron"]["n"] > 5


def test_fit_with_errors(run, reference_template):
    words = ["fit", "--family", "iron", "--no-save", "--db", reference_template]
    found = run(*words, "--height-su", "0.02", "--tc-su", "1", "--json").json()
    assert found["exponent_errors"] == "height_and_tc"
    assert {"choice_tests", "ranking", "upper_bound"} <= found.keys()
    alone = run(*words, "--tc-su", "1", "--json").json()
    assert alone["exponent_errors"] == "height_and_tc", "h with the spread of refinements"
    done = run(*words, "--height-su", "0.02")
    assert done.code == 2
    assert "only one is given" in done.complaint
    assert "p = " in run(*words).out


def test_scores(run, reference_copy):
    assert run("predict", "bkfa", "--db", reference_copy).code == 0
    found = run("predict", "--score", "--json", "--db", reference_copy).json()
    assert found["n_predictions"] == len(found["rows"]) == found["n_miss"] > 0
    done = run("predict", "--score", "bkfa", "--db", reference_copy)
    assert done.code == 2
    assert "leave SET or FILE out" in done.complaint


@pytest.mark.parametrize("suffix", [".cif", ""])
def test_a_table_whose_first_column_has_no_header_names_files(run, folder, suffix):
    rows = "".join(f"{name}{suffix},{tc}\n" for name, tc in TCS.items())
    (folder / "tc.csv").write_text(f",tc\n{rows}")
    done = run("validate", folder, "--json")
    assert (done.code, done.err) == (0, "")
    assert done.json()["n_with_tc"] == len(TCS)


def test_an_index_of_numbers_names_nothing(run, folder):
    rows = "".join(f"{k},{name}.cif,{tc}\n" for k, (name, tc) in enumerate(TCS.items()))
    (folder / "tc.csv").write_text(f",cif,tc\n{rows}")
    assert run("validate", folder, "--json").json()["n_with_tc"] == len(TCS)
    (folder / "tc.csv").write_text(",tc\n" + "".join(f"{k},{tc}\n" for k, tc in enumerate(TCS.values())))
    done = run("validate", folder)
    assert done.code == 2
    assert "no column names structures, files or formulae" in done.err


def test_a_calibration_of_ones_own_corpus(run, folder, reference_template, tmp_path):
    made = tmp_path / "validation.json"
    made.write_text(run("validate", folder, "--json").out)
    words = ("predict", structure_path("ybco_o700"), "--db", reference_template, "--no-save", "--json")
    plain, calibrated = run(*words).json(), run(*words, "--calibration", made).json()
    assert "calibrated_low_kelvin" not in plain[0]
    row = next(r for r in calibrated if r["phase"] == "alpha" and r["lambda_used"] == 1320)
    assert row["calibrated_low_kelvin"] < row["tc_kelvin"] < row["calibrated_high_kelvin"]
    assert row["n_measured"] >= row["n_measured_inside"] > 0


CUBIC = """data_lanio3
_cell_length_a 3.84
_cell_length_b 3.84
_cell_length_c 3.84
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_symmetry_space_group_name_H-M 'P m -3 m'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
La1 0.5 0.5 0.5
Ni1 0 0 0
O1 0.5 0 0
"""


def test_no_prediction_without_layers(run, reference_template, tmp_path):
    """Squares of a cubic perovskite face three ways; the papers speak of layers."""
    (tmp_path / "lanio3.cif").write_text(CUBIC)
    words = ("predict", tmp_path / "lanio3.cif", "--db", reference_template, "--no-save", "--json")
    done = run(*words)
    assert (done.code, done.json()) == (0, [])
    assert "3-D" in done.err
    found = run(*words, "--any").json()
    assert {row["note"] for row in found} == {"3-D, no layers"}
    assert {row["nominal_holes_per_metal"] for row in found} == {1.0}


def test_screen(run, folder, tmp_path):
    done = run("screen", folder, "--json", "--above", "50", "-o", tmp_path / "s.png")
    assert (done.code, done.err) == (0, "")
    found = done.json()
    assert [row["rank"] for row in found["ranking"]] == list(range(1, 7))
    assert {row["outcome"] for row in found["ranking"]} == {"hit", "miss"}
    assert (tmp_path / "s.png").stat().st_size > 5000
    table = run("screen", folder, "--first", "2")
    assert found["verdict"].split(";")[0] in table.out
    assert "promised (K)" in table.out
    alone = run("screen", folder / "cifs", "--no-table", "--json").json()
    assert {row["outcome"] for row in alone["ranking"]} == {"not_measured"}
    refused = run("screen", folder / "cifs")
    assert refused.code == 2
    assert "no CSV of Tc" in refused.err
