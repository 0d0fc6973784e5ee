"""A provider that is slow, broken, endless or hostile costs patience, never more."""

from __future__ import annotations

import gzip
import threading
from contextlib import suppress
from dataclasses import replace

import pytest

from polyqw.errors import UsageError
from polyqw.io.optimade.client import ClientLimits, OptimadeClient, Unreachable, check_filter
from tests.fake_provider import FakeProvider, running

LIMITS = ClientLimits(connect_seconds=5, read_seconds=5, attempts=4, page_bytes=100_000)
ENTRIES = [{"id": f"e{k}", "type": "structures", "attributes": {}} for k in range(5)]


@pytest.fixture
def provider():
    with running(FakeProvider(list(ENTRIES), retry_after="7")) as found:
        yield found


@pytest.fixture
def ask(provider):
    """Give what asks the provider; pauses are noted, not waited for."""

    class Asked:
        def __init__(self):
            self.pauses, self.lines = [], []

        def client(self, url=None, **changes):
            return OptimadeClient(
                url or provider.url, replace(LIMITS, **changes), pause=self.pauses.append, notify=self.lines.append
            )

        def ids(self, **changes):
            pages = self.client(**changes).pages()
            return [entry["id"] for page in pages for entry in page.entries]

    return Asked()


ALL = [entry["id"] for entry in ENTRIES]


def test_all_pages_are_read_in_order(ask, provider):
    pages = list(ask.client().pages('elements HAS "Cu"', page_limit=2))
    assert [entry["id"] for page in pages for entry in page.entries] == ALL
    assert [len(page.entries) for page in pages] == [2, 2, 1]
    assert {page.meta["provider"]["prefix"] for page in pages} == {"fake"}
    assert provider.asked[1] == "/v1/structures?filter=elements+HAS+%22Cu%22&page_limit=2"


@pytest.mark.parametrize("url", ["{}", "{}/", "{}/v1", "{}/v1/", "{}/v1/structures"])
def test_the_version_may_stand_in_the_url(ask, provider, url):
    client = ask.client(url.format(provider.url))
    assert client.structures_url() == f"{provider.url}/v1/structures"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "ftp://h/x",
        "host/optimade",
        "http://",
        "http://[::1",
        "",
        "http://h:99999/",
        "javascript:1",
    ],
)
def test_only_http_is_asked(url):
    with pytest.raises(UsageError, match="give the base URL"):
        OptimadeClient(url)


def test_failures_that_pass_are_waited_for(ask, provider):
    provider.failures = [503, "cut", None, 429, None]
    assert ask.ids() == ALL
    assert ask.pauses == [7.0, 2.0, 7.0]  # what the provider asks for, else a growing pause
    assert len(ask.lines) == 3
    assert "answers 503; asking again in 7 s" in ask.lines[0]
    assert not any("\x1b" in line for line in ask.lines)


def test_failures_that_stay_are_told_after_a_number_of_attempts(ask, provider):
    provider.failures = [None, *["cut"] * 10]
    pages = ask.client().pages()
    assert len(next(pages).entries) == 2
    with pytest.raises(Unreachable, match=r"no answer .* after 4 attempts; try again later"):
        next(pages)
    assert ask.pauses == [1.0, 2.0, 4.0]


def test_nobody_there(ask, provider):
    with pytest.raises(Unreachable, match=r"no answer \(Connection refused\) after 2 attempts"):
        list(ask.client("http://127.0.0.1:9", attempts=2).pages())


def test_a_refusal_is_told_in_one_line_without_escapes(ask, provider):
    provider.failures = [400]
    with pytest.raises(UsageError, match=r"answers 400: not .*now; check --filter") as caught:
        list(ask.client().pages("x=1"))
    assert "\x1b" not in str(caught.value)
    with pytest.raises(Unreachable, match=r"answers 404.*check the URL"):
        list(ask.client(f"{provider.url}/elsewhere").pages())


