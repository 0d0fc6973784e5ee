"""What a worker makes of an uploaded file: wells, words, pictures, predictions, and what the database has like it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlalchemy.orm import Session

from polyqw.core.analysis import find_wells
from polyqw.core.formula import parent_formula
from polyqw.core.wells import Status
from polyqw.db.open.engine import open_database
from polyqw.io.cif.wells_cif import wells_cif
from polyqw.services.describe.describe import describe_analysed
from polyqw.services.law.predict import fitted_lambda, predict_structure
from polyqw.services.structures.analyse import Analysed, analyse_source, analysed_row
from polyqw.services.structures.explain import explained_row
from polyqw.services.structures.similar import similar_structures
from polyqw.services.structures.stored import as_analysed
from polyqw.services.viewer.picture import crystal_picture
from polyqw.services.viewer.view import make_view, view_row
from polyqw.services.viewer.well_picture import picture
from polyqw.services.viewer.well_scene import make_scenes
from polyqw.services.workers.server import READING
from polyqw.untrusted import file_stem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import Engine

    from polyqw.core.cell import Cell
    from polyqw.core.options import AnalysisOptions
    from polyqw.core.wells import Well
    from polyqw.db.models import Structure
    from polyqw.io.inputs import RefusedSource, Source
    from polyqw.io.read_options import ReadOptions
    from polyqw.services.law.predict import Predicted
    from polyqw.services.structures.similar import Similar

MOST_BLOCKS: Final = 50
"""Data blocks of one file that are shown."""

MOST_PICTURES: Final = 12
"""Wells of one structure that are drawn."""

MOST_SITES_DRAWN: Final = 1000
"""Sites of a cell up to which it is drawn as a whole."""

MOST_SITES_ANEW: Final = 500
"""Sites up to which a structure of the database is analysed anew for its page, which takes milliseconds."""

INSPECTING: Final = (
    *READING, "ase.data", "sqlalchemy.orm", "polyqw.services.browse.inspection",
)  # fmt: skip
"""Modules that it needs."""


@dataclass(frozen=True, slots=True)
class Crystal:
    """What a page draws of a crystal: as it stands there without scripts, and what the view in 3-D is made of."""

    svg: str
    row: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inspected:
    """A data block of an upload.

    Parameters
    ----------
    row : dict
        The fields of ``polyqw wells --json``.
    steps : list of dict
        The account of the analysis.
    sections : dict of str to str
        It in words.
    complaint : str
        One line on why it could not be analysed, else empty.
    predicted : tuple of Predicted
        What the law gives for each well with the λ fitted to the papers' table.
    pictures : tuple of (str, str)
        Title and SVG of each well, one of those that are alike.
    crystal : Crystal or None
        None for a cell of more than `MOST_SITES_DRAWN` sites.
    cif : str
        The structure with its wells.
    """

    row: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)
    title: str = ""
    sections: dict[str, str] = field(default_factory=dict)
    complaint: str = ""
    predicted: tuple[Predicted, ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    crystal: Crystal | None = None
    similar: tuple[Similar, ...] = ()
    cif: str = ""

    @property
    def is_done(self) -> bool:
        """Whether it was read and analysed, with or without a well."""
        return self.row["status"] in (Status.OK, Status.NO_WELL)

    def law_of(self, well: Mapping[str, Any]) -> Predicted | None:
        """Return what the law gives for a well of its row; None where it has nothing to say."""
        same = (p for p in self.predicted if (p.phase, p.height_angstrom) == (well["phase"], well["height_angstrom"]))
        return next(same, None)

    @property
    def n_bytes(self) -> int:
        """About what it takes to keep it."""
        crystal = 0 if self.crystal is None else 2 * len(self.crystal.svg)
        return len(self.cif) + sum(len(svg) for _, svg in self.pictures) + crystal + 20_000

    @property
    def failed_at(self) -> dict[str, Any] | None:
        """The step at which the search for a well ended that went furthest; None where there are wells."""
        if self.row["wells"] or not self.steps:
            return None
        searches: list[list[dict[str, Any]]] = [[]]
        for step in self.steps:
            if step["name"].endswith("_search"):
                searches.append([])
            searches[-1].append(step)
        return max(searches, key=len)[-1]


@dataclass(frozen=True, slots=True)
class Inspecting:
    """What workers do with each uploaded file.

    Parameters
    ----------
    database : str
        Read for λ, Tc and structures that are alike.
    """

    modules: ClassVar[tuple[str, ...]] = INSPECTING

    database: str
    options: AnalysisOptions
    reading: ReadOptions

    def do(self, source: Source | RefusedSource) -> tuple[Inspected, ...]:
        """Return each data block of a file, up to `MOST_BLOCKS`."""
        return tuple(self._blocks(source))

    def _blocks(self, source: Source | RefusedSource) -> Iterator[Inspected]:
        found = analyse_source(source, self.options, explain=True, reading=self.reading)
        with Session(_engine(self.database)) as session:
            for number, analysed in enumerate(found):
                if number == MOST_BLOCKS:
                    return
                yield inspect(session, analysed, self.options)

    def fail(self, name: str, reason: str, message: str) -> tuple[Inspected, ...]:
        """Return the same for a file that was not read."""
        failed = Analysed(name, "", Status.FAILED, reason, message)
        return (Inspected(analysed_row(failed), complaint=failed.complaint),)


@cache
def _engine(database: str) -> Engine:
    """Return the database, opened once in a worker."""
    return open_database(database)


def inspect(
    session: Session, analysed: Analysed, options: AnalysisOptions, structure: Structure | None = None
) -> Inspected:
    """Return all there is to say of a data block that was analysed and explained.

    Parameters
    ----------
    structure : Structure, optional
        The same in the database, where it is from there.
    """
    words = describe_analysed(analysed, options, session, session, structure)
    row = analysed_row(analysed)
    if analysed.record is None or analysed.analysis is None:
        return Inspected(row, title=words.title, sections=words.sections, complaint=words.complaint)
    cell, analysis = analysed.record.cell, analysed.analysis
    return Inspected(
        row,
        explained_row(analysed, options)["steps"],
        words.title,
        words.sections,
        words.complaint,
        tuple(law_of(session, analysed)),
        well_pictures(cell, analysis.wells, analysed.block),
        crystal_of(cell, analysis.wells, analysed.block) if len(cell.sites) <= MOST_SITES_DRAWN else None,
        tuple(like_it(session, analysed, structure.id if structure is not None else None)),
        wells_cif(file_stem(analysed.block or analysed.file), analysed.record, analysis),
    )


def inspect_stored(session: Session, structure: Structure, options: AnalysisOptions) -> Inspected:
    """Return the same for a structure of the database: analysed anew, or as stored where it is large."""
    analysed = as_analysed(session, structure)
    if analysed.record is not None and len(analysed.record.cell.sites) <= MOST_SITES_ANEW:
        analysis = find_wells(analysed.record.cell, options, explain=True)
        analysed = replace(
            analysed, status=analysis.status, reason=analysis.reason, message=analysis.message, analysis=analysis
        )
    return inspect(session, analysed, options, structure)


def law_of(session: Session, analysed: Analysed) -> list[Predicted]:
    """Return what the law gives for each well, with the λ fitted to the table of the papers."""
    family = analysed.analysis.family if analysed.analysis else None
    predicted = predict_structure(session, analysed)
    return [p for p in predicted if family is not None and p.lam == fitted_lambda(session, family)]


def like_it(session: Session, analysed: Analysed, leave_out: int | None) -> list[Similar]:
    """Return structures of the database that are like one that was analysed."""
    if analysed.record is None or analysed.analysis is None or analysed.analysis.family is None:
        return []
    parent = parent_formula(analysed.record.cell.composition)
    return similar_structures(session, analysed.analysis.family, analysed.analysis.phase_heights, parent, leave_out)


def well_pictures(cell: Cell, wells: Sequence[Well], block: str) -> tuple[tuple[str, str], ...]:
    """Return title and SVG of each well, one of those that are alike."""
    alike = {(w.phase, w.kind, w.apices, round(w.height, 4)): w for w in wells}
    chosen = tuple(alike.values())[:MOST_PICTURES]
    titles = [f"{block}, {w.phase} {w.kind}" for w in chosen]
    return tuple(
        (title, str(picture(scene, title))) for title, scene in zip(titles, make_scenes(cell, chosen), strict=True)
    )


def crystal_of(cell: Cell, wells: Sequence[Well], name: str) -> Crystal:
    """Return what a page draws of a crystal with its wells."""
    view = make_view(cell, wells, name)
    return Crystal(str(crystal_picture(view)), view_row(view))
