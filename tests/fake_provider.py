"""An OPTIMADE provider that misbehaves on demand, on a port of its own."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class FakeProvider:
    """What a provider gives.

    Parameters
    ----------
    entries : list of dict
        Structures.
    page : int
        Structures on a page.
    failures : list
        What the next questions for structures get instead of an answer, in turn: a status, ``"cut"`` (the connection
        ends within the answer), or a callable that gets the handler; None answers.
    meta : dict
        What it says of itself.
    included : list of dict
        Related entries, on every page.
    retry_after : str
        Pause it asks for with a status [s].
    """

    entries: list[dict[str, Any]]
    page: int = 2
    failures: list[Any] = field(default_factory=list)
    meta: dict[str, Any] = field(default_factory=lambda: {"provider": {"prefix": "fake", "name": "Fake"}})
    included: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    retry_after: str = "0"

    def document(self, query: dict[str, list[str]]) -> dict[str, Any]:
        offset = int(query.get("page_offset", ["0"])[0])
        rows = self.entries[offset : offset + self.page]
        more = offset + self.page < len(self.entries)
        link = f"{self.url}/v1/structures?page_offset={offset + self.page}" if more else None
        return {
            "data": rows,
            "included": self.included,
            "links": {"next": {"href": link} if link and offset else link},  # both forms are allowed
            "meta": {**self.meta, "data_returned": len(self.entries)},
        }


@contextmanager
def running(provider: FakeProvider):
    """Run a provider on 127.0.0.1."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            provider.asked.append(self.path)
            parts = urlsplit(self.path)
            if parts.path != "/v1/structures":
                self.give(404, {"errors": [{"detail": "nothing \x1b[31mhere"}]})
                return
            failure = provider.failures.pop(0) if provider.failures else None
            if callable(failure):
                failure(self)
            elif failure == "cut":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b'{"data": [')
            elif failure:
                self.give(failure, {"errors": [{"detail": "not \x1b[31mnow"}]}, {"Retry-After": provider.retry_after})
            else:
                self.give(200, provider.document(parse_qs(parts.query)))

        def give(self, status, document, headers=None):
            body = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
