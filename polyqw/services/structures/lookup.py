"""One session that many readers draw on, each thing looked up once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from polyqw.core.record import Trust
from polyqw.services.structures.stored import as_analysed, current_structures, vouched_structures

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from sqlalchemy.orm import Session

    from polyqw.db.models import Structure
    from polyqw.services.structures.analyse import Analysed

T = TypeVar("T")

MOST_OWN = 12
"""Most of the user's structures that a section of the report works on, beside those of the reference set."""


class Lookup:
    """What is looked up once.

    Parameters
    ----------
    session : Session
    beside : Lookup, optional
        One on the same session, whose finds are shared.
    """

    def __init__(self, session: Session, beside: Lookup | None = None) -> None:
        self.session = session
        self._once: dict[Hashable, Any] = {} if beside is None else beside._once

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what a function makes, made at the first call and kept under a name for those after it."""
        if name not in self._once:
            self._once[name] = make()
        found: T = self._once[name]
        return found

    @cached_property
    def current(self) -> Sequence[Structure]:
        """All current structures."""
        return current_structures(self.session)

    @cached_property
    def structures(self) -> dict[str, Structure]:
        """Current structures that somebody vouches for, by the name of their data block."""
        return vouched_structures(self.session)

    @cached_property
    def own(self) -> list[Structure]:
        """Current structures that are none of the reference set, in the order in which they were stored."""
        return sorted((s for s in self.current if s.trust != Trust.REFERENCE), key=lambda s: s.id)

    def with_own(
        self, names: Sequence[str], has: Callable[[Structure], bool], most: int = MOST_OWN
    ) -> tuple[list[Analysed], str]:
        """Return structures of the reference set by name, then the user's; and a sentence on those left out.

        Parameters
        ----------
        has : callable
            Whether a structure may have what is looked for.
        """
        own = [s for s in self.own if has(s)]
        found = [*self.analysed(names), *(as_analysed(self.session, s) for s in own[:most])]
        left_out = f"{len(own) - most} more of your structures are left out here." if len(own) > most else ""
        return found, left_out

    def analysed(self, names: Sequence[str]) -> list[Analysed]:
        """Return those of some structures that the database holds, as if just analysed."""
        return [as_analysed(self.session, self.structures[name]) for name in names if name in self.structures]
