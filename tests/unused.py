"""Code that nothing uses, as `vulture` finds it: ``python -m tests.unused``; exit code 1 where there is any.

Fields of classes do not count: they are read by name, as columns, in JSON and in templates.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vulture import Vulture

from tests.conftest import ROOT

if TYPE_CHECKING:
    from vulture.core import Item

PLACES = ("polyqw", "tests", "docs/manual", "benchmarks")
REGISTERED = ["@check", "@click.*", "@command.*", "@event.listens_for", "@hookimpl", "@pytest.fixture"]
"""Decorators whose functions are called by what they are registered with."""

CALLED_BY_OTHERS = [
    "__getattr__", "__dir__", "pytest_*", "pytestmark",
    "format_commands",  # click
    "process_bind_param", "process_result_value",  # SQLAlchemy
    "do_GET", "log_message", "handle_data", "handle_startendtag",  # the servers and parsers of the standard library
    "mutate", "examples",  # cosmic-ray
    "either", "negation", "matching", "containing", "correlated", "zipped",  # lark, by the rules of a grammar
    "should_exit",  # uvicorn
    "failed_at", "has_next", "value_of",  # templates of the application
    "monitor_interval", "dont_write_bytecode", "dpi", "checked_at",  # set for others to read
]  # fmt: skip
BY_NAME = {"abusive_cifs.py"}
"""Files whose functions are found by their names."""


def unused() -> list[Item]:
    """Return what nothing uses."""
    found = Vulture(ignore_names=CALLED_BY_OTHERS, ignore_decorators=REGISTERED)
    found.scavenge([ROOT / place for place in PLACES])
    return [item for item in found.get_unused_code(min_confidence=60) if not _is_exempt(item)]


def _is_exempt(item: Item) -> bool:
    if item.filename.name in BY_NAME:
        return True
    line = item.filename.read_text(encoding="utf-8").splitlines()[item.first_lineno - 1]
    return item.typ == "variable" and line.startswith(" ")


if __name__ == "__main__":
    reports = [item.get_report() for item in unused()]
    sys.exit("\n".join(reports) or None)
