"""An ion replaced at an apex of a well, in the cell and diluted; and which undoped wells are balanced."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from polyqw.core.site_weights import apply_policy
from polyqw.core.wells import Kind, Phase, Status
from polyqw.errors import PolyqwError, UsageError
from polyqw.services.drawing.columns import Column
from polyqw.services.drawing.style import BLUE, RED, new_figure
from polyqw.theory.field import assign_charges, make_ewald
from polyqw.theory.field.charges import OXIDATION_STATES
from polyqw.theory.field.doping import End, Pushed, Substitution, dope, push, upward

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.figure import Figure

    from polyqw.core.arrays import FloatArray
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed
    from polyqw.theory.field.ewald import EwaldField

BALANCED: Final = 0.05
"""Largest force on the electron of a well called balanced [eV/Å]."""

REPEATS: Final = (1, 2, 3)

COLUMNS = (
    Column("repeat", "supercell (0: undoped)", decimals=0), Column("n_metals", "metals to a dopant", decimals=0),
    Column("force_ev_per_angstrom", "force along +c", "eV/Å", 3), Column("direction", "pushed"),
    Column("curvature_ev_per_angstrom2", "curvature", "eV/Å²", 2),
    Column("stationary_angstrom", "stationary at", "Å", 4), Column("stationary_is", "which is"),
    Column("dipole_e_angstrom", "dipole there", "e Å", 4),
)  # fmt: skip
BALANCE_COLUMNS = (
    "block", "formula", "phase", "height_angstrom", "apices", *COLUMNS[2:4], *COLUMNS[5:],
    Column("balanced", "balanced"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class DopedWell:
    """One well, undoped first and then in growing supercells.

    Parameters
    ----------
    fields : tuple of EwaldField
        As `pushed`.
    """

    well: Well
    pushed: tuple[Pushed, ...]
    fields: tuple[EwaldField, ...]
    up: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class DopedStructure:
    """A structure with an ion replaced at an apex of each of its octahedra, or why not."""

    analysed: Analysed
    substitution: Substitution
    wells: tuple[DopedWell, ...] = ()
    error: PolyqwError | None = None


def parse_substitution(text: str) -> Substitution:
    """Return what ``--dope`` names: OLD:NEW@upper or @lower.

    Raises
    ------
    UsageError
    """
    match = re.fullmatch(r"([A-Z][a-z]?):([A-Z][a-z]?)@(upper|lower)", text.strip())
    if match is None or match[1] == match[2]:
        raise UsageError(f"--dope {text}: write OLD:NEW@upper or OLD:NEW@lower, e.g. La:Sr@upper")
    return Substitution(match[1], match[2], End(match[3]))


def try_doping(
    analysed: Analysed,
    substitution: Substitution,
    options: AnalysisOptions,
    charges: Mapping[str, float] | None = None,
    repeats: Sequence[int] = REPEATS,
) -> DopedStructure:
    """Replace an ion in an analysed structure; what it lacks for that is part of the answer."""
    try:
        return dope_structure(analysed, substitution, options, charges, repeats)
    except PolyqwError as error:
        told = error if analysed.file in str(error) else type(error)(f"{analysed.file}: {error}")
        refused = replace(analysed, status=Status.REJECTED, reason="charges", message=str(told))
        return DopedStructure(refused, substitution, error=told)


def dope_structure(
    analysed: Analysed,
    substitution: Substitution,
    options: AnalysisOptions,
    charges: Mapping[str, float] | None = None,
    repeats: Sequence[int] = REPEATS,
) -> DopedStructure:
    """Replace an ion at an apex of each octahedron that has it there.

    Raises
    ------
    UsageError
        If charges are missing, or no octahedron has the ion at that end.
    """
    analysis, record = analysed.analysis, analysed.record
    if analysis is None or record is None or not analysis.wells:
        return DopedStructure(analysed, substitution)
    cell = apply_policy(record.cell, options.occupancy)
    wells = octahedra(analysis.wells)
    given = dict(charges or {})
    difference = _state(substitution.new, given) - _state(substitution.old, given)
    kept = {element: q for element, q in given.items() if element in cell.composition}
    undoped = assign_charges(cell, sorted({well.plane_metal for well in wells}), kept or None)
    base = make_ewald(cell.lattice, cell.frac, undoped.of_sites)
    found, refused = [], None
    for well in wells:
        try:
            doped = [dope(cell, undoped.of_sites, well, substitution, difference, r) for r in repeats]
        except UsageError as error:
            refused = error
            continue
        pushed = [push(f, cell, well, r, n) for (f, n), r in zip(doped, repeats, strict=True)]
        fields = (base, *(field for field, _ in doped))
        found.append(DopedWell(well, (push(base, cell, well), *pushed), fields, upward(cell, well)))
    if not found:
        raise refused or UsageError("no octahedron to dope; only octahedra have an upper and a lower apex")
    return DopedStructure(analysed, substitution, tuple(found))


def octahedra(wells: Iterable[Well]) -> list[Well]:
    """Return the wells with two apices."""
    return [well for well in wells if well.kind is Kind.OCTAHEDRON and well.phase is not Phase.MU]


def _state(element: str, given: Mapping[str, float]) -> float:
    charge = given.get(element, OXIDATION_STATES.get(element))
    if charge is None:
        raise UsageError(f"no common oxidation state of {element} is known; give it, e.g. --charges {element}=2")
    return charge


def pushed_row(pushed: Pushed) -> dict[str, Any]:
    """Return what one electron feels as plain values; the dipole is that of the electron moved from Γ."""
    direction = "up" if pushed.force > BALANCED else "down" if pushed.force < -BALANCED else "not"
    which = {None: None, True: "stable", False: "not stable"}[pushed.is_stable]
    return {
        "repeat": pushed.repeat,
        "n_metals": pushed.n_metals or None,
        "force_ev_per_angstrom": pushed.force,
        "direction": direction,
        "curvature_ev_per_angstrom2": pushed.curvature,
        "stationary_angstrom": pushed.stationary,
        "stationary_is": which,
        "dipole_e_angstrom": None if pushed.stationary is None else -pushed.stationary + 0.0,
        "balanced": abs(pushed.force) <= BALANCED,
    }


def doped_row(found: DopedStructure) -> dict[str, Any]:
    """Return the fields of ``polyqw field --dope --json``."""
    return {
        **found.analysed.row(),
        "dope": f"{found.substitution.old}:{found.substitution.new}@{found.substitution.end}",
        "wells": [
            {
                "phase": str(one.well.phase),
                "height_angstrom": one.well.height,
                "undoped": pushed_row(one.pushed[0]),
                "doped": [pushed_row(pushed) for pushed in one.pushed[1:]],
                "verdict": doped_verdict(found.substitution, one),
            }
            for one in found.wells
        ],
    }


def doped_verdict(substitution: Substitution, one: DopedWell) -> str:
    """Return in a sentence which way the electron is pushed, beside the papers' direction."""
    last = one.pushed[-1]
    row = pushed_row(last)
    where = "none within 0.35 h of Γ"
    if last.stationary is not None:
        where = f"{last.stationary:+.3f} Å from Γ, {row['stationary_is']} along the normal"
    return (
        f"{substitution.new} for {substitution.old} at the {substitution.end} apex, one to {last.n_metals} "
        f"{one.well.plane_metal}: {row['direction']}, force {last.force:+.2f} eV/Å along +c; stationary point {where}"
    )


