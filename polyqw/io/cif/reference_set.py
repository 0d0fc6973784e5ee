"""Know the files that travel with the program by their content."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from typing import TYPE_CHECKING

from polyqw.core.record import Trust
from polyqw.resources import resource_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Set


@cache
def reference_digests() -> Set[str]:
    """Return the SHA-256 of each reference structure file."""
    return frozenset(hashlib.sha256(path.read_bytes()).hexdigest() for path in resource_path("cifs").glob("*.cif"))


@cache
def reference_licences() -> Mapping[str, str]:
    """Return the licence under which each reference structure stands, by the SHA-256 of its file."""
    with resource_path("cifs", "SOURCES.csv").open(encoding="utf-8", newline="") as stream:
        licences = {row["file"]: row["licence"] for row in csv.DictReader(stream)}
    files = {path.name: path for path in resource_path("cifs").glob("*.cif")}
    return {hashlib.sha256(files[name].read_bytes()).hexdigest(): licences[name] for name in files}


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
