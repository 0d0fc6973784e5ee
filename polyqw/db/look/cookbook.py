"""The SQL cookbook: questions that come up often, each a file of ``db/cookbook`` with its parameters.

A file begins with comments: the question, an account of the answer, and a line for each parameter,
``-- :name number = 3.3 | what it is``. The rest is one statement that SQLite and PostgreSQL both take.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from polyqw.errors import UsageError
from polyqw.resources import resource_path
from polyqw.suggest import or_else

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARAMETER = re.compile(r":(?P<name>[a-z_0-9]+) (?P<kind>text|number) = (?P<default>.+?) \| (?P<meaning>.+)")


class ParameterKind(StrEnum):
    """What a parameter takes."""

    TEXT = "text"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value that a recipe leaves open.

    Parameters
    ----------
    name : str
        As in the SQL, without the colon.
    default : str
        Taken where none is given.
    meaning : str
        What it is, with its unit.
    """

    name: str
    kind: ParameterKind
    default: str
    meaning: str

    def value(self, text: str) -> str | float:
        """Return a given text as the SQL takes it.

        Raises
        ------
        UsageError
            If a number is asked for and the text is none.
        """
        if self.kind is ParameterKind.TEXT:
            return text
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise UsageError(f"{self.name}: {text!r} is not a number; write e.g. {self.name}={self.default}")
        return number


@dataclass(frozen=True, slots=True)
class Recipe:
    """A question with its SQL.

    Parameters
    ----------
    name : str
        Name of its file.
    account : str
        What the answer holds.
    sql : str
        One statement, parameters as ``:name``.
    """

    name: str
    question: str
    account: str
    parameters: tuple[Parameter, ...]
    sql: str

    def values(self, given: Mapping[str, str]) -> dict[str, str | float]:
        """Return a value for every parameter: the given one, or its default.

        Raises
        ------
        UsageError
            If a name is none of its parameters, or a value is not of its kind.
        """
        for name in given:
            if name not in {p.name for p in self.parameters}:
                takes = ", ".join(p.name for p in self.parameters) or "none"
                raise UsageError(f"recipe {self.name} has no parameter {name!r}; it takes {takes}")
        return {p.name: p.value(given.get(p.name, p.default)) for p in self.parameters}


def read_cookbook() -> dict[str, Recipe]:
    """Return all recipes by name, in alphabetical order."""
    files = sorted(resource_path("db", "cookbook").glob("*.sql"))
    return {file.stem: make_recipe(file.stem, file.read_text(encoding="utf-8")) for file in files}


def make_recipe(name: str, text: str) -> Recipe:
    """Return the recipe that a text holds.

    Raises
    ------
    ValueError
        If the text does not begin with a question, or a parameter of the SQL is not described.
    """
    lines = text.strip().splitlines()
    n_comments = next((i for i, line in enumerate(lines) if not line.startswith("--")), len(lines))
    comments = [line.removeprefix("--").strip() for line in lines[:n_comments]]
    found = [_PARAMETER.fullmatch(line) for line in comments]
    parameters = tuple(Parameter(m["name"], ParameterKind(m["kind"]), m["default"], m["meaning"]) for m in found if m)
    words = [line for line, match in zip(comments, found, strict=True) if match is None]
    sql = "\n".join(lines[n_comments:])
    if not words or {p.name for p in parameters} != set(re.findall(r"(?<!:):([a-z_0-9]+)", sql)):
        raise ValueError(f"{name}: a recipe begins with its question and describes every parameter")
    return Recipe(name, words[0], " ".join(words[1:]), parameters, sql)


def find_recipe(name: str) -> Recipe:
    """Return a recipe.

    Raises
    ------
    UsageError
        If there is none of that name.
    """
    recipes = read_cookbook()
    if name not in recipes:
        raise UsageError(f"no recipe {name!r}{or_else(name, recipes, '; there are ' + ', '.join(recipes))}")
    return recipes[name]
