"""What holds of every answer: headers that keep a browser from doing harm, and questions that are not answered."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    Application = Callable[[Message, Receive, Send], Awaitable[None]]

OF_PAGES: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a page may load and do: nothing that is not a file of this server."""

OF_DATASETTE: Final = OF_PAGES.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'").replace(
    "style-src 'self'", "style-src 'self' 'unsafe-inline'"
)
"""The pages of datasette carry scripts and styles in themselves."""

OF_FIGURES: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""An SVG that is opened itself has its styles within it, and runs nothing."""

ALWAYS: Final = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
}
"""Headers of every answer."""

LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine for itself."""


class Guarded:
    """An ASGI application before all others: it checks who asks, adds headers, and answers where others fail.

    Parameters
    ----------
    policies : mapping of str to str
        Content policies of addresses that begin so; all others have `OF_PAGES`.
    is_local : bool
        Whether only this machine is served; then a question for another host's name, behind which a page of the
        Internet may hide (DNS rebinding), is refused.
    """

    def __init__(self, application: Application, policies: Mapping[str, str], *, is_local: bool) -> None:
        self.application = application
        self.policies = policies
        self.is_local = is_local

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.application(scope, receive, send)
            return
        headers = dict(scope["headers"])
        begun = False
        policy = next((p for place, p in self.policies.items() if scope["path"].startswith(place)), OF_PAGES)

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = with_policy(message.get("headers", ()), policy)
            await send(message)

        if refusal := self._refusal(scope["method"], headers):
            await answer_line(send_guarded, *refusal)
            return
        try:
            await self.application(scope, receive, send_guarded)
        except Exception as error:  # the server would print a traceback, and the reader would see nothing
            print(f"polyqw: {one_line(f'{type(error).__name__}: {error}', 300)}", file=sys.stderr)  # noqa: T201
            if not begun:
                await answer_line(
                    send_guarded, HTTPStatus.INTERNAL_SERVER_ERROR, "the server failed, and has noted it"
                )

    def _refusal(self, method: str, headers: Mapping[bytes, bytes]) -> tuple[HTTPStatus, str] | None:
        host = headers.get(b"host", b"").decode("latin-1")
        if self.is_local and host_name(host) not in LOOPBACK:
            return HTTPStatus.MISDIRECTED_REQUEST, (
                "this server answers to names of this machine alone (127.0.0.1, localhost); serve others with --host"
            )
        if method not in ("GET", "HEAD") and headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            return HTTPStatus.FORBIDDEN, "what is sent here has to come from a page of this server"
        return None


class ReadOnly:
    """An ASGI application before one that only reads: other methods than GET and HEAD are refused."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http" and scope["method"] not in ("GET", "HEAD"):
            line = f"{one_line(scope['method'], 20)} is not answered here; these pages only read"
            await answer_line(send, HTTPStatus.METHOD_NOT_ALLOWED, line, {b"allow": b"GET, HEAD"})
            return
        await self.application(scope, receive, send)


def host_name(host: str) -> str:
    """Return the name in a Host header, without its port; empty where it is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def with_policy(headers: Any, policy: str) -> list[tuple[bytes, bytes]]:
    """Return headers with those of every answer; a content policy of its own stays."""
    given = {name.lower() for name, _ in headers}
    own = [] if b"content-security-policy" in given else [(b"content-security-policy", policy.encode())]
    return [*((n, v) for n, v in headers if n.lower() not in ALWAYS), *ALWAYS.items(), *own]


async def answer_line(
    send: Send, status: HTTPStatus, line: str, headers: Mapping[bytes, bytes] | None = None
) -> None:
    """Answer with one line of text."""
    kind = (b"content-type", b"text/plain; charset=utf-8")
    await send({"type": "http.response.start", "status": int(status), "headers": [kind, *(headers or {}).items()]})
    await send({"type": "http.response.body", "body": f"{line}\n".encode()})
