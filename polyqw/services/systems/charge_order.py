"""The charge orders of papers/001 and 002: their doping by both counts, a drawing, and their section."""

from __future__ import annotations

from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

from polyqw.services.drawing.section import Picture, Section, system_section
from polyqw.services.drawing.style import BLUE, RED, new_figure
from polyqw.theory.charge_order import (
    NEMATIC,
    Electron,
    Pattern,
    charge_orders,
    stripe_centre_offset,
    stripe_doping,
    stripe_doping_per_copper,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from polyqw.services.structures.lookup import Lookup
    from polyqw.theory.charge_order import Doped

COUNTING = (
    "x_one_plane: doped electrons of all planes over the Cu of one plane (papers/001, Eq. 2)",
    "x_per_copper: doped electrons over the Cu of all planes they are spread over (the x of La2-xSrxCuO4)",
)
"""The two conventions, stated with every result."""

SIDE = 13
"""Sites along an edge of a drawing."""

COLOURS = {Electron.ALPHA: RED, Electron.BETA: BLUE, Electron.UP: RED, Electron.DOWN: BLUE}
MARKERS = {Electron.ALPHA: "o", Electron.BETA: "s", Electron.UP: "^", Electron.DOWN: "v"}


def charge_order_result() -> dict[str, Any]:
    """Return every pattern with its doping by both counts, and what does not agree between or within the papers."""
    patterns = charge_orders()
    return {
        "counting": list(COUNTING),
        "patterns": [pattern_row(pattern) for pattern in patterns],
        "notes": notes(patterns),
    }


def pattern_row(pattern: Pattern) -> dict[str, Any]:
    """Return a pattern as plain values, lengths in units of a0."""
    first, other = pattern.doped[0].electron, pattern.doped[-1].electron
    return {
        "name": pattern.name,
        "source": pattern.source,
        "state_in_paper": str(pattern.state) if pattern.state else None,
        "vectors_a0": [list(vector) for vector in pattern.vectors],
        "n_sites_per_plane": pattern.sites_per_plane,
        "n_planes": pattern.n_planes,
        "n_electrons": len(pattern.doped),
        "x_printed": float(pattern.x_printed),
        "x_fraction": str(pattern.x_printed),
        "x_one_plane": float(pattern.x_one_plane),
        "x_per_copper": float(pattern.x_per_copper),
        "fourfold": pattern.is_fourfold,
        "nearest_like_a0": pattern.nearest_distance(first, first),
        "nearest_unlike_a0": pattern.nearest_distance(first, other),
        "electrons": _places(pattern.doped),
        "alternatives": _places(pattern.alternatives),
    }


def _places(electrons: Sequence[Doped]) -> list[dict[str, Any]]:
    return [
        {"electron": str(d.electron), "x_a0": float(d.position[0]), "y_a0": float(d.position[1])} for d in electrons
    ]


def notes(patterns: Sequence[Pattern]) -> list[str]:
    """Return what the numbers say against the papers, one sentence each."""
    sentences = [
        f"papers/001 Eq. 2 counts electrons of two planes over the Cu of one: its x = {stripe_doping(4)} at n = 4 is "
        f"{stripe_doping_per_copper(4)} per Cu. papers/002 Fig. 1 counts an up- and a down-electron over the Cu of "
        f"one plane: its x = 1/8 is 1/8 per Cu. The same printed x stands for dopings that differ by a factor of "
        f"{float(stripe_doping(4) / stripe_doping_per_copper(4)):g}."
    ]
    stripes = {p.x_printed: p for p in patterns if p.n_planes == 2}
    sentences += [
        f"at x = {p.x_printed} papers/001 ({stripes[p.x_printed].name}) is {stripes[p.x_printed].state} and "
        f"papers/002 ({p.name}) {p.state}."
        for p in patterns
        if p.n_planes == 1 and p.x_printed in stripes and stripes[p.x_printed].state is not p.state
    ]
    filling = stripe_doping(3) / stripe_doping(2)
    sentences.append(
        f"papers/001 calls the stripes of n = 3 half-filled and those of n = 2 filled; the ratio of their dopings is "
        f"{filling} = {float(filling):.3f}, and one half is that of n = 4."
    )
    steps = [stripe_centre_offset(n) for n in (3, 4)]
    sentences.append(
        f"with the printed displacement Q = (a0/2, a0/2) the middle of four α-sites along a misses every β-site by "
        f"{float(steps[0][0]):g} a0 (and along b by {float(steps[1][1]):g} a0 for even n), so the α-β order of "
        f"papers/001 Fig. 1e is not symmetric; the nearest β-sites lie 1.5 and 2.5 a0 away along a."
    )
    x = NEMATIC.x_printed
    sentences.append(
        f"papers/002 calls x = 1/6 an irrational number; the doping of its 3a0 x 4a0 pattern is {x.numerator}/"
        f"{x.denominator}. What it lacks is a site in its centre (1.5, 2) a0 and the fourfold symmetry."
    )
    sentences.append(f"papers/001 prints 0.166 for n = 3; 1/6 rounds to {float(stripe_doping(3)):.3f}.")
    return sentences


def draw_charge_orders() -> Figure:
    """Return all patterns, sites as dots and doped electrons by kind, with one supercell outlined."""
    patterns = charge_orders()
    figure = new_figure(13, 10)
    axes = figure.subplots(3, 4).ravel()
    for panel, pattern in zip(axes, patterns, strict=False):
        _draw(panel, pattern)
    key = axes[len(patterns)]
    key.axis("off")
    for electron, label in (
        (Electron.ALPHA, "α-plane (papers/001)"), (Electron.BETA, "β-plane, displaced by Q"),
        (Electron.UP, "up-electron (papers/002)"), (Electron.DOWN, "down-electron"),
    ):  # fmt: skip
        key.plot([], [], MARKERS[electron], color=COLOURS[electron], label=label)
    key.plot([], [], "v", mfc="none", color=COLOURS[Electron.DOWN], label="A or B: either would do")
    key.plot([], [], ".", color="0.7", label="well sites of the (α-)plane")
    key.plot([], [], "-", color="black", lw=1, label="supercell")
    key.legend(loc="center", frameon=False, fontsize=9)
    return figure


def _draw(panel: Any, pattern: Pattern) -> None:
    sites = zip(*product(range(SIDE), repeat=2), strict=True)
    panel.plot(*sites, ".", color="0.8", ms=2, rasterized=True)
    for electron in {d.electron for d in pattern.doped}:
        places = [d.position for d in pattern.images(SIDE - 0.5, SIDE - 0.5) if d.electron is electron]
        panel.plot(
            [float(x) for x, _ in places], [float(y) for _, y in places], MARKERS[electron],
            color=COLOURS[electron], ms=5, rasterized=True,
        )  # fmt: skip
    (a, b), (c, d) = pattern.vectors
    origin = (0, 0) if min(b, d) >= 0 else (0, -2 * min(b, d))
    corners = [(0, 0), (a, b), (a + c, b + d), (c, d), (0, 0)]
    for start, end in pairwise(corners):
        panel.plot([origin[0] + start[0], origin[0] + end[0]], [origin[1] + start[1], origin[1] + end[1]], "k-", lw=1)
    for other in pattern.alternatives[1:]:
        panel.plot(float(other.position[0]), float(other.position[1]), "v", mfc="none", color=COLOURS[Electron.DOWN])
    panel.set(
        title=f"{pattern.name}\nprinted x = {pattern.x_printed}, per Cu {pattern.x_per_copper}", aspect="equal",
        xlim=(-0.7, SIDE - 0.3), ylim=(-0.7, SIDE - 0.3), xticks=range(0, SIDE, 4), yticks=range(0, SIDE, 4),
    )  # fmt: skip
    panel.title.set_fontsize(9)
    panel.tick_params(labelsize=7)
    panel.set_xlabel("a0", fontsize=7, labelpad=1)


def section(_: Lookup) -> Section:
    """Return the report's section."""
    caption = "Site patterns of papers/001 Eq. 2 and 002 Fig. 1."
    picture = Picture("charge_order", draw_charge_orders(), caption)
    return system_section("charge-order", "Charge order", "polyqw chargeorder", notes(charge_orders()), [picture])
