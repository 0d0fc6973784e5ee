"""The Coulomb field of a test electron in the wells of a structure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.core.site_weights import apply_policy
from polyqw.core.wells import Phase, Status
from polyqw.errors import PolyqwError, UsageError
from polyqw.io.charges import parse_charges, read_charges
from polyqw.theory.field import (
    FormalCharges,
    assign_charges,
    make_cluster,
    make_ewald,
    make_frame,
    state_verdict,
    survey_plane,
)
from polyqw.theory.field.frame import find_ions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Well
    from polyqw.services.structures.analyse import Analysed
    from polyqw.theory.field import CoulombField, CriticalPoint, Frame, PlaneSurvey
    from polyqw.theory.field.frame import NearIon

MODELS = ("ewald", "cluster")

ION_REACH = 2.0
"""How far from its plane ions are looked for: those under which critical points are sought, and drawn [Å]."""

ION_MARGIN = 0.5
"""The same beyond the square, as a share of its edges."""


@dataclass(frozen=True, eq=False, slots=True)
class WellField:
    """The field in the plane of one well."""

    well: Well
    frame: Frame
    field: CoulombField
    ions: tuple[NearIon, ...]
    survey: PlaneSurvey


@dataclass(frozen=True, eq=False, slots=True)
class StructureField:
    """The field in the wells of one structure, or why there is none.

    Parameters
    ----------
    cell : Cell or None
        With the occupancies that the charges stand on.
    doubts : tuple of str
        What a careful reader should know of the charges.
    """

    analysed: Analysed
    model: str
    cell: Cell | None = None
    charges: FormalCharges | None = None
    wells: tuple[WellField, ...] = ()
    doubts: tuple[str, ...] = ()
    error: PolyqwError | None = None


def make_charges(text: str | None) -> dict[str, float] | None:
    """Return the charges that ``--charges`` names: ``El=q,El=q``, or a CSV file."""
    if text is None:
        return None
    return parse_charges(text) if "=" in text and not Path(text).exists() else read_charges(Path(text))


def try_field(
    analysed: Analysed, options: AnalysisOptions, model: str = "ewald", charges: Mapping[str, float] | None = None
) -> StructureField:
    """Return the field in the wells of an analysed structure; what its charges lack is part of the answer.

    Parameters
    ----------
    model : str
        ``ewald``, the infinite neutral crystal, or ``cluster``, the ten nearest ions of an octahedral well.
    charges : mapping of str to float, optional
        Formal charges by element [e]; the rest by common oxidation states, the plane metal taking the balance.
    """
    if model not in MODELS:
        raise UsageError(f"no model {model!r}; there are {', '.join(MODELS)}")
    try:
        return field_of(analysed, options, model, charges)
    except PolyqwError as error:
        named = error if analysed.file in str(error) else type(error)(f"{analysed.file}: {error}")
        refused = replace(analysed, status=Status.REJECTED, reason="charges", message=str(named))
        return StructureField(refused, model, error=named)


def field_of(
    analysed: Analysed, options: AnalysisOptions, model: str = "ewald", given: Mapping[str, float] | None = None
) -> StructureField:
    """Return the field in the wells of an analysed structure."""
    analysis, record = analysed.analysis, analysed.record
    if analysis is None or record is None or not analysis.wells:
        return StructureField(analysed, model)
    cell = apply_policy(record.cell, options.occupancy)
    wells = [well for well in analysis.wells if well.phase is not Phase.MU]
    charges = assign_charges(cell, sorted({well.plane_metal for well in wells}), given)
    crystal = make_ewald(cell.lattice, cell.frac, charges.of_sites) if model == "ewald" else None
    found = []
    for well in wells:
        frame = make_frame(cell, well)
        field = crystal or make_cluster(cell, charges.of_sites, well, frame, options.tolerances)
        ions = find_ions(cell, charges.of_sites, frame, margin=ION_MARGIN, reach=ION_REACH)
        found.append(WellField(well, frame, field, tuple(ions), survey_plane(field, frame, ions)))
    return StructureField(analysed, model, cell, charges, tuple(found), _doubts(cell, charges))


def _doubts(cell: Cell, charges: FormalCharges) -> tuple[str, ...]:
    places = sorted({site.label for site in cell.sites if site.main_element in charges.balanced_by})
    if len(places) < 2:
        return ()
    return (f"{', '.join(places)} have one charge; formal charges go by element, not by place",)


def field_row(found: StructureField) -> dict[str, Any]:
    """Return the field of a structure as plain values, the fields of ``polyqw field --json``.

    Those of the first well stand at the top; where there are several, or none, all stand under ``wells``.
    """
    rows = [well_field_row(w, found.cell) for w in found.wells if found.cell is not None]
    head = found.analysed.row()
    warnings = [*head.pop("warnings"), *found.doubts]
    row = {
        **head,
        **({"formula": found.cell.formula} if found.cell else {}),
        "model": found.model,
        "charges": dict(found.charges.by_element) if found.charges else {},
        "charges_balanced_by": list(found.charges.balanced_by) if found.charges else [],
        **(rows[0] if rows else {"critical_points": [], "verdict": None}),
        "warnings": warnings,
    }
    if len(rows) != 1:
        row["wells"] = rows
    return row


def well_field_row(found: WellField, cell: Cell) -> dict[str, Any]:
    """Return the field in the plane of one well as plain values.

    Curvatures [eV/Å²] and the force are in the plane's axes: x along a T-T edge, z the plaquette normal; ``position``
    is fractional, ``fraction_gamma_to_metal`` the component along the line to the nearest plane metal.
    """
    survey, frame = found.survey, found.frame
    inverse: FloatArray = np.asarray(np.linalg.inv(cell.lattice), dtype=np.float64)
    done = survey.completeness
    return {
        "phase": str(found.well.phase),
        "kind": str(found.well.kind),
        "height_angstrom": found.well.height,
        "plane_metal": found.well.plane_metal,
        "gamma_cart_angstrom": _plain(frame.origin),
        "gamma_position": _plain(frame.origin @ inverse),
        "axes": {name: _plain(axis) for name, axis in zip("xyz", frame.axes, strict=True)},
        "h_xx": _clean(survey.hessian[0, 0]),
        "h_yy": _clean(survey.hessian[1, 1]),
        "h_zz": _clean(survey.hessian[2, 2]),
        "hessian_ev_per_angstrom2": [_plain(line) for line in survey.hessian],
        "force_ev_per_angstrom": _plain(survey.force),
        "critical_points": [_point_row(p, inverse) for p in survey.points],
        "completeness": {
            "applies": done.applies,
            "euler_sum": done.euler_sum,
            "complete": done.is_complete,
            "n_minima": done.n_minima,
            "n_saddles": done.n_saddles,
            "n_maxima": done.n_maxima,
            "n_cation_poles": done.n_cation_poles,
            "n_anion_poles": done.n_anion_poles,
            "note": _completeness_note(survey),
        },
        "verdict": state_verdict(survey),
    }


def _completeness_note(survey: PlaneSurvey) -> str:
    done = survey.completeness
    if not done.applies:
        return "the plane does not repeat with the square of the well, so the Morse sum does not apply"
    return (
        f"minima {done.n_minima} + cations {done.n_cation_poles} - saddles {done.n_saddles} + maxima {done.n_maxima} "
        f"+ anions {done.n_anion_poles} = {done.euler_sum}; the sum over a plane that repeats is 0"
    )


def _point_row(point: CriticalPoint, inverse: FloatArray) -> dict[str, Any]:
    return {
        "kind": str(point.kind),
        "index_2d": point.index_2d,
        "index_3d": point.index_3d,
        "place": str(point.place),
        "position": _plain(point.cart @ inverse),
        "cart_angstrom": _plain(point.cart),
        "in_plane_angstrom": [_clean(point.x), _clean(point.y)],
        "fraction_gamma_to_metal": _clean(point.fraction_to_metal),
        "off_diagonal_angstrom": _clean(point.off_diagonal),
        "energy_ev": _clean(point.energy),
        "curvatures_ev_per_angstrom2": _plain(point.curvatures),
        "normal_force_ev_per_angstrom": _clean(point.normal_force),
    }


def _plain(values: FloatArray) -> list[float]:
    return [_clean(x) for x in values]


def _clean(value: float) -> float:
    """Return a number without the rounding noise around zero."""
    return round(float(value), 10) + 0.0
