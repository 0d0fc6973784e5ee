"""plotly.js as a page carries it: packed, and named in the page's policy by its digest."""

from __future__ import annotations

import gzip
import hashlib
from base64 import b64encode
from functools import cache

from markupsafe import Markup


@cache
def packed_plotly() -> tuple[Markup, str]:
    """Return plotly.js, gzipped, in base64, and its digest for a policy."""
    from plotly.offline import get_plotlyjs  # noqa: PLC0415 - slow to import

    text = get_plotlyjs().encode()
    packed = b64encode(gzip.compress(text, 9, mtime=0)).decode()
    return Markup(packed), script_digest(text)  # noqa: S704 - base64


def script_digest(script: bytes) -> str:
    """Return the name by which a Content-Security-Policy allows one script."""
    return f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'"


def page_policy(*digests: str) -> str:
    """Return the policy of a page that runs these scripts and none else, and fetches nothing."""
    return (
        f"default-src 'none'; script-src {' '.join(digests)}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )
