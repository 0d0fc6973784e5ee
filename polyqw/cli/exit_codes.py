"""Exit codes of the command line."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the program came to."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY_FAILED = 3
    SCHEMA = 4
    CHECK_FAILED = 5
    INTERRUPTED = 130


EXIT_CODE_HELP = (
    "Exit codes: 0 done, 1 failed, 2 usage, 3 some inputs failed and the rest is done, 4 schema too old or too new, "
    "5 computed but not converged or a check failed, 130 interrupted."
)
