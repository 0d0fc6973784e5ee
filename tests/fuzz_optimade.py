"""A hostile OPTIMADE provider: answers with wrong types, huge numbers, wrong lengths, deep nesting, endless pages."""

from __future__ import annotations

import json
import random
import time
import warnings
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from polyqw.core.options import AnalysisOptions
from polyqw.core.wells import Status
from polyqw.errors import PolyqwError
from polyqw.io.cif.read import read_cif
from polyqw.io.optimade.client import ClientLimits, OptimadeClient
from polyqw.io.optimade.structure import structure_attributes
from polyqw.services.exchange.optimade_entry import Provider, Vouching, analyse_entry, entry_digest, entry_file
from tests.conftest import structure_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from polyqw.io.optimade.client import Page
    from polyqw.services.structures.analyse import Analysed

HOST = "http://provider.test"
MOST_PAGES = 12
"""More pages of the same entries are read without end."""

LONGEST_SECONDS = 20.0
SMALLEST_ANGSTROM, LARGEST_ANGSTROM = 0.5, 20.0

RAW = {"@huge@": "9" * 400, "@long@": "9" * 5000, "@deep@": "[" * 3000 + "]" * 3000, "@far@": "1e999"}
"""What no Python object stands for, put into the text in the place of a word."""

VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2**70, 1e308, -1e-320, 0.5, float("nan"), float("inf"), "", "x", "Cu", "vacancy",
    "X", "\ud800", "\x1b[31m", "<script>", "=1+1", "y" * 20_000, [], {}, [[]], [None], {"href": 3}, ["Cu"] * 3000,
    [[0.0, 0.0, 0.0]] * 2000, *RAW,
)  # fmt: skip
LINKS = (
    "{host}/v1/structures?n={n}",
    "/v1/structures?n={n}",
    "http://[",
    "http://other.test/",
    "ftp://x/",
    "?",
    "//",
    "",
)
STATUSES = (200,) * 30 + (204, 301, 302, 400, 404, 418, 429, 500, 503)
NAMES = ("lafeaso_cod", "tl1212", "nacl", "hg1201_o415", "bak122_x050")


class Case(NamedTuple):
    """What a provider answers, question by question; the last answer again and again.

    Parameters
    ----------
    seed : str
        Gives the case again.
    answers : tuple of Answer
    """

    seed: str
    answers: tuple[Answer, ...]

    @property
    def data(self) -> bytes:
        """What is kept of a case that fails."""
        return b"\n".join(answer.body for answer in self.answers)


@dataclass(frozen=True)
class Answer:
    """One answer; as requests has it, as far as the client looks."""

    status_code: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_redirect(self) -> bool:
        return self.status_code in (301, 302) and "location" in self.headers

    def iter_content(self, size: int) -> Iterator[bytes]:
        yield from (self.body[k : k + size] for k in range(0, len(self.body), size))

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_error: object) -> None:
        pass


