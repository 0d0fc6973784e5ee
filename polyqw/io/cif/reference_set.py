"""Know the files that travel with the program by their content."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import TYPE_CHECKING

from polyqw.core.record import Trust
from polyqw.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Set


@cache
def reference_digests() -> Set[str]:
    """Return the SHA-256 of each reference structure file."""
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in resource_path("cifs").glob("*.cif"))


def trust_in(file_sha256: str, *, user_vouches: bool) -> Trust:
    """Return who vouches for what a file says of itself.

    Parameters
    ----------
    file_sha256 : str
        Digest of the (uncompressed) file; a copy of a reference file is that file, whatever its name.
    """
    if file_sha256 in reference_digests():
        return Trust.REFERENCE
    return Trust.USER if user_vouches else Trust.NONE
