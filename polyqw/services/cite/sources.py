"""Gather what to cite: the program and its libraries, the papers, structure determinations, sources of Tc."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML
from sqlalchemy import select

from polyqw.db.look.find import published_heights, structures_of, transitions_of
from polyqw.db.look.restore import read_claims
from polyqw.db.models import Reference
from polyqw.db.models.compounds import ReferenceKind
from polyqw.resources import resource_path
from polyqw.services.cite.bibtex import bibtex
from polyqw.services.cite.entry import OTHERS, Citation, Name, make_citation, of_publication
from polyqw.services.structures.naming import resolve
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from polyqw.core.record import FileClaims, StructureRecord
    from polyqw.db.models import Compound, Structure, Transition
    from polyqw.services.structures.analyse import Analysed


def cite_program(session: Session) -> list[Citation]:
    """Return the program, its main libraries and the papers whose claims it examines."""
    references = session.scalars(
        select(Reference).where(Reference.kind == ReferenceKind.PAPER).order_by(Reference.key)
    )
    return distinct([*_from_cff(), *(_reference(r, "paper examined") for r in references)])


def program_bibtex() -> str:
    """Return the entry of the program itself in BibTeX."""
    return bibtex([next(_from_cff())])


def cite_stored(session: Session, key: str) -> list[Citation]:
    """Return what stands behind a structure or compound: determinations, sources of Tc, printed heights.

    Parameters
    ----------
    key : str
        Number, source id, name of the data block or path of a structure; name or formula of a compound.
    """
    named = resolve(session, key)
    if named.compounds:
        return distinct(citation for compound in named.compounds for citation in _of_compound(session, compound))
    return distinct(citation for structure in named.structures for citation in _of_structure(session, structure))


def cite_read(found: Iterable[Analysed]) -> list[Citation]:
    """Return what files say of their own sources; those that could not be read say nothing."""
    return distinct(citation for read in found if read.record is not None for citation in _of_record(read.record))


def _from_cff() -> Iterator[Citation]:
    """Yield the program, then the libraries, as CITATION.cff gives them."""
    with resource_path("CITATION.cff").open(encoding="utf-8") as stream:
        cff: dict[str, Any] = YAML(typ="safe", pure=True).load(stream)
    yield replace(_cff_entry(cff, "polyqw", "program"), version=__version__)
    for reference in cff["references"]:
        first = str(reference["title"]).split(":", maxsplit=1)[0]
        yield _cff_entry(
            reference, f"{reference['authors'][0]['family-names']}{reference['year']}", f"library, {first}"
        )


def _cff_entry(entry: dict[str, Any], key: str, role: str) -> Citation:
    authors = tuple(
        Name(author["name"], is_group=author["name"] != OTHERS)
        if "name" in author
        else Name(author["family-names"], author.get("given-names"))
        for author in entry["authors"]
    )
    pages = "-".join(str(entry[name]) for name in ("start", "end") if name in entry)
    year = entry.get("year") or str(entry.get("date-released", ""))[:4]
    return replace(
        make_citation(key, role, title=str(entry["title"]), doi=entry.get("doi")),
        authors=authors,
        is_article=entry["type"] == "article",
        year=str(year) if year else None,
        journal=entry.get("journal"),
        volume=str(entry["volume"]) if "volume" in entry else None,
        pages=pages or None,
        note=entry.get("notes"),
    )


def _reference(reference: Reference, role: str) -> Citation:
    title = reference.title
    note = reference.note if title is None else None
    return make_citation(
        reference.key,
        role,
        title=title or reference.key,
        authors=reference.authors,
        date=reference.date,
        citation=reference.citation,
        doi=reference.doi,
        note=note,
    )


def _of_structure(session: Session, structure: Structure) -> Iterator[Citation]:
    role = f"structure {structure.block or structure.id}, {structure.origin}"
    if structure.source or structure.citation or structure.doi:
        yield make_citation(
            f"structure-{structure.block or structure.id}",
            role,
            citation=structure.citation,
            doi=structure.doi,
            note=structure.source,
        )
    rows = structure.transitions or transitions_of(session, structure.compound)
    for transition in rows:
        yield from _of_transition(transition, structure.compound.name)
    yield from _of_claims(read_claims(structure), structure.formula)


def _of_compound(session: Session, compound: Compound) -> Iterator[Citation]:
    for height in published_heights(session, compound=compound):
        yield _reference(height.reference, f"printed heights of {compound.name}")
    for transition in transitions_of(session, compound):
        yield from _of_transition(transition, compound.name)
    for structure in structures_of(session, [compound]):
        yield from _of_structure(session, structure)


def _of_transition(transition: Transition, compound: str) -> Iterator[Citation]:
    role = f"Tc of {compound}"
    if transition.reference is not None:
        yield _reference(transition.reference, role)
    elif transition.source:
        yield make_citation(f"tc-{transition.source}", role, note=transition.source)


def _of_record(record: StructureRecord) -> Iterator[Citation]:
    own = record.provenance
    if own.source or own.citation or own.doi:
        key, role = f"structure-{record.block}", f"structure {record.block}, {own.origin}"
        if own.publication is not None:
            yield of_publication(own.publication, key, role, doi=own.doi, note=own.source)
        else:
            yield make_citation(key, role, citation=own.citation, doi=own.doi, note=own.source)
    if own.transition is not None and own.transition.source:
        source = own.transition.source
        yield make_citation(f"tc-{source}", f"Tc of {record.cell.formula}", note=source)
    yield from _of_claims(own.claims, record.cell.formula)


def _of_claims(claims: FileClaims, formula: str) -> Iterator[Citation]:
    """Yield the source that a file names for a Tc that nobody vouches for."""
    if claims.transition is not None and claims.transition.source:
        source = claims.transition.source
        yield make_citation(f"tc-{source}", f"Tc that the file claims for {formula}", note=source)


def distinct(citations: Iterable[Citation]) -> list[Citation]:
    """Return each source once, with all it is cited for, under a key of its own."""
    merged: dict[tuple[str, ...], Citation] = {}
    for citation in citations:
        known = merged.get(citation.identity)
        if known is None:
            merged[citation.identity] = citation
        elif citation.role not in known.role.split("; "):
            merged[citation.identity] = replace(known, role=f"{known.role}; {citation.role}")
    keys: set[str] = set()
    distinct = []
    for citation in merged.values():
        key, number = citation.key, 1
        while key.lower() in keys:
            number += 1
            key = f"{citation.key}-{number}"
        keys.add(key.lower())
        distinct.append(replace(citation, key=key))
    return distinct
