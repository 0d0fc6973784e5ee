"""A document of glTF 2.0 that grows part by part, and its two forms."""

from __future__ import annotations

import json
import struct
from base64 import b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.arrays import FloatArray

LINES, TRIANGLES = 1, 4
"""Modes of a primitive."""
FLOAT, UNSIGNED = 5126, 5125
"""Types of numbers."""
MAGIC, JSON_CHUNK, BINARY_CHUNK = 0x46546C67, 0x4E4F534A, 0x004E4942
"""Of a binary file."""
ON_VERTICES, ON_INDICES = 34962, 34963
"""Targets of a part of the buffer."""


@dataclass(slots=True)
class Gltf:
    """A document that grows: each method adds a part and returns its number."""

    buffer: bytearray = field(default_factory=bytearray)
    views: list[dict[str, Any]] = field(default_factory=list)
    accessors: list[dict[str, Any]] = field(default_factory=list)
    materials: list[dict[str, Any]] = field(default_factory=list)
    meshes: list[dict[str, Any]] = field(default_factory=list)
    nodes: list[dict[str, Any]] = field(default_factory=list)

    def numbers(self, values: FloatArray, kind: str) -> int:
        """Add vectors (n, 3), or indices (n,)."""
        is_index = kind == "SCALAR"
        data = np.ascontiguousarray(values, dtype="<u4" if is_index else "<f4")
        start = len(self.buffer)
        self.buffer += data.tobytes()
        target = ON_INDICES if is_index else ON_VERTICES
        self.views.append({"buffer": 0, "byteOffset": start, "byteLength": data.nbytes, "target": target})
        found: dict[str, Any] = {
            "bufferView": len(self.views) - 1,
            "componentType": UNSIGNED if is_index else FLOAT,
            "count": len(data),
            "type": kind,
        }
        if not is_index:
            found |= {"min": data.min(axis=0).tolist(), "max": data.max(axis=0).tolist()}
        self.accessors.append(found)
        return len(self.accessors) - 1

    def material(self, colour: str, share: float = 1.0) -> int:
        """Add a material of a colour, opaque or not."""
        rgb = [(int(colour[k : k + 2], 16) / 255) ** 2.2 for k in (1, 3, 5)]
        found: dict[str, Any] = {
            "pbrMetallicRoughness": {
                "baseColorFactor": [*rgb, share],
                "metallicFactor": 0.0,
                "roughnessFactor": 0.6,
            }
        }
        if share < 1:
            found |= {"alphaMode": "BLEND", "doubleSided": True}
        self.materials.append(found)
        return len(self.materials) - 1

    def part(
        self, cart: FloatArray, indices: Sequence[int], material: int, mode: int, normals: FloatArray | None = None
    ) -> dict[str, Any]:
        """Add the numbers of a primitive, and return it."""
        attributes = {"POSITION": self.numbers(cart, "VEC3")}
        if normals is not None:
            attributes["NORMAL"] = self.numbers(normals, "VEC3")
        index = self.numbers(np.array(indices), "SCALAR")
        return {"attributes": attributes, "indices": index, "material": material, "mode": mode}

    def mesh(self, name: str, *parts: dict[str, Any]) -> int:
        """Add a mesh."""
        self.meshes.append({"name": name, "primitives": list(parts)})
        return len(self.meshes) - 1

    def node(self, **values: Any) -> int:
        """Add a node."""
        self.nodes.append(values)
        return len(self.nodes) - 1

    def document(self, root: int) -> dict[str, Any]:
        """Return the whole but for the buffer."""
        return {
            "asset": {"version": "2.0", "generator": f"polyqw {__version__}", "extras": {"unit": "angstrom"}},
            "scene": 0,
            "scenes": [{"nodes": [root]}],
            "nodes": self.nodes,
            "meshes": self.meshes,
            "materials": self.materials,
            "accessors": self.accessors,
            "bufferViews": self.views,
            "buffers": [{"byteLength": len(self.buffer)}],
        }

    def text(self, root: int) -> bytes:
        """Return the document as a ``.gltf`` that holds its buffer."""
        found = self.document(root)
        found["buffers"][0]["uri"] = "data:application/octet-stream;base64," + b64encode(self.buffer).decode()
        return json.dumps(found, separators=(",", ":")).encode()

    def binary(self, root: int) -> bytes:
        """Return the document as a ``.glb``."""
        text = json.dumps(self.document(root), separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        data = bytes(self.buffer) + b"\0" * (-len(self.buffer) % 4)
        chunks = struct.pack("<II", len(text), JSON_CHUNK) + text + struct.pack("<II", len(data), BINARY_CHUNK) + data
        return struct.pack("<III", MAGIC, 2, 12 + len(chunks)) + chunks
