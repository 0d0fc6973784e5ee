"""Small changes of the code that a test should notice: where they can be made, and which of them are tried.

The changes are the mutation operators of cosmic-ray that a programmer's slip could make (``<`` for ``<=``, ``or`` for
``and``, ``+`` for ``-``, one more, a sign, a branch the wrong way round), and a tolerance twice or half as large.
Annotations, decorators and imports for the type checker are left out: they do nothing when the program runs.
"""

from __future__ import annotations

import ast
import random
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import parso.python.tree
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.number_replacer import NumberReplacer
from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import get_operator

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

ROOMS = ("core", "theory", "cles", "io", "db", "services")

NAMES = (
    *(
        f"ReplaceComparisonOperator_{pair}"
        for pair in (
            "Lt_LtE LtE_Lt Gt_GtE GtE_Gt Lt_GtE Gt_LtE LtE_Gt GtE_Lt Eq_NotEq NotEq_Eq Is_IsNot IsNot_Is".split()
        )
    ),
    *(
        f"ReplaceBinaryOperator_{pair}"
        for pair in "Add_Sub Sub_Add Mul_Div Div_Mul FloorDiv_Mul Mod_Mul Pow_Mul BitOr_BitAnd BitAnd_BitOr".split()
    ),
    *(f"ReplaceUnaryOperator_Delete_{name}" for name in "USub Invert Not".split()),
    *"AddNot ReplaceTrueWithFalse ReplaceFalseWithTrue ReplaceAndWithOr ReplaceOrWithAnd".split(),
    *"ReplaceBreakWithContinue ReplaceContinueWithBreak ExceptionReplacer ZeroIterationForLoop".split(),
)
"""Operators of cosmic-ray; what it makes of numbers is replaced by the two below."""


def _is_float(node: parso.python.tree.Number) -> bool:
    return isinstance(ast.literal_eval(node.value), float)


class CountReplacer(NumberReplacer):
    """Replaces an integer by the next one or the one before."""

    def mutation_positions(self, node):
        """Yield the place of an integer twice."""
        if isinstance(node, parso.python.tree.Number) and not _is_float(node):
            yield from super().mutation_positions(node)


class SizeReplacer(Operator):
    """Replaces a number with a fraction by twice its value or half of it: a tolerance, a length, an exponent."""

    FACTORS = (2.0, 0.5)

    def mutation_positions(self, node):
        """Yield the place of a number once for each factor; 0 has none."""
        if isinstance(node, parso.python.tree.Number) and _is_float(node) and ast.literal_eval(node.value):
            for _ in self.FACTORS:
                yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        """Return the other number."""
        value = ast.literal_eval(node.value) * self.FACTORS[index]
        return parso.python.tree.Number(f"{value!r}", node.start_pos, prefix=node.prefix)

    @classmethod
    def examples(cls):
        """Show what it does."""
        return (Example("x = 0.5", "x = 1.0"), Example("x = 0.5", "x = 0.25", occurrence=1))


@cache
def operators() -> dict[str, Operator]:
    """Return every operator by its name."""
    found = {name: get_operator(f"core/{name}")() for name in NAMES}
    return {**found, "CountReplacer": CountReplacer(), "SizeReplacer": SizeReplacer()}


WITHOUT_OPERATORS = {
    "name",
    "string",
    "newline",
    "endmarker",
    "fstring_start",
    "fstring_string",
    "fstring_end",
    "param",
}
"""Kinds of node, half of all, that no operator changes."""


@dataclass(frozen=True, slots=True)
class Place:
    """One change that can be made.

    Parameters
    ----------
    path : str
        File, below the root of the project.
    line, column : int
        Where it is made.
    operator : str
    occurrence : int
        Number of the place among those of this operator in the file.
    """

    path: str
    line: int
    column: int
    operator: str
    occurrence: int


@dataclass(frozen=True, slots=True)
class Change:
    """A change, made.

    Parameters
    ----------
    place : Place
    within : str
        Qualified name of the function or class, empty for the module.
    before, after : str
        The changed lines, without indentation.
    code : str
        The whole changed file.
    lines : range
        Lines of the statement, without the statements in it.
    at_import : bool
        Whether the statement runs when the module is imported.
    """

    place: Place
    within: str
    before: str
    after: str
    code: str
    lines: range
    at_import: bool

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What names the change while lines above it come and go."""
        return self.place.path, self.within, self.before, self.after


def idle_lines(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Yield the beginning and end of what does nothing at run time: annotations, decorators, type imports."""
    for node in ast.walk(tree):
        idle: list[ast.AST | None] = []
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            idle = [*node.decorator_list, getattr(node, "returns", None)]
        elif isinstance(node, ast.arg | ast.AnnAssign):
            idle = [node.annotation]
        elif isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            idle = [node]
        for part in filter(None, idle):
            yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


