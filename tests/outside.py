"""Everything that the program gives outside, as text files: ``python -m tests.outside FOLDER``.

Two such folders, made before and after a change of the inside, are compared with ``diff -r``: what each verb prints
in each form, exit codes and errors included, the content of the database, the report and the exports.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cli.conftest import environment
from tests.conftest import ROOT, STRUCTURES
from tests.hostile_cifs import CIF

LONGEST_SECONDS = 300
FORMS = ("", "--json", "--csv")
DATABASE = ("--db", "wells.db")
CORPUS = Path(os.environ.get("POLYQW_CORPUS", ROOT.parent / "shared" / "corpus"))
EVERY = 20
"""Of the corpus, one file in so many."""

BAD = {
    "empty.cif": "",
    "no_cif.cif": "this is no CIF\n",
    "two_cells.cif": CIF.replace("_cell_length_a", "_cell_length_a 3\n_cell_length_a", 1),
    "unknown_symbol.cif": CIF.replace("Ca1 Ca", "Ca1 Unk"),
    "other_formula.cif": CIF.replace("'Ca Cu O2'", "'Ca Ni O2'"),
    "crowded.cif": CIF.replace("0.5 0.5 0.5 1", "0.02 0 0 1"),
}

READING = {
    "wells": ("cifs",),
    "wells-others": ("others",),
    "wells-corpus": ("sample",),
    "wells-bad": ("bad",),
    "wells-empty": ("none",),
    "wells-missing": ("missing.cif",),
    "wells-iron-anions": ("cifs/lafeaso_cod.cif", "--iron-anions", "P"),
    "wells-majority": ("cifs", "--occupancy", "majority"),
    "wells-ordered": ("cifs", "--occupancy", "ordered"),
    "wells-gemmi": ("cifs", "--reader", "gemmi"),
    "wells-pymatgen": ("cifs/bi2223_pb.cif", "--reader", "pymatgen"),
    "explain": ("cifs",),
    "explain-bad": ("bad",),
    "two-forms": ("cifs/nb.cif", "--json", "--csv"),
    "describe": ("cifs",),
    "describe-corpus": ("sample",),
    "describe-bad": ("bad",),
    "cite-files": ("cifs",),
    "elements": ("cifs",),
    "kagome": ("cifs",),
    "stm": ("cifs",),
    "fermi": ("cifs/bak122_x050.cif", "cifs/bi2223_pb.cif"),
    "field": ("cifs/cacuo2_infinite.cif",),
    "field-cluster": ("cifs/cacuo2_infinite.cif", "--model", "cluster"),
    "field-bad": ("bad/empty.cif",),
    "predict-files": ("cifs", "--no-save", *DATABASE),
    "series-files": ("cifs/hg1223_o835.cif=0", "cifs/hg1223_high_pressure.cif", *DATABASE),
    "validate": ("sample", "--table", "tc.csv", *DATABASE),
}
"""Runs that read files: a name that begins with its verb, and the words after it."""

STORED = {
    "show-structure": ("lafeaso_cod",),
    "show-compound": ("YBa2Cu3O7-d",),
    "show-number": ("1",),
    "show-unknown": ("Xy7",),
    "find": ("family=cuprate",),
    "find-tc": ("family=cuprate,tc_kelvin>90,Cu>=2", "-s", "-tc_kelvin", "-L", "5"),
    "find-wrong": ("nothing=1",),
    "explain-structure": ("2",),
    "describe-structure": ("2",),
    "query": ("SELECT * FROM v_law",),
    "query-recipes": ("--recipes",),
    "query-writes": ("DELETE FROM wells",),
    "fit": ("--no-save",),
    "fit-cuprate": ("--no-save", "--family", "cuprate", "--wells", "alpha"),
    "fit-paper": ("--no-save", "--paper", "002"),
    "predict": ("--no-save",),
    "predict-score": ("--score", "--no-save"),
    "resonance": (),
    "resonance-compound": ("CaKFe4As4",),
    "claims": ("--no-save",),
    "claims-some": ("k1144-er-alpha", "cles-p1", "--no-save"),
    "series": ("--set", "k08feyse2"),
    "cite": ("YBa2Cu3O7-d",),
    "cite-all": (),
    "cite-unknown": ("Xy7",),
}
ALONE = {
    "chargeorder": (),
    "order-parameter": ("--seed", "1", "--samples", "20", "--electrons", "500"),
    "transport": ("--tc", "40"),
    "meissner": ("--sample-mass", "0.02"),
    "cles-point": ("--mu", "0.2"),
    "cles-point-wrong": ("--mu", "x"),
    "cles-curve": ("--figure", "3a"),
    "cles-crossings": (),
    "cles-binding": ("--mu", "0.1"),
    "cles-map": ("--figure", "3c", "-n", "3"),
    "cles-resistivity": ("--mu", "0.21", "--temperature", "100"),
    "cles-fit": ("--tc", "40"),
    "nothing": (),
    "unknown-verb": (),
}
TWO_WORDS = ("cles", "db", "export", "import")

CHANGING = (
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)?"), "MOMENT"),
    (re.compile(r"sha256:[0-9a-f]{64}"), "DIGEST"),
    (re.compile(r'("seconds": |after )\d+(\.\d+)?'), r"\1SECONDS"),
)


def main(folder: Path) -> None:
    """Write what each run gives into a folder of its own."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        _prepare(work)
        _keep(folder, work, "ingest", ("ingest", "cifs", "--json", *DATABASE))
        _keep(folder, work, "ingest-again", ("ingest", "cifs", *DATABASE))
        _keep(folder, work, "ingest-mixed", ("ingest", "sample", "bad", "missing.cif", "--json", "--db", "mixed.db"))
        _keep(folder, work, "import-tc", ("import", "tc", "tc.csv", "--json", "--db", "mixed.db"))
        _dump(work / "mixed.db", folder / "mixed.sql")
        runs = [
            (f"{name}{form}", (*_verb(name), *words, *filter(None, [form]), *database))
            for group, database in ((READING, ()), (STORED, DATABASE), (ALONE, ()))
            for name, words in group.items()
            for form in FORMS
        ]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda run: _keep(folder, work, *run), runs))
        _keep(folder, work, "report", ("report", *DATABASE, "-o", "report"))
        for kind in ("csv", "optimade", "cif"):
            _keep(folder, work, f"export-{kind}", ("export", kind, *DATABASE, "-o", f"export-{kind}"))
        _dump(work / "wells.db", folder / "wells.sql")
        for made_folder in ("report", "export-csv", "export-optimade", "export-cif"):
            _copy_text(work / made_folder, folder / f"{made_folder}-files", work)


