"""Views as files of other programs, read back: glTF by trimesh, VESTA section by section."""

from __future__ import annotations

import io
import json
from itertools import product

import numpy as np
import pytest

from polyqw.services.viewer.gltf import glb_bytes, gltf_bytes
from polyqw.services.viewer.vesta import DUMMY, vesta_bytes
from tests.services.test_view import NAMES, seen

trimesh = pytest.importorskip("trimesh", reason="needs trimesh to read glTF")


@pytest.mark.parametrize("name", NAMES)
def test_gltf_holds_the_wells(name):
    _, view = seen(name)
    scene = trimesh.load(io.BytesIO(glb_bytes(view)), file_type="glb")
    names = {node: scene.graph[node][1] for node in scene.graph.nodes_geometry}
    for well in view.wells:
        node = f"{well.title}, {well.label}"
        bodies = [
            scene.geometry[mesh]
            for n, mesh in names.items()
            if n.startswith(node) or scene.graph.transforms.parents.get(n, "").startswith(node)
        ]
        solid = max((body for body in bodies if hasattr(body, "faces")), key=lambda body: len(body.faces))
        assert solid.volume == pytest.approx(well.well.volume, rel=1e-4)
        assert points(solid.vertices) == points(well.cart_vertices)
        (line,) = (b for b in bodies if not hasattr(b, "faces") and len(b.vertices) == 2)
        assert line.length == pytest.approx(well.well.height, abs=0.003)
    balls = [scene.graph[n][0] for n, mesh in names.items() if mesh in view.elements]
    assert len(balls) == len(view.atoms)
    assert json.loads(gltf_bytes(view))["asset"]["version"] == "2.0"


def points(cart):
    return sorted({tuple((np.round(p, 3) + 0.0).tolist()) for p in np.asarray(cart)})


def test_gltf_stands_upright():
    _, view = seen("hg1223_o835")
    scene = trimesh.load(io.BytesIO(gltf_bytes(view)), file_type="gltf")
    low, high = scene.bounds
    assert (high - low)[1] == pytest.approx(view.lattice[2, 2], abs=4), "y is up"
    assert (high - low)[1] > 2 * max((high - low)[0], (high - low)[2])


def sections(text):
    """Return the lines of each section of a VESTA file."""
    found, lines = {}, None
    for line in text.splitlines():
        head = line.split(" ")[0]
        if head.isupper() and head.isalnum() and not head[0].isdigit():
            lines = found.setdefault(head, [])
        elif lines is not None and line.strip():
            lines.append(line.split())
    return found


@pytest.mark.parametrize("name", [*NAMES, "bi2212_pb_y", "lco_lto_cod"])
def test_vesta_holds_the_cell_and_its_wells(name):
    found, view = seen(name)
    text = vesta_bytes(view).decode()
    assert text.startswith("#VESTA_FORMAT_VERSION 3")
    parts = sections(text)
    assert [float(x) for x in parts["CELLP"][0][:3]] == pytest.approx(np.linalg.norm(view.lattice, axis=1), abs=1e-5)
    rows = [row for row in parts["STRUC"] if len(row) == 9]
    sites = {row[2]: np.array(row[4:7], dtype=float) for row in rows}
    assert len(sites) == len(rows), "a label that stands for two sites"
    assert len(parts["SITET"]) == len(parts["THERI"]) == len(rows) + 1
    amounts: dict[str, float] = {}
    for row in rows:
        if row[1] != DUMMY:
            amounts[row[1]] = amounts.get(row[1], 0.0) + float(row[3])
    assert amounts == pytest.approx(found.record.cell.composition, abs=1e-3)
    rules = [row for row in parts["SBOND"] if row[0] != "0"]
    for k, well in enumerate(view.wells, start=1):
        centre = sites[f"Xc{k}"] @ view.lattice
        corners = [
            place - centre
            for _, one, other, low, high, *_ in rules
            if one == f"Xc{k}"
            for shift in product(range(-2, 3), repeat=3)
            for place in [(sites[other] + shift) @ view.lattice]
            if float(low) <= np.linalg.norm(place - centre) <= float(high)
        ]
        wanted = well.cart_vertices - np.array(well.well.cart_electron)
        assert len(corners) == len(wanted), f"{well.title} has other corners"
        away = np.linalg.norm(np.array(corners)[:, None] - wanted[None], axis=2)
        assert away.min(axis=0).max() < 1e-3
        assert away.min(axis=1).max() < 1e-3
