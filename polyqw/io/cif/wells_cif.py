"""A structure and its wells as a CIF: all sites of the cell in P 1, and the wells as data items of our own.

============================================  ==================================================================
item                                          meaning
============================================  ==================================================================
``_polyqw_status``, ``_polyqw_reason``        outcome of the analysis
``_polyqw_structure_sha256``                  digest of the cell that was analysed
``_polyqw_space_group``                       symbol of the source; the sites here are listed without symmetry
``_polyqw_space_group_number``                its number
``_polyqw_site_label``                        label of each site in the source, in the atom site loop
``_polyqw_well_id``                           number of the well in this file
``_polyqw_well_kind``, ``_phase``             body and place of the well
``_polyqw_well_height_angstrom``, ``_su_``    height h and its standard uncertainty [Å]
``_polyqw_well_apices``                       elements of the apices, joined by a dash
``_polyqw_well_plane_metal``                  main element of the plaquette
``_polyqw_well_multiplicity``                 number of such wells in the cell
``_polyqw_well_n_vertices``, ``_n_faces``     corners and faces of the body
``_polyqw_well_volume_angstrom3``             volume of the body [Å³]
``_polyqw_well_centre_fract_x`` and so on     place of the confined electron
``_polyqw_well_normal_x`` and so on           unit normal of the plaquette, Cartesian
``_polyqw_well_vertex_well_id`` and so on     corners of one well of each kind: role, element, position
============================================  ==================================================================

Dummy sites are for programs that draw: type ``X``, calculation flag ``dum``, occupancy 0, labels ``Xc1`` for the
centre of well 1 and ``Xa1_2`` for the second of its apices. They are no atoms; a reader that minds neither flag nor
occupancy takes them for such and sees another composition.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from polyqw.core.outside import as_row
from polyqw.core.wells import Role
from polyqw.io.cif.provenance import provenance_items
from polyqw.io.cif.syntax import quote
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.core.cell import Cell
    from polyqw.core.record import StructureRecord
    from polyqw.core.wells import Analysis, Well

_WIDTH: Final = 34
_HEADER: Final = (
    "#\\#CIF_1.1\n# Written by polyqw: the structure as it was stored, all sites of the cell listed, and its wells.\n"
)
_DUMMY_NOTE: Final = (
    "# Sites of type X with the flag dum are no atoms: Xc1 is the centre of well 1 (the place of its electron),\n"
    "# Xa1_1 and Xa1_2 are its apices.\n"
)
_SITE_ITEMS: Final = (
    "_atom_site_label", "_atom_site_type_symbol", "_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z",
    "_atom_site_occupancy", "_atom_site_calc_flag", "_polyqw_site_label",
)  # fmt: skip
_WELL_FIELDS: Final = (
    "kind", "phase", "height_angstrom", "height_su_angstrom", "apices", "plane_metal", "multiplicity", "n_vertices",
    "n_faces", "volume_angstrom3",
)  # fmt: skip
_WELL_ITEMS: Final = (
    "id", *_WELL_FIELDS, "centre_fract_x", "centre_fract_y", "centre_fract_z", "normal_x", "normal_y", "normal_z",
)  # fmt: skip
_VERTEX_ITEMS: Final = ("well_id", "role", "element", "fract_x", "fract_y", "fract_z")
_ABSENT: Final = "."
_ROUGH_THIRD: Final = re.compile(r"-?0\.(333|666|667)")
_LONGER_THAN_ROUGH: Final = 9


def wells_cif(name: str, record: StructureRecord, analysis: Analysis, *, dummies: bool = False) -> str:
    """Return a structure with its wells as CIF 1.1 in ASCII.

    Parameters
    ----------
    name : str
        Name of the data block: letters, digits and ``_.+-``.
    dummies : bool
        Whether centres and apices of the wells also stand among the atom sites, as dummies.
    """
    lines = list(_lines(name, record, analysis, dummies=dummies))
    return _HEADER + (_DUMMY_NOTE if dummies else "") + "\n".join(lines) + "\n"


def _lines(name: str, record: StructureRecord, analysis: Analysis, *, dummies: bool) -> Iterator[str]:
    cell = record.cell
    yield f"data_{name}"
    amounts = " ".join(f"{element}{amount:.6g}" for element, amount in cell.composition.items() if amount > 0)
    yield _item("_chemical_formula_sum", amounts)
    yield _item("_cell_formula_units_Z", "1")
    items = {
        "_polyqw_family": None if analysis.family is None else str(analysis.family),
        "_polyqw_status": str(analysis.status),
        "_polyqw_reason": analysis.reason,
        "_polyqw_structure_sha256": record.structure_sha256,
        "_polyqw_space_group": record.space_group,
        "_polyqw_space_group_number": None if record.space_group_number is None else str(record.space_group_number),
    }
    for item, value in (*items.items(), *provenance_items(record.provenance)):
        if value is not None:
            yield _item(item, value)
    yield ""
    for item, number in _cell_items(cell):
        yield _item(item, number)
    yield _item("_space_group_name_H-M_alt", "P 1")
    yield _item("_space_group_IT_number", "1")
    yield from ("", "loop_", "_space_group_symop_operation_xyz", "  x,y,z")
    to_frac: FloatArray = np.linalg.inv(cell.lattice).astype(float)
    rows = list(_site_rows(cell))
    if dummies:
        rows += [row for k, well in enumerate(analysis.wells, start=1) for row in _dummy_rows(k, well, to_frac)]
    yield from _loop(_SITE_ITEMS, rows)
    if analysis.wells:
        wells = [_well_row(k, well, to_frac) for k, well in enumerate(analysis.wells, start=1)]
        yield from _loop([f"_polyqw_well_{item}" for item in _WELL_ITEMS], wells)
        corners = [
            (str(k), str(vertex.role), vertex.element, *_frac(vertex.cart, to_frac))
            for k, well in enumerate(analysis.wells, start=1)
            for vertex in well.vertices
        ]
        yield from _loop([f"_polyqw_well_vertex_{item}" for item in _VERTEX_ITEMS], corners)


def _cell_items(cell: Cell) -> Iterator[tuple[str, str]]:
    edges = np.linalg.norm(cell.lattice, axis=1)
    for name, edge in zip("abc", edges, strict=True):
        yield f"_cell_length_{name}", _number(edge)
    for name, (i, j) in {"alpha": (1, 2), "beta": (0, 2), "gamma": (0, 1)}.items():
        cosine = np.clip(cell.lattice[i] @ cell.lattice[j] / (edges[i] * edges[j]), -1.0, 1.0)
        yield f"_cell_angle_{name}", _number(np.degrees(np.arccos(cosine)))


def _site_rows(cell: Cell) -> Iterator[tuple[str, ...]]:
    for k, site in enumerate(cell.sites, start=1):
        for element, occupancy in site.species:
            position = (_coordinate(x) for x in site.frac)
            yield (
                f"{element}{k}",
                element,
                *position,
                _number(occupancy),
                _ABSENT,
                one_line(site.label, 40) or _ABSENT,
            )


def _dummy_rows(number: int, well: Well, to_frac: FloatArray) -> Iterator[tuple[str, ...]]:
    apices = [vertex.cart for vertex in well.vertices if vertex.role is Role.APEX]
    points = [(f"Xc{number}", well.cart_electron)]
    points += [(f"Xa{number}_{k}", apex) for k, apex in enumerate(apices, start=1)]
    for label, cart in points:
        yield label, "X", *_frac(cart, to_frac), "0", "dum", _ABSENT


def _well_row(number: int, well: Well, to_frac: FloatArray) -> tuple[str, ...]:
    row = as_row(well)
    return (
        str(number),
        *(_text(row[name]) for name in _WELL_FIELDS),
        *_frac(well.cart_electron, to_frac),
        *(_number(round(x, 12)) for x in well.normal),
    )


def _text(value: Any) -> str:
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, list):
        return "-".join(value) or _ABSENT
    return _ABSENT if value is None else str(value)


def _frac(cart: Sequence[float], to_frac: FloatArray) -> Iterator[str]:
    return (_number(x) for x in np.round(np.asarray(cart) @ to_frac, 9))


def _number(value: float) -> str:
    """Return a number with every digit it has, without the noise of its last ones."""
    return f"{float(value) + 0.0:.12g}"


def _coordinate(value: float) -> str:
    """Return a fractional coordinate; readers take a short 0.333 for a third, which this one is not."""
    text = _number(value)
    return text.ljust(_LONGER_THAN_ROUGH, "0") if _ROUGH_THIRD.fullmatch(text) else text


def _loop(items: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield from ("", "loop_", *items)
    quoted = [[value if value == _ABSENT else quote(value) for value in row] for row in rows]
    widths = [max((len(row[k]) for row in quoted), default=0) for k in range(len(items) - 1)]
    for row in quoted:
        cells = (f"{value:<{width}}" for value, width in zip(row, widths, strict=False))
        last = row[-1]  # the only one that can be of several lines
        yield "  " + "  ".join(cells) + (last if last.startswith("\n") else f"  {last}")


def _item(name: str, value: str) -> str:
    return f"{name:<{_WIDTH}} {quote(value)}".replace(" \n;", "\n;")
