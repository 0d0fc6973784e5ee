"""Why a request is not answered, with the status that the OPTIMADE specification asks for."""

from __future__ import annotations


class Refusal(Exception):  # noqa: N818 - says what it is
    """A request that is answered with an error.

    Parameters
    ----------
    status : int
        HTTP status.
    detail : str
        One sentence: what, where, how to mend it.
    """

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail


def bad_request(detail: str) -> Refusal:
    """Return the refusal of a request that cannot be understood."""
    return Refusal(400, detail)


def not_implemented(detail: str) -> Refusal:
    """Return the refusal of what the specification leaves open and is not offered here."""
    return Refusal(501, detail)
