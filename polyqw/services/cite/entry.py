"""A source to cite, and the reading of free text that names one."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from polyqw.core.record import Publication

_JOURNAL = re.compile(
    r"(?:(?P<who>[^,()]+ et al\.),? )?(?P<journal>[^\d(),][^\d()]*?),? (?P<volume>\d+[A-Z]?), "
    r"(?P<pages>[A-Za-z]?\d+(?:-\d+)?) \((?P<year>\d{4})\)"
)
_NAME = re.compile(r"\s*(?P<family>[^,&]+), (?P<given>[A-Z]\.(?:[- ]*[A-Z]\.)*)\s*(?:,|&|$)?")
_DOI = re.compile(r"10\.\d{4,9}/[^\s{}\\\"%<>]+")
_YEAR = re.compile(r"\b(1[89]|20)\d{2}\b")
_OTHERS = re.compile(r",?\s*et al\.?$")

OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Name:
    """An author.

    Parameters
    ----------
    family : str
        Family name, or the whole name of a group; ``others`` for those not named.
    is_group : bool
        Whether it names no person, so that nothing in it is a first or a last name.
    """

    family: str
    given: str | None = None
    is_group: bool = False


@dataclass(frozen=True, slots=True)
class Citation:
    """A source to cite.

    Parameters
    ----------
    key : str
        Short name, letters, digits and ``-``.
    role : str
        What it is cited for, e.g. ``structure determination``.
    is_article : bool
        Whether it stands in a journal.
    note : str or None
        Anything else, e.g. a citation that could not be taken apart.
    """

    key: str
    role: str
    is_article: bool = False
    title: str | None = None
    authors: tuple[Name, ...] = ()
    year: str | None = None
    journal: str | None = None
    volume: str | None = None
    pages: str | None = None
    doi: str | None = None
    version: str | None = None
    note: str | None = None

    @property
    def identity(self) -> tuple[str, ...]:
        """What distinguishes a source from others."""
        if self.doi:
            return ("doi", self.doi.lower())
        return ("text", self.title or "", self.journal or "", self.volume or "", self.pages or "", self.note or "")


def make_citation(
    key: str,
    role: str,
    *,
    title: str | None = None,
    authors: str | None = None,
    date: str | None = None,
    citation: str | None = None,
    doi: str | None = None,
    note: str | None = None,
) -> Citation:
    """Make a citation of free text, taken apart where it has the usual form, kept whole in the note where not."""
    rest = [one_line(note)] if note else []
    clean = one_line(citation) if citation else ""
    found = _JOURNAL.fullmatch(clean)
    if clean and not found:
        rest.insert(0, clean)
    if doi and not _DOI.fullmatch(doi.strip()):
        rest.append(f"doi {one_line(doi)}")
        doi = None
    who = parse_authors(one_line(authors)) if authors else ()
    if not who and found and found["who"]:
        who = parse_authors(found["who"])
    if doi is None and (named := _DOI.search(" ".join(rest))):
        doi = named[0].rstrip(".,;)") if "(" not in named[0] else named[0].rstrip(".,;")
    year = _YEAR.search(date or "") or (_YEAR.search(clean) if not found else None)
    return Citation(
        key=clean_key(key),
        role=one_line(role),
        is_article=found is not None,
        title=one_line(title) if title else None,
        authors=who,
        year=found["year"] if found else year[0] if year else None,
        journal=found["journal"] if found else None,
        volume=found["volume"] if found else None,
        pages=found["pages"] if found else None,
        doi=doi.strip() if doi else None,
        note="; ".join(rest) or None,
    )


def of_publication(published: Publication, key: str, role: str, *, doi: str | None, note: str | None) -> Citation:
    """Make a citation of an article whose fields are known."""
    authors = (one_line(name).partition(",") for name in published.authors)
    pages = [one_line(page) for page in (published.first_page, published.last_page) if page]
    return replace(
        make_citation(key, role, title=published.title, doi=doi, note=note),
        is_article=True,
        authors=tuple(Name(family.strip(), given.strip() or None) for family, _, given in authors),
        journal=one_line(published.journal),
        volume=one_line(published.volume) if published.volume else None,
        pages="-".join(dict.fromkeys(pages)) or None,
        year=year[0] if (year := _YEAR.search(published.year or "")) else None,
    )


def parse_authors(text: str) -> tuple[Name, ...]:
    """Return the authors in ``Hirano, M. & Hosono, H.``, ``Wu, M. K. et al.`` or ``Xiuqing Huang``."""
    named = _OTHERS.sub("", text).strip()
    others = (Name(OTHERS),) if named != text.strip() else ()
    names, end = [], 0
    while match := _NAME.match(named, end):
        names.append(Name(match["family"].strip(), match["given"]))
        end = match.end()
    if names and not named[end:].strip():
        return (*names, *others)
    return (Name(named), *others) if named else others


def clean_key(text: str) -> str:
    """Return a key of letters, digits and hyphens; other characters become hyphens."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-") or "source"
