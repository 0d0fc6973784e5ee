"""The code of docs/python.md runs as it stands there."""

import re

import pandas as pd

from polyqw.io.pymatgen import structure_from_cell
from polyqw.services.structures.analyse import read_inputs
from tests.conftest import ROOT, structure_path


def test_the_code_runs(reference_copy, monkeypatch, capsys):
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 4
    reference_copy.rename(reference_copy.with_name("wells.db"))
    (reference_copy.parent / "cifs").symlink_to(ROOT / "cifs")
    monkeypatch.chdir(reference_copy.parent)
    read = read_inputs([str(structure_path(name)) for name in ("lafeaso_cod", "nacl")])
    table = pd.DataFrame({"structure": [structure_from_cell(one.record.cell) for one in read]})
    names = {"table": table}
    for block in blocks:
        exec(block, names)
    assert names["found"].status == "ok"
    assert "tridecahedron 3.133" in " ".join(f"{w.kind} {w.height:.3f}" for w in names["found"].wells)
    assert "nonahedron" in capsys.readouterr().out
    assert len(names["table"].columns) > 3