def _verb(name: str) -> tuple[str, ...]:
    verb, _, rest = name.partition("-")
    if name.startswith("order-parameter"):
        return ("order-parameter",)
    if verb in TWO_WORDS:
        return (verb, rest.partition("-")[0])
    return {"two": ("wells",), "nothing": (), "unknown": ("unknown",)}.get(verb, (verb,))


def _prepare(work: Path) -> None:
    shutil.copytree(ROOT / "cifs", work / "cifs", ignore=shutil.ignore_patterns("*.md"))
    shutil.copytree(STRUCTURES, work / "others", ignore=shutil.ignore_patterns("*.csv"))
    for name in ("bad", "sample", "none", "home"):
        (work / name).mkdir()
    for name, text in BAD.items():
        (work / "bad" / name).write_text(text)
    for path in sorted((CORPUS / "cifs").rglob("*.cif"))[::EVERY]:
        shutil.copy(path, work / "sample")
    if CORPUS.is_dir():
        shutil.copy(CORPUS / "tc.csv", work)
    else:
        (work / "tc.csv").write_text("formula,tc_kelvin\nYBa2Cu3O7,92\n")


def _keep(folder: Path, work: Path, name: str, words: tuple[str, ...]) -> None:
    """Run the program and keep its exit code and both streams."""
    done = subprocess.run(
        [sys.executable, "-m", "polyqw", *words],
        cwd=work, env=environment(work / "home", COLUMNS="120"), capture_output=True, timeout=LONGEST_SECONDS,
        check=False,
    )  # fmt: skip
    text = f"{' '.join(words)}\nexit {done.returncode}\n{done.stdout.decode()}\n---- stderr\n{done.stderr.decode()}"
    (folder / f"{name}.txt").write_text(_settled(text, work))


def _settled(text: str, work: Path) -> str:
    """Return a text without what differs from run to run."""
    text = text.replace(str(work), "WORK")
    for pattern, standing in CHANGING:
        text = pattern.sub(standing, text)
    return text


def _dump(database: Path, target: Path) -> None:
    with sqlite3.connect(database) as connection:
        target.write_text(_settled("\n".join(sorted(connection.iterdump())), database.parent))


def _copy_text(source: Path, target: Path, work: Path) -> None:
    for path in sorted(source.rglob("*")):
        if path.is_file():
            there = target / path.relative_to(source)
            there.parent.mkdir(parents=True, exist_ok=True)
            try:
                there.write_text(_settled(path.read_text(encoding="utf-8"), work))
            except UnicodeDecodeError:
                there.write_bytes(path.read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
