"""What a question without an answer gets: a page with one line, and nothing on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import Response, hookimpl
from datasette.utils.asgi import Base400
from datasette.views.base import DatasetteError
from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from datasette.app import Datasette
    from datasette.utils.asgi import Request


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Coroutine[None, None, Response]]:
    """Answer in the place of datasette, which prints the traceback of what its own parsing does not expect."""

    async def answer() -> Response:
        status, content = _content(exception)
        if request.path.endswith(".json"):
            return Response.json(content, status=status)
        page = await datasette.render_template([f"{status}.html", "error.html"], content, request=request)
        return Response.html(page, status=status)

    return answer


def _content(exception: Exception) -> tuple[int, dict[str, Any]]:
    """Return the status of the answer, and what its page says."""
    content: dict[str, Any] = {"ok": False, "title": None}
    if isinstance(exception, DatasetteError):
        status = exception.status if exception.status < 500 else 400  # 500 is what datasette has where it names none
        message = Markup(exception.message) if exception.message_is_html else exception.message  # noqa: S704 - its own
        content |= exception.error_dict | {"title": exception.title}
    elif isinstance(exception, Base400):
        status, message = exception.status, str(exception)
    else:
        status, message = (
            400,
            f"this question cannot be understood ({type(exception).__name__}); begin at the first page",
        )
    return status, {**content, "status": status, "error": message}
