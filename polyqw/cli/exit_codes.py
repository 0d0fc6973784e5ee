"""Exit codes of the command line, and the one rule by which a verb that goes through inputs chooses its own."""

from enum import IntEnum


class ExitCode(IntEnum):
    """How the program ends."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    PARTLY_FAILED = 3
    SCHEMA = 4
    CHECK_FAILED = 5
    INTERRUPTED = 130


EXIT_CODE_HELP = (
    "Exit codes: 0 done, 1 failed, 2 usage, 3 some inputs failed and the rest is done, 4 schema too old or too new, "
    "5 computed but not converged or a check failed, 130 interrupted.\n\n"
    "In every verb that reads structures: a structure with no well is an answer (0). A file that is refused, because "
    "it cannot be read or contradicts itself, gives 3, also when it is the only one; the rest is done, and --json "
    "still prints its document. Where nothing that was named is there (no such file, an empty folder) it is 1; a "
    "word that names neither file nor structure of the database, a wrong option, or a missing optional library is 2."
)


def exit_code(n_done: int, n_refused: int, n_absent: int = 0) -> ExitCode:
    """Return the exit code of a verb that went through inputs.

    Parameters
    ----------
    n_done : int
        Inputs that were read, with or without a well.
    n_refused : int
        Inputs that are there and were refused, or failed.
    n_absent : int
        Names behind which there is nothing.
    """
    if n_refused or (n_done and n_absent):
        return ExitCode.PARTLY_FAILED
    return ExitCode.FAILED if n_absent else ExitCode.DONE
