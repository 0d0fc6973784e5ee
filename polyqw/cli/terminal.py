"""Text for a terminal: tables that fit its width, folded lines, coloured verdicts, a pager for what is longer."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from polyqw.cli.streams import unguarded
from polyqw.untrusted import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NARROWEST: Final = 20
"""A column of text is not folded to less than this; rather, its rows become records."""

COLOURS: Final = {
    "reproduced": "green",
    "not_reproduced": "red",
    "contradiction": "red",
    "approximate": "yellow",
    "ambiguous": "yellow",
}
"""Verdicts and the colour in which a terminal shows them."""

_WORDS = "|".join(COLOURS)
_VERDICT = re.compile(rf"(?<=  )(?:{_WORDS})(?=  |$)|(?<=\d )(?:{_WORDS})(?=, |$)", re.MULTILINE)
"""A verdict that is a cell, or counted in a sum; not one in a sentence."""

_HANGING = re.compile(r"\s*(?:\S+ )*\S+\s{2,}|\s*(?:- )?")


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return sys.stdout.isatty()


def width() -> int:
    """Return the number of characters in a line of the terminal."""
    return max(shutil.get_terminal_size().columns, 10)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a table: its header, its cells and the side to which these keep."""

    title: str
    cells: Sequence[str]
    side: str

    @property
    def wanted(self) -> int:
        return max(map(_longest_line, (self.title, *self.cells)))

    @property
    def least(self) -> int:
        """The least width: of numbers their own, of text that of the longest word and not too little."""
        if self.side == "right":
            return max(_longest_word(self.title), *map(_longest_line, self.cells), 0)
        words = max(map(_longest_word, (self.title, *self.cells)))
        return max(words, min(max(map(_longest_line, self.cells), default=0), NARROWEST))

    def lines(self, text: str, room: int) -> list[str]:
        """Return a text as lines of so many characters."""
        lines = [part for line in text.split("\n") for part in textwrap.wrap(line, room) or [""]]
        return [line.rjust(room) if self.side == "right" else line.ljust(room) for line in lines]


def fitted_table(titles: Sequence[str], body: Sequence[Sequence[str]], sides: Sequence[str], most: int) -> str:
    """Return a table no wider than `most` characters.

    Columns without any value are left out. Where the others do not fit with their text folded by word, those that say
    the same in every row go above the table; where that is not enough, each row becomes a record.
    """
    columns = [
        _Column(title, cells, side)
        for k, (title, side) in enumerate(zip(titles, sides, strict=True))
        if any(cells := [visible(row[k]).expandtabs() for row in body]) or not body
    ]
    if found := _as_table(columns, most):
        return found
    same = [column for column in columns if len(body) > 1 and len(set(column.cells)) == 1]
    if same and (found := _as_table([column for column in columns if column not in same], most)):
        return f"{_record(same, 0, most)}\n\n{found}"
    return "\n\n".join(_record(columns, k, most) for k in range(len(body)))


def _as_table(columns: Sequence[_Column], most: int) -> str:
    """Return columns side by side; empty where they do not fit."""
    for gap in (2, 1):
        room = _shared_room(columns, most - gap * (len(columns) - 1))
        if room:
            between = " " * gap
            lines = _row([column.title for column in columns], columns, room, between)
            lines.append(between.join("-" * width for width in room))
            for cells in zip(*(column.cells for column in columns), strict=True):
                lines += _row(cells, columns, room, between)
            return "\n".join(line.rstrip() for line in lines)
    return ""


def _shared_room(columns: Sequence[_Column], most: int) -> list[int]:
    """Return the width of each column so that they fit together, the widest cut first; empty where they cannot."""
    wanted, least = [column.wanted for column in columns], [column.least for column in columns]
    if sum(least) > most:
        return []
    cap = max(wanted, default=0)
    while sum(shared := [max(low, min(want, cap)) for low, want in zip(least, wanted, strict=True)]) > most:
        cap -= 1
    return shared


def _row(cells: Sequence[str], columns: Sequence[_Column], room: Sequence[int], between: str) -> list[str]:
    folds = [column.lines(cell, width) for column, cell, width in zip(columns, cells, room, strict=True)]
    rows = range(max(map(len, folds)))
    return [between.join(f[k] if k < len(f) else " " * w for f, w in zip(folds, room, strict=True)) for k in rows]


def _record(columns: Sequence[_Column], k: int, most: int) -> str:
    stem = max(len(column.title) for column in columns) + 2
    pairs = [(column.title, " ".join(column.cells[k].split())) for column in columns if column.cells[k]]
    return "\n".join(line for title, cell in pairs for line in folded(f"{title:{stem}}{cell}", most))


def _longest_line(text: str) -> int:
    return max(map(len, text.split("\n")))


def _longest_word(text: str) -> int:
    return max(map(len, text.split()), default=0)


def folded(line: str, most: int) -> list[str]:
    """Return a line as lines no longer than `most`, by word; where it is a key and its value, under the value."""
    if len(line) <= most:
        return [line]
    head = _HANGING.match(line)
    stem = head[0] if head and head.end() <= most // 2 else ""
    room = most - len(stem)
    lines = textwrap.wrap(line[len(stem) :], room, replace_whitespace=False, break_on_hyphens=False)
    return [f"{stem if k == 0 else ' ' * len(stem)}{text}" for k, text in enumerate(lines)]


def show(parts: Iterable[str]) -> None:
    """Write parts to the terminal, each line no longer than that is wide; through a pager if it has too few lines."""
    most = width()
    lines = [
        short for part in parts for line in visible(part).expandtabs().split("\n") for short in folded(line, most)
    ]
    text = "\n".join(lines) + "\n"
    if has_colours():
        text = _VERDICT.sub(lambda word: click.style(word[0], fg=COLOURS[word[0]]), text)
    with unguarded():
        if len(lines) >= shutil.get_terminal_size().lines and sys.stdin.isatty():
            click.echo_via_pager(text, color=has_colours())
        else:
            click.echo(text, nl=False, color=has_colours())


def has_colours() -> bool:
    """Whether the terminal shows colours and its user wants them (https://no-color.org)."""
    return not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
