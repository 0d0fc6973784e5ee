"""One rule for exit codes in every verb that reads structures; verbs that write say so; readers do not write."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys

import pytest

from polyqw.cli.main import VERBS as ALL_VERBS
from polyqw.cli.main import run as run_in_process
from tests.cli.conftest import Done
from tests.conftest import ROOT, structure_path

GOOD = {"elements": "nb", "kagome": "model_csv3sb5", "stm": "bi2201_amaa", "field": "cacuo2_infinite"}
"""A structure that a verb has an answer to; else one of two copper planes."""

SINGLE = {"explain", "field", "view"}
"""Verbs that take one name: of several files it is a folder."""

VERBS = (
    "wells", "explain", "describe", "view", "predict", "field", "fermi", "kagome", "stm", "elements", "cite",
    "ingest",
)  # fmt: skip

CASES = {
    "good": 0,
    "no_well": 0,
    "rejected": 3,
    "contradictory": 3,
    "missing": 1,
    "empty": 1,
    "good rejected": 3,
    "good missing": 3,
}
"""What is named, and the exit code in every verb."""


@pytest.fixture
def call(monkeypatch, capsys, home, tmp_path):
    """Run polyqw in this process, from an empty folder, which is cheaper than in one of its own."""
    for name, value in {"HOME": str(home), "XDG_DATA_HOME": str(home / "data")}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("POLYQW_DB", raising=False)
    monkeypatch.chdir(tmp_path)

    def call(*words):
        with pytest.raises(SystemExit) as stop:
            run_in_process(list(map(str, words)))
        streams = capsys.readouterr()
        return Done(int(stop.value.code), streams.out, streams.err)

    return call


@pytest.fixture
def named(tmp_path):
    """Give what a case names, for a verb: files of a folder, a file that is not there, an empty folder."""

    def named(verb, case):
        sources = {
            "good": structure_path(GOOD.get(verb, "tl1212")).read_text(),
            "no_well": structure_path("nacl").read_text(),
            "rejected": "this is no CIF at all\n",
            "contradictory": structure_path("nife2o4").read_text(),
        }
        (tmp_path / "in" / "empty").mkdir(parents=True)
        words = []
        for word in case.split():
            if word in sources:
                (tmp_path / "in" / f"{word}.cif").write_text(sources[word])
            words.append("in/empty" if word == "empty" else f"in/{word}.cif")
        return words

    return named


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("verb", VERBS)
def test_exit_codes(call, named, reference_template, tmp_path, verb, case):
    words, expected = named(verb, case), CASES[case]
    if verb in SINGLE and len(words) > 1:
        if "missing" in case:
            pytest.skip("it takes one name")
        words = ["in"]
    if case == "contradictory" and verb in {"kagome", "elements", "stm", "cite"}:
        expected = 0  # they ask nothing that the contradiction touches
    extra = ["--db", tmp_path / "own.db"] if verb == "ingest" else []
    extra += ["--no-save", "--db", reference_template] if verb == "predict" else []
    done = call(verb, *words, *extra, "--json")
    assert done.code == expected, done.err
    json.loads(done.out)
    refused = [line for line in done.err.splitlines() if line.startswith(("polyqw: rejected: ", "polyqw: failed: "))]
    n_refused = sum(word in ("rejected", "missing", "empty") or (word == "contradictory" and expected == 3)
                    for word in case.split())  # fmt: skip
    assert len(refused) == n_refused, done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(("case", "code"), [*CASES.items()])
def test_exit_codes_of_validate(call, named, tmp_path, case, code):
    words = named("validate", case)
    if "missing" in words[0] or "missing" in case:
        words = ["in/missing"]
        code = 1
    (tmp_path / "tc.csv").write_text("file,tc\ngood.cif,100\n")
    done = call("validate", "in" if words != ["in/missing"] else words[0], "--table", "tc.csv", "--json")
    assert done.code == code, done.err


@pytest.mark.parametrize(
    ("case", "code"), [("rejected", 3), ("good rejected", 3), ("missing", 1), ("good missing", 1)]
)
def test_exit_codes_of_a_series(call, named, case, code):
    words = [f"{word}={k}" for k, word in enumerate(named("series", case))]
    done = call("series", *words, "--json")
    assert done.code == code, done.err
    if code == 3:
        assert [s["status"] for s in done.json()["structures"]].count("rejected") == 1
        assert "a series needs at least two structures" in done.err


def test_files_are_read_through_one_door():
    names = ("analyse_inputs", "read_inputs", "expand_inputs")
    users = {p.name for p in (ROOT / "polyqw" / "cli").rglob("*.py") if any(n in p.read_text() for n in names)}
    assert users == {"over_files.py"}


def test_a_word_that_names_nothing_is_usage(call, reference_template):
    for verb, words in {
        "describe": ["nosuch", "neither"],
        "cite": ["nosuch", "neither"],
        "explain": ["99999"],
    }.items():
        done = call(verb, *words, "--db", reference_template)
        assert (done.code, len(done.err.splitlines())) == (2, len(words)), verb


def test_the_reference_structures_are_no_input_of_the_user(call):
    done = call("ingest", "--reference", "--db", "own.db", "--json")
    assert done.code == 0
    assert done.json()["rejected"] == 1
    assert "polyqw: rejected: " in done.err


def test_help_states_the_rule(call):
    told = " ".join(call("--help").out.split())
    for sentence in ("no well is an answer", "A file that is refused", "also when it is the only one"):
        assert sentence in told


@pytest.mark.parametrize(
    ("words", "library", "extra"),
    [
        (["export", "parquet"], "pyarrow", "parquet"),
        (["import", "optimade", "http://127.0.0.1:9"], "optimade.filterparser", "optimade"),
        (["ingest", "--scheduler", "local", "in.cif"], "distributed", "dask"),
        (["fit", "--db", "postgresql://127.0.0.1:1/x"], "psycopg", "postgres"),
        (["serve"], "datasette", "web"),
    ],
)
def test_a_missing_extra_is_usage(call, monkeypatch, reference_template, tmp_path, words, library, extra):
    shutil.copy(structure_path("nacl"), tmp_path / "in.cif")
    for name in [name for name in sys.modules if name == library or name.startswith(f"{library}.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, library, None)
    database = tmp_path / "new.db" if words[0] in ("ingest", "import") else reference_template
    done = call(*words, *([] if "--db" in words else ["--db", database]))
    assert (done.code, done.out) == (2, ""), done.err
    assert f"pip install 'polyqw[{extra}]'" in done.complaint


TWO_FORMATS = [
    verb.split()
    for verb in (
        "wells x.cif", "explain x.cif", "describe x.cif", "view x.cif", "predict", "field x.cif", "validate",
        "fermi x.cif", "kagome x.cif", "stm x.cif", "elements x.cif", "series x.cif", "ingest x.cif", "show 1",
        "find", "query x", "fit", "resonance", "claims", "cles crossings", "chargeorder", "order-parameter",
        "transport", "meissner", "report", "export csv", "import optimade http://h", "db check", "provenance 7.22",
        "screen", "slopes", "design 100",
    )
]  # fmt: skip


@pytest.mark.parametrize("words", TWO_FORMATS, ids=" ".join)
def test_two_formats_at_once_are_refused(call, tmp_path, words):
    for order in (["--json", "--csv"], ["--csv", "--json"]):
        done = call(*words, *order, *(["--db", "none.db"] if words[0] in {"report", "export", "import"} else []))
        assert (done.code, done.out) == (2, "")
        assert done.complaint == "--json and --csv: choose one"
    assert list(tmp_path.iterdir()) == []


def test_every_verb_with_two_formats_is_in_that_table():
    from polyqw.cli.main import main  # noqa: PLC0415

    listed = {words[0] for words in TWO_FORMATS}
    for verb in ALL_VERBS:
        command = main.get_command(None, verb)
        flags = {
            flag
            for one in getattr(command, "commands", {"": command}).values()
            for p in one.params
            for flag in p.opts
        }
        assert ({"--json", "--csv"} <= flags) == (verb in listed), verb


WRITERS = {
    ("predict", "bkfa"): "predictions recorded in",
    ("fit", "--family", "iron"): "1 fit recorded in",
    ("claims", "k1144-er-alpha"): "1 result recorded in",
    ("cles", "fit"): "1 run recorded in",
    ("cles", "point", "--mu", "0.2", "--save"): "1 run recorded in",
}


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_verbs_that_write_say_so(call, reference_copy, words):
    before = hashlib.sha256(reference_copy.read_bytes()).digest()
    silent = call(*words, "--no-save", "--json", "--db", reference_copy)
    assert silent.code == 0
    assert "recorded" not in silent.err
    assert hashlib.sha256(reference_copy.read_bytes()).digest() == before
    done = call(*words, "--json", "--db", reference_copy)
    assert (done.code, done.json()) == (0, silent.json())
    assert WRITERS[words] in done.err
    assert str(reference_copy) in done.err
    assert ("--no-save leaves" in done.err) == ("--save" not in words)
    again = call(*words, "--json", "--db", reference_copy)
    assert "recorded already" in again.err


def test_ingest_says_what_it_wrote(call):
    words = ("ingest", structure_path("tl1212"), "--db", "own.db")
    assert call(*words, "--json").err == "polyqw: 1 structure stored in own.db\n"
    assert call(*words, "--json").err == "polyqw: nothing new to store in own.db\n"


READERS = [
    words.split()
    for words in (
        "find", "show lafeaso_cod", "query SELECT~1", "fit --no-save", "predict bkfa --no-save", "predict --score",
        "claims k1144-er-alpha --no-save", "resonance", "explain 1", "describe lafeaso_cod", "cite lafeaso_cod",
        "info", "db current", "db check", "export csv -o out", "series --set k08feyse2",
    )
]  # fmt: skip


@pytest.mark.parametrize("words", READERS, ids=" ".join)
def test_readers_do_not_write(call, reference_copy, words):
    folder = reference_copy.parent / "kept"
    folder.mkdir()
    database = folder / "wells.db"
    shutil.copy(reference_copy, database)
    before = hashlib.sha256(database.read_bytes()).digest()
    database.chmod(0o444)
    folder.chmod(0o555)
    try:
        done = call(*[word.replace("~", " ") for word in words], "--db", database)
    finally:
        folder.chmod(0o755)
    assert done.code == 0, done.err
    assert hashlib.sha256(database.read_bytes()).digest() == before
    assert [path.name for path in folder.iterdir()] == ["wells.db"]
