"""What a search finds in one structure, and why it finds nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from polyqw.core.wells import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from polyqw.core.arrays import Corner, FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.reasons import Reason
    from polyqw.services.structures.analyse import Analysed


class Searched(Protocol):
    """What a search gives."""

    @property
    def reason(self) -> Reason | None:
        """Why it found nothing."""


FoundT = TypeVar("FoundT", bound=Searched)


@dataclass(frozen=True, slots=True)
class OfStructure(Generic[FoundT]):
    """A structure, with the reason where a search found nothing in it; what it found, None where it was not read."""

    analysed: Analysed
    found: FoundT | None


def search(read: Analysed, find: Callable[[Cell], FoundT]) -> OfStructure[FoundT]:
    """Return what a search finds in the cell of a structure."""
    if read.record is None:
        return OfStructure(read, None)
    found = find(read.record.cell)
    if found.reason is not None:
        read = replace(read, status=Status.NO_WELL, reason=found.reason.code, message=found.reason.message)
    return OfStructure(read, found)


def search_for_row(
    read: Analysed, find: Callable[[Cell], FoundT], row: Callable[[OfStructure[FoundT]], dict[str, Any]]
) -> tuple[OfStructure[FoundT], dict[str, Any]]:
    """Return what a search finds with its row, both made within the limits of one file."""
    of = search(read, find)
    return of, row(of)


def corner_rows(corners: Iterable[Corner], cart: FloatArray) -> list[dict[str, Any]]:
    """Return the corners of a body with their positions, for JSON."""
    return [
        {"site": site, "image": list(image), "cart_angstrom": place.tolist()}
        for (site, image), place in zip(corners, cart, strict=True)
    ]
