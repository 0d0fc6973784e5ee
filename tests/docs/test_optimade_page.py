"""The property definitions of our OPTIMADE fields are up to date, and what is exported fits them."""

import json

import pytest
from sqlalchemy.orm import selectinload

from docs.manual.optimade_page import optimade_page
from polyqw.db.models import Structure
from polyqw.services.exchange.optimade_properties import PREFIX, structure_properties
from polyqw.services.exchange.optimade_structures import own_attributes
from polyqw.services.place.database import reading
from tests.conftest import ROOT

jsonschema = pytest.importorskip("jsonschema")
DEFINITIONS = json.loads((ROOT / "docs" / "optimade_properties.json").read_text(encoding="utf-8"))


def test_the_page_is_what_the_program_says():
    assert (ROOT / "docs" / "optimade_properties.json").read_text(encoding="utf-8") == optimade_page(), (
        "run: make docs"
    )
    assert set(DEFINITIONS) == {name for name in structure_properties() if name.startswith(PREFIX)}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definitions_are_schemas_with_unit_and_kind(name):
    definition = DEFINITIONS[name]
    jsonschema.Draft202012Validator.check_schema(definition)
    unit = definition["x-optimade-unit"]
    for end, symbol in {"_angstrom": "angstrom", "_kelvin": "kelvin", "_gpa": "gigapascal"}.items():
        assert (unit == symbol) == name.endswith(end)
    if unit not in ("dimensionless", "inapplicable"):
        assert definition["x-optimade-unit-definitions"][0]["symbol"] == unit


def test_exported_values_fit(reference_template):
    checks = {name: jsonschema.Draft202012Validator(definition) for name, definition in DEFINITIONS.items()}
    seen = set()
    with reading(reference_template) as session:
        for structure in session.query(Structure).options(selectinload(Structure.wells)):
            for name, value in json.loads(json.dumps(own_attributes(structure))).items():
                checks[name].validate(value)
                seen |= {name} if value is not None else set()
    assert len(seen) > 25
