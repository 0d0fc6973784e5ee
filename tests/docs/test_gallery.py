"""The gallery: every command it names runs and writes the figure that it says."""

import re
import shlex
import shutil

import pytest
from click.testing import CliRunner

from polyqw.cli.main import main
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "gallery.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("| \n").split(" | ")] for line in PAGE.splitlines()[10:]]
COMMANDS = [re.fullmatch(r"`polyqw (.+)`", row[-1]).group(1) for row in ROWS]


def test_page_is_a_table_of_figures():
    assert len(COMMANDS) > 20
    assert all(len(row) == 3 for row in ROWS)
    assert {paper for row in ROWS for paper in re.findall(r"\b00\d\b", row[0])} == {"000", "001", "002", "003", "004"}
    assert len(set(COMMANDS)) == len(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_command_runs(command, tmp_path, monkeypatch, reference_template):
    (tmp_path / "cifs").symlink_to(ROOT / "cifs")
    shutil.copy(reference_template, tmp_path / "wells.db")
    monkeypatch.chdir(tmp_path)
    words = shlex.split(command)
    done = CliRunner().invoke(main, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    if "-o" in words:
        assert (tmp_path / words[words.index("-o") + 1]).read_bytes().startswith(b"\x89PNG")
    else:
        assert "alpha" in done.output
