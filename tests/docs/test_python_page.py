"""The code of docs/python.md runs as it stands there, and gives what stands below it."""

import ast
import contextlib
import io
import re

import pandas as pd
import pytest

from polyqw.io.pymatgen import structure_from_cell
from polyqw.services.structures.analyse import read_inputs
from tests.conftest import ROOT, structure_path

PAGE = ROOT / "docs" / "python.md"
SESSION = re.compile(r"```python\n(.*?)```(?:\n```text\n(.*?)```)?", re.DOTALL)


def given(code, names):
    """Give what code prints, and the value of its last line as a session shows it."""
    tree, shown = ast.parse(code), io.StringIO()
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(shown), pd.option_context("display.width", 120):
        exec(compile(tree, PAGE, "exec"), names)
        if last is not None:
            value = eval(compile(ast.Expression(last.value), PAGE, "eval"), names)
            shown.write((value.to_string() if isinstance(value, pd.DataFrame) else repr(value)) + "\n")
    return shown.getvalue()


def test_the_code_gives_what_stands_below_it(reference_copy, monkeypatch):
    pytest.importorskip("anywidget")
    reference_copy.rename(reference_copy.with_name("wells.db"))
    (reference_copy.parent / "cifs").symlink_to(ROOT / "cifs")
    monkeypatch.chdir(reference_copy.parent)
    read = read_inputs([str(structure_path(name)) for name in ("lafeaso_cod", "nacl")])
    names = {"table": pd.DataFrame({"structure": [structure_from_cell(one.record.cell) for one in read]})}
    sessions = SESSION.findall(PAGE.read_text(encoding="utf-8"))
    assert len(sessions) > 9
    for code, wanted in sessions:
        assert given(code, names) == wanted, code
    assert (reference_copy.parent / "wells.svg").read_text(encoding="utf-8").count("<svg") == 1
