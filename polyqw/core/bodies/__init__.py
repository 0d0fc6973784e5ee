"""The bodies of wells: octahedron, nonahedron, tri-decahedron, tetrahedron, and what closes them."""
