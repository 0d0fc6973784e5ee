"""Short names of compounds, as people say them."""

from __future__ import annotations

import csv
from collections import defaultdict
from functools import cache

from polyqw.resources import resource_path


@cache
def aliases() -> dict[str, tuple[str, ...]]:
    """Return the parent compounds that each short name stands for, by the name as it is usually written."""
    found: dict[str, list[str]] = defaultdict(list)
    with resource_path("db", "seed", "alias.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found[row["alias"]].append(row["parent"])
    return {alias: tuple(parents) for alias, parents in found.items()}


def parents_called(name: str) -> tuple[str, ...]:
    """Return the parents that a short name stands for, in any case and with hyphens or without: ``Hg-1223``."""
    by_key = {_key(alias): parents for alias, parents in aliases().items()}
    return by_key.get(_key(name), ())


def _key(name: str) -> str:
    return "".join(c for c in name.lower() if c.isalnum())
