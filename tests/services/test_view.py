"""The view of a crystal: its wells are those that were found, its atoms those of the cell, in any axes."""

from __future__ import annotations

import hashlib
import json
from math import dist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from polyqw.core.analysis import find_wells
from polyqw.core.cell import Cell, Site
from polyqw.core.options import AnalysisOptions
from polyqw.services.structures.python_input import analyse_given
from polyqw.services.viewer.assets import LIBRARY, STATIC, page_assets, static_file
from polyqw.services.viewer.picture import crystal_picture
from polyqw.services.viewer.view import make_view, view_row
from tests.conftest import structure_path
from tests.core.crystals import rotations, turned, with_permuted_axes

NAMES = ("hg1223_o835", "la4ni3o10_i4mmm_ap", "bafe2as2_fmmm_2k", "lafeaso_cod", "rbcafe4as4", "model_cakfe4as4")
"""A cuprate, a nickelate, and iron compounds of three kinds."""


def seen(name):
    found = analyse_given(structure_path(name), AnalysisOptions())
    return found, make_view(found.record.cell, found.analysis.wells, name)


@pytest.mark.parametrize("name", NAMES)
def test_wells_of_a_view_are_those_found(name):
    found, view = seen(name)
    row = json.loads(json.dumps(view_row(view), allow_nan=False))
    assert len(row["wells"]) == len(found.analysis.wells) > 0
    for shown, well in zip(row["wells"], found.analysis.wells, strict=True):
        assert (shown["kind"], shown["phase"]) == (well.kind, well.phase)
        assert shown["height_angstrom"] == well.height
        assert shown["vertex_elements"] == [vertex.element for vertex in well.vertices]
        assert shown["vertices"] == [[round(x, 4) + 0.0 for x in vertex.cart] for vertex in well.vertices]
        assert dist(*shown["height_line"]) == pytest.approx(well.height, abs=0.003)
        assert len(shown["faces"]) == well.n_faces
        assert [shown["roles"][k] for k in shown["ring"]] == ["plaquette"] * shown["roles"].count("plaquette")


def test_heights_are_written_with_their_uncertainty():
    _, view = seen("lafeaso_cod")
    assert [well.label for well in view.wells] == ["h = 2.643(3) Å", "h = 3.1333(4) Å", "h = 1.812(2) Å"]
    _, view = seen("hg1223_o835")
    assert [well.label for well in view.wells] == ["h = 3.5000 Å", "h = 3.3938 Å"]


def test_atoms_are_those_of_the_cell_and_of_its_faces():
    found, view = seen("hg1223_o835")
    cell = found.record.cell
    inside = [atom for atom in view.atoms if not atom.wells]
    frac = np.array([atom.cart for atom in inside]) @ np.linalg.inv(view.lattice)
    assert ((frac > -0.01) & (frac < 1.01)).all()
    copies = {0: 1, 1: 2, 2: 4, 3: 8}  # in the cell, on a face, on an edge, at a corner
    for k, site in enumerate(cell.sites):
        home = np.mod(np.round(site.frac, 6), 1.0)
        assert sum(atom.site == k for atom in inside) == copies[int((home == 0).sum())]
    assert [layer.formula for layer in view.layers if layer.is_plane] == ["CuO2"] * 4
    assert {atom.label for atom in inside} == {"Ba", "Ca", "Cu", "Hg", "O", "O0.35"}
    lengths = [dist(view.atoms[i].cart, view.atoms[j].cart) for i, j in view.bonds]
    assert lengths
    assert 1.9 < min(lengths) <= max(lengths) < 2.8


def test_a_corner_beyond_the_cell_knows_its_wells():
    _, view = seen("lafeaso_cod")
    for atom in (atom for atom in view.atoms if atom.wells):
        for k in atom.wells:
            assert min(dist(atom.cart, corner) for corner in view.wells[k].cart_vertices) < 1e-9


@pytest.mark.parametrize("name", ["bafe2as2_fmmm_2k", "model_la3ni2o7_fmmm", "bak122_x050"])
def test_a_primitive_cell_is_shown_as_the_conventional_one(name):
    found, view = seen(name)
    cell = found.record.cell
    half = 0.5 if name == "bak122_x050" else 0.0
    vectors = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) if not half else np.array(
        [[-0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0.5, 0.5, -0.5]]
    )  # fmt: skip
    frac = cell.frac @ np.linalg.inv(vectors)
    homes = {tuple((np.round(f % 1, 4) % 1).tolist()): k for k, f in reversed(list(enumerate(frac)))}
    sites = tuple(Site(cell.sites[k].label, cell.sites[k].species, tuple(frac[k])) for k in sorted(homes.values()))
    primitive = Cell(vectors @ cell.lattice, sites)
    assert len(sites) * round(1 / abs(np.linalg.det(vectors))) == len(cell.sites)
    again = make_view(primitive, find_wells(primitive).wells, name)
    assert sorted(np.linalg.norm(again.lattice, axis=1)) == pytest.approx(
        sorted(np.linalg.norm(view.lattice, axis=1))
    )
    assert sum(not atom.wells for atom in again.atoms) == sum(not atom.wells for atom in view.atoms)


@settings(max_examples=12)
@given(rotations(), st.permutations(range(3)))
def test_turned_axes_leave_distances(rotation, order):
    found, view = seen("rbcafe4as4")
    cell = found.record.cell
    other = with_permuted_axes(turned(cell, rotation), order)
    wells = find_wells(other).wells
    again = make_view(other, wells, "turned")
    for one, two in zip(view.wells, again.wells, strict=True):
        assert apart(one.cart_vertices) == pytest.approx(apart(two.cart_vertices), abs=1e-6)
        assert dist(*one.height_line) == pytest.approx(dist(*two.height_line), abs=1e-6)
    inside = [np.array([atom.cart for atom in v.atoms if not atom.wells]) for v in (view, again)]
    assert apart(inside[0]) == pytest.approx(apart(inside[1]), abs=1e-6)
    layers = [layer.formula for layer in view.layers]
    assert [layer.formula for layer in again.layers] in (layers, layers[::-1])


def apart(cart):
    return sorted(np.linalg.norm(cart[:, None] - cart[None], axis=2).round(7).ravel())


def test_pictures_hold_what_they_show():
    _, view = seen("model_cakfe4as4")
    picture = str(crystal_picture(view))
    for well in view.wells:
        assert (f">{well.label}<" in picture) == well.is_shown
        assert well.label in picture.partition("</title>")[0], "what is not drawn is still said"
    assert picture.count('<circle class="atom"') == sum(
        not atom.wells or any(view.wells[k].is_shown for k in atom.wells) for atom in view.atoms
    )


def test_the_library_is_the_one_that_was_published():
    assert hashlib.sha256(static_file(LIBRARY.name)).hexdigest() == LIBRARY.sha256
    assert b"BSD-3-Clause license" in static_file(LIBRARY.license_file)
    assert all(static_file(name) for name in STATIC)
    with pytest.raises(KeyError):
        static_file("../view.py")


def test_nothing_of_a_page_ends_its_elements():
    assets = page_assets()
    for text in (assets.script, assets.style, assets.packed):
        assert "</s" not in text
