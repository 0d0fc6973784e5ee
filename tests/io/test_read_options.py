"""Limits of what is read: each can be changed, and each refuses and admits by its value."""

from dataclasses import replace

import pytest

from polyqw.errors import ReadError, UsageError
from polyqw.io.cif.read import BlockError, read_cif
from polyqw.io.inputs import Source, expand_inputs
from polyqw.io.read_options import DEFAULT, LIMIT_NAMES
from tests.io.cif_texts import PEROVSKITE, bent

PLAIN = PEROVSKITE.encode()
DIGITS = bent(("Sr1 Sr 0.5", "Sr1 Sr 0." + "5" * 48))
LONG_OPERATION = bent(("'x, y, z'", "'x, y, z + 0." + "0" * 38 + "'"))
BOUNDS = {  # what the file has, a limit just below it and one just above
    "operations": (bent(("'x, y, z'", "'x,y,z'\n'-x,-y,-z'")), "1", "2", "too_many_operations"),
    "characters": (DIGITS, "49", "50", "too_long"),
    "operation_characters": (LONG_OPERATION, "49", "50", "too_long"),
    "atoms": (PLAIN, "4", "5", "too_large"),
    "file_atoms": (PLAIN, "4", "5", "too_large"),
    "place_rows": (bent(("1\nTi1", "0.5\nSr2 Sr 0.5 0.5 0.5 0.5\nTi1")), "1", "2", "too_many_at_one_place"),
    "pymatgen_images": (bent(("0 0 0 1\n", "0 0 0 1.01\n")), "4", "5", "too_large"),
    "edge_min_angstrom": (PLAIN, "3.91", "3.89", "bad_cell"),
    "edge_max_angstrom": (PLAIN, "3.89", "3.91", "bad_cell"),
    "plane_spacing_angstrom": (PLAIN, "3.91", "3.89", "bad_cell"),
    "volume_min_angstrom3": (PLAIN, "11.9", "11.8", "implausible_volume"),
    "volume_max_angstrom3": (PLAIN, "11.8", "11.9", "implausible_volume"),
    "occupancy": (bent(("0 0 0 1\n", "0 0 0 1.03\n")), "1.02", "1.04", "bad_occupancy"),
    "site_occupancy": (
        bent(("O3 O 0", "F3 F 0 0 0.5 0.2\nO3 O 0"), ("O3 Sr Ti", "F.2 O3 Sr Ti")),
        "1.19",
        "1.21",
        "bad_occupancy",
    ),
    "metric": (
        bent(("b 3.9", "b 3.93"), ("'x, y, z'", "'x,y,z'\n'-x,-y,z'\n'-y,x,z'\n'y,-x,z'"), ("O2 O 0 0.5 0 1\n", "")),
        "0.015",
        "0.016",
        "symmetry_metric",
    ),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_a_limit_refuses_and_admits(name):
    data, refusing, admitting, reason = BOUNDS[name]
    (refused,) = read_cif("x.cif", data, DEFAULT.with_limits([f"{name}={refusing}"]))
    assert isinstance(refused, BlockError), name
    assert refused.reason == reason
    (read,) = read_cif("x.cif", data, DEFAULT.with_limits([f"{name}={admitting}"]))
    assert not isinstance(read, BlockError), read


WHOLE_FILE = {"words": ("55", "56"), "blocks": ("1", "2")}


@pytest.mark.parametrize("name", WHOLE_FILE)
def test_a_limit_of_the_whole_file(name):
    refusing, admitting = WHOLE_FILE[name]
    data = b"data_empty " + PLAIN
    with pytest.raises(ReadError, match=f"more than {refusing} .*--limit {name}=") as caught:
        read_cif("x.cif", data, DEFAULT.with_limits([f"{name}={refusing}"]))
    assert caught.value.reason == "too_large"
    assert "x.cif" in str(caught.value)
    (read,) = read_cif("x.cif", data, DEFAULT.with_limits([f"{name}={admitting}"]))
    assert not isinstance(read, BlockError), read


def test_every_limit_is_tried():
    assert set(LIMIT_NAMES) == BOUNDS.keys() | WHOLE_FILE.keys() | {"file_mb", "unpacked_mb", "ratio", "members"}


def test_limits_of_files(tmp_path):
    path = tmp_path / "a.cif"
    path.write_bytes(b"#" * 2**20 + b"\n" + PLAIN)
    small = replace(DEFAULT, file_mb=1.0)
    with pytest.raises(ReadError, match="limit of 1 MB"):
        Source(str(path)).read(small)
    (source,) = expand_inputs([str(path)], small)
    assert source.read() == path.read_bytes()


@pytest.mark.parametrize("word", ["atoms", "atoms=", "atoms=0", "atoms=-1", "atoms=2.5", "ratio=nan", "ratio=inf"])
def test_what_is_no_number_above_zero(word):
    with pytest.raises(UsageError, match="above zero"):
        DEFAULT.with_limits([word])


@pytest.mark.parametrize("word", ["reader=gemmi", "size=3", "=3"])
def test_what_is_no_limit(word):
    with pytest.raises(UsageError, match="there are file_mb, unpacked_mb"):
        DEFAULT.with_limits([word])
