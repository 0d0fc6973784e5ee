"""Cells as OPTIMADE structures and back."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimade.models import StructureResource
from optimade.models.utils import anonymize_formula, reduce_formula

from polyqw.core.cell import Cell, Site
from polyqw.core.record import structure_digest
from polyqw.errors import ReadError
from polyqw.io.optimade.formulae import anonymous_formula, hill_formula, reduced_formula, whole_amounts
from polyqw.io.optimade.structure import cell_of_attributes, hermann_mauguin, structure_attributes

LATTICE = np.array([[3.9, 0.0, 0.0], [0.1, 3.9, 0.0], [0.2, -0.3, 11.7]])


def cell(*sites):
    return Cell(LATTICE, tuple(Site(f"s{k}", tuple(sorted(s.items())), f) for k, (s, f) in enumerate(sites)))


MIXED = cell(
    ({"Cu": 1.0}, (0.0, 0.0, 0.0)),
    ({"Ba": 0.6, "K": 0.4}, (0.5, 0.5, 0.25)),
    ({"O": 0.91}, (0.5, 0.0, 1 / 3)),
    ({"O": 1.0}, (0.0, 0.5, 0.123455)),
    ({"Fe": 0.5, "Cu": 0.3}, (0.1, 0.2, 0.9)),
)


def attributes(**changes):
    found = structure_attributes(MIXED) | changes
    return {name: value for name, value in found.items() if value is not ...}


def test_mixed_and_partly_empty_sites_are_species_with_concentrations():
    found = structure_attributes(MIXED)
    species = {
        one["name"]: dict(zip(one["chemical_symbols"], one["concentration"], strict=True)) for one in found["species"]
    }
    assert [species[name] for name in found["species_at_sites"]] == [
        {"Cu": 1.0},
        {"Ba": 0.6, "K": 0.4},
        {"O": 0.91, "vacancy": 0.09},
        {"O": 1.0},
        {"Cu": 0.3, "Fe": 0.5, "vacancy": 0.2},
    ]
    assert found["structure_features"] == ["disorder"]
    assert found["elements"] == ["Ba", "Cu", "Fe", "K", "O"]
    assert found["elements_ratios"] == pytest.approx(np.array([0.6, 1.3, 0.5, 0.4, 1.91]) / 4.71)
    assert found["chemical_formula_reduced"] == "Ba60Cu130Fe50K40O191"
    assert found["chemical_formula_anonymous"] == "A191B130C60D50E40"
    StructureResource(id="x", type="structures", attributes={**found, "last_modified": None, "immutable_id": None})


def test_an_ordered_cell_has_no_features():
    found = structure_attributes(cell(({"Na": 1.0}, (0, 0, 0)), ({"Cl": 1.0}, (0.5, 0.5, 0.5))))
    assert found["structure_features"] == []
    assert found["species_at_sites"] == ["Na", "Cl"]
    assert found["chemical_formula_hill"] == "ClNa"


def test_the_way_out_and_back_gives_the_same_cell():
    back = cell_of_attributes("x", structure_attributes(MIXED))
    assert back.warnings == ()
    assert structure_digest(back.cell) == structure_digest(MIXED)
    for before, after in zip(MIXED.sites, back.cell.sites, strict=True):
        assert dict(after.species) == pytest.approx(dict(before.species))
        assert after.frac == pytest.approx(before.frac, abs=1e-11)


@given(st.lists(st.integers(0, 999_999).map(lambda n: n / 1e6), min_size=30, max_size=30))
def test_printed_coordinates_come_back_to_the_last_digit(numbers):
    lattice = np.array([[3.97, 0.0, 0.0], [0.13, 4.11, 0.0], [0.2, -0.3, 97.7]])
    fracs = {tuple(numbers[k : k + 3]) for k in range(0, 30, 3)}
    before = Cell(lattice, tuple(Site("Cu", (("Cu", 0.1),), frac) for frac in sorted(fracs)))
    after = cell_of_attributes("x", structure_attributes(before)).cell
    if len(after.sites) == len(before.sites):  # else two stand in one place
        assert [site.frac for site in after.sites] == [site.frac for site in before.sites]


@given(
    st.dictionaries(
        st.sampled_from("H C O Cu Ba La Fe As".split()), st.integers(1, 4000).map(lambda n: n / 1000), min_size=1
    )
)
def test_formulae_are_reduced_and_in_order(composition):
    amounts = whole_amounts(composition)
    total, whole = sum(composition.values()), sum(amounts.values())
    for element, amount in composition.items():
        assert amounts[element] / whole == pytest.approx(amount / total, abs=2e-4)
    reduced = reduced_formula(amounts)
    assert reduce_formula(reduced) == reduced
    assert anonymize_formula(reduced) == anonymous_formula(amounts)


def test_little_of_an_element_is_no_simple_fraction():
    assert whole_amounts({"H": 0.001, "C": 0.012}) == {"C": 12, "H": 1}
    assert whole_amounts({"Cu": 0.3333, "O": 1}) == {"Cu": 1, "O": 3}


def test_hill_puts_carbon_and_hydrogen_first():
    assert hill_formula({"Br": 1, "C": 2, "H": 5}) == "C2H5Br"
    assert hill_formula({"Br": 1, "H": 1}) == "BrH"
    assert whole_amounts({"O": 1 / 3 + 1e-6, "Cu": 1.0}) == {"Cu": 3, "O": 1}
    assert whole_amounts({"O": 6.9137, "Cu": 3.0}) == {"Cu": 30000, "O": 69137}


def test_space_group_symbols():
    assert hermann_mauguin("P 4/n m m :2") == "P 4/n m m"
    assert hermann_mauguin("P 63/m m c") == "P 63/m m c"
    assert hermann_mauguin("F d -3 m :1") == "F d -3 m"
    assert hermann_mauguin("I4/mmm") is None
    assert hermann_mauguin(None) is None


def test_assemblies_are_read_as_their_average():
    found = cell_of_attributes(
        "x",
        attributes(
            species=[{"name": n, "chemical_symbols": [n], "concentration": [1.0]} for n in ("Si", "Ge", "vacancy")]
            + [{"name": "O", "chemical_symbols": ["O"], "concentration": [1.0]}],
            species_at_sites=["Si", "Ge", "vacancy", "O"],
            cartesian_site_positions=[[0, 0, 0], [0, 0, 0.001], [0, 0, 0], [2, 2, 2]],
            nsites=4,
            assemblies=[{"sites_in_groups": [[0], [1], [2]], "group_probabilities": [0.3, 0.5, 0.2]}],
        ),
    )
    assert [dict(site.species) for site in found.cell.sites] == [pytest.approx({"Ge": 0.5, "Si": 0.3}), {"O": 1.0}]
    assert any("average" in text for text in found.warnings)


def test_rounded_concentrations_are_put_right_and_others_told():
    rows = structure_attributes(MIXED)["species"]
    rows[0] = {"name": "Cu", "chemical_symbols": ["Cu", "Zn"], "concentration": [0.33333, 0.66666]}
    found = cell_of_attributes("x", attributes(species=rows))
    assert sum(dict(found.cell.sites[0].species).values()) == pytest.approx(1.0, abs=1e-12)
    assert found.warnings == ()
    rows[0] = {"name": "Cu", "chemical_symbols": ["Cu"], "concentration": [0.96]}
    found = cell_of_attributes("x", attributes(species=rows))
    assert found.cell.sites[0].species == (("Cu", 1.0),)
    assert "sum to 0.96 and were scaled to 1" in found.warnings[0]
    rows[0] = {"name": "Cu", "chemical_symbols": ["Cu"], "concentration": [0.5]}
    found = cell_of_attributes("x", attributes(species=rows))
    assert found.cell.sites[0].species == (("Cu", 0.5),)
    assert "the rest is taken for empty" in found.warnings[0]


POSITIONS = structure_attributes(MIXED)["cartesian_site_positions"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lattice_vectors": None}, "no_structure"),
        ({"cartesian_site_positions": None}, "no_structure"),
        ({"species_at_sites": ["Cu"]}, "no_structure"),
        ({"species_at_sites": None}, "no_structure"),
        ({"dimension_types": [1, 1, 0], "nperiodic_dimensions": 2}, "not_periodic"),
        ({"lattice_vectors": [[1, 0, 0], [2, 0, 0], [0, 0, 1]]}, "bad_cell"),
        ({"lattice_vectors": [["a", 0, 0], [0, 1, 0], [0, 0, 1]]}, "bad_number"),
        ({"lattice_vectors": [[1, 0], [0, 1]]}, "bad_cell"),
        ({"lattice_vectors": {"a": 1}}, "bad_number"),
        ({"cartesian_site_positions": [[0, 0, float("nan")], *POSITIONS[1:]]}, "bad_number"),
        ({"cartesian_site_positions": [[0, 0], *POSITIONS[1:]]}, "bad_number"),
        ({"cartesian_site_positions": [POSITIONS[1], *POSITIONS[1:]]}, "bad_occupancy"),
        ({"species": None}, "unknown_element"),
        ({"species": [{"name": "Cu", "chemical_symbols": ["X"], "concentration": [1.0]}]}, "unknown_element"),
        ({"species": [{"name": "Cu", "chemical_symbols": ["Cu"], "concentration": [1.0, 2.0]}]}, "bad_occupancy"),
        ({"species": [{"name": "Cu", "chemical_symbols": ["Cu"], "concentration": [-1.0]}]}, "bad_occupancy"),
        ({"species": [{"name": "Cu", "chemical_symbols": ["Cu", "Zn"], "concentration": [0.9, 1]}]}, "bad_occupancy"),
        ({"species": [{"name": "Cu", "chemical_symbols": ["Cu"], "concentration": [True]}]}, "unknown_element"),
        ({"assemblies": [{"sites_in_groups": [[99]], "group_probabilities": [1.0]}]}, "bad_occupancy"),
        ({"assemblies": "all"}, "bad_occupancy"),
        ({"lattice_vectors": (100 * LATTICE).tolist()}, "implausible_volume"),
    ],
)  # fmt: skip
def test_what_is_no_crystal_is_refused_with_a_reason(changes, reason):
    with pytest.raises(ReadError) as caught:
        cell_of_attributes("here", attributes(**changes))
    assert caught.value.reason == reason
    assert str(caught.value).startswith("here: ")


def test_text_of_a_provider_cannot_reach_the_terminal_raw():
    with pytest.raises(ReadError) as caught:
        cell_of_attributes("x", attributes(species_at_sites=["\x1b[2J\n" * 50] * 5))
    assert "\x1b" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 200
