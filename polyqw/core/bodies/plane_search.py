"""What the searches for oxide and for iron planes share: contacts of the plane metal, bridged edges, squares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from polyqw.core.neighbors import add
from polyqw.core.reasons import NothingFoundError, ReasonCode
from polyqw.core.squares import find_nets, find_squares, note_squares, squares_in_planes

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Iterator, Sequence

    from polyqw.core.account import Account
    from polyqw.core.arrays import IntArray
    from polyqw.core.cell import Cell
    from polyqw.core.neighbors import Contact, Pairs, Surroundings
    from polyqw.core.planes import Edges
    from polyqw.core.site_weights import SiteWeights
    from polyqw.core.squares import Net, Plaquette
    from polyqw.core.tolerances import Range, Tolerances


@dataclass(frozen=True, slots=True)
class PlaneSearch:
    """A search for planes of one family.

    Parameters
    ----------
    metals : str
        The plane metals, e.g. ``Cu/Ni``.
    edge : Range
        Distance from metal to metal [Å].
    """

    around: Surroundings
    weights: SiteWeights
    metals: str
    edge: Range
    tolerances: Tolerances
    account: Account

    @property
    def cell(self) -> Cell:
        """The cell that is searched."""
        return self.around.cell

    def metal_contacts(self) -> Pairs:
        """Return the plane metals that an edge may join.

        Raises
        ------
        NothingFoundError
            If there is no plane metal.
        """
        sites = self.weights.metal_sites
        labels = [self.cell.sites[k].label for k in sites]
        self.account.note("plane_metal", f"{len(sites)} sites are at least half {self.metals}.", sites=labels)
        if not len(sites):
            raise NothingFoundError(ReasonCode.NO_PLANE_METAL, f"no site is at least half {self.metals}", 0)
        return self.around.pairs(sites, sites, self.edge.high, self.edge.low)

    def bridged(self, near: Pairs, rows: IntArray, how: str, without: tuple[ReasonCode, str], **data: float) -> Pairs:
        """Return the bridged edges, some rows of the contacts of the plane metal, and note how they are bridged.

        Raises
        ------
        NothingFoundError
            If there are none; with the code and the words of `without` where there are contacts.
        """
        n_near, n_bridged = len(near.start) // 2, len(rows) // 2
        contacts = f"{n_near} {self.metals} contacts"
        text = f"{contacts} of {self.edge} Å; {n_bridged} {how}."
        self.account.note("bridged_edges", text, n_contacts=n_near, n_bridged=n_bridged, **data)
        if n_near == 0:
            text = f"no two {self.metals} sites are {self.edge} Å apart"
            raise NothingFoundError(ReasonCode.NO_SQUARE_NET, text, 1)
        if n_bridged == 0:
            raise NothingFoundError(without[0], f"none of {contacts} {without[1]}", 2)
        return near[rows]

    def squares(self, edges: Pairs, form: Callable[[int, int], str]) -> tuple[list[Plaquette], list[Net]]:
        """Return the squares that lie in planes, and the nets of every rank.

        Raises
        ------
        NothingFoundError
            If no square lies in a plane; `form` says by the largest rank and the number of squares what there is.
        """
        squares, normals = find_squares(self.around, edges, self.tolerances)
        nets = find_nets(self.cell.lattice, edges, self.weights.metal_sites, normals, self.tolerances)
        in_planes = squares_in_planes(squares, nets)
        note_squares(self.account, self.cell, squares, in_planes, nets)
        if not in_planes:
            rank = max((net.rank for net in nets), default=0)
            text = (
                f"{len(edges.start) // 2} bridged {self.metals} contacts form {form(rank, len(squares))}: "
                f"{len(squares)} squares, none in a net that extends in two dimensions"
            )
            raise NothingFoundError(ReasonCode.NO_SQUARE_NET, text, 3)
        return in_planes, nets

    def nothing_on(self, squares: Sequence[Plaquette], body: str, refused: Counter[ReasonCode]) -> NothingFoundError:
        """Return that no square carries a body, for the commonest of the reasons."""
        code = max(refused, key=lambda name: refused[name])
        counts = ", ".join(f"{count} {name}" for name, count in sorted(refused.items()))
        return NothingFoundError(code, f"{len(squares)} squares of {self.metals} but no {body} ({counts})", 4)


def shared_anions(near: Pairs, bonds: Edges) -> Iterator[list[tuple[Contact, Contact]]]:
    """Yield for each two metals the anions bonded to both, each as the bond from the first and from the second."""
    bonded = {site: {(c.site, c.image): c for c in contacts} for site, contacts in bonds.items()}
    for start, (end, image) in zip(near.start.tolist(), near.ends(), strict=True):
        first = bonded[start]
        found = []
        if first:
            for other in bonds[end]:
                if one := first.get((other.site, add(image, other.image))):
                    found.append((one, other))
        yield found
