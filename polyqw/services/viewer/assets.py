"""The files of the view in a page: 3Dmol.js as it was published, our script and style; their digests, and packed."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Vendored:
    """A file of others that travels with the program.

    Parameters
    ----------
    name, license_file : str
        In the folder of static files.
    """

    name: str
    library: str
    version: str
    license: str
    license_file: str
    sha256: str


LIBRARY: Final = Vendored(
    "3Dmol-min.js",
    "3Dmol.js",
    "2.5.5",
    "BSD-3-Clause",
    "3Dmol-LICENSE.txt",
    "f7cc78921ae72e7623e89cdd111434f58c2efddd2ffda1cd212644b406fb8016",
)
"""``build/3Dmol-min.js`` of the npm package ``3dmol``, unchanged."""

SCRIPT: Final = "viewer.js"
STYLE: Final = "viewer.css"

STATIC: Final = {
    LIBRARY.name: "text/javascript",
    SCRIPT: "text/javascript",
    STYLE: "text/css",
    LIBRARY.license_file: "text/plain",
}
"""Files that a server gives out, with their kinds."""


@cache
def static_file(name: str) -> bytes:
    """Return one of the static files as it is.

    Raises
    ------
    KeyError
        If there is none of that name in `STATIC`.
    """
    if name not in STATIC:
        raise KeyError(name)
    return (files("polyqw.services.viewer") / "static" / name).read_bytes()


@dataclass(frozen=True, slots=True)
class PageAssets:
    """What a page that stands alone holds of the view.

    Parameters
    ----------
    style : Markup
        For a style element.
    script : Markup
        For a script element.
    packed : Markup
        3Dmol.js, gzipped, in base64: for ``<script type="text/plain" id="viewer-packed">``.
    digests : tuple of str
        Names by which a policy allows the script and 3Dmol.js.
    """

    style: Markup
    script: Markup
    packed: Markup
    digests: tuple[str, ...]


@cache
def page_assets() -> PageAssets:
    """Return what a page that stands alone holds of the view."""
    script, library = static_file(SCRIPT), static_file(LIBRARY.name)
    packed = b64encode(gzip.compress(library, 9, mtime=0)).decode()
    return PageAssets(
        Markup(static_file(STYLE).decode()),  # noqa: S704 - the program's own
        Markup(script.decode()),  # noqa: S704 - the program's own
        Markup(packed),  # noqa: S704 - base64
        (script_digest(script), script_digest(library)),
    )


def script_digest(script: bytes) -> str:
    """Return the name by which a Content-Security-Policy allows one script."""
    return f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'"


def page_policy(*digests: str) -> str:
    """Return the policy of a page that runs these scripts and none else, and fetches nothing."""
    return (
        f"default-src 'none'; script-src {' '.join(digests)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
