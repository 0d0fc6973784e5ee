"""``polyqw view``: one file for each kind, names as everywhere, mistakes in one line."""

from __future__ import annotations

import pytest

from tests.conftest import structure_path

FILE = structure_path("lafeaso_cod")
STARTS = {
    "html": b"<!DOCTYPE html>", "svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF", "gltf": b'{"asset"',
    "glb": b"glTF", "vesta": b"#VESTA",
}  # fmt: skip


@pytest.mark.parametrize("kind", STARTS)
def test_each_kind_by_its_suffix(run, tmp_path, kind):
    target = tmp_path / f"x.{kind}"
    done = run("view", FILE, "-o", target)
    assert (done.code, done.out, done.err) == (0, f"{target}\n", "")
    once = target.read_bytes()
    assert once.startswith(STARTS[kind])
    run("view", FILE, "-o", target)
    assert target.read_bytes() == once, "the same bytes twice"


def test_a_page_without_a_name_for_it(run, tmp_path):
    done = run("view", FILE, "--json").json()
    assert done["path"] == "view-lafeaso_cod.html"
    assert (tmp_path / done["path"]).is_file()
    (row,) = done["structures"]
    assert (row["name"], row["status"], row["n_atoms"], row["n_wells"]) == ("lafeaso_cod", "ok", 8, 3)


def test_names_of_the_database(run, tmp_path, reference_template):
    done = run("view", "FeAsLaO", "-o", "x.html", "--db", reference_template)
    assert (done.code, done.err) == (0, "")
    assert "lafeaso_cod" in (tmp_path / "x.html").read_text(encoding="utf-8")


def test_a_structure_without_wells_is_shown(run, tmp_path):
    done = run("view", structure_path("nacl"), "-o", "x.html")
    assert done.code == 0
    assert "NaCl" in (tmp_path / "x.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ((FILE, "-o", "x.gif"), 2, ".html, .svg"),
        ((FILE, "-o", "missing/x.html"), 1, "cannot be written"),
        (("missing.cif", "-o", "x.html"), 1, "missing.cif"),
        ((FILE.parent, "-o", "x.html"), 2, "at most 12"),
        (("YBCO", "-o", "x.glb"), 2, "at most 1"),
        (("Unobtainium", "-o", "x.html"), 2, "nothing named"),
    ],
)
def test_mistakes(run, tmp_path, reference_template, words, code, why):
    done = run("view", *words, "--db", reference_template)
    assert done.code == code
    assert why in done.err.splitlines()[-1]
    assert not list(tmp_path.glob("x.*"))
