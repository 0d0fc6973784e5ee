"""Ask one OPTIMADE provider for structures, page by page.

The client of optimade-python-tools keeps all pages in memory, gives up at the first 5xx or broken connection, repeats
a 429 without end and follows links to any host; here a page is read at a time, failures are repeated a limited number
of times with growing pauses, and size and time are bounded. Its grammar of filters is used.
"""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

from polyqw.errors import MissingLibraryError, PolyqwError, UsageError
from polyqw.untrusted import one_line
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import requests

REPEATED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same question may succeed."""

STANDARD_FIELDS: Final = (
    "id", "immutable_id", "last_modified", "chemical_formula_reduced", "dimension_types", "nperiodic_dimensions",
    "lattice_vectors", "cartesian_site_positions", "nsites", "species", "species_at_sites", "assemblies",
    "structure_features", "space_group_it_number", "space_group_symbol_hermann_mauguin",
)  # fmt: skip
"""What is asked for of each structure, as far as the provider has it."""

_VERSIONED = re.compile(r"/v\d+(\.\d+){0,2}$")
_MAX_REDIRECTS = 5
_USELESS_PAGES = 3
"""Pages one after the other without a new entry, until no more are asked for."""


class Unreachable(PolyqwError):  # noqa: N818 - says what it is
    """A provider does not answer, or not in a way that can be understood."""


@dataclass(frozen=True, slots=True)
class ClientLimits:
    """What a provider may take.

    Parameters
    ----------
    connect_seconds, read_seconds : float
        Longest wait for a connection, and for the next bytes [s].
    whole_seconds : float
        Longest time for all pages, without what is done with them [s].
    first_pause_seconds, longest_pause_seconds : float
        Pause after the first failure, doubled after each, and the longest that is granted a provider that names one.
    """

    connect_seconds: float = 10.0
    read_seconds: float = 60.0
    page_seconds: float = 300.0
    page_bytes: int = 64 * 1024 * 1024
    whole_seconds: float = 86_400.0
    attempts: int = 6
    first_pause_seconds: float = 1.0
    longest_pause_seconds: float = 120.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an answer; nothing in it is trusted.

    Parameters
    ----------
    entries : list of dict
        Entries, each with ``id`` and ``attributes`` if the provider is sound.
    included : dict
        Related entries, by type and id.
    meta : dict
        What the provider says of itself.
    """

    entries: list[dict[str, Any]]
    included: dict[tuple[str, str], dict[str, Any]]
    meta: dict[str, Any]


