"""The report's sections on the other systems of the papers: drawn and counted by their own services."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from polyqw.core.options import AnalysisOptions
from polyqw.errors import PolyqwError
from polyqw.services.structures.stored import as_analysed, vouched_structures
from polyqw.services.systems import charge_order, element_cages, kagome, order_parameter, stm
from polyqw.services.systems.fermi.figure import draw_fermi
from polyqw.services.systems.fermi.sketch import fermi_row, fermi_sketch
from polyqw.services.systems.field.field import field_of, field_row
from polyqw.services.systems.field.figure import draw_field
from polyqw.services.systems.series import pressure_phases, series
from polyqw.services.systems.series.figure import draw_series
from polyqw.services.systems.series.measured_pressure import add_measured
from polyqw.theory.order_parameter import Displacements
from polyqw.theory.series import Abscissa

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure
    from sqlalchemy.orm import Session

    from polyqw.services.drawing.pages import Columns
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.systems.series.series import Member

ELEMENTS = ("nb", "ta", "pb", "al", "re")
KAGOME = ("model_csv3sb5", "model_csti3bi5")
FERMI = ("bak122_x050", "rbcafe4as4", "fese_o2", "bi2223_pb")
CLEAVED = ("bi2201_amaa",)
FIELDS = ("lco_lto_cod", "lafeaso_cod")
LAYERED = ("bi2223_pb", "bi2212_ideal", "hg1223_o835", "hg1223_high_pressure", "la4ni3o10_i4mmm_ap")
COMPRESSED = ("hg1223_o835", "hg1223_high_pressure")
"""Structures of the reference set that the sections show, where the database holds them."""

ELECTRONS, SAMPLES, SEED = 2_000, 200, 0


@dataclass(frozen=True, slots=True)
class Section:
    """One section.

    Parameters
    ----------
    anchor, title : str
    command : str
        How to get its numbers.
    notes : list of str
        What the numbers say, one sentence each.
    tables : list of (rows, columns, caption)
    figures : list of (name, figure, caption)
    """

    anchor: str
    title: str
    command: str
    notes: list[str]
    tables: list[tuple[Sequence[Mapping[str, Any]], Columns, str]] = field(default_factory=list)
    figures: list[tuple[str, Figure, str]] = field(default_factory=list)


def system_sections(session: Session) -> list[Section]:
    """Return the sections whose structures the database holds."""
    held = {name: as_analysed(session, s) for name, s in vouched_structures(session).items()}

    def pick(names: Sequence[str]) -> list[Analysed]:
        return [held[name] for name in names if name in held]

    return [
        _layers(pick(LAYERED)),
        _charge_order(),
        _field(pick(FIELDS)),
        _fermi(pick(FERMI)),
        _series(session, pick(COMPRESSED)),
        _pressure_phases(session),
        _stm(pick(CLEAVED)),
        _elements(pick(ELEMENTS)),
        _kagome(pick(KAGOME)),
        _order_parameter(),
    ]


def _layers(found: Sequence[Analysed]) -> Section:
    rows, notes = [], []
    for analysed in found:
        assert analysed.analysis is not None
        wells = [w for w in analysed.analysis.wells if w.phase != "mu"]
        rows += [
            {
                "name": analysed.block,
                "phase": str(w.phase),
                "apices": "-".join(w.apices),
                "height_angstrom": w.height,
                "relative_binding": (wells[0].height / w.height) ** 2,
            }
            for w in wells
        ]
        order = sorted(wells, key=lambda w: w.height)
        if len(order) > 1:
            told = " < ".join(f"{w.phase} {w.height:.3f} Å" for w in order)
            usual = order[0].phase == "alpha"
            notes.append(
                f"{analysed.block}: {told}; the papers' order of binding, alpha above beta, "
                f"{'follows' if usual else 'does not follow'} from these heights."
            )
    columns: Columns = {
        "name": ("structure", None),
        "phase": ("well", None),
        "apices": ("apices", None),
        "height_angstrom": ("h (Å)", 4),
        "relative_binding": ("1/h² over that of alpha", 3),
    }
    return Section(
        "layers", "Wells by layer", "polyqw wells FILE", notes, [(rows, columns, "Wells from the inside out.")]
    )


def _charge_order() -> Section:
    result = charge_order.charge_order_result()
    return Section(
        "charge-order",
        "Charge order",
        "polyqw chargeorder",
        list(result["notes"]),
        figures=[
            ("charge_order", charge_order.draw_charge_orders(), "Site patterns of papers/001 Eq. 2 and 002 Fig. 1.")
        ],
    )


def _field(found: Sequence[Analysed]) -> Section:
    notes, figures = [], []
    for analysed in found:
        try:
            surveyed = field_of(analysed, AnalysisOptions())
        except PolyqwError as error:
            notes.append(str(error))
            continue
        row = field_row(surveyed)
        for well in row.get("wells", [row]):
            notes.append(f"{analysed.block}, {well['kind']} {well['phase']}: {well['verdict']}.")
        figures.append(
            (f"field_{analysed.block}", draw_field(surveyed), f"Energy of a test electron, {analysed.block}.")
        )
    return Section("field", "The Coulomb field in a well", "polyqw field FILE", notes, figures=figures)


def _fermi(found: Sequence[Analysed]) -> Section:
    sketches = [fermi_sketch(a) for a in found]
    rows = [fermi_row(s) for s in sketches]
    columns: Columns = {
        "name": ("structure", None),
        "kind": ("sheet", None),
        "centre": ("at", None),
        "phase": ("well", None),
        "apices": ("apices", None),
        "height_angstrom": ("h (Å)", 4),
        "degeneracy": ("degeneracy", 0),
        "relative_binding": ("binding", 3),
        "relative_radius": ("radius", 3),
        "relative_gap": ("gap", 3),
        "relative_length": ("length", 3),
    }
    lines = [
        {"name": row["block"], **sheet, "apices": "-".join(sheet["apices"])}
        for row in rows
        for sheet in row["sheets"]
    ]
    drawn = [s for s in sketches if s.sheets]
    caption = "Rings, pockets and arcs of papers/001 Fig. 4 and papers/002 Figs. 4, 7 and 9: the papers' picture"
    figures = [("fermi", draw_fermi(drawn), f"{caption}, polyqw's scale.")] if drawn else []
    of_many = Counter(note for row in rows for note in row["notes"])
    notes = [note for note, count in of_many.items() if count > 1]
    notes += [f"{row['block']}: {note}" for row in rows for note in row["notes"] if of_many[note] == 1]
    return Section(
        "fermi",
        "Fermi-surface sketches",
        "polyqw fermi FILE",
        notes,
        [(lines, columns, "Sheets, relative to those of alpha; at M to the largest ring there.")],
        figures,
    )


def _series(session: Session, found: Sequence[Analysed]) -> Section:
    section = Section(
        "series",
        "Heights under pressure",
        "polyqw series cifs/hg1223_o835.cif=0 cifs/hg1223_high_pressure.cif",
        [],
    )
    members = [_ambient_unless_stated(a) for a in found]
    try:
        result = add_measured(series.series_result(members, Abscissa.PRESSURE), session)
    except PolyqwError as error:
        section.notes.append(str(error))
        return section
    section.notes.extend(
        f"{m.analysed.block}: states no pressure and is taken here for ambient, as beside the tables above."
        for m in members
        if m.stated is None
    )
    section.notes.extend(result["notes"])
    columns: Columns = {
        "block": ("structure", None),
        "value": ("p (GPa)", 1),
        "phase": ("well", None),
        "height_angstrom": ("h (Å)", 4),
        "tc_law_kelvin": ("Tc by law (K)", 1),
    }
    slopes: Columns = {
        "phase": ("well", None),
        "n": ("structures", 0),
        "slope_angstrom_per_unit": ("dh/dP (Å/GPa)", 5),
        "log_slope_per_unit": ("d ln h/dP (1/GPa)", 5),
        "tc_slope_kelvin_per_unit": ("dTc/dP of the law (K/GPa)", 3),
    }
    section.tables.append((series.well_lines(result), columns, "Wells along pressure."))
    section.tables.append((result["phases"], slopes, "Slopes by least squares."))
    figure = ("series", draw_series(result), "Heights and Tc = λ/h² of Hg1223 along pressure.")
    section.figures.append(figure)
    return section


def _ambient_unless_stated(analysed: Analysed) -> Member:
    stated = series.stated_value(analysed, Abscissa.PRESSURE)
    return series.Member(analysed, 0.0 if stated is None else None, stated)


def _pressure_phases(session: Session) -> Section:
    command = "polyqw series --set k08feyse2"
    try:
        result = pressure_phases.pressure_phases(session, "k08feyse2")
    except PolyqwError as error:
        return Section("pressure-phases", "Pressure phases", command, [str(error)])
    columns: Columns = {
        "pressure_from_gpa": ("from (GPa)", 1),
        "pressure_to_gpa": ("to (GPa)", 1),
        "state": ("state", None),
        "phase": ("well", None),
        "height_angstrom": ("h printed (Å)", 3),
        "tc_law_kelvin": ("Tc by law (K)", 2),
        "tc_observed_kelvin": ("highest Tc (K)", 1),
        "height_for_observed_angstrom": ("h for that Tc (Å)", 3),
    }
    return Section(
        "pressure-phases",
        f"Pressure phases of {result['compound']}",
        command,
        list(result["notes"]),
        [(result["windows"], columns, "Windows of pressure, with the law's Tc of their wells.")],
        [("pressure_phases", pressure_phases.draw_pressure_phases(result), "Observed Tc, and λ/h² of both wells.")],
    )


def _stm(found: Sequence[Analysed]) -> Section:
    result = stm.stm_result([stm.stm_row(a, AnalysisOptions()) for a in found])
    return Section(
        "stm",
        "STM side peaks",
        "polyqw stm FILE",
        list(result["notes"]),
        figures=[("stm", stm.draw_stm(result, 0.4), "Density of states with side peaks of k = h_alpha/h_beta.")],
    )


def _elements(found: Sequence[Analysed]) -> Section:
    rows = [element_cages.cages_row(a) for a in found]
    columns: Columns = {
        "element": ("element", None),
        "packing": ("packing", None),
        "diagonals": ("diagonals (Å)", None),
        "cages_per_atom": ("cages per atom", 2),
        "n_body_orientations": ("orientations", 0),
        "apex_directions_per_site": ("apex directions at a site", 0),
        "volume_share": ("V cages / V cell", 3),
    }
    lines = [
        {**row, "diagonals": " ".join(f"{x:.4f}" for x in row["cages"][0]["diagonals_angstrom"])}
        for row in rows
        if row["cages"]
    ]
    figure = element_cages.draw_cages(rows)
    return Section(
        "elements",
        "Elements",
        "polyqw elements FILE",
        sorted({note for row in rows for note in row["notes"]}),
        [(lines, columns, "Octahedral cages.")],
        [("elements", figure, "Octahedral cages of the packings, as papers/002 Fig. 6.")] if figure else [],
    )


def _kagome(found: Sequence[Analysed]) -> Section:
    rows, drawn = [], []
    for analysed in found:
        row, nets = kagome.kagome_and_pictures(analysed)
        rows.append(row)
        drawn += nets
    lines = [
        {"name": row["block"], "metal": net["element"], **state}
        for row in rows
        for net in row["nets"]
        for state in net["states"]
    ]
    columns: Columns = {
        "name": ("structure", None),
        "metal": ("net of", None),
        "state": ("state", None),
        "shape": ("shape", None),
        "edge_angstrom": ("edge (Å)", 4),
        "radius_angstrom": ("radius (Å)", 4),
        "per_unit": ("per unit", 1),
    }
    figures = [("kagome", kagome.draw_kagome(drawn), "Triangles, hexagons and stars of the nets.")] if drawn else []
    notes = sorted({note for row in rows for note in row["notes"]})
    return Section(
        "kagome", "Kagome nets", "polyqw kagome FILE", notes, [(lines, columns, "States of papers/003.")], figures
    )


def _order_parameter() -> Section:
    sizes = Displacements()
    result = order_parameter.order_parameter_result(sizes, ELECTRONS, SAMPLES, SEED)
    figure = order_parameter.draw_order_parameter(sizes, ELECTRONS, SAMPLES, SEED)
    return Section(
        "order-parameter",
        "Order parameter, and the units of Eqs. 4-6",
        "polyqw order-parameter",
        list(result["notes"]),
        figures=[
            (
                "order_parameter",
                figure,
                f"Eq. 9 in the four states, {SAMPLES} samples of {ELECTRONS} electrons, seed {SEED}.",
            )
        ],
    )
