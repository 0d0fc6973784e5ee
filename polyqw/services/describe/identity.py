"""What a structure is and where it comes from, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from polyqw.core.record import Origin
from polyqw.core.wells import Family
from polyqw.services.describe.wording import foreign, formula_words, joined, tc_words, with_article

if TYPE_CHECKING:
    from polyqw.core.record import FileClaims, Provenance, StructureRecord

FAMILY_NOUNS = {
    Family.CUPRATE: "cuprate",
    Family.NICKELATE: "nickelate",
    Family.IRON: "iron-based compound",
    Family.ELEMENT: "element",
    Family.KAGOME: "kagome compound",
}

_ORIGINS = {
    Origin.MEASURED: "The structure was measured",
    Origin.IDEALISED: "The structure is idealised: its coordinates were not refined",
    Origin.CONSTRUCTED: "The structure was constructed from printed numbers: it shows what they say, no more",
    Origin.SYNTHETIC_DOPED: "The structure was made by doping another one on paper",
    Origin.DFT: "The structure was computed (density functional theory), not measured",
    Origin.UNKNOWN: "How the structure was obtained is not stated",
}


_CLAIMED = {
    Origin.MEASURED: "the structure was measured",
    Origin.IDEALISED: "the structure is idealised",
    Origin.CONSTRUCTED: "the structure was constructed from printed numbers",
    Origin.SYNTHETIC_DOPED: "the structure was made by doping another one on paper",
    Origin.DFT: "the structure was computed (density functional theory)",
}


def title_of(record: StructureRecord | None, name: str) -> str:
    """Return the title: formula and name of the data block, or the name of what could not be read."""
    if record is None:
        return foreign(name)
    formula, block = formula_words(record.cell.formula), foreign(record.block)
    return formula if block in ("", formula) else f"{formula} ({block})"


def tell_identity(record: StructureRecord, family: Family | None) -> str:
    """Return formula, family, space group, cell, origin and conditions as sentences."""
    where = _space_group(record)
    what = f"is{f' {with_article(FAMILY_NOUNS[family])}' if family else ''}{where},"
    if not family and not where:
        what = "has a cell"
    return f"{formula_words(record.cell.formula)} {what} {_cell_words(record)}. {_origin(record.provenance)}" + (
        f" {claimed}" if (claimed := tell_claims(record.provenance.claims)) else ""
    )


def tell_claims(claims: FileClaims) -> str:
    """Return what the file says of itself and nobody vouches for, as sentences; empty where it says nothing."""
    claimed = []
    if claims.origin is not Origin.UNKNOWN:
        claimed.append(_CLAIMED[claims.origin])
    if claims.table_row is not None:
        claimed.append(f"it stands beside the row {foreign(claims.table_row)} of the papers")
    if claims.transition is not None:
        tc = claims.transition
        claimed.append(tc_words(tc.tc_kelvin, tc.kind, None, tc.source))
    if not claimed:
        return ""
    listed = joined(claimed) if len(claimed) < 3 else f"{', '.join(claimed[:-1])}, and {claimed[-1]}"
    return f"According to the file {listed}. Nobody has vouched for that."


def _space_group(record: StructureRecord) -> str:
    number = record.space_group_number
    if record.space_group is None:
        return f" in space group No. {number}" if number else ""
    symbol = foreign(record.space_group).replace(" ", "")
    return f" in space group {symbol}" + (f" (No. {number})" if number else "")


def _cell_words(record: StructureRecord) -> str:
    lattice = record.cell.lattice
    edges = np.linalg.norm(lattice, axis=1)
    lengths = _equal_ones({name: f"{edge:.4f}" for name, edge in zip("abc", edges, strict=True)}) + " Å"
    angles = {}
    for name, i, j in (("α", 1, 2), ("β", 0, 2), ("γ", 0, 1)):
        cosine = np.clip(lattice[i] @ lattice[j] / (edges[i] * edges[j]), -1.0, 1.0)
        angle = float(np.degrees(np.arccos(cosine)))
        if abs(angle - 90.0) > 0.005:
            angles[name] = f"{angle:.2f}°"
    return f"with {lengths}" + (f"; {_equal_ones(angles)}" if angles else "")


def _equal_ones(values: dict[str, str]) -> str:
    """Return ``a = b = 3.8 and c = 13.2`` for values by their names."""
    names: dict[str, list[str]] = {}
    for name, value in values.items():
        names.setdefault(value, []).append(name)
    return joined([" = ".join([*own, value]) for value, own in names.items()])


def _origin(provenance: Provenance) -> str:
    first = _ORIGINS[provenance.origin]
    details = [
        foreign(text) for text in (provenance.method, provenance.source, provenance.citation) if text is not None
    ]
    if provenance.doi:
        details.append(f"doi {foreign(provenance.doi)}")
    conditions = []
    if provenance.temperature_kelvin is not None:
        conditions.append(f"{provenance.temperature_kelvin:g} K")
    if provenance.pressure_gpa is not None:
        conditions.append(f"{provenance.pressure_gpa:g} GPa")
    at = f" at {joined(conditions)}" if conditions else ""
    if provenance.origin is Origin.MEASURED:
        return f"{first}{at}" + (f" ({'; '.join(details)})." if details else ".")
    return f"{first}." + (f" It is given{at} by: {'; '.join(details)}." if details else "")
