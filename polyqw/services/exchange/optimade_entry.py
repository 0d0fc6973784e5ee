"""One entry of an OPTIMADE provider as a structure with its provenance, or a reason."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from polyqw.core.analysis import find_wells
from polyqw.core.record import Origin, Provenance, StructureRecord, Trust, structure_digest
from polyqw.core.wells import Status
from polyqw.errors import ReadError
from polyqw.io.optimade.structure import cell_of_attributes
from polyqw.services.structures.analyse import Analysed
from polyqw.untrusted import one_line
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from polyqw.core.options import AnalysisOptions
    from polyqw.io.optimade.client import Page

_COMPUTED = re.compile(r"\bDFT\b|\bdensity[- ]functional\b|\bfirst[- ]principles?\b|\bab[- ]initio\b", re.IGNORECASE)
_OWN: Final = "_polyqw_"
_LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Provider:
    """Who gives entries, in its own words.

    Parameters
    ----------
    name : str
        Prefix or name of the provider, one word or a few.
    """

    name: str
    description: str

    @classmethod
    def of(cls, page: Page, host: str) -> Provider:
        """Return the provider of a page; one that does not name itself goes by its host."""
        provider = page.meta.get("provider")
        own = provider if isinstance(provider, dict) else {}
        database = page.meta.get("database")
        about = database if isinstance(database, dict) else {}
        words = (own.get("name"), own.get("description"), about.get("name"), about.get("description"))
        return cls(
            one_line(str(own.get("prefix") or own.get("name") or host), 60),
            one_line("; ".join(word for word in words if isinstance(word, str)), _LONGEST),
        )


def entry_file(structures_url: str, entry: Mapping[str, Any]) -> str:
    """Return the URL of an entry, which stands for the path of a file."""
    return f"{structures_url}/{quote(entry_id(entry), safe='')}"


def entry_id(entry: Mapping[str, Any]) -> str:
    """Return the id of an entry as one line; empty where it has none."""
    found = entry.get("id")
    return one_line(str(found), 200) if found is not None else ""


@dataclass(frozen=True, slots=True)
class Vouching:
    """What the user says of the entries of a provider.

    Parameters
    ----------
    origin : Origin
        What structures are of which the provider does not say it.
    trusted : bool
        Whether the user vouches for the origin and the table row that the provider states.
    """

    origin: Origin = Origin.UNKNOWN
    trusted: bool = False


def entry_digest(entry: Mapping[str, Any], vouching: Vouching) -> str:
    """Return a SHA-256 of what an entry says and what its user says of it, whatever the order of keys."""
    said = [vouching.origin.value, "trusted"] if vouching.trusted else [vouching.origin.value]
    content = [entry.get("id"), entry.get("attributes"), entry.get("relationships"), *said]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def analyse_entry(
    entry: Mapping[str, Any],
    page: Page,
    file: str,
    provider: Provider,
    options: AnalysisOptions,
    *,
    vouching: Vouching,
) -> Analysed:
    """Return an entry analysed as if it were a file with one data block.

    Parameters
    ----------
    page : Page
        Where it stands; holds the references it names.
    """
    name = entry_id(entry)
    try:
        record = _record(entry, page, file, provider, vouching)
    except ReadError as error:
        return Analysed(file, name, Status.REJECTED, error.reason, str(error))
    analysis = find_wells(record.cell, options)
    return Analysed(file, name, analysis.status, analysis.reason, analysis.message, record, analysis)


def _record(
    entry: Mapping[str, Any], page: Page, file: str, provider: Provider, vouching: Vouching
) -> StructureRecord:
    name = entry_id(entry)
    attributes = entry.get("attributes")
    if not name or not isinstance(attributes, dict):
        raise ReadError("no_structure", f"{file}: the entry has no id or no attributes")
    found = cell_of_attributes(file, attributes)
    number = attributes.get("space_group_it_number")
    return StructureRecord(
        file=file,
        block=name,
        cell=found.cell,
        formula_declared=_text(attributes, "chemical_formula_reduced"),
        space_group=_text(attributes, "space_group_symbol_hermann_mauguin"),
        space_group_number=number if type(number) is int and 1 <= number <= 230 else None,
        file_sha256=entry_digest(entry, vouching),
        structure_sha256=structure_digest(found.cell),
        parser=f"polyqw {__version__} (OPTIMADE)",
        warnings=found.warnings,
        provenance=_provenance(entry, attributes, page, provider, vouching),
    )


def _provenance(
    entry: Mapping[str, Any], attributes: Mapping[str, Any], page: Page, provider: Provider, vouching: Vouching
) -> Provenance:
    reference = _reference(entry, page)
    modified = _text(attributes, "last_modified")
    immutable = _text(attributes, "immutable_id")
    source = _text(attributes, f"{_OWN}source")
    stated = Provenance(
        origin=_stated_origin(attributes),
        method=_text(attributes, f"{_OWN}method"),
        source=f"{provider.name} {entry_id(entry)}",
        doi=_text(attributes, f"{_OWN}doi") or _text(reference, "doi"),
        citation=_text(attributes, f"{_OWN}citation") or _text(reference, "note") or _text(reference, "title"),
        temperature_kelvin=_amount(attributes, f"{_OWN}temperature_kelvin"),
        pressure_gpa=_amount(attributes, f"{_OWN}pressure_gpa"),
        pressure_note=_text(attributes, f"{_OWN}pressure_note"),
        table_row=_text(attributes, f"{_OWN}table_row"),
    ).weighed(Trust.USER if vouching.trusted else Trust.NONE)
    provenance, because = _with_origin(stated, entry, provider, vouching.origin)
    words = [
        f"from the OPTIMADE provider {provider.name}, entry {entry_id(entry)}",
        f"last modified {modified}" if modified else "",
        f"immutable id {immutable}" if immutable else "",
        f"source {source}" if source else "",
        because,
        _text(attributes, f"{_OWN}note") or "",
    ]
    return replace(provenance, note="; ".join(word for word in words if word))


def _stated_origin(attributes: Mapping[str, Any]) -> Origin:
    stated = attributes.get(f"{_OWN}origin")
    return Origin(stated) if isinstance(stated, str) and stated in set(Origin) else Origin.UNKNOWN


def _with_origin(
    stated: Provenance, entry: Mapping[str, Any], provider: Provider, named: Origin
) -> tuple[Provenance, str]:
    """Return what a structure is, and how that is known; measured only where the user vouches for it.

    What the provider says against its entry, that it was not measured, is not overruled by the origin that the user
    names for all of them.
    """
    if stated.origin is not Origin.UNKNOWN:
        return stated, "origin as the provider states it"
    relationships = entry.get("relationships")
    calculations = relationships.get("calculations") if isinstance(relationships, dict) else None
    if isinstance(calculations, dict) and calculations.get("data"):
        return replace(stated, origin=Origin.DFT), "origin dft, as the provider relates it to calculations"
    if word := _COMPUTED.search(provider.description):
        return replace(stated, origin=Origin.DFT), f"origin dft, as the provider says {word[0]!r} of its data"
    if named is Origin.UNKNOWN or stated.cautious_origin is not Origin.UNKNOWN:
        return stated, ""
    claims = replace(stated.claims, origin=Origin.UNKNOWN if stated.claims.origin is named else stated.claims.origin)
    return replace(stated, origin=named, trust=Trust.USER, claims=claims), f"origin {named} as named by the user"


def _reference(entry: Mapping[str, Any], page: Page) -> Mapping[str, Any]:
    """Return the attributes of the first reference of an entry, empty where the page holds none."""
    relationships = entry.get("relationships")
    related = relationships.get("references") if isinstance(relationships, dict) else None
    data = related.get("data") if isinstance(related, dict) else None
    for one in data if isinstance(data, list) else []:
        if not isinstance(one, dict):
            continue
        attributes = page.included.get((str(one.get("type")), str(one.get("id"))), {}).get("attributes")
        if isinstance(attributes, dict):
            return attributes
    return {}


def _text(attributes: Mapping[str, Any], name: str) -> str | None:
    value = attributes.get(name)
    return one_line(value, _LONGEST) or None if isinstance(value, str) else None


def _amount(attributes: Mapping[str, Any], name: str) -> float | None:
    value = attributes.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value < 1e6 else None
