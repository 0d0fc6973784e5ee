"""Draw a chart as a small SVG that stands in a page and takes its colours from it; made in milliseconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

WIDTH, HEIGHT = 720.0, 430.0
"""Of the drawing [px]."""

LEFT, RIGHT, TOP, BOTTOM = 58.0, 14.0, 48.0, 46.0
"""Margins around the axes [px]; the legend stands in the upper one, two names to a line."""

TICKS: Final = 6
"""About as many to an axis."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A point with its name; its look is that of a class of the page."""

    x: float
    y: float
    name: str
    look: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name in the legend; points without a value leave a gap."""

    points: Sequence[tuple[float, float | None]]
    name: str
    look: str


@dataclass(frozen=True, slots=True)
class Band:
    """A region between two lines: x, its lower and its upper end."""

    points: Sequence[tuple[float, float, float]]
    look: str


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis: what it shows, with its unit, and from where to where."""

    label: str
    low: float
    high: float

    def place(self, value: float, start: float, end: float) -> float:
        """Return where a value stands between two pixels."""
        return start + (value - self.low) / (self.high - self.low) * (end - start)


def axis_around(label: str, values: Iterable[float], *, low: float | None = None) -> Axis:
    """Return an axis that holds values with some room; ``low`` fixes its lower end."""
    known = [v for v in values if math.isfinite(v)] or [0.0, 1.0]
    least, most = min(known) if low is None else low, max(known)
    room = 0.06 * ((most - least) or abs(most) or 1.0)
    return Axis(label, least - room if low is None else low, most + room)


def draw_chart(
    title: str,
    x: Axis,
    y: Axis,
    *,
    dots: Sequence[Dot] = (),
    lines: Sequence[Line] = (),
    bands: Sequence[Band] = (),
) -> Markup:
    """Return a chart; what lies outside its axes is cut off."""

    def at(value: float) -> float:
        return x.place(value, LEFT, WIDTH - RIGHT)

    def up(value: float) -> float:
        return y.place(value, HEIGHT - BOTTOM, TOP)

    inside = [d for d in dots if x.low <= d.x <= x.high and y.low <= d.y <= y.high]
    parts = [
        *_grid(x, y, at, up),
        *(_band(band, x, y, at, up) for band in bands),
        *(_line(line, x, y, at, up) for line in lines),
        *(_dot(dot, y, at, up) for dot in inside),
        *_legend(lines),
    ]
    return Markup(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" xmlns="http://www.w3.org/2000/svg"><title>{}</title>{}</svg>'
    ).format(f"{WIDTH:g}", f"{HEIGHT:g}", title, Markup("").join(parts))


def ticks_of(low: float, high: float) -> list[float]:
    """Return round values between two ends."""
    raw = (high - low) / TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(m * power for m in (1.0, 2.0, 5.0, 10.0) if m * power >= raw)
    first = math.ceil(low / step)
    return [k * step for k in range(first, math.floor(high / step) + 1)]


def _grid(x: Axis, y: Axis, at: Callable[[float], float], up: Callable[[float], float]) -> list[Markup]:
    left, right, top, bottom = LEFT, WIDTH - RIGHT, TOP, HEIGHT - BOTTOM
    parts = [_stroke("frame", left, bottom, right, bottom), _stroke("frame", left, top, left, bottom)]
    for value in ticks_of(x.low, x.high):
        parts += [
            _stroke("grid", at(value), top, at(value), bottom),
            _text("tick", at(value), bottom + 17, f"{value:.10g}", "middle"),
        ]
    for value in ticks_of(y.low, y.high):
        parts += [
            _stroke("grid", left, up(value), right, up(value)),
            _text("tick", left - 7, up(value) + 4, f"{value:.10g}", "end"),
        ]
    turned = Markup('<text class="label" text-anchor="middle" transform="translate(14 {}) rotate(-90)">{}</text>')
    return [
        *parts,
        _text("label", (left + right) / 2, HEIGHT - 8, x.label, "middle"),
        turned.format(_n((top + bottom) / 2), y.label),
    ]


def _band(band: Band, x: Axis, y: Axis, at: Callable[[float], float], up: Callable[[float], float]) -> Markup:
    within = [(px, _cut(low, y), _cut(high, y)) for px, low, high in band.points if x.low <= px <= x.high]
    edge = [*((px, high) for px, _, high in within), *((px, low) for px, low, _ in reversed(within))]
    corners = " ".join(f"{_n(at(px))},{_n(up(py))}" for px, py in edge)
    return Markup('<polygon class="band {}" points="{}"/>').format(band.look, corners)


def _line(line: Line, x: Axis, y: Axis, at: Callable[[float], float], up: Callable[[float], float]) -> Markup:
    path, pen_down = [], False
    for px, py in line.points:
        shown = py is not None and math.isfinite(py) and x.low <= px <= x.high and y.low <= py <= y.high
        if shown and py is not None:
            path.append(f"{'L' if pen_down else 'M'}{_n(at(px))} {_n(up(py))}")
        pen_down = shown
    return Markup('<path class="line {}" d="{}"><title>{}</title></path>').format(
        line.look, " ".join(path), line.name
    )


def _dot(dot: Dot, y: Axis, at: Callable[[float], float], up: Callable[[float], float]) -> Markup:
    bar = Markup("")
    if dot.low is not None and dot.high is not None:
        bar = _stroke(f"bar {dot.look}", at(dot.x), up(_cut(dot.low, y)), at(dot.x), up(_cut(dot.high, y)))
    return Markup('{}<circle class="dot {}" cx="{}" cy="{}" r="4.5"><title>{}</title></circle>').format(
        bar, dot.look, _n(at(dot.x)), _n(up(dot.y)), dot.name
    )


def _legend(lines: Sequence[Line]) -> list[Markup]:
    named = [line for line in lines if line.name]
    parts = []
    for k, line in enumerate(named):
        left, middle = LEFT + (k % 2) * (WIDTH - LEFT - RIGHT) / 2, 12 + 17 * (k // 2)
        parts += [
            _stroke(f"line {line.look}", left, middle, left + 26, middle),
            _text("key", left + 32, middle + 4, line.name, "start"),
        ]
    return parts


def _cut(value: float, axis: Axis) -> float:
    return min(max(value, axis.low), axis.high)


def _stroke(look: str, x1: float, y1: float, x2: float, y2: float) -> Markup:
    ends = (_n(x1), _n(y1), _n(x2), _n(y2))
    return Markup('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(look, *ends)


def _text(look: str, x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text class="{}" x="{}" y="{}" text-anchor="{}">{}</text>').format(
        look, _n(x), _n(y), anchor, text
    )


def _n(value: float) -> str:
    return f"{value:z.1f}".removesuffix(".0")
