"""Hostile questions to the pages of ``polyqw serve``: paths, parameters, SQL, forms."""

from __future__ import annotations

import random
import time
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from polyqw.db.look.cookbook import read_cookbook

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

LONGEST_SECONDS = 20.0
"""Longest time for one page; a statement may take five."""

VALUES = (
    "", "0", "3.5", "3,5", "-1", "nan", "inf", "1e309",
    "9" * 400, "x" * 5000, "\x00", "\ud7ff", "½", "'", '"', ";", "--",
    "' OR '1'='1", "1; DROP TABLE well", "<script>alert(1)</script>", "../../etc/passwd", "%00", "%", "{}", "[]",
    '{"$gt": 1}', "\r\nSet-Cookie: a=b", "SELECT 1", "alpha", "cuprate", "\x1b[31m",
)  # fmt: skip
SQL = (
    "SELECT 1", "SELECT :x", "SELECT", "DELETE FROM well", "PRAGMA writable_schema=1", "ATTACH 'x' AS y", "VACUUM",
    "SELECT * FROM v_law", "SELECT randomblob(100000000)",
    "SELECT load_extension('x')", "INSERT INTO well DEFAULT VALUES",
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM n) SELECT x FROM n LIMIT 9", "SELECT 'a' || char(0)",
)  # fmt: skip
NAMES = (
    "sql", "x", "_size", "_next", "_sort", "_sort_desc",
    "_facet", "_where", "_search", "_col", "_shape", "_json", "_ttl",
    "_nocount", "_trace", "_timelimit", "_labels", "_through", "family", "family__exact", "tc_kelvin__gt", "id__in",
    "q", "page", "verdict", "wells", "w1", "j", "p", "exponent", "part",
    "_facet_size", "_extra", "_nl", "_stream", "_filter_column", "h_from", "h_to",
)  # fmt: skip
PATHS = (
    "/", "/sql/", "/sql/polyqw", "/sql/polyqw/v_law",
    "/sql/polyqw/v_wells", "/sql/polyqw/structure", "/sql/polyqw/structure/1", "/sql/polyqw/transition",
    "/sql/polyqw/v_claims", "/sql/-/versions", "/sql/-/logout", "/sql/-/allow-debug",
    "/sql/-/permissions", "/sql/_memory", "/sql/polyqw.db", "/static/x",
    "/search", "/names", "/compound/YBCO", "/compound/x", "/structure/1", "/family/iron", "/family/x", "/claims",
    "/screen", "/law", "/law.csv", "/cles", "/cles.json", "/analyse", "/analyse/x", "/ingest", "/structure/1.svg",
    "/sql/polyqw/nothing", "/sql/polyqw/structure/-1,x", "//", "/%2e%2e/%2e%2e/etc/passwd",
)  # fmt: skip


class Case(NamedTuple):
    """One question.

    Parameters
    ----------
    seed : str
        Gives the case again.
    method, address : str
    """

    seed: str
    method: str
    address: str

    @property
    def data(self) -> bytes:
        """What is kept of a case that fails."""
        return f"{self.method} {self.address}\n".encode()


def cases(seed: int) -> Iterator[Case]:
    """Yield questions without end; the same for one seed."""
    recipes = {name: [p.name for p in recipe.parameters] for name, recipe in read_cookbook().items()}
    n = 0
    while True:
        rng = random.Random(f"browse-{seed}-{n}")
        yield Case(f"browse-{seed}-{n}", rng.choice(("GET",) * 8 + ("POST", "HEAD")), _address(rng, recipes))
        n += 1


def _address(rng: random.Random, recipes: dict[str, list[str]]) -> str:
    path, names = rng.choice(PATHS), list(NAMES)
    if rng.random() < 0.5:
        recipe = rng.choice(sorted(recipes))
        path, names = f"/sql/polyqw/{recipe}", [*recipes[recipe] * 4, *NAMES]
    if path.count("/") > 1 and path.startswith("/sql") and rng.random() < 0.4:
        path += rng.choice((".json", ".csv", ".db", ".blob", "/", "/%00"))
    words = []
    for _ in range(rng.choice((0, 1, 1, 2, 4))):
        name = rng.choice(names)
        value = rng.choice(SQL) if name == "sql" else rng.choice(VALUES)
        words.append(f"{name}={quote(value) if rng.random() < 0.9 else '%ff%'}")
    return path + ("?" + "&".join(words) if words else "")


def fault(client: httpx.Client, case: Case) -> tuple[str | None, Counter[str]]:
    """Return what is wrong with the answer to a question, or None, and its status."""
    start = time.monotonic()
    answer = client.request(case.method, case.address)
    seconds = time.monotonic() - start
    seen = Counter([f"answer {answer.status_code}"])
    if answer.status_code >= 500:
        return f"{case.method} {case.address[:200]} answers {answer.status_code}", seen
    if "Traceback (most recent call last)" in answer.text:
        return f"{case.address[:200]} shows a traceback", seen
    if "<script>alert(1)</script>" in answer.text and "html" in answer.headers.get("content-type", ""):
        return f"{case.address[:200]} gives a script back", seen
    return (f"{case.address[:200]} took {seconds:.1f} s" if seconds > LONGEST_SECONDS else None), seen
