"""The questions of the cookbook on a database of the corpus: their plans, and how long they take."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.measure import Row, seconds
from polyqw.core.options import AnalysisOptions
from polyqw.db.look.cookbook import read_cookbook
from polyqw.db.look.query import read_rows
from polyqw.services.ingest import ingest, reference_folder

LARGE = frozenset({"structure", "well", "site", "descriptor", "transition", "s", "w", "a", "d", "t"})
"""Tables that grow with the number of files, and how the questions abbreviate them."""


def rows(files: list[Path]) -> list[Row]:
    """Return how many questions are answered by an index, and the slowest of them."""
    with tempfile.TemporaryDirectory() as folder:
        database = str(Path(folder) / "bench.db")
        list(ingest(database, [*map(str, files), reference_folder()], AnalysisOptions()))
        listings, slowest = [], (0.0, "")
        recipes = read_cookbook()
        for name, recipe in recipes.items():
            values = recipe.values({})
            plan = read_rows(database, f"EXPLAIN QUERY PLAN {recipe.sql}", parameters=values).rows
            steps = [str(row[-1]).split() for row in plan]
            if any(step[0] == "SCAN" and step[1] in LARGE for step in steps):
                listings.append(name)
            took = seconds(lambda r=recipe, v=values: read_rows(database, r.sql, parameters=v))
            slowest = max(slowest, (took, name))
    return [
        (
            "questions of the cookbook answered by an index (EXPLAIN QUERY PLAN)",
            "all that look something up",
            f"{len(recipes) - len(listings)} of {len(recipes)}; not {', '.join(listings)}",
        ),
        (
            f"slowest question of the cookbook, {len(files):,} files and the reference structures",
            "",
            f"{1000 * slowest[0]:.0f} ms ({slowest[1]})",
        ),
    ]
