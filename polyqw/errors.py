"""The errors polyqw raises; each message is one sentence: what, where, how to mend it."""

from __future__ import annotations


class PolyqwError(Exception):
    """Base of every error that a user can cause and mend."""


class UsageError(PolyqwError):
    """An argument or option has no meaning here."""


class MissingLibraryError(UsageError):
    """A library that only some abilities need is not installed.

    Parameters
    ----------
    what : str
        What needs it, and the library: ``parquet needs pyarrow``.
    extra : str
        The extra of polyqw that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what}; install it with: pip install 'polyqw[{extra}]'")


class ReadError(PolyqwError):
    """A file, or a block of one, holds no structure that can be read.

    Parameters
    ----------
    reason : str
        Reason code, e.g. ``not_cif``.
    message : str
        One sentence for people.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = str(reason)

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str]]:
        """Let the error go to another process."""
        return type(self), (self.reason, str(self))


class CrowdedError(PolyqwError):
    """A cell holds so many sites so near to each other that it cannot be a crystal, nor be searched."""


class DatabaseError(PolyqwError):
    """The database is missing, cannot be opened, or refuses the request."""


class SchemaVersionError(DatabaseError):
    """The database's schema is older or newer than this program's."""