def balance_rows(analysed: Iterable[Analysed], options: AnalysisOptions) -> list[dict[str, Any]]:
    """Return for every octahedron whether its electron is balanced; structures without charges are left out."""
    rows = []
    for one in analysed:
        analysis, record = one.analysis, one.record
        wells = octahedra(analysis.wells) if analysis else []
        if record is None or not wells:
            continue
        cell = apply_policy(record.cell, options.occupancy)
        try:
            charges = assign_charges(cell, sorted({well.plane_metal for well in wells}), None)
        except UsageError:
            continue
        field = make_ewald(cell.lattice, cell.frac, charges.of_sites)
        for well in wells:
            about = {"block": one.block, "formula": cell.formula, "phase": str(well.phase),
                     "height_angstrom": well.height, "apices": list(well.apices)}  # fmt: skip
            rows.append(about | pushed_row(push(field, cell, well)))
    return rows


def draw_doping(found: DopedStructure) -> Figure:
    """Return the energy of the electron along the normal of each well, undoped and in the largest supercell."""
    figure = new_figure(5.2 * len(found.wells), 4.2)
    panels = figure.subplots(1, len(found.wells), squeeze=False)[0]
    told = f"{found.substitution.new} for {found.substitution.old}, {found.substitution.end} apex"
    for axes, one in zip(panels, found.wells, strict=True):
        z = np.linspace(-0.3 * one.well.height, 0.3 * one.well.height, 121)
        points = np.array(one.well.cart_electron) + z[:, None] * one.up
        for index, colour, name in ((0, BLUE, "undoped"), (-1, RED, told)):
            energy = one.fields[index].energy(points)
            axes.plot(z, energy - energy[len(z) // 2], color=colour, label=name)
            at = one.pushed[index].stationary
            if at is not None:
                axes.axvline(at, color=colour, ls=":", lw=1)
        axes.set(xlabel="elevation along +c from Γ (Å)", ylabel="U - U(Γ) (eV)",
                 title=f"{found.analysed.block}, {one.well.phase}")  # fmt: skip
        axes.legend(frameon=False, fontsize=8)
    return figure