class Session:
    """Gives the answers of a case in turn, whatever is asked; ``{n}`` in them is the number of the question."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self.answers = answers
        self.n_asked = 0

    def get(self, _url: str, **_words: Any) -> Answer:
        answer = self.answers[min(self.n_asked, len(self.answers) - 1)]
        self.n_asked += 1
        return Answer(answer.status_code, answer.body.replace(b"{n}", str(self.n_asked).encode()), answer.headers)

    def close(self) -> None:
        pass


@cache
def originals() -> tuple[str, ...]:
    """Return sound entries, as JSON."""
    found = []
    for name in NAMES:
        (record,) = read_cif(name, structure_path(name).read_bytes())
        attributes = {**structure_attributes(record.cell), "last_modified": "2026-01-01T00:00:00Z"}
        reference = {"references": {"data": [{"type": "references", "id": "r1"}]}}
        found.append(
            json.dumps({"id": name, "type": "structures", "attributes": attributes, "relationships": reference})
        )
    return tuple(found)


def cases(seed: int) -> Iterator[Case]:
    """Yield hostile providers without end; the same for one seed."""
    n = 0
    while True:
        rng = random.Random(f"optimade-{seed}-{n}")
        yield Case(f"optimade-{seed}-{n}", tuple(_answer(rng) for _ in range(rng.randint(2, 4))))
        n += 1


def _answer(rng: random.Random) -> Answer:
    link = rng.choice(LINKS).replace("{host}", HOST)
    document = {
        "data": [json.loads(rng.choice(originals())) for _ in range(rng.randint(1, 2))],
        "included": [{"type": "references", "id": "r1", "attributes": {"doi": "10.1/x", "title": "t"}}],
        "links": {"next": rng.choice((link, {"href": link}, None))},
        "meta": {"provider": {"prefix": "p", "name": "n", "description": "DFT"}, "data_returned": 3},
    }
    for _ in range(rng.choice((0, 1, 1, 2, 3, 6))):
        document = _damaged(rng, document)
    text = json.dumps(document)
    for word, raw in RAW.items():
        text = text.replace(json.dumps(word), raw)
    body = text.encode()
    if rng.random() < 0.05:
        body = body[: rng.randrange(len(body) + 1)]
    location = {"location": rng.choice((link, "", "/x", "http://other.test"))} if rng.random() < 0.5 else {}
    wait = {"Retry-After": rng.choice(("0", "-1", "1e9", "nan", "soon", "9" * 400))} if rng.random() < 0.5 else {}
    return Answer(rng.choice(STATUSES), body, location | wait)


def _damaged(rng: random.Random, document: Any) -> Any:
    """Return a document with a change at one place, three in four of them deeper where there is a deeper one."""
    holder, key, inside = None, None, document
    while (keys := _keys(inside)) and (holder is None or rng.random() < 0.75):
        holder, key = inside, rng.choice(keys)
        inside = holder[key]
    if holder is None:
        return deepcopy(rng.choice(VALUES))
    match rng.randrange(4):
        case 0 if isinstance(holder, list):
            holder.append(deepcopy(holder[key]))
        case 1:
            del holder[key]
        case _:
            holder[key] = deepcopy(rng.choice(VALUES))
    return document


def _keys(value: Any) -> Sequence[Any]:
    return list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()


def fault(case: Case) -> tuple[str | None, Counter[str]]:
    """Return what is wrong with what a provider's answers give, or None, and what they give."""
    seen: Counter[str] = Counter()
    start = time.monotonic()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            told = _read(case, seen)
        except PolyqwError as error:
            seen[f"refused: {type(error).__name__}"] += 1
            told = None if str(error).isprintable() else f"a line that hides something: {str(error)!r}"
        except Exception as error:
            told = f"{type(error).__name__}: {error}"[:300]
    seconds = time.monotonic() - start
    return told or (f"took {seconds:.1f} s" if seconds > LONGEST_SECONDS else None), seen


def _read(case: Case, seen: Counter[str]) -> str | None:
    client = OptimadeClient(HOST, ClientLimits(attempts=2), pause=lambda _seconds: None)
    client.close()
    client._session = Session(case.answers)
    pages: list[Page] = list(islice(client.pages(), MOST_PAGES + 1))
    if len(pages) > MOST_PAGES:
        return "pages of the same entries are read without end"
    known: set[str] = set()
    for page in pages:
        provider = Provider.of(page, "provider.test")
        for entry in page.entries:
            digest = entry_digest(entry, Vouching())
            if digest in known:
                continue
            known.add(digest)
            file = entry_file(client.structures_url(), entry)
            found = analyse_entry(entry, page, file, provider, AnalysisOptions(), vouching=Vouching())
            seen[f"{found.status}: {found.reason}" if found.reason else str(found.status)] += 1
            if told := _fault_of(found):
                return told
    return None


def _fault_of(found: Analysed) -> str | None:
    if found.status is not Status.OK and not (found.reason and found.message):
        return f"{found.status} without a reason"
    for well in found.analysis.wells if found.analysis else ():
        if not SMALLEST_ANGSTROM < well.height < LARGEST_ANGSTROM:
            return f"a height of {well.height} Å"
    return None