def test_a_long_pause_is_not_waited_for(ask, provider):
    provider.failures = [lambda handler: handler.give(429, {}, {"Retry-After": "86400"})]
    with pytest.raises(Unreachable, match="to be asked again in 86400 s"):
        ask.ids()
    assert ask.pauses == []


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"<html>", "not answer in JSON"),
        (b"[1, 2]", "not answer in JSON"),
        (b"[" * 60_000, "not answer in JSON"),
        (b'{"data": {"id": 1}}', "no list of entries"),
        (b'{"data": ["' + b"x" * 200_000 + b'"]}', "a page of more than"),
    ],
    ids=["html", "list", "deep", "no entries", "large"],
)
def test_nonsense_is_refused(ask, provider, body, text):
    provider.failures = [lambda handler: handler.give(200, body)]
    with pytest.raises(Unreachable, match=text):
        ask.ids()


def test_a_packed_page_is_measured_unpacked(ask, provider):
    bomb = gzip.compress(b'{"data": ["' + b"x" * 50_000_000 + b'"]}')
    provider.failures = [lambda handler: handler.give(200, bomb, {"Content-Encoding": "gzip"})]
    with pytest.raises(Unreachable, match="a page of more than"):
        ask.ids()


@pytest.mark.parametrize(
    "link", ["http://elsewhere.example/v1/structures", "file:///etc/passwd", "//elsewhere.example/x"]
)
def test_links_lead_to_the_same_host_alone(ask, provider, link):
    provider.failures = [lambda handler: handler.give(200, {"data": [ENTRIES[0]], "links": {"next": link}})]
    with pytest.raises(Unreachable, match="leads to another host"):
        ask.ids()
    provider.failures = [lambda handler: handler.give(302, b"", {"Location": link})]
    with pytest.raises(Unreachable, match="leads to another host"):
        ask.ids()


def test_redirects_within_the_host_are_followed(ask, provider):
    provider.failures = [lambda handler: handler.give(307, b"", {"Location": "/v1/structures?page_offset=2"})]
    assert ask.ids() == ALL[2:]
    provider.failures = [lambda handler: handler.give(307, b"", {"Location": "/v1/structures"})] * 9
    with pytest.raises(Unreachable, match="without end"):
        ask.ids()


def test_pages_without_end_end(ask, provider):
    here = "/v1/structures?page_offset=0"
    provider.failures = [lambda handler: handler.give(200, {"data": [ENTRIES[0]], "links": {"next": here}})] * 9
    with pytest.raises(Unreachable, match="lead back"):
        ask.ids()
    count = iter(range(1000))
    empty = lambda handler: handler.give(200, {"data": [], "links": {"next": f"/v1/structures?n={next(count)}"}})  # noqa: E731
    provider.failures = [empty] * 99
    assert ask.ids() == []
    assert len(provider.failures) > 90


def test_pages_that_repeat_themselves_end(ask, provider):
    count = iter(range(1000))

    def same(handler):
        handler.give(200, {"data": ENTRIES[:1], "links": {"next": f"/v1/structures?n={next(count)}"}})

    provider.failures = [same] * 99
    with pytest.raises(Unreachable, match="its pages repeat what was read"):
        ask.ids()
    assert len(provider.failures) > 90


def test_a_download_as_a_whole_has_a_limit(ask, provider):
    with pytest.raises(Unreachable, match="has not given all its pages in 0 h; ask for fewer with --filter"):
        ask.ids(whole_seconds=0.0)


@pytest.mark.parametrize(
    "begin", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "], ids=["body", "header"]
)
def test_bytes_that_drip_are_not_waited_for(ask, provider, begin):
    """Every byte comes in time, the page never."""
    is_over = threading.Event()

    def drip(handler):
        handler.wfile.write(begin)
        with suppress(OSError):
            while not is_over.wait(0.02):
                handler.wfile.write(b" ")

    provider.failures = [drip]
    threading.Timer(20, is_over.set).start()
    try:
        with pytest.raises(Unreachable, match=r"a page that takes more than 0.3 s"):
            ask.ids(page_seconds=0.3)
        assert not is_over.is_set()
    finally:
        is_over.set()


def test_a_link_that_is_no_address(ask, provider):
    provider.failures = [lambda handler: handler.give(200, {"data": ENTRIES[:1], "links": {"next": "http://["}})]
    with pytest.raises(Unreachable, match="its link is no address"):
        ask.ids()


def test_filters_are_checked_here():
    check_filter("")
    check_filter('elements HAS ALL "Cu","O" AND nelements<5')
    with pytest.raises(UsageError, match="breaks at character 18"):
        check_filter('elements HAS ALL "Cu')
