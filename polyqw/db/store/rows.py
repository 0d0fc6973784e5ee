"""Turn core values into rows of the tables."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from polyqw.db.models import unit_of
from polyqw.db.models.structures import OF_PROVENANCE, OF_RECORD, values_of
from polyqw.db.plain import plain, plain_dict
from polyqw.db.well_columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.core.cell import Cell
    from polyqw.core.cell import Site as CoreSite
    from polyqw.core.free_parameters import FreeParameters
    from polyqw.core.record import StructureRecord, Transition
    from polyqw.core.wells import Analysis

    Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BlockRows:
    """A structure and its analysis as rows without keys: what a worker hands to the one writer.

    Parameters
    ----------
    structure : dict
        Columns of the structure, all but its compound.
    wells : list of (dict, list of dict)
        Each well with its vertices.
    transition : dict or None
        The Tc that came with the file, where somebody vouches for it.
    """

    structure: Row
    sites: list[Row]
    composition: list[Row]
    descriptors: list[Row]
    wells: list[tuple[Row, list[Row]]]
    transition: Row | None


def block_rows(
    record: StructureRecord, analysis: Analysis, analysis_version: str, tolerances: Mapping[str, Any]
) -> BlockRows:
    """Return the rows of a structure and its analysis, keys left out."""
    transition = record.provenance.transition
    return BlockRows(
        structure=_structure_row(record, analysis, analysis_version, plain_dict(tolerances)),
        sites=[_site_row(index, site) for index, site in enumerate(record.cell.sites)],
        composition=_composition_rows(record.cell),
        descriptors=[
            {"name": name, "value": float(value), "unit": unit_of(name)}
            for name, value in analysis.descriptors.items()
            if math.isfinite(value)
        ],
        wells=[
            (columns_of(well), [{"vertex_index": index, **columns_of(v)} for index, v in enumerate(well.vertices)])
            for well in analysis.wells
        ],
        transition=None if transition is None else _transition_row(transition),
    )


def _composition_rows(cell: Cell) -> list[Row]:
    amounts = {element: amount for element, amount in cell.unit_amounts.items() if amount > 0}
    total = sum(amounts.values())
    return [{"element": e, "amount": amount, "fraction": amount / total} for e, amount in amounts.items()]


def _transition_row(transition: Transition) -> Row:
    return {
        "tc_kelvin": float(transition.tc_kelvin),
        "kind": transition.kind.value,
        "pressure_gpa": transition.pressure_gpa,
        "source": transition.source,
    }


def _claimed(name: str) -> str:
    return name.replace("tc_", "tc_claimed_") if name.startswith("tc_") else f"{name}_claimed"


def _structure_row(record: StructureRecord, analysis: Analysis, analysis_version: str, tolerances: Row) -> Row:
    origin = record.provenance
    return {
        **values_of(record, OF_RECORD),
        **values_of(origin, OF_PROVENANCE),
        "formula": record.cell.formula,
        "formula_written": record.cell.formula_written,
        **_cell_columns(record.cell),
        "free_parameters": _parameter_values(record.cell.parameters),
        "origin": origin.origin.value,
        "doping": None,
        "trust": origin.trust.value,
        **{_claimed(name): value for name, value in origin.claims.row().items()},
        "parser_warnings": list(record.warnings),
        "status": analysis.status.value,
        "reason": analysis.reason,
        "message": analysis.message,
        "family": None if analysis.family is None else analysis.family.value,
        "warnings": list(analysis.warnings),
        "steps": [plain(asdict(step)) for step in analysis.steps] or None,
        "analysis_version": analysis_version,
        "tolerances": tolerances,
        "stored_at": datetime.now(UTC),
    }


def _cell_columns(cell: Cell) -> Row:
    """Return edges, angles, volume and lattice of a cell."""
    lattice = cell.lattice
    edges = np.linalg.norm(lattice, axis=1)
    angles = []
    for i, j in ((1, 2), (0, 2), (0, 1)):
        cosine = np.clip(lattice[i] @ lattice[j] / (edges[i] * edges[j]), -1.0, 1.0)
        angles.append(float(np.degrees(np.arccos(cosine))))
    return {
        **{f"{name}_angstrom": float(edge) for name, edge in zip("abc", edges, strict=True)},
        **{f"{name}_degrees": angle for name, angle in zip(("alpha", "beta", "gamma"), angles, strict=True)},
        "volume_angstrom3": cell.volume,
        "lattice_angstrom": lattice.tolist(),
    }


def _parameter_values(free: FreeParameters | None) -> list[Row] | None:
    """Return each free parameter with its su and what it moves; units as in `FreeParameters`."""
    if free is None:
        return None
    first = np.searchsorted(free.owner, np.arange(len(free.names) + 1))
    return [
        {
            "name": name,
            "su": None if np.isnan(free.su[k]) else float(free.su[k]),
            "usual_su": float(free.usual_su[k]),
            "strain": free.strain[k].tolist() if free.strain[k].any() else None,
            "sites": free.site[first[k] : first[k + 1]].tolist(),
            "shifts": free.shift[first[k] : first[k + 1]].tolist(),
        }
        for k, name in enumerate(free.names)
    ]


def _site_row(index: int, site: CoreSite) -> Row:
    x, y, z = (float(value) for value in site.frac)
    return {
        "site_index": index,
        "label": site.label,
        "element": site.main_element,
        "species": [[element, float(occupancy)] for element, occupancy in site.species],
        "occupancy": float(site.occupancy),
        "frac_x": x,
        "frac_y": y,
        "frac_z": z,
    }
