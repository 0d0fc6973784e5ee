"""The account of an analysis: what was looked at, kept and refused, for those who ask."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from polyqw.core.wells import Step


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
