"""The report's sections on pressure: heights along it, the phases of K0.8FeySe2, and the windows of the papers."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from polyqw.core.outside import as_row
from polyqw.core.wells import Status
from polyqw.db.look.find import pressure_windows
from polyqw.errors import PolyqwError
from polyqw.services.drawing.columns import OF_WELL, Column, columns_of
from polyqw.services.drawing.section import Picture, Section, Table, system_section
from polyqw.services.structures.stored import as_analysed
from polyqw.services.systems.series.figure import draw_series
from polyqw.services.systems.series.measured_pressure import add_measured
from polyqw.services.systems.series.pressure_figure import draw_pressure_phases
from polyqw.services.systems.series.pressure_phases import AS_PRINTED, pressure_phases
from polyqw.services.systems.series.series import Member, series_result, stated_value
from polyqw.theory.series import Abscissa

if TYPE_CHECKING:
    from polyqw.db.models import Structure
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.structures.lookup import Lookup

IN_REPORT = ("hg1223_o835", "hg1223_high_pressure")

WELLS = ("block", Column("value", "p", "GPa", 1), OF_WELL, "height_angstrom", "tc_law_kelvin")
SLOPES = (
    OF_WELL,
    Column("n", "structures", decimals=0),
    Column("slope_angstrom_per_unit", "dh/dP", "Å/GPa", 5),
    Column("log_slope_per_unit", "d ln h/dP", "1/GPa", 5),
    Column("tc_slope_kelvin_per_unit", "dTc/dP of the law", "K/GPa", 3),
)
FROM, TO = (Column(f"pressure_{word}_gpa", word, "GPa", 1) for word in ("from", "to"))
HIGHEST = Column("tc_observed_kelvin", "highest Tc", "K", 1)
PHASES = (FROM, TO, "state", OF_WELL, *AS_PRINTED, HIGHEST, "height_for_observed_angstrom")
WINDOWS = (
    "compound", FROM, TO, "state", OF_WELL, Column("tc_kelvin", "highest Tc", "K", 1),
    Column("pressure_of_tc_gpa", "at", "GPa", 1), "note",
)  # fmt: skip


MOST_OWN = 6
"""Most compounds of the user whose heights the report follows along pressure."""


def heights_section(data: Lookup) -> Section:
    """Return the section on heights along pressure: of Hg1223, and of the user's compounds at several pressures."""
    heading = (
        "series",
        "Heights under pressure",
        "polyqw series cifs/hg1223_o835.cif=0 cifs/hg1223_high_pressure.cif",
    )
    groups = {"Hg1223": data.analysed(IN_REPORT), **_own_series(data)}
    notes: list[str] = []
    pictures, tables = [], []
    for number, (name, structures) in enumerate(groups.items()):
        members = [ambient_unless_stated(a) for a in structures]
        try:
            result = add_measured(series_result(members, Abscissa.PRESSURE), data.session)
        except PolyqwError as error:
            notes.append(f"{name}: {error}")
            continue
        notes += [
            f"{m.analysed.block}: states no pressure and is taken here for ambient, as beside the tables above."
            for m in members
            if m.stated is None
        ]
        notes += result.notes
        caption = f"Heights and Tc = λ/h² of {name} along pressure."
        pictures.append(Picture(f"series_{number}" if number else "series", draw_series(result), caption))
        tables.append(Table(result.lines(), WELLS, f"Wells of {name} along pressure."))
        tables.append(Table(list(map(as_row, result.phases)), SLOPES, f"Slopes of {name} by least squares."))
    return system_section(*heading, notes, pictures, tables)


def _own_series(data: Lookup) -> dict[str, list[Analysed]]:
    """Return the user's structures with wells by parent compound, where there are several pressures of it."""
    by_parent: dict[str, list[Structure]] = defaultdict(list)
    for structure in data.own:
        if structure.status == Status.OK:
            by_parent[structure.compound.parent].append(structure)
    several = {p: own for p, own in by_parent.items() if len({s.pressure_gpa or 0.0 for s in own}) > 1}
    return {p: [as_analysed(data.session, s) for s in own] for p, own in list(several.items())[:MOST_OWN]}


def ambient_unless_stated(analysed: Analysed) -> Member:
    """Return a structure as a member of a series along pressure; one that states none is taken for ambient."""
    stated = stated_value(analysed, Abscissa.PRESSURE)
    return Member(analysed, 0.0 if stated is None else None, stated)


def phases_section(data: Lookup) -> Section:
    """Return the section on the pressure phases of K0.8FeySe2."""
    anchor, command = "pressure-phases", "polyqw series --set k08feyse2"
    try:
        result = pressure_phases(data.session, "k08feyse2")
    except PolyqwError as error:
        return system_section(anchor, "Pressure phases", command, [str(error)])
    return system_section(
        anchor,
        f"Pressure phases of {result.compound}",
        command,
        result.notes,
        [Picture("pressure_phases", draw_pressure_phases(result), "Observed Tc, and λ/h² of both wells.")],
        [Table(list(map(as_row, result.windows)), PHASES, "Windows of pressure, with the law's Tc of their wells.")],
    )


def windows_section(data: Lookup) -> Section:
    """Return the section on the windows of all compounds, without parts where there are none."""
    rows = [
        {**{c.key: getattr(window, c.key) for c in columns_of(WINDOWS)}, "compound": window.compound.name}
        for window in pressure_windows(data.session)
    ]
    table = Table(rows, WINDOWS, "Tc under pressure, as the papers report it.", "")
    title = "Windows of pressure in the papers"
    return Section("windows", title, [table] if rows else [], entry="Windows of pressure", small=True)
