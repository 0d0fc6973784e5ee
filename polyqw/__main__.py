"""The program, as ``polyqw`` and as ``python -m polyqw``."""

from __future__ import annotations

import sys
from typing import NoReturn

INTERRUPTED = 130
"""Exit code of an interrupt, here too, where nothing of the command line is loaded yet."""


def main() -> NoReturn:
    """Run the command line and exit; an interrupt while it loads is told like any other."""
    try:
        from polyqw.cli.main import run  # noqa: PLC0415 - an interrupt while it loads is caught below

        run()
    except KeyboardInterrupt:
        sys.stderr.write("polyqw: interrupted\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
