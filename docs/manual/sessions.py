"""Run the sessions of the manual: ``console`` blocks line by line in one folder for each page.

A line that begins with ``$`` is a command; the lines after it are what it prints, on both streams. ``...`` stands for
any text, on a line by itself for any lines. A command followed by nothing may print anything. A block with
``file=NAME`` after its language is written to that file first. Blocks of other kinds are not looked at.

polyqw runs in this process and knows ``>`` but no pipes; every other command is given to the shell.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from polyqw.cli.main import run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FENCE = re.compile(r"^```(\w*)(?: file=(\S+))?\s*$")


@dataclass(slots=True)
class Command:
    """A command of a page, with what it should print.

    Parameters
    ----------
    line : int
        Line of the page, from 1.
    text : str
    expected : list of str
        Lines shown after it.
    """

    line: int
    text: str
    expected: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class File:
    """A file that a page gives.

    Parameters
    ----------
    name : str
    text : str
    """

    name: str
    text: str


class SessionError(AssertionError):
    """A session does not do what the page says."""


def session_pages(root: Path) -> list[Path]:
    """Return the pages that hold sessions."""
    return [root / "README.md", *sorted((root / "docs").rglob("*.md"))]


def read_steps(page: str) -> list[Command | File]:
    """Return commands and files of a page, in its order."""
    steps: list[Command | File] = []
    lines = page.splitlines()
    inside: tuple[str, str | None, int] | None = None
    for number, line in enumerate(lines, start=1):
        fence = _FENCE.match(line)
        if fence is None or (inside is not None and line.strip() != "```"):
            continue
        if inside is None:
            inside = (fence[1], fence[2], number)
            continue
        (language, name, start), inside = inside, None
        body = lines[start : number - 1]
        if name:
            steps.append(File(name, "\n".join(body) + "\n"))
        elif language == "console":
            steps.extend(_commands(body, start + 1))
    return steps


def _commands(body: list[str], first: int) -> Iterator[Command]:
    command: Command | None = None
    for number, line in enumerate(body, start=first):
        if line.startswith("$ "):
            if command:
                yield command
            command = Command(number, line.removeprefix("$ "))
        elif command:
            command.expected.append(line)
    if command:
        yield command


class Session:
    """A folder with its environment, in which commands are run.

    Parameters
    ----------
    folder : Path
        Empty; ``cifs`` of the checkout is linked into it.
    root : Path
        The checkout.
    """

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder
        self.code = 0
        (folder / "cifs").symlink_to(root / "cifs")
        self.home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder / ".data"), "NO_COLOR": "1"}
        self.exported: dict[str, str] = {}

    def run(self, text: str) -> list[str]:
        """Run a command and return the lines it prints."""
        if text == "echo $?":
            return [str(self.code)]
        words = shlex.split(text, comments=True)
        if words[0] == "export":
            self.exported |= dict([words[1].split("=", 1)])
            self.code = 0
            return []
        if words[0] == "polyqw":
            return self._run_here(words[1:])
        done = subprocess.run(
            ["/bin/sh", "-c", text], cwd=self.folder, capture_output=True, text=True, check=False, timeout=60
        )
        self.code = done.returncode
        return [line.rstrip() for line in (done.stdout + done.stderr).splitlines()]

    def _run_here(self, words: list[str]) -> list[str]:
        """Run polyqw in this process, which is many times faster than a process of its own."""
        target = None
        if len(words) > 1 and words[-2] == ">":
            target, words = self.folder / words[-1], words[:-2]
        both = io.StringIO()
        out = io.StringIO() if target else both
        with (
            _environment({**self.home, **self.exported}),
            contextlib.chdir(self.folder),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(both),
        ):
            try:
                run(words)
            except SystemExit as end:
                self.code = int(end.code or 0)
        if target:
            target.write_text(out.getvalue(), encoding="utf-8")
        return [line.rstrip() for line in both.getvalue().splitlines()]


@contextlib.contextmanager
def _environment(changes: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    for name in [n for n in before if n.startswith("POLYQW")]:
        del os.environ[name]
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def run_page(page: str, folder: Path, root: Path) -> list[tuple[Command, list[str]]]:
    """Run the sessions of a page; return each command with what it printed.

    Raises
    ------
    SessionError
        If a command fails and the page does not show its exit code.
    """
    session = Session(folder, root)
    done: list[tuple[Command, list[str]]] = []
    steps = read_steps(page)
    for place, step in enumerate(steps):
        if isinstance(step, File):
            target = folder / step.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(step.text, encoding="utf-8")
            continue
        printed = session.run(step.text)
        done.append((step, printed))
        after = steps[place + 1] if place + 1 < len(steps) else None
        shows_its_code = isinstance(after, Command) and after.text == "echo $?"
        if session.code and not shows_its_code and step.text != "echo $?":
            raise SessionError(f"line {step.line}: {step.text}\nexit code {session.code}\n" + "\n".join(printed))
    return done


def matches(expected: list[str], printed: list[str]) -> bool:
    """Whether lines are what a page shows, where ``...`` stands for any text or any lines."""
    pattern = ""
    for line in expected:
        text = line.rstrip()
        pattern += r"(?:[^\n]*\n)*" if text == "..." else re.escape(text).replace(r"\.\.\.", r"[^\n]*") + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def check_page(page: str, folder: Path, root: Path) -> int:
    """Run the sessions of a page and compare; return the number of commands.

    Raises
    ------
    SessionError
        If a command fails or prints something else than the page shows.
    """
    done = run_page(page, folder, root)
    for command, printed in done:
        expected = _trimmed(command.expected)
        if expected and not matches(expected, _trimmed(printed)):
            shown = "\n".join(printed)
            raise SessionError(f"line {command.line}: $ {command.text}\nprints\n{shown}")
    return len(done)


def _trimmed(lines: list[str]) -> list[str]:
    """Return lines without the empty ones at the end, which part a command from the next."""
    last = max((i for i, line in enumerate(lines) if line.strip()), default=-1)
    return lines[: last + 1]


def refreshed_page(page: str, folder: Path, root: Path) -> str:
    """Return a page with what its commands print now; where something is left out (...) it stays."""
    lines = page.splitlines()
    for command, printed in reversed(run_page(page, folder, root)):
        shown = _trimmed(command.expected)
        if shown and not any("..." in line for line in shown):
            lines[command.line : command.line + len(shown)] = _trimmed(printed)
    return "\n".join(lines) + "\n"
