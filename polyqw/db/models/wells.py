"""Wells, their vertices, and the other numbers taken from the same planes."""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index
from sqlalchemy.orm import Mapped, relationship

from polyqw.core.wells import Kind, Phase, Role
from polyqw.db.models.base import Base, column, identity, not_negative, one_of, positive


class Well(Base):
    """All wells of one kind, phase and height in a structure."""

    __tablename__ = "well"
    __table_args__ = (
        one_of("kind", Kind),
        one_of("phase", Phase),
        positive("height_angstrom"),
        positive("height_min_angstrom"),
        CheckConstraint("height_max_angstrom >= height_min_angstrom", name="height_max_angstrom"),
        not_negative("height_su_angstrom"),
        not_negative("column_spread_angstrom"),
        positive("multiplicity"),
        positive("n_faces"),
        positive("n_edges"),
        positive("volume_angstrom3"),
        Index("ix_well_phase", "phase", "height_angstrom"),
    )
    SOURCE: ClassVar[str] = "analysis by polyqw"

    id: Mapped[int] = identity()
    structure_id: Mapped[int] = column(
        "Structure.", ForeignKey("structure.id", ondelete="CASCADE"), index=True, source="database"
    )
    kind: Mapped[str] = column("octahedron, nonahedron, tridecahedron or tetrahedron.")
    phase: Mapped[str] = column("alpha, beta or gamma (they set a Tc), or mu (X electrons, which do not).")
    height_angstrom: Mapped[float] = column("Height h, the mean over the wells gathered here.")
    height_min_angstrom: Mapped[float] = column("Smallest height gathered here.")
    height_max_angstrom: Mapped[float] = column("Largest height gathered here.")
    height_su_angstrom: Mapped[float | None] = column("Standard uncertainty of h; null where the source gives none.")
    apex_distance_angstrom: Mapped[float] = column("Distance between the two ends of h in space.")
    height_along_c_angstrom: Mapped[float] = column("The same distance projected on the third lattice vector.")
    column_spread_angstrom: Mapped[float] = column(
        "Largest difference in elevation between positions gathered to one end of h; zero when nothing is split."
    )
    apices: Mapped[list[Any]] = column("Elements of the apices, a list.")
    plane_metal: Mapped[str] = column("Main element of the plaquette.")
    multiplicity: Mapped[int] = column("Number of such wells in the cell.")
    n_vertices: Mapped[int] = column("Vertices of the body.")
    n_faces: Mapped[int] = column("Faces of the body, coplanar triangles merged.")
    n_edges: Mapped[int] = column("Edges of the body, coplanar triangles merged.")
    coplanar_tolerance_degrees: Mapped[float] = column("Largest angle between triangles still called coplanar.")
    max_fold_degrees: Mapped[float | None] = column(
        "Largest angle between triangles that the ideal body has in one face."
    )
    volume_angstrom3: Mapped[float] = column("Volume of the body.")
    layered: Mapped[bool] = column("False when the planes run in more than one orientation.")
    normal_x: Mapped[float] = column("Unit normal of the plaquette, x.", unit="1")
    normal_y: Mapped[float] = column("Unit normal of the plaquette, y.", unit="1")
    normal_z: Mapped[float] = column("Unit normal of the plaquette, z.", unit="1")
    electron_x_angstrom: Mapped[float] = column("Place of the confined electron, x.")
    electron_y_angstrom: Mapped[float] = column("Place of the confined electron, y.")
    electron_z_angstrom: Mapped[float] = column("Place of the confined electron, z.")

    vertices: Mapped[list[WellVertex]] = relationship(order_by="WellVertex.vertex_index", viewonly=True)


class WellVertex(Base):
    """A corner of the representative well: a periodic image of a site."""

    __tablename__ = "well_vertex"
    __table_args__ = (
        ForeignKeyConstraint(
            ["structure_id", "site_index"], ["site.structure_id", "site.site_index"], ondelete="CASCADE"
        ),
        one_of("role", Role),
        Index("ix_well_vertex_structure_id_site_index", "structure_id", "site_index"),
    )
    SOURCE: ClassVar[str] = "analysis by polyqw"

    well_id: Mapped[int] = column(
        "Well.", ForeignKey("well.id", ondelete="CASCADE"), primary_key=True, source="database"
    )
    vertex_index: Mapped[int] = column(
        "Place of the vertex in its well, from 0.", primary_key=True, autoincrement=False
    )
    structure_id: Mapped[int] = column("Structure.", source="database")
    site_index: Mapped[int] = column("Site in the cell.")
    element: Mapped[str] = column("Main element of the site.")
    image_a: Mapped[int] = column("Cell shift along a, relative to the site as given.", unit="1")
    image_b: Mapped[int] = column("Cell shift along b, relative to the site as given.", unit="1")
    image_c: Mapped[int] = column("Cell shift along c, relative to the site as given.", unit="1")
    role: Mapped[str] = column("plaquette, apex or base.")
    cart_x_angstrom: Mapped[float] = column("Cartesian position, x.")
    cart_y_angstrom: Mapped[float] = column("Cartesian position, y.")
    cart_z_angstrom: Mapped[float] = column("Cartesian position, z.")


class Descriptor(Base):
    """A number other people use, taken from the same planes: bond lengths, angles, spacings."""

    __tablename__ = "descriptor"
    __table_args__ = (Index("ix_descriptor_name", "name", "value"),)
    SOURCE: ClassVar[str] = "analysis by polyqw"

    structure_id: Mapped[int] = column(
        "Structure.", ForeignKey("structure.id", ondelete="CASCADE"), primary_key=True, source="database"
    )
    name: Mapped[str] = column("Name, with its unit.", primary_key=True)
    value: Mapped[float] = column("Value.", unit="see unit")
    unit: Mapped[str | None] = column("Unit; null for a pure number.")
