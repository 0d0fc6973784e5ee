"""A file is written whole, or what stood there stays."""

import pytest

from polyqw.errors import PolyqwError
from polyqw.io.whole_files import replacing, write_whole


def test_the_folder_is_made_and_nothing_else_is_left(tmp_path):
    write_whole(tmp_path / "deep" / "er" / "a.txt", "one\r\ntwo")
    assert (tmp_path / "deep" / "er" / "a.txt").read_bytes() == b"one\r\ntwo"
    assert [p.name for p in (tmp_path / "deep" / "er").iterdir()] == ["a.txt"]


def test_what_breaks_off_leaves_all_as_before(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as beside:
        beside.write_text(f"half {1 / 0}")
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_place_that_cannot_be_written_to_is_told_in_one_line(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(PolyqwError, match=r"a\.txt: cannot be written .*; give another -o") as caught:
        write_whole(tmp_path / "file" / "a.txt", "x")
    assert "\n" not in str(caught.value)
    (tmp_path / "folder").mkdir()
    with pytest.raises(PolyqwError, match="cannot be written"):
        write_whole(tmp_path / "folder", "x")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]
