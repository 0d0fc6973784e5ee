"""A section of a report and its parts, as values: the templates of the page say how each looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.figure import Figure

    from polyqw.services.drawing.columns import Column


@dataclass(frozen=True, slots=True)
class Part:
    """What a section is made of."""

    @property
    def kind(self) -> str:
        """The name by which a template knows it."""
        return type(self).__name__.lower()

    @property
    def files(self) -> Mapping[str, bytes]:
        """Files that stand beside the page, by name."""
        return {}


@dataclass(frozen=True, slots=True)
class Paragraph(Part):
    """A paragraph in both outputs; one that is empty in one of them is left out there."""

    html: str
    markdown: str = ""


@dataclass(frozen=True, slots=True)
class Heading(Part):
    """A heading within a section."""

    html: str
    markdown: str


@dataclass(frozen=True, slots=True)
class Command(Part):
    """The command that gives the numbers of a section."""

    words: str


@dataclass(frozen=True, slots=True)
class Bullets(Part):
    """A list of sentences."""

    sentences: Sequence[str]


@dataclass(frozen=True, slots=True)
class Named(Part):
    """A list of texts, each with its name."""

    texts: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Table(Part):
    """A table.

    Parameters
    ----------
    rows : sequence of mapping
    columns : sequence of str or Column
        Keys of the catalogue, and columns that this table calls otherwise.
    caption : str
    in_markdown : str or None
        Caption in Markdown, where it is another one.
    choose : str
        Column that readers choose rows by.
    link : str
        Key of a row that holds the anchor its first cell leads to, where it has one.
    is_cards : bool
        Whether a narrow page shows each row as a card.
    """

    rows: Sequence[Mapping[str, Any]]
    columns: Sequence[str | Column]
    caption: str
    in_markdown: str | None = None
    choose: str = ""
    link: str = ""
    is_cards: bool = False


@dataclass(frozen=True, slots=True)
class Picture(Part):
    """A figure, written beside the page as SVG and PNG.

    Parameters
    ----------
    name : str
        Of its files, without suffix.
    figure : Figure
    caption : str
    alt : str
        What it shows, for those who do not see it; by default the caption.
    in_markdown : str
        The same in Markdown.
    view : mapping, optional
        The names of its points, which the page shows under the pointer.
    """

    name: str
    figure: Figure
    caption: str
    alt: str = ""
    in_markdown: str = ""
    view: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A section; one without parts is left out.

    Parameters
    ----------
    anchor, title : str
    parts : sequence of Part
    entry : str
        Title in the list of contents, where it is a shorter one.
    small : bool
        Whether it starts no page of its own on paper.
    verdicts : sequence of str
        What its numbers say, one sentence each, for the summary.
    """

    anchor: str
    title: str
    parts: Sequence[Part]
    entry: str = ""
    small: bool = False
    verdicts: Sequence[str] = ()


def system_section(
    anchor: str,
    title: str,
    command: str,
    notes: Sequence[str],
    pictures: Sequence[Picture] = (),
    tables: Sequence[Table] = (),
) -> Section:
    """Return the section on a system: how to get its numbers, what they say, its figures and its tables."""
    return Section(anchor, title, (Command(command), Bullets(notes), *pictures, *tables), small=not pictures)
