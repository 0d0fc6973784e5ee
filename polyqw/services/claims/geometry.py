"""Claims on the bodies themselves: faces, states, octahedra and their vertices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from polyqw.core.wells import Kind, Phase
from polyqw.db.models import Verdict
from polyqw.services.claims.ledger import Check, Data, check

if TYPE_CHECKING:
    from polyqw.db.models import Claim, Well


def well_of(data: Data, structure: str, kind: Kind) -> Well:
    """Return the well of a kind in a structure."""
    return next(w for w in data.structure(structure).wells if w.kind == kind)


@check("nonahedron-faces", "tridecahedron-faces")
def faces(data: Data, claim: Claim) -> Check:
    """Faces of the alpha and beta bodies of LaFeAsO."""
    well = well_of(data, "lafeaso_cod", Kind(claim.key.removesuffix("-faces")))
    return Check(
        (float(well.n_faces),),
        f"lafeaso_cod: {well.n_vertices} vertices, {well.n_edges} edges, {well.n_faces} faces, triangles merged "
        f"within {well.coplanar_tolerance_degrees:g}°",
    )


@check("eight-states")
def eight_states(data: Data, _claim: Claim) -> Check:
    """Wells per two Fe of LaFeAsO."""
    structure = data.structure("lafeaso_cod")
    iron = sum(site.occupancy for site in structure.sites if site.element == "Fe")
    counts = {
        phase: sum(w.multiplicity for w in structure.wells if w.phase == phase) * 2 / iron
        for phase in (Phase.ALPHA, Phase.BETA, Phase.MU)
    }
    told = ", ".join(f"{count:g} {phase}" for phase, count in counts.items())
    return Check(
        (sum(counts.values()),),
        f"{structure.block}, per two Fe: {told} (the tetrahedra are our reading of the X electrons)",
    )


@check("bi2223-gamma-vertices")
def vertices_of_bi2223(data: Data, _claim: Claim) -> Check:
    """Which cations stand over and under the outer planes of Bi2223."""
    structure = data.structure("bi2223_pb")
    told = "; ".join(f"{w.phase} {'-'.join(w.apices)}" for w in structure.wells)
    apices = {frozenset(w.apices) for w in structure.wells}
    papers = {"001": frozenset({"Ca", "Sr"}), "002": frozenset({"Ca", "Bi"})}
    agree = [paper for paper, pair in papers.items() if pair in apices]
    return Check(
        None,
        f"{structure.block}: {told}; the structure agrees with {' and '.join(agree) or 'neither'}",
        Verdict.CONTRADICTION,
    )


@check("bi2212-antibonding")
def antibonding(data: Data, _claim: Claim) -> Check:  # noqa: ARG001
    """Two papers say the opposite; no structure of a distorted well is there to tell."""
    return Check(
        None,
        "papers/002 III stretches the octahedron of the antibonding state, papers/004 compresses it",
        Verdict.CONTRADICTION,
    )
