"""The dictionary of our data names, read by gemmi: what is written is in it, with the values it can have."""

from __future__ import annotations

import gemmi
import pytest

from polyqw.core.record import Origin, TransitionKind, Trust
from polyqw.core.wells import Family, Kind, Phase, Role, Status
from polyqw.services.exchange.cif_export import export_cif
from polyqw.services.place.database import reading
from tests.conftest import ROOT

BLOCK = gemmi.cif.read(str(ROOT / "docs" / "cif_polyqw.dic")).sole_block()
FRAMES = [item.frame for item in BLOCK if item.frame]
ITEMS = {frame.find_value("_alias.definition_id").strip("'"): frame for frame in FRAMES if "." in frame.name}
LISTS = {"kind": Kind, "phase": Phase, "role": Role, "family": Family, "status": Status, "origin": Origin,
         "trust": Trust, "tc_kind": TransitionKind}  # fmt: skip


@pytest.fixture(scope="module")
def written(reference_template, tmp_path_factory):
    """Write all reference structures as CIF, and return their blocks."""
    folder = tmp_path_factory.mktemp("cif")
    with reading(reference_template) as session:
        export_cif(session, folder, (), dummies=False)
    return [gemmi.cif.read(str(path)).sole_block() for path in folder.glob("*.cif")]


def values(block, name):
    return [value for value in block.find_values(name) if value not in (".", "?")]


def names_of(block):
    for item in block:
        yield from ([item.pair[0]] if item.pair else item.loop.tags if item.loop else [])


def test_every_item_that_is_written_is_defined(written):
    found = {name for block in written for name in names_of(block) if name.startswith("_polyqw_")}
    assert len(found) > 30
    assert found - set(ITEMS) == set()


def test_names_follow_from_category_and_object():
    categories = {frame.find_value("_definition.id").lower() for frame in FRAMES if "." not in frame.name}
    for alias, frame in ITEMS.items():
        category, name = frame.find_value("_name.category_id"), frame.find_value("_name.object_id")
        assert frame.find_value("_definition.id").strip("'") == f"_{category}.{name}"
        assert alias == f"_{name}" if category == "atom_site" else f"_{category}_{name}"
        assert category == "atom_site" or category in categories
        assert gemmi.cif.as_string(frame.find_value("_description.text")).strip()


@pytest.mark.parametrize("alias", ITEMS)
def test_lists_of_values_are_those_of_the_program(alias, written):
    frame = ITEMS[alias]
    states = list(frame.find_values("_enumeration_set.state"))
    kind = LISTS.get(frame.find_value("_name.object_id"))
    assert states == ([str(value) for value in kind] if kind else [])
    if kind:
        assert {value for block in written for value in values(block, alias)} <= set(states)


@pytest.mark.parametrize("alias", ITEMS)
def test_types_hold_for_what_is_written(alias, written):
    contents = ITEMS[alias].find_value("_type.contents")
    convert = {"Text": str, "Real": float, "Integer": int}[contents]
    for block in written:
        for value in values(block, alias):
            convert(gemmi.cif.as_string(value))
    for end, unit in {"_angstrom": "angstroms", "_kelvin": "kelvins", "_gpa": "gigapascals"}.items():
        assert not alias.endswith(end) or ITEMS[alias].find_value("_units.code") == unit
