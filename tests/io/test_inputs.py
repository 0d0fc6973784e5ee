"""Files, folders, globs, archives and standard input."""

import gzip
import io
import os
import pickle
import subprocess
import sys
import zipfile

import pytest

from polyqw.errors import ReadError
from polyqw.io.inputs import RefusedSource, Source, expand_inputs, names_something
from polyqw.io.read_options import ReadOptions

CIF = b"data_a\n"


def names(*given):
    return [source.name for source in expand_inputs(given)]


def refused(*given):
    (source,) = expand_inputs(given)
    assert isinstance(source, RefusedSource), source
    assert given[0] in str(source.error)
    return source.error.reason


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "set" / "sub").mkdir(parents=True)
    (tmp_path / "set" / "b.cif").write_bytes(CIF)
    (tmp_path / "set" / "a.CIF").write_bytes(CIF)
    (tmp_path / "set" / "sub" / "c.cif.gz").write_bytes(gzip.compress(CIF))
    (tmp_path / "set" / "notes.txt").write_bytes(b"no")
    (tmp_path / "set" / "._b.cif").write_bytes(b"no")
    with zipfile.ZipFile(tmp_path / "set" / "z.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/two.cif", CIF + b"#2")
        archive.writestr("deep/one.cif", CIF + b"#1")
        archive.writestr("three.cif.gz", gzip.compress(CIF + b"#3"))
        archive.writestr("readme.txt", "no")
        archive.writestr("__MACOSX/deep/._one.cif", "no")
    return tmp_path


def test_folder_is_searched_below_and_sorted(folder):
    archive = ["set/z.zip/deep/one.cif", "set/z.zip/deep/two.cif", "set/z.zip/three.cif.gz"]
    assert names("set") == ["set/a.CIF", "set/b.cif", "set/sub/c.cif.gz", *archive]
    assert [source.read()[:6] for source in expand_inputs(["set"])] == [b"data_a"] * 6


def test_order_of_names_is_kept(folder):
    assert names("set/b.cif", "set/a.CIF") == ["set/b.cif", "set/a.CIF"]


def test_globs(folder):
    assert names("set/*.cif") == ["set/b.cif"]
    assert names("**/*.gz") == ["set/sub/c.cif.gz"]
    assert refused("set/*.xyz") == "missing"


def test_file_whose_name_looks_like_a_glob(folder):
    (folder / "LaFeAsO[1].cif").write_bytes(CIF)
    assert names("LaFeAsO[1].cif") == ["LaFeAsO[1].cif"]


def test_named_file_is_read_whatever_its_suffix(folder):
    (source,) = expand_inputs(["set/notes.txt"])
    assert source.read() == b"no"


def test_members_of_archives(folder):
    assert [source.read()[-2:] for source in expand_inputs(["set/z.zip"])] == [b"#1", b"#2", b"#3"]


def test_standard_input(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CIF)))
    assert [(source.name, source.read()) for source in expand_inputs(["-"])] == [("-", CIF)]


def test_sources_can_be_sent_to_another_process(folder):
    for source in expand_inputs(["set"]):
        assert pickle.loads(pickle.dumps(source)) == source


def test_one_bad_input_leaves_the_others(folder):
    kinds = [type(source) for source in expand_inputs(["gone.cif", "set/b.cif"])]
    assert kinds == [RefusedSource, Source]


def test_missing(folder):
    assert refused("gone.cif") == "missing"
    assert refused("nul\0l.cif") == "missing"
    assert refused("x" * 5000) == "missing"


def test_folder_without_cifs(folder):
    (folder / "void").mkdir()
    assert refused("void") == "no_cif_in_folder"


def test_archive_without_cifs(folder):
    with zipfile.ZipFile("void.zip", "w") as archive:
        archive.writestr("readme.txt", "no")
    assert refused("void.zip") == "no_cif_in_archive"


