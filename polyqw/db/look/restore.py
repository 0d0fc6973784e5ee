"""Give stored structures back as the core values they were made from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sqlalchemy import select

from polyqw.core import cell as core_cell
from polyqw.core import record as core_record
from polyqw.core import wells as core_wells
from polyqw.core.free_parameters import FreeParameters
from polyqw.db.models import Site, Structure, Transition
from polyqw.db.models.structures import OF_PROVENANCE, OF_RECORD, values_of
from polyqw.db.well_columns import read_well

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def read_cell(session: Session, structure: Structure) -> core_cell.Cell:
    """Return the cell of a stored structure, exactly as it was stored."""
    rows = session.scalars(select(Site).where(Site.structure_id == structure.id).order_by(Site.site_index))
    sites = tuple(
        core_cell.Site(
            label=row.label,
            species=tuple((element, occupancy) for element, occupancy in row.species),
            frac=(row.frac_x, row.frac_y, row.frac_z),
        )
        for row in rows
    )
    lattice = np.array(structure.lattice_angstrom, dtype=float)
    return core_cell.Cell(lattice, sites, _read_parameters(structure.free_parameters))


def _read_parameters(rows: list[Any] | None) -> FreeParameters | None:
    if rows is None:
        return None
    return FreeParameters(
        tuple(row["name"] for row in rows),
        np.array([np.nan if row["su"] is None else row["su"] for row in rows], dtype=float),
        np.array([row["usual_su"] for row in rows], dtype=float),
        np.array([np.zeros((3, 3)) if row["strain"] is None else row["strain"] for row in rows], dtype=float),
        np.array([k for k, row in enumerate(rows) for _ in row["sites"]], dtype=np.intp),
        np.array([site for row in rows for site in row["sites"]], dtype=np.intp),
        np.array([shift for row in rows for shift in row["shifts"]], dtype=float).reshape(-1, 3),
    )


def read_record(session: Session, structure: Structure) -> core_record.StructureRecord:
    """Return the record of a stored structure, with the corrections people made."""
    return core_record.StructureRecord(
        **values_of(structure, OF_RECORD),
        cell=read_cell(session, structure),
        warnings=tuple(structure.parser_warnings),
        provenance=core_record.Provenance(
            **values_of(structure, OF_PROVENANCE),
            origin=core_record.Origin(structure.origin),
            transition=_read_transition(session, structure),
            trust=core_record.Trust(structure.trust),
            claims=read_claims(structure),
        ),
    )


def read_claims(structure: Structure) -> core_record.FileClaims:
    """Return what the file of a stored structure claims and nobody vouches for."""
    tc = structure.tc_claimed_kelvin
    kind = core_record.TransitionKind(structure.tc_claimed_kind or core_record.TransitionKind.REPORTED)
    return core_record.FileClaims(
        core_record.Origin(structure.origin_claimed or core_record.Origin.UNKNOWN),
        structure.table_row_claimed,
        None
        if tc is None
        else core_record.Transition(tc, kind, structure.tc_claimed_source, structure.tc_claimed_pressure_gpa),
    )


def read_analysis(structure: Structure) -> core_wells.Analysis:
    """Return the analysis of a stored structure."""
    return core_wells.Analysis(
        status=core_wells.Status(structure.status),
        reason=structure.reason,
        message=structure.message,
        family=None if structure.family is None else core_wells.Family(structure.family),
        wells=tuple(read_well(well) for well in structure.wells),
        warnings=tuple(structure.warnings),
        descriptors={row.name: row.value for row in structure.descriptors},
        steps=tuple(core_wells.Step(**step) for step in structure.steps or ()),
    )


def _read_transition(session: Session, structure: Structure) -> core_record.Transition | None:
    """Return the Tc that came with the structure's file."""
    row = session.scalars(
        select(Transition).where(Transition.structure_id == structure.id, Transition.key.is_(None))
    ).first()
    if row is None:
        return None
    return core_record.Transition(row.tc_kelvin, core_record.TransitionKind(row.kind), row.source, row.pressure_gpa)
