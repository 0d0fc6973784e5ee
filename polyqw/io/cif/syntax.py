r"""The syntax of CIF: text to items and loops, and values to text.

Only the syntax (International Tables G, chapter 2.2): what the items mean is not known here.
Item names are lower-cased and their dots become underscores, so that the dotted names of newer
dictionaries (``_cell.length_a``) and capitals (``_CELL_LENGTH_A``) are found under one name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from polyqw.errors import ReadError
from polyqw.io.read_options import DEFAULT
from polyqw.io.reasons import Unread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from polyqw.io.read_options import ReadOptions

_BOTH = "'\""
_WORD = r"""
    (?:\#[^\n]*+\s*+)++                                      # comments
    | ^;(?P<text>.*?)(?P<end>^;|\Z)                          # text field
    | (?P<quote>[QUOTES])(?P<quoted>[^\n]*?)(?P=quote)(?=\s|\Z)   # quoted value
    | (?P<bare>\S++)
"""
_WORDS = {
    quotes: re.compile(_WORD.replace("QUOTES", quotes or r"^\s\S"), re.VERBOSE | re.MULTILINE | re.DOTALL)
    for quotes in (_BOTH, "'", '"', "")
}
"""How the text is divided, by the quotes that may still close on this line."""

NULL: Final = frozenset({"", "?", "."})
"""Values for "not known" and "does not apply"."""

_LONGEST_KEYWORD = len("global_") + 1
_SHOWN = 40


@dataclass(slots=True)
class CifBlock:
    """A data block.

    Parameters
    ----------
    conflicts : set of str
        Items given twice with different values; the first is kept.
    truncated : set of str
        Items of loops whose last row is incomplete; that row is left out.
    has_frames : bool
        Whether it holds save frames, as dictionaries do.
    """

    name: str
    items: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[str]] = field(default_factory=dict)
    conflicts: set[str] = field(default_factory=set)
    truncated: set[str] = field(default_factory=set)
    has_frames: bool = False
    warnings: list[str] = field(default_factory=list)

    def first(self, *names: str) -> str | None:
        """Return the value of the first of these items that has one; of a loop, that of its first row."""
        for name in names:
            value = self.items.get(name)
            if value is None:
                column = self.columns.get(name)
                value = column[0] if column else None
            if value is not None and value not in NULL:
                return value
        return None

    def column(self, *names: str) -> list[str]:
        """Return the values of the first of these items that is there; a single item is a loop of one row."""
        for name in names:
            if name in self.columns:
                return self.columns[name]
            if name in self.items:
                return [self.items[name]]
        return []


def read_blocks(text: str, name: str = "CIF text", limits: ReadOptions = DEFAULT) -> list[CifBlock]:
    """Return the data blocks of a CIF in their order; what stands before the first is left out.

    Raises
    ------
    ReadError
        ``too_large`` for more words or data blocks, ``too_long`` for a longer name than the limits allow.
    """
    return _Reader(text, name, limits).read()


def is_null(value: str) -> bool:
    """Whether a value is one of CIF's two for "not known" and "does not apply"."""
    return value in NULL


class _Reader:
    """One pass over the tokens; a state machine with a block, a pending item name and an open loop."""

    def __init__(self, text: str, file: str, limits: ReadOptions) -> None:
        self._text = text
        self._file = file
        self._limits = limits
        self._blocks: list[CifBlock] = []
        self._item: str | None = None
        self._names: list[str] = []
        self._values: list[str] | None = None

    def read(self) -> list[CifBlock]:
        for number, (value, is_bare) in enumerate(self._tokens()):
            if number >= self._limits.words:
                raise self._too_many("words and values", "words")
            if is_bare and (value[0] == "_" or value[0] in "dDlLsSgG"):
                if value[0] == "_":
                    if self._blocks:  # lines of underscores may stand before the first
                        self._refuse_long(value)
                    self._take_name(value.lower().replace(".", "_"))
                    continue
                if self._take_keyword(value):
                    continue
            self._take_value(value)
        self._close()
        return self._blocks

    def _tokens(self) -> Iterator[tuple[str, bool]]:
        """Yield each value or word, and whether it stands without quotes.

        A quote that finds no other on its line is looked for no more on that line: else each of many would read the
        line to its end.
        """
        text, start = self._text, 0
        quotes, end = _BOTH, len(text)
        while start < len(text):
            for match in _WORDS[quotes].finditer(text, start, end):
                kind = match.lastgroup
                if kind == "bare":
                    word = match["bare"]
                    yield word, True
                    if word[0] in quotes:
                        quotes = quotes.replace(word[0], "")
                        line_end = text.find("\n", match.end())
                        start, end = match.end(), len(text) if line_end < 0 else line_end
                        break
                elif kind == "quoted":
                    yield match["quoted"], False
                elif kind == "end":
                    yield match["text"].removesuffix("\n"), False
                    if not match["end"] and self._blocks:
                        self._warn("syntax: the last text field has no end; the file may be cut short")
            else:
                start, quotes, end = end, _BOTH, len(text)

    def _refuse_long(self, name: str) -> None:
        if len(name) > self._limits.characters:
            raise ReadError(
                Unread.TOO_LONG,
                f"{self._file}: the name {name[:_SHOWN]}... has {len(name)} characters, at most "
                f"{self._limits.characters} are read (--limit characters=...)",
            )

    def _too_many(self, what: str, limit: str) -> ReadError:
        most = getattr(self._limits, limit)
        return ReadError(
            Unread.TOO_LARGE,
            f"{self._file}: more than {most} {what}; split the file, or allow more (--limit {limit}=...)",
        )

    def _take_keyword(self, word: str) -> bool:
        lower = word[:_LONGEST_KEYWORD].lower()
        if lower.startswith("data_"):
            self._refuse_long(word)
            if len(self._blocks) >= self._limits.blocks:
                raise self._too_many("data blocks", "blocks")
            self._close()
            self._blocks.append(CifBlock(word[5:]))
        elif lower == "loop_":
            self._close()
            self._names, self._values = [], []
        elif lower.startswith("save_"):
            self._close()
            if self._blocks:
                self._blocks[-1].has_frames = True
        elif lower in ("stop_", "global_"):
            self._close()
        else:
            return False
        return True

    def _take_name(self, name: str) -> None:
        if self._values is not None and not self._values:
            self._names.append(name)
        else:
            self._close()
            self._item = name

    def _take_value(self, value: str) -> None:
        if self._values is not None and self._names:
            self._values.append(value)
        elif self._item is not None:
            self._store_item(self._item, value)
            self._item = None
        elif self._blocks and value.strip():
            self._warn("syntax: text outside any item was left out")

    def _close(self) -> None:
        if self._blocks:
            if self._item is not None:
                self._store_item(self._item, "?")
            if self._values is not None and self._names:
                self._store_loop(self._names, self._values)
        self._item, self._names, self._values = None, [], None

    def _store_item(self, name: str, value: str) -> None:
        if not self._blocks:
            return
        block = self._blocks[-1]
        if block.items.setdefault(name, value) != value or name in block.columns:
            block.conflicts.add(name)

    def _store_loop(self, names: list[str], values: list[str]) -> None:
        block = self._blocks[-1]
        rows, rest = divmod(len(values), len(names))
        if rest:
            block.truncated.update(names)
        for index, name in enumerate(names):
            column = values[index : rows * len(names) : len(names)]
            if block.columns.setdefault(name, column) != column or name in block.items:
                block.conflicts.add(name)

    def _warn(self, message: str) -> None:
        if message not in self._blocks[-1].warnings:
            self._blocks[-1].warnings.append(message)


def quote(value: str) -> str:
    r"""Return a value as CIF 1.1 writes it, so that `unquote` of what a reader returns is the value again.

    Anything outside printable ASCII, the ``#`` that some readers take for a comment even inside
    quotes, and ``&#`` itself become numeric character references (``&#955;``). Values with line
    breaks or both kinds of quotes become text fields; the empty value becomes ``''``.
    """
    escaped = _UNSAFE.sub(lambda match: f"&#{ord(match[0])};", value)
    if _PLAIN.fullmatch(escaped):
        return escaped
    for mark in "'\"":
        if mark not in escaped and "\n" not in escaped:
            return f"{mark}{escaped}{mark}"
    return "\n;" + re.sub(r"^;", "&#59;", escaped, flags=re.MULTILINE) + "\n;"


def unquote(value: str) -> str:
    """Return a value with its numeric character references resolved."""
    return _REFERENCE.sub(_resolve, value)


def _resolve(match: re.Match[str]) -> str:
    code = int(match[1])
    is_character = code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF
    return chr(code) if is_character else match[0]


_UNSAFE = re.compile(r"[^\n\x20-\x7e]|\#|&(?=\#)")
_PLAIN = re.compile(r"(?!(?:data_|save_|loop_|stop_|global_))[A-Za-z0-9+\-./(][^\s'\"]*", re.IGNORECASE)
_REFERENCE = re.compile(r"&#([0-9]{1,7});")
