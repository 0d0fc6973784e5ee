"""Complete the parameters of a question that an address leaves out, and refuse those that are no numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from polyqw.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.db.look.cookbook import Recipe
    from polyqw.services.browse.policy import Application, Message, Receive, Send


class WithDefaults:
    """An ASGI application before another one: it completes the addresses of questions.

    SQLite would take a text for the number that it begins with, 3,2 for 3, so such a text is refused here.
    """

    def __init__(self, application: Application, place: str, database: str, recipes: Mapping[str, Recipe]) -> None:
        self.application = application
        self.place = place
        self.recipes = {f"/{database}/{name}": recipe for name, recipe in recipes.items()}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] == "http":
            scope = without_place(scope, self.place)
        recipe = self.recipes.get(scope["path"].partition(".")[0]) if scope["type"] == "http" else None
        if recipe is not None:
            given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            known = dict(reversed(given))  # of one name twice the first counts, as for datasette
            names = {p.name for p in recipe.parameters}
            try:
                recipe.values({name: value for name, value in known.items() if name in names})
            except UsageError as error:
                await _refuse(send, str(error))
                return
            missing = [(p.name, p.default) for p in recipe.parameters if p.name not in known]
            scope = {**scope, "query_string": urlencode([*given, *missing]).encode("latin-1")}
        await self.application(scope, receive, send)


def without_place(scope: Message, place: str) -> Message:
    """Return a request as if the application stood at the root: datasette adds its place to every link itself."""
    raw = scope.get("raw_path") or scope["path"].encode()
    return {
        **scope,
        "path": scope["path"].removeprefix(place) or "/",
        "raw_path": raw.removeprefix(place.encode()) or b"/",
        "root_path": "",
    }


async def _refuse(send: Send, message: str) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": 400, "headers": headers})
    await send({"type": "http.response.body", "body": message.encode()})
