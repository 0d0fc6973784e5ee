"""What a newcomer gets wrong: each mistake has its exit code and one line that says how to mend it."""

from __future__ import annotations

import shutil

import pytest

from polyqw.cli.main import run as run_in_process
from polyqw.suggest import near
from tests.cli.conftest import Done
from tests.conftest import structure_path

NO_ATOMS = "data_x\n" + "".join(f"_cell_length_{k} 4\n" for k in "abc") + "".join(
    f"_cell_angle_{k} 90\n" for k in ("alpha", "beta", "gamma")
)  # fmt: skip

MISTAKES = [
    # the line
    ("wels good.cif", 2, "no verb 'wels'; did you mean wells?"),
    ("frobnicate", 2, "polyqw --help lists them"),
    ("good.cif", 2, "write polyqw wells good.cif"),
    ("wells", 2, "See polyqw wells --help"),
    ("wells --jsn good.cif", 2, "--json"),
    ("wells --xyzzy good.cif", 2, "See polyqw wells --help"),
    ("wells --json --csv good.cif", 2, "choose one"),
    ("wells --reader gemi good.cif", 2, "'pymatgen', 'gemmi', 'auto'"),
    ("wells -j 0 good.cif", 2, "x>=1"),
    ("wells --limit atom=4 good.cif", 2, "did you mean atoms"),
    ("wells --columns hight good.cif", 2, "did you mean height_angstrom"),
    ("wells --oxide-metals copper good.cif", 2, "write e.g. --oxide-metals Cu,Ni"),
    ("cles pont", 2, "'point'"),
    ("cles point", 2, "--mu or --p"),
    ("export xlsx DB", 2, "There are ase, cif, csv"),
    ("export csv family=iron DB", 2, "See polyqw export csv --help"),
    ("db chek DB", 2, "'check'"),
    ("completion powershell", 2, "'bash', 'zsh', 'fish'"),
    # files
    ("wells mising.cif", 1, "check the spelling"),
    ("wells god.cif", 1, "did you mean good.cif?"),
    ("wells ''", 1, "an empty name"),
    ("wells empty", 1, "no .cif"),
    ("wells *.xyz", 1, "nothing matches this pattern"),
    ("wells empty.cif", 3, "this file is empty"),
    ("wells noatoms.cif", 3, "no data block lists atoms"),
    ("wells words.txt", 3, "not a CIF"),
    ("wells good.cif -o folder", 2, "is a directory"),
    ("wells good.cif -o wells.gif", 2, ".svg, .png or .pdf"),
    ("report -o words.txt DB", 2, "is a file"),
    ("ingest DB", 2, "at least one file or folder"),
    ("validate empty DB", 2, "--table"),
    ("validate nowhere DB", 1, "name a folder of CIFs"),
    ("series good.cif", 2, "write good.cif=VALUE"),
    ("import tc missing.csv DB", 2, "does not exist"),
    ("import optimade nowhere DB", 2, "http(s)://HOST"),
    # databases
    ("fit --db notes.db", 1, "not a SQLite database"),
    ("fit --db none.db", 1, "polyqw ingest"),
    ("fit --db empty", 1, "is not a file"),
    ("fit --db mysql://somewhere/x", 1, "not supported"),
    # names
    ("show LaFeAs0 DB", 2, "did you mean LaFeAsO"),
    ("show lafeaso_co DB", 2, "did you mean lafeaso_cod"),
    ("describe LaFeAs0 DB", 2, "did you mean LaFeAsO"),
    ("explain LaFeAs0 DB", 2, "did you mean LaFeAsO"),
    ("cite YBa2Cu3O8x DB", 2, "did you mean YBa2Cu3Ox"),
    ("predict nickelate DB", 2, "did you mean nickelates?"),
    ("predict LaFeAsO DB", 2, "polyqw describe LaFeAsO"),
    ("resonance CaKFe4As5 DB", 2, "CaKFe4As4"),
    ("claims k1144-er-alfa DB", 2, "polyqw claims lists them"),
    ("series --set fese9 DB", 2, "fese"),
    ("fit --family cuprates DB", 2, "'cuprate'"),
    # questions
    ("find family=irn DB", 2, "did you mean iron?"),
    ("find tc>90 DB", 2, "did you mean tc_kind or tc_kelvin"),
    ("find family:iron DB", 2, "write e.g."),
    ("find h_alpha_angstrom< DB", 2, "write e.g."),
    ("find -s hight DB", 2, "did you mean"),
    ("find family=iron,Hg DB", 0, "0 of 55 structures"),
    ("query --recipe above-law DB", 2, "did you mean above-the-law?"),
    ("query --schema v_lw DB", 2, "did you mean v_law"),
    ("query SELECT~*~FROM~v_lw DB", 1, "did you mean v_law"),
    ("query SELECT~heigth_angstrom~FROM~v_law DB", 1, "did you mean height_angstrom"),
    ("query DELETE~FROM~well DB", 1, "SELECT or WITH"),
]  # fmt: skip


@pytest.fixture
def call(monkeypatch, capsys, home, tmp_path):
    """Run polyqw in this process, from a folder with what a newcomer might have."""
    for name, value in {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("POLYQW_DB", raising=False)
    monkeypatch.chdir(tmp_path)
    for folder in ("empty", "folder"):
        (tmp_path / folder).mkdir()
    texts = {"empty.cif": "", "noatoms.cif": NO_ATOMS, "words.txt": "hello\n", "notes.db": "no database\n" * 99}
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    shutil.copy(structure_path("lafeaso_cod"), tmp_path / "good.cif")

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            run_in_process(list(words))
        streams = capsys.readouterr()
        return Done(int(stop.value.code), streams.out, streams.err)

    return call


@pytest.mark.parametrize(("line", "code", "help_"), MISTAKES, ids=[line for line, _, _ in MISTAKES])
def test_one_line_helps(call, tmp_path, reference_template, line, code, help_):
    before = {path.name for path in tmp_path.iterdir()}
    words = [word.replace("~", " ").replace("''", "") for word in line.split() if word != "DB"]
    done = call(*words, *(["--db", reference_template] if line.endswith(" DB") else []))
    assert done.code == code, done.err
    (said,) = done.err.splitlines()
    assert help_ in said
    assert "Traceback" not in done.out
    assert done.code or said, "an empty answer must say so"
    assert {path.name for path in tmp_path.iterdir()} == before


def test_there_are_more_than_twenty():
    assert len({line for line, _, _ in MISTAKES}) == len(MISTAKES) >= 40


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("tc", ["n_tc", "tc_kelvin", "tc_kind"], ["tc_kind", "tc_kelvin", "n_tc"]),
        ("hight", ["kind", "height_angstrom", "h"], ["height_angstrom"]),
        ("IRN", ["iron", "cuprate"], ["iron"]),
        ("xyz", ["iron", "cuprate"], []),
    ],
)
def test_words_that_may_have_been_meant(word, known, meant):
    assert near(word, known) == meant