def test_not_an_archive(folder):
    (folder / "fake.zip").write_bytes(b"no zip")
    (folder / "fake.cif.gz").write_bytes(b"no gzip")
    (folder / "cut.cif.gz").write_bytes(gzip.compress(CIF * 1000)[:-20])
    assert refused("fake.zip") == "bad_archive"
    for name in ("fake.cif.gz", "cut.cif.gz"):
        (source,) = expand_inputs([name])
        with pytest.raises(ReadError, match=name) as caught:
            source.read()
        assert caught.value.reason == "bad_archive"


def test_damaged_member(folder):
    with zipfile.ZipFile("bad.zip", "w") as archive:
        archive.writestr("a.cif", CIF * 100)
        archive.writestr("b.cif", CIF)
    content = bytearray((folder / "bad.zip").read_bytes())
    content[60] ^= 255
    (folder / "bad.zip").write_bytes(content)
    first, second = expand_inputs(["bad.zip"])
    assert isinstance(first, RefusedSource)
    assert first.error.reason == "bad_archive"
    assert second.read() == CIF


def test_encrypted_member(folder):
    with zipfile.ZipFile("locked.zip", "w") as archive:
        archive.writestr("a.cif", CIF)
    content = (folder / "locked.zip").read_bytes()
    at = content.index(b"PK\x01\x02") + 8
    (folder / "locked.zip").write_bytes(content[:at] + bytes([content[at] | 1]) + content[at + 1 :])
    (source,) = expand_inputs(["locked.zip"])
    assert source.error.reason == "encrypted"


def test_bombs(folder):
    zeros = b"\n" * (40 * 1024 * 1024)
    (folder / "bomb.cif.gz").write_bytes(gzip.compress(zeros))
    with zipfile.ZipFile("bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.cif", zeros)
        archive.writestr("nested.cif.gz", gzip.compress(zeros))
    assert [source.error.reason for source in expand_inputs(["bomb.zip"])] == ["too_large", "too_large"]
    (source,) = expand_inputs(["bomb.cif.gz"])
    with pytest.raises(ReadError, match=r"bomb\.cif\.gz") as caught:
        source.read()
    assert caught.value.reason == "too_large"


def test_absurd_ratio_below_the_size_limit(folder):
    (folder / "thin.cif.gz").write_bytes(gzip.compress(b"\n" * (5 * 1024 * 1024)))
    (source,) = expand_inputs(["thin.cif.gz"])
    with pytest.raises(ReadError) as caught:
        source.read()
    assert caught.value.reason == "too_large"


def test_small_ratio_but_too_large(folder):
    limits = ReadOptions(file_mb=90 / 2**20, unpacked_mb=100 / 2**20)
    (folder / "big.cif").write_bytes(CIF * 100)
    (folder / "big.cif.gz").write_bytes(gzip.compress(CIF * 100))
    for name in ("big.cif", "big.cif.gz"):
        (source,) = expand_inputs([name])
        with pytest.raises(ReadError) as caught:
            source.read(limits)
        assert caught.value.reason == "too_large"


def test_folder_loop_ends(folder):
    (folder / "set" / "again").symlink_to(folder / "set")
    assert len(names("set")) == 6


def test_pipe_is_refused(folder):
    os.mkfifo("pipe.cif")
    (source,) = expand_inputs(["pipe.cif"])
    with pytest.raises(ReadError) as caught:
        source.read()
    assert caught.value.reason == "not_a_file"


def test_file_that_vanished(folder):
    (source,) = expand_inputs(["set/b.cif"])
    (folder / "set" / "b.cif").unlink()
    with pytest.raises(ReadError) as caught:
        source.read()
    assert caught.value.reason == "missing"


@pytest.mark.parametrize("module", ["polyqw.io.inputs", "polyqw.io.pymatgen", "polyqw.io.ase"])
def test_import_does_not_load_the_libraries(module):
    code = f"import sys, {module}; sys.exit(bool({{'pymatgen', 'ase', 'scipy'}} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_pattern_names_something_below_folders(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "x.cif").touch()
    assert names_something(str(tmp_path / "**" / "x.cif"))
    assert not names_something(str(tmp_path / "**" / "y.cif"))
