"""The map of the rooms is that of the tree."""

import re

import pytest

from tests.conftest import ROOT

MAP = (ROOT / "docs" / "rooms.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`([a-z_]+/[\w/.]*)`", MAP)))


@pytest.mark.parametrize("place", PLACES)
def test_what_the_map_names_is_there(place):
    found = ROOT / place
    assert found.is_dir() if place.endswith("/") else found.is_file()


def test_every_room_is_on_the_map():
    rooms = {f"{path.parent.relative_to(ROOT)}/" for path in (ROOT / "polyqw").glob("*/*/__init__.py")}
    rooms |= {f"{path.parent.relative_to(ROOT)}/" for path in (ROOT / "polyqw").glob("*/__init__.py")}
    assert rooms - {"polyqw/services/"} - set(PLACES) - {"polyqw/db/"} == set()