@dataclass(slots=True)
class OptimadeClient:
    """A provider, asked page by page."""

    url: str
    limits: ClientLimits = field(default_factory=ClientLimits)
    pause: Callable[[float], None] = time.sleep
    notify: Callable[[str], None] = lambda _line: None
    _session: requests.Session | None = None
    _spent_seconds: float = 0.0

    def __post_init__(self) -> None:
        """Check the URL and give it a version."""
        try:
            import requests  # noqa: PLC0415 - slow to import
        except ModuleNotFoundError as error:
            raise MissingLibraryError("import optimade needs optimade", "optimade") from error
        parts = _split(self.url)
        if parts is None or parts.query or parts.fragment:
            raise UsageError(f"{one_line(self.url)}: give the base URL of a provider, http(s)://HOST/...")
        base = self.url.rstrip("/").removesuffix("/structures")
        self.url = base if _VERSIONED.search(base) else f"{base}/v1"
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": f"polyqw/{__version__}", "Accept": "application/vnd.api+json"})

    def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            self._session.close()

    def structures_url(self) -> str:
        """Return where the structures of the provider are listed."""
        return f"{self.url}/structures"

    def pages(self, filter_text: str = "", *, page_limit: int | None = None) -> Iterator[Page]:
        """Yield the pages of structures that fit a filter.

        Raises
        ------
        Unreachable
            If it does not answer, or nonsense, or too much.
        """
        asked = {"filter": filter_text, "page_limit": page_limit, "response_fields": self._fields()}
        query = urlencode({name: value for name, value in asked.items() if value})
        url: str | None = f"{self.structures_url()}?{query}" if query else self.structures_url()
        seen: set[str] = set()
        known: set[str] = set()
        useless = 0
        while url is not None:
            if url in seen:
                raise Unreachable(f"{self.url}: its pages lead back to one that was read; tell the provider")
            seen.add(url)
            document = self._get(url)
            page = _page(url, document)
            names = {str(entry.get("id")) for entry in page.entries}
            useless = useless + 1 if names <= known else 0
            if names and useless == _USELESS_PAGES:
                raise Unreachable(f"{self.url}: its pages repeat what was read; tell the provider")
            known |= names
            yield page
            url = self._next(url, document) if useless < _USELESS_PAGES else None

    def _fields(self) -> str | None:
        """Return what to ask for: of the standard properties, and of ours, those that the provider lists."""
        try:
            data = self._get(f"{self.url}/info/structures").get("data")
        except (Unreachable, UsageError):
            return None
        listed = data.get("properties") if isinstance(data, dict) else None
        if not isinstance(listed, dict):
            return None
        own = sorted(name for name in listed if name.startswith("_polyqw_"))
        return ",".join([*STANDARD_FIELDS, *own])

    def _next(self, url: str, document: Mapping[str, Any]) -> str | None:
        links = document.get("links")
        link = links.get("next") if isinstance(links, dict) else None
        if isinstance(link, dict):
            link = link.get("href")
        return self._followed(url, link) if isinstance(link, str) and link else None

    def _followed(self, url: str, link: str) -> str:
        """Return a link of the provider, which may lead to its own host alone."""
        try:
            target = urljoin(url, link)
        except ValueError as error:
            raise Unreachable(f"{self.url}: its link is no address ({one_line(link, 80)})") from error
        parts = _split(target)
        if parts is None or parts.hostname != urlsplit(self.url).hostname:
            host = one_line(parts.hostname or "" if parts else target, 80)
            raise Unreachable(f"{self.url}: leads to another host ({host}); name that URL if you trust it")
        return target

    def _get(self, url: str) -> dict[str, Any]:
        """Return the document at a URL, within the time for all of them."""
        if self._spent_seconds > self.limits.whole_seconds:
            hours = self.limits.whole_seconds / 3600
            raise Unreachable(f"{self.url}: has not given all its pages in {hours:g} h; ask for fewer with --filter")
        start = time.monotonic()
        try:
            return self._asked_again(url)
        finally:
            self._spent_seconds += time.monotonic() - start

    def _asked_again(self, url: str) -> dict[str, Any]:
        """Return the document at a URL, asked for again where that may help."""
        pause = self.limits.first_pause_seconds
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._once(url)
            except _AgainError as again:
                if attempt == self.limits.attempts:
                    raise Unreachable(f"{self.url}: {again} after {attempt} attempts; try again later") from again
                asked = again.seconds
                if asked is not None and asked > self.limits.longest_pause_seconds:
                    raise Unreachable(f"{self.url}: {again}, to be asked again in {asked:.0f} s") from again
                wait = max(pause, asked or 0.0)
                self.notify(f"{self.url}: {again}; asking again in {wait:g} s")
                self.pause(wait)
                pause = min(2 * pause, self.limits.longest_pause_seconds)
        raise AssertionError

    def _once(self, url: str) -> dict[str, Any]:
        """Return the document at a URL, asked for in a thread that is left behind when it takes too long.

        The library's own limits hold from one byte to the next, and not at all while it looks up a name.
        """
        answer: Future[dict[str, Any]] = Future()

        def ask() -> None:
            try:
                answer.set_result(self._answer(url))
            except BaseException as error:
                answer.set_exception(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            return answer.result(self.limits.page_seconds)
        except TimeoutError:
            raise self._too_slow() from None

    def _too_slow(self) -> Unreachable:
        return Unreachable(f"{self.url}: a page that takes more than {self.limits.page_seconds:g} s")

    def _answer(self, url: str) -> dict[str, Any]:
        import requests  # noqa: PLC0415

        deadline = time.monotonic() + self.limits.page_seconds
        assert self._session is not None
        timeout = (self.limits.connect_seconds, self.limits.read_seconds)
        try:
            for _ in range(_MAX_REDIRECTS):
                with self._session.get(url, timeout=timeout, stream=True, allow_redirects=False) as response:
                    if response.is_redirect:
                        url = self._followed(url, response.headers["location"])
                        continue
                    status, pause = response.status_code, _seconds(response.headers.get("Retry-After"))
                    body = self._body(response, deadline)
                break
            else:
                raise Unreachable(f"{self.url}: redirects without end")
        except (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError) as error:
            raise _AgainError(f"no answer ({_cause(error)})") from error
        except (requests.RequestException, OSError) as error:
            raise Unreachable(f"{self.url}: cannot be asked ({_cause(error)})") from error
        if status in REPEATED:
            raise _AgainError(f"answers {status}", pause)
        return self._document(url, status, body)

    def _body(self, response: requests.Response, deadline: float) -> bytes:
        body = bytearray()
        for piece in response.iter_content(64 * 1024):
            body += piece
            if len(body) > self.limits.page_bytes:
                megabytes = self.limits.page_bytes / 2**20
                raise Unreachable(f"{self.url}: a page of more than {megabytes:.0f} MB; give a smaller --page-limit")
            if time.monotonic() > deadline:
                raise self._too_slow()
        return bytes(body)

    def _document(self, url: str, status: int, body: bytes) -> dict[str, Any]:
        try:
            document = json.loads(body)
        except (ValueError, RecursionError):
            document = None
        if status != 200:
            complaint = _complaint(document)
            line = f"{self.url}: answers {status}{f': {complaint}' if complaint else ''}"
            if status == 400 and "filter=" in url:
                raise UsageError(f"{line}; check --filter")
            raise Unreachable(f"{line}; check the URL")
        if not isinstance(document, dict):
            raise Unreachable(f"{self.url}: does not answer in JSON, so this is no OPTIMADE provider")
        return document


class _AgainError(Exception):
    """The same question may succeed later."""

    def __init__(self, message: str, seconds: float | None = None) -> None:
        super().__init__(message)
        self.seconds = seconds


def check_filter(text: str) -> None:
    """Check that a filter is in the language of OPTIMADE."""
    try:
        from optimade.exceptions import BadRequest  # noqa: PLC0415 - an extra
        from optimade.filterparser import LarkParser  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise MissingLibraryError("import optimade needs optimade", "optimade") from error
    if not text:
        return
    try:
        LarkParser().parse(text)
    except BadRequest as error:
        column = re.search(r"col(?:umn)? (\d+)", str(getattr(error, "detail", error)))
        where = f"it breaks at character {column[1]}" if column else "it does not end where it should"
        raise UsageError(
            f'--filter {one_line(text, 80)!r} is no OPTIMADE filter: {where}; write e.g. elements HAS ALL "Cu","O"'
        ) from error


def _split(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _page(url: str, document: Mapping[str, Any]) -> Page:
    data = document.get("data")
    if not isinstance(data, list):
        raise Unreachable(f"{one_line(url, 120)}: the answer holds no list of entries")
    included = document.get("included")
    meta = document.get("meta")
    known = {
        (one["type"], one["id"]): one
        for one in (included if isinstance(included, list) else [])
        if isinstance(one, dict) and isinstance(one.get("type"), str) and isinstance(one.get("id"), str)
    }
    entries = [entry for entry in data if isinstance(entry, dict)]
    return Page(entries, known, meta if isinstance(meta, dict) else {})


def _complaint(document: Any) -> str:
    errors = document.get("errors") if isinstance(document, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    return one_line(str(first.get("detail") or first.get("title") or ""), 200)


def _seconds(text: str | None) -> float | None:
    """Return a pause that a provider asks for in seconds; dates are left to the usual pauses."""
    return float(text) if text and re.fullmatch(r"\d{1,6}", text.strip()) else None


def _cause(error: BaseException) -> str:
    """Return in a few words what went wrong below a library's own words."""
    reason = type(error).__name__
    below: BaseException | None = error
    while below is not None:
        reason = getattr(below, "strerror", None) or reason
        below = below.__context__
    return one_line(str(reason), 120)
