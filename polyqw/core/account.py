"""The account of an analysis: what was looked at, kept and refused, for those who ask."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polyqw.core.nets import residual_angstrom
from polyqw.core.wells import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from polyqw.core.cell import Cell
    from polyqw.core.nets import Net, Plaquette


@dataclass(slots=True)
class Account:
    """Collects the steps of one analysis.

    Parameters
    ----------
    wanted : bool
        Whether details (refused candidates, vertices) are worth collecting; the steps themselves always are.
    """

    wanted: bool = False
    steps: list[Step] = field(default_factory=list)

    def note(self, name: str, text: str, **data: Any) -> None:
        """Add a step: its name, one sentence, and its numbers by names that carry their unit."""
        self.steps.append(Step(name, text, data))


def note_squares(
    account: Account, cell: Cell, squares: Sequence[Plaquette], in_planes: Sequence[Plaquette], nets: Sequence[Net]
) -> None:
    """Tell how many squares were found, which of them lie in planes, how flat those are, and which were refused."""
    rank = max((net.rank for net in nets), default=0)
    residual = residual_angstrom(in_planes)
    orientations = len({square.orientation for square in squares})
    account.note(
        "square_net",
        f"{len(squares)} squares in {orientations} orientations; {len(in_planes)} lie in a net that extends in two "
        f"dimensions (largest rank {rank}), their corners within {residual:.4f} Å of a plane.",
        n_squares=len(squares),
        n_in_planes=len(in_planes),
        largest_rank=rank,
        plane_residual_angstrom=residual,
        plane_site_indices=sorted({site for square in in_planes for site, _ in square.corners}),
    )
    if not account.wanted:
        return
    kept = {square.corners for square in in_planes}
    refused = Counter(
        (tuple(sorted(cell.sites[site].label for site, _ in square.corners)), _rank_of(square, nets))
        for square in squares
        if square.corners not in kept
    )
    for (labels, rank), count in sorted(refused.items()):
        account.note(
            "refused_squares",
            f"{count} of {', '.join(labels)}: their net extends in {rank} dimension{'' if rank == 1 else 's'}.",
            n_squares=count,
            rank=rank,
        )


def _rank_of(square: Plaquette, nets: Sequence[Net]) -> int:
    corners = {site for site, _ in square.corners}
    return min((net.rank for net in nets if net.orientation == square.orientation and corners & net.sites), default=0)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a search found no well.

    Parameters
    ----------
    code : str
        E.g. ``edges_not_bridged``.
    message : str
        One sentence with the numbers.
    stage : int
        How far the search came; the furthest reason is the one worth telling.
    """

    code: str
    message: str
    stage: int