def find_places(path: str, code: str) -> list[Place]:
    """Return all changes that can be made in a file."""
    idle = list(idle_lines(ast.parse(code)))
    counts: dict[str, int] = defaultdict(int)
    found = []
    for node in ast_nodes(get_ast(code)):
        if node.type in WITHOUT_OPERATORS:
            continue
        for name, operator in operators().items():
            for start, _ in operator.mutation_positions(node):
                if not any(first <= start < last for first, last in idle):
                    found.append(Place(path, *start, name, counts[name]))
                counts[name] += 1
    return found


def make_change(place: Place, code: str) -> Change | None:
    """Return the change, or None where the changed file is no Python or the same Python."""
    try:
        changed = mutate_code(code, operators()[place.operator], place.occurrence)
    except AttributeError:  # of cosmic-ray, where an except clause names module.Error
        return None
    try:
        if changed is None or ast.dump(ast.parse(changed)) == ast.dump(ast.parse(code)):
            return None
    except SyntaxError:
        return None
    before, after = _different_lines(code.splitlines(), changed.splitlines())
    within, lines, at_import = _statement(ast.parse(code), place)
    return Change(place, within, before, after, changed, lines, at_import)


def _different_lines(old: list[str], new: list[str]) -> tuple[str, str]:
    """Return what stands between the lines that both begin and both end with."""
    most = min(len(old), len(new))
    first = next((k for k in range(most) if old[k] != new[k]), most)
    last = next((k for k in range(most - first) if old[-1 - k] != new[-1 - k]), most - first)
    before, after = (" ".join(line.strip() for line in lines[first : len(lines) - last]) for lines in (old, new))
    return before, after


def _statement(tree: ast.Module, place: Place) -> tuple[str, range, bool]:
    """Return the name of what holds the innermost statement of a place, its own lines, and whether import runs it."""
    names: list[str] = []
    at_import, inner, body = True, None, tree.body
    while True:
        here = [s for s in body if s.lineno <= place.line <= (s.end_lineno or s.lineno)]
        if not here:
            break
        inner = here[-1]
        if (
            isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            and place.line >= inner.body[0].lineno
        ):
            names.append(inner.name)
            at_import &= isinstance(inner, ast.ClassDef)
        body = [s for s in ast.iter_child_nodes(inner) if isinstance(s, ast.stmt)]
        for part in ast.iter_child_nodes(inner):
            if isinstance(part, ast.ExceptHandler | ast.match_case):
                body += part.body
    first, last = (inner.lineno, inner.end_lineno or inner.lineno) if inner else (place.line, place.line)
    within = [s.lineno for s in ast.walk(inner) if isinstance(s, ast.stmt) and s is not inner] if inner else []
    head_ends = min((number for number in within if number > place.line), default=last + 1) - 1
    head_starts = max((number for number in within if number < place.line), default=first)
    return ".".join(names), range(head_starts, max(head_ends, place.line) + 1), at_import


def draw(
    root: Path, paths: Iterable[str], count: int, seed: int, changed: Mapping[str, set[int]] | None
) -> list[Place]:
    """Return changes drawn at random, rooms in proportion to the places they have.

    Parameters
    ----------
    root : Path
        Root of the project.
    paths : iterable of str
        Files of the program.
    count : int
        How many.
    seed : int
        The same seed draws the same changes of the same code.
    changed : dict, optional
        Lines that alone are looked at, for each file.
    """
    places = defaultdict(list)
    for path in sorted(paths):
        if changed is None or path in changed:
            for place in find_places(path, (root / path).read_text(encoding="utf-8")):
                if changed is None or place.line in changed[path]:
                    places[path, place.line, place.column].append(place)
    rng = random.Random(seed)
    spots = sorted(places)
    rng.shuffle(spots)
    return [rng.choice(places[spot]) for spot in spots[:count]]
