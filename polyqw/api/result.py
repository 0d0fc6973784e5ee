"""What an analysis gives to a Python program: values, a table, a page for a notebook, words."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from polyqw.core.outside import names_outside
from polyqw.core.wells import Well
from polyqw.services.drawing.columns import CATALOGUE, WELL
from polyqw.services.structures.analyse import analysed_row

if TYPE_CHECKING:
    import os

    import pandas as pd

    from polyqw.api.pictures import Picture
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.record import StructureRecord
    from polyqw.services.structures.analyse import Analysed

FIELDS = tuple(names_outside(Well).values())
NUMBERS = tuple(
    name for name in FIELDS if name.rsplit("_", 1)[-1] in ("angstrom", "degrees", "angstrom3") and "cart" not in name
)
NESTED = ("vertices",)
"""What does not fit into a cell of a table; `WellAnalysis.to_dict` has it."""


@dataclass(frozen=True, slots=True, repr=False)
class WellAnalysis:
    """The wells of one structure, or why it has none.

    Parameters
    ----------
    analysed : Analysed
        Record and analysis.
    options : AnalysisOptions
        Those it was analysed with.
    """

    analysed: Analysed
    options: AnalysisOptions

    @property
    def wells(self) -> tuple[Well, ...]:
        """The wells, sorted by phase, then height; heights in Å."""
        return self.analysed.analysis.wells if self.analysed.analysis else ()

    @property
    def status(self) -> str:
        """``ok``, ``no_well`` or ``rejected``."""
        return str(self.analysed.status)

    @property
    def reason(self) -> str | None:
        """Reason code when the status is not ``ok``."""
        return self.analysed.reason

    @property
    def message(self) -> str:
        """The reason with its numbers, one sentence; empty when there are wells."""
        return self.analysed.message

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a careful reader should know, one sentence each."""
        return self.analysed.warnings

    @property
    def family(self) -> str | None:
        """``cuprate``, ``nickelate`` or ``iron``; None without a well."""
        analysis = self.analysed.analysis
        return str(analysis.family) if analysis and analysis.family else None

    @property
    def formula(self) -> str | None:
        """Formula of the sites in alphabetical order."""
        return self.record.cell.formula if self.record else None

    @property
    def record(self) -> StructureRecord | None:
        """The structure as read, with its provenance."""
        return self.analysed.record

    @property
    def heights_angstrom(self) -> dict[str, float]:
        """Mean height of each phase that can set a Tc [Å]."""
        return self.analysed.analysis.phase_heights if self.analysed.analysis else {}

    @property
    def descriptors(self) -> dict[str, float]:
        """Bond lengths, angles and spacings of the planes, by names that carry their unit."""
        return dict(self.analysed.analysis.descriptors) if self.analysed.analysis else {}

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values, the fields of ``polyqw wells --json``."""
        return analysed_row(self.analysed)

    def to_dataframe(self) -> pd.DataFrame:
        """Return a table with a row for each well; columns carry their units, ``attrs`` what made the numbers.

        Vertices are left out; `to_dict` has them.
        """
        import pandas as pd  # noqa: PLC0415 - heavy, and not needed for anything else

        from polyqw.services.place.versions import versions  # noqa: PLC0415

        row = self.to_dict()
        named = ("file", "block", "formula", "family")
        table = pd.DataFrame(
            [
                {
                    **{name: row[name] for name in named},
                    **{k: tuple(v) if isinstance(v, list) else v for k, v in well.items() if k not in NESTED},
                }
                for well in row["wells"]
            ],
            columns=[*named, *(name for name in FIELDS if name not in NESTED)],
        ).astype(dict.fromkeys(NUMBERS, float))  # so that what is not known is NaN, in a table of no rows too
        table.attrs = {
            "status": row["status"],
            "reason": row["reason"],
            "warnings": row["warnings"],
            "options": self.options.as_dict(),
            "versions": versions(),
        }
        return table

    def describe(self, database: str | os.PathLike[str] | None = None) -> str:
        """Return a paragraph of plain English.

        Parameters
        ----------
        database : path or URL, optional
            Where the printed tables and what is known of the compound come from; default the printed tables that
            travel with the program.

        Raises
        ------
        DatabaseError, SchemaVersionError
            If the database cannot be opened.
        """
        from polyqw.services.describe.describe import describe_analysed  # noqa: PLC0415
        from polyqw.services.place.database import printed_tables, reading  # noqa: PLC0415 - loads SQLAlchemy

        if database is None:
            with printed_tables() as printed:
                return describe_analysed(self.analysed, self.options, printed).text
        with reading(str(database)) as session:
            return describe_analysed(self.analysed, self.options, session, session).text

    def plot(self) -> Picture:
        """Return a figure of the wells in their crystal, each with its height; a notebook shows it.

        Raises
        ------
        UsageError
            If there is no well.
        """
        from polyqw.api.pictures import plot_wells  # noqa: PLC0415 - loads matplotlib

        return plot_wells(self.analysed, self.name)

    def view(self) -> Any:
        """Return the crystal with its wells: a widget that turns where anywidget is installed, else a figure.

        Raises
        ------
        UsageError
            If there is no structure.
        """
        from polyqw.api.pictures import view_crystal  # noqa: PLC0415 - loads matplotlib

        return view_crystal(self.analysed, self.name)

    @property
    def name(self) -> str:
        """What the structure is called: its formula as the field writes it, else its data block or file."""
        written = self.record.cell.formula_written if self.record else ""
        return written or self.analysed.block or self.analysed.file

    def __repr__(self) -> str:
        """Return formula, status and heights on one line."""
        name = self.name
        if not self.wells:
            return f"<WellAnalysis {name!r}: {self.status}, {self.reason}>"
        heights = ", ".join(f"{w.multiplicity} {w.kind} {w.phase} h = {w.height:.4f} Å" for w in self.wells)
        return f"<WellAnalysis {name!r}, {self.family}: {heights}>"

    def _repr_html_(self) -> str:
        """Return a table for a notebook; all text of the structure is escaped."""
        row = self.to_dict()
        title = " · ".join(str(x) for x in (row["formula_written"], row["block"], row["family"], row["status"]) if x)
        parts = [f"<div><p><strong>{escape(title)}</strong></p>"]
        if row["wells"]:
            head = "".join(f"<th>{escape(CATALOGUE[key].title)}</th>" for key in WELL)
            body = "".join(
                "<tr>" + "".join(f"<td>{escape(_shown(well[key], key))}</td>" for key in WELL) + "</tr>"
                for well in row["wells"]
            )
            parts.append(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
        else:
            parts.append(f"<p>{escape(row['message'] or str(row['reason']))}</p>")
        if row["warnings"]:
            parts.append("<ul>" + "".join(f"<li>{escape(w)}</li>" for w in row["warnings"]) + "</ul>")
        return "".join([*parts, "</div>"])


def _shown(value: Any, key: str) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return "-".join(map(str, value))
    decimals = CATALOGUE[key].decimals
    return str(value) if decimals is None else f"{value:.{decimals}f}"
