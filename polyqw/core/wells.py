"""What the analysis of a cell returns: wells, their vertices, and the account of how they were found."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from polyqw.core.outside import outside


class Kind(StrEnum):
    """The body of a well."""

    OCTAHEDRON = "octahedron"
    NONAHEDRON = "nonahedron"
    TRIDECAHEDRON = "tridecahedron"
    TETRAHEDRON = "tetrahedron"


class Phase(StrEnum):
    """The place of a well: alpha, beta and gamma set a Tc, mu holds the X electrons."""

    ALPHA = "alpha"
    BETA = "beta"
    GAMMA = "gamma"
    MU = "mu"


class Role(StrEnum):
    """What a vertex is to its well."""

    PLAQUETTE = "plaquette"
    APEX = "apex"
    BASE = "base"


class Family(StrEnum):
    """The family of a compound, by the metal of its planes."""

    CUPRATE = "cuprate"
    NICKELATE = "nickelate"
    IRON = "iron"
    ELEMENT = "element"
    KAGOME = "kagome"


class Status(StrEnum):
    """What a structure came to."""

    OK = "ok"
    NO_WELL = "no_well"
    REJECTED = "rejected"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Vertex:
    """A corner of a well: a periodic image of a site.

    Parameters
    ----------
    element : str
        Main element of the site.
    site : int
        Index of the site in its cell.
    image : tuple of int, (3,)
        Cell shift of the image, relative to the site's fractional position as given.
    role : Role
        What the vertex is to its well.
    cart : tuple of float, (3,)
        Cartesian position [Å]; for a column of split positions their occupancy-weighted mean.
    """

    element: str
    site: int
    image: tuple[int, int, int]
    role: Role
    cart: tuple[float, float, float] = field(metadata=outside("cart_angstrom"))


@dataclass(frozen=True, slots=True)
class Well:
    """All wells of one kind, phase and height in a cell, with the vertices of one of them.

    Parameters
    ----------
    height : float
        h [Å], mean over the wells gathered here.
    height_min, height_max : float
        Extremes over the wells gathered here [Å].
    height_su : float or None
        Standard uncertainty of h [Å], where the source gives the uncertainties it needs.
    apex_distance : float
        Distance between the two ends of h in space [Å].
    height_along_c : float
        The same distance projected on the third lattice vector [Å].
    column_spread : float
        Largest difference in elevation between positions gathered to one end of h [Å]; zero when nothing is split.
    apices : tuple of str
        Elements of the apices; a mixed column as ``Ba0.6K0.4``.
    plane_metal : str
        Main element of the plaquette.
    multiplicity : int
        Number of such wells in the cell.
    n_vertices, n_faces, n_edges : int
        Of the convex hull, triangles merged that are coplanar within ``coplanar_tolerance``.
    coplanar_tolerance : float
        Largest angle between normals still called coplanar [degrees].
    max_fold : float or None
        Largest angle between two triangles that the ideal body has in one face [degrees]; None for bodies of
        triangles alone.
    volume : float
        Volume of the convex hull [Å³].
    layered : bool
        False when the planes run in more than one orientation (a three-dimensional network).
    normal : tuple of float, (3,)
        Unit normal of the plaquette.
    cart_electron : tuple of float, (3,)
        Place of the confined electron [Å].
    vertices : tuple of Vertex
        Of the representative well.
    """

    kind: Kind
    phase: Phase
    height: float = field(metadata=outside("height_angstrom"))
    height_min: float = field(metadata=outside("height_min_angstrom"))
    height_max: float = field(metadata=outside("height_max_angstrom"))
    height_su: float | None = field(metadata=outside("height_su_angstrom"))
    apex_distance: float = field(metadata=outside("apex_distance_angstrom"))
    height_along_c: float = field(metadata=outside("height_along_c_angstrom"))
    column_spread: float = field(metadata=outside("column_spread_angstrom"))
    apices: tuple[str, ...]
    plane_metal: str
    multiplicity: int
    n_vertices: int = field(init=False)
    n_faces: int
    n_edges: int
    coplanar_tolerance: float = field(metadata=outside("coplanar_tolerance_degrees"))
    max_fold: float | None = field(metadata=outside("max_fold_degrees"))
    volume: float = field(metadata=outside("volume_angstrom3"))
    layered: bool
    normal: tuple[float, float, float]
    cart_electron: tuple[float, float, float] = field(metadata=outside("electron_cart_angstrom"))
    vertices: tuple[Vertex, ...]

    def __post_init__(self) -> None:
        """Count the vertices."""
        object.__setattr__(self, "n_vertices", len(self.vertices))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the account of an analysis.

    Parameters
    ----------
    name : str
        What was done, e.g. ``bridged_edges``.
    text : str
        One sentence with the numbers.
    data : dict
        The numbers, by names that carry their unit.
    """

    name: str
    text: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Analysis:
    """The wells of a cell, or the reason why it has none.

    Parameters
    ----------
    status : Status
        ``ok``, ``no_well`` or ``rejected``.
    reason : str or None
        Reason code when the status is not ``ok``.
    message : str
        The reason with its numbers, one sentence; empty when there is nothing to say.
    family : Family or None
        None when no well was found.
    wells : tuple of Well
        Sorted by phase, then height.
    warnings : tuple of str
        What a careful reader should know about the structure.
    descriptors : dict
        Name (with unit) to value; see `polyqw.core.descriptors`.
    steps : tuple of Step
        Filled when the analysis was asked to explain itself.
    """

    status: Status
    reason: str | None
    message: str
    family: Family | None
    wells: tuple[Well, ...]
    warnings: tuple[str, ...]
    descriptors: dict[str, float]
    steps: tuple[Step, ...] = ()

    @property
    def phase_heights(self) -> dict[str, float]:
        """Mean height of each phase that can set a Tc [Å], over its wells, in alphabetical order."""
        own: dict[str, list[Well]] = {}
        for well in self.wells:
            if well.phase is not Phase.MU:
                own.setdefault(str(well.phase), []).append(well)
        return {
            phase: sum(w.height * w.multiplicity for w in wells) / sum(w.multiplicity for w in wells)
            for phase, wells in sorted(own.items())
        }
