"""The program, as ``polyqw`` and as ``python -m polyqw``."""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from types import FrameType

INTERRUPTED = 130
"""Exit code of an interrupt, here too, where nothing of the command line is loaded yet."""

MESSAGE = "\npolyqw: interrupted\n"


def main() -> NoReturn:
    """Run the command line and exit; an interrupt while it loads is reported like any other."""
    try:
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, _interrupt)
        from polyqw.cli.main import run  # noqa: PLC0415 - an interrupt while it loads is caught below

        run()
    except KeyboardInterrupt:
        sys.stderr.write(MESSAGE)
        sys.exit(INTERRUPTED)


def _interrupt(_number: int, frame: FrameType | None) -> None:
    """Raise `KeyboardInterrupt`; while a module loads end at once, for there Python at times drops what is raised."""
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            os.write(2, MESSAGE.encode())
            os._exit(INTERRUPTED)
        frame = frame.f_back
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
