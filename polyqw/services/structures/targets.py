"""Tell what a user means by a word: a file to read, or a name of the database."""

from __future__ import annotations

import glob

from polyqw.io.inputs import names_something

_FILE_ENDINGS = (".cif", ".mcif", ".gz", ".zip")


def is_file(target: str) -> bool:
    """Whether a target is to be read as a file: it is one, or is written like one."""
    return names_something(target) or target.lower().endswith(_FILE_ENDINGS) or glob.has_magic(target)
