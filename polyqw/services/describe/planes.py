"""The planes of a structure and what lies between them, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.elements import NONMETALS
from polyqw.core.stacking import find_stacking
from polyqw.core.tolerances import LAYERS
from polyqw.services.describe.wording import count, joined, layer_formula

if TYPE_CHECKING:
    from polyqw.core.cell import Cell
    from polyqw.core.stacking import Layer, PlaneStep, Stacking
    from polyqw.core.wells import Analysis

_FLAT = 0.0005
_STRAIGHT = 0.05


def tell_planes(cell: Cell, analysis: Analysis) -> str:
    """Return the planes, their spacings, the layers between them and how they are bent, as sentences."""
    metals = joined(sorted({well.plane_metal for well in analysis.wells}))
    if not all(well.layered for well in analysis.wells):
        # that this makes a three-dimensional network, a warning of the analysis says
        return f"The {metals} sites form square nets that cross each other. {_net(analysis)}"
    sites = sorted({k for step in analysis.steps for k in step.data.get("plane_site_indices", ())})
    if not sites:  # stored by a version that did not keep them
        return " ".join(
            s for s in (f"The {metals} sites form square nets in planes.", _net(analysis), _bending(analysis)) if s
        )
    stacking = find_stacking(cell, _mean_normal(analysis), sites)
    sentences = []
    if stacking is None:
        sentences.append(
            f"The {metals} sites form square nets in planes; the other sites leave no gaps between layers."
        )
    else:
        sentences += _stacking_words(stacking, metals)
    sentences += [_net(analysis), _bending(analysis)]
    return " ".join(s for s in sentences if s)


def _mean_normal(analysis: Analysis) -> list[float]:
    first = np.array(analysis.wells[0].normal)
    normals = [np.array(well.normal) * well.multiplicity for well in analysis.wells]
    mean = np.sum([n if n @ first >= 0 else -n for n in normals], axis=0)
    return [float(x) for x in mean / np.linalg.norm(mean)]


def _stacking_words(stacking: Stacking, metals: str) -> list[str]:
    names = list(dict.fromkeys(_plane_name(layer, metals) for layer in stacking.layers if layer.is_plane))
    n_planes = stacking.n_planes_in_cell
    nets = "a square net" if n_planes == 1 else "square nets"
    sentences = [f"It has {count(n_planes, f'{joined(names)} plane')} per cell, {nets} of {metals}."]
    steps: dict[tuple[str, str], int] = {}
    for step in stacking.steps:
        key = (f"{step.distance:.3f}", _between(step))
        steps[key] = steps.get(key, 0) + 1
    if len(steps) == 1:
        ((distance, between),) = steps
        sentences.append(f"Neighbouring planes are {distance} Å apart, with {between} between them.")
    else:
        (distance, between), *others = steps
        sentences.append(
            f"Some neighbours are {distance} Å apart, with {between} between them; "
            + "; ".join(f"others are {d} Å apart, with {b} between them" for d, b in others)
            + "."
        )
    sentences.append(f"This sequence of layers comes again after {stacking.repeat:.3f} Å.")
    return sentences


def _plane_name(layer: Layer, metals: str) -> str:
    """Return the formula of a plane with its bridging anions, of bare metal the metal."""
    return layer_formula(layer.amounts) if not NONMETALS.isdisjoint(layer.amounts) else metals


def _between(step: PlaneStep) -> str:
    names = [layer_formula(layer.amounts) for layer in step.between]
    if not names:
        return "nothing"
    return f"{joined(names)} {'layers' if len(names) > 1 else 'alone'}"


def _net(analysis: Analysis) -> str:
    d = analysis.descriptors
    metal = analysis.wells[0].plane_metal
    if "anion_height_angstrom" in d:
        edge, height, bond = d["t_t_angstrom"], d["anion_height_angstrom"], d["t_x_angstrom"]
        return (
            f"The {metal} net has edges of {edge:.3f} Å; its anions stand {height:.3f} Å above and below it "
            f"on bonds of {bond:.3f} Å, with an anion-{metal}-anion angle of {d['x_t_x_angle_degrees']:.1f}°."
        )
    apical = d.get("t_x_apical_angstrom")
    along = (
        f"no anion stands over it within {LAYERS.apical:g} Å"
        if apical is None
        else f"the nearest anion over it is {apical:.3f} Å away"
    )
    return (
        f"The {metal}-{metal} edges are {d['t_t_angstrom']:.3f} Å long; {metal} has its bridging anions at "
        f"{d['t_x_in_plane_angstrom']:.3f} Å, and {along}."
    )


def _bending(analysis: Analysis) -> str:
    """Return how the planes are bent: off the straight bridge for oxides, off the plane for the metals of either."""
    d = analysis.descriptors
    sentences = []
    if "t_x_t_angle_degrees" in d:
        angle, off = d["t_x_t_angle_degrees"], d["buckling_angstrom"]
        if off < _FLAT and 180.0 - angle < _STRAIGHT:
            sentences.append("The planes are flat")
        else:
            sentences.append(
                f"The planes are bent: the angle at the bridging anions is {angle:.1f}°, {off:.3f} Å off the metals"
            )
    residuals = [step.data.get("plane_residual_angstrom", 0.0) for step in analysis.steps]
    residual = max(residuals, default=0.0)
    if residual > _FLAT:
        sentences.append(f"The corners of a square depart by up to {residual:.3f} Å from its plane")
    return " ".join(f"{text}." for text in sentences)
