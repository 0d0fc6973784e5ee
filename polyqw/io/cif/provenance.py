"""Where a structure comes from, as CIF items: the one place that knows their names.

Temperature, pressure and DOI have standard items (core CIF dictionary), which carry kelvin and
kilopascal. For the rest there are items of our own:

==================================  =======================================================
item                                meaning
==================================  =======================================================
``_polyqw_origin``                  kind of evidence, a value of `Origin`
``_polyqw_method``                  method of the determination
``_polyqw_source``                  database and code, or the place of publication
``_polyqw_doi``                     DOI, where ``_journal_paper_doi`` would not be right
``_polyqw_citation``                citation in words
``_polyqw_temperature_kelvin``      temperature [K]; before ``_diffrn_ambient_temperature``
``_polyqw_pressure_gpa``            pressure [GPa]; before ``_diffrn_ambient_pressure`` [kPa]
``_polyqw_pressure_note``           how the pressure is known
``_polyqw_table_row``               compound of the papers' tables beside which it stands
``_polyqw_tc_kelvin``               transition temperature [K], measured or reported
``_polyqw_tc_upper_bound_kelvin``   upper bound on it [K]
``_polyqw_tc_not_observed_kelvin``  lowest temperature reached without superconductivity [K]
``_polyqw_tc_kind``                 what it says, a value of `TransitionKind`
``_polyqw_tc_pressure_gpa``         pressure at which it was found [GPa]
``_polyqw_tc_source``               where it stands
``_polyqw_note``                    anything else
``_polyqw_family``                  family of superconductors (used by `published` alone)
``_polyqw_trust``                   who vouched for origin, table row and Tc where the file was
                                    written, a value of `Trust`; never read: no file vouches
                                    for itself
``_polyqw_claimed_origin``          what an earlier file claimed for itself, likewise
                                    ``_table_row`` and the items of Tc
==================================  =======================================================

What is read here is what the file says. `polyqw.core.record.Provenance.weighed` makes evidence or claims of it.
"""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING

from polyqw.core.record import FileClaims, Origin, Provenance, Publication, Transition, TransitionKind, Trust
from polyqw.io.cif.syntax import CifBlock, unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

_KILOPASCAL_PER_GIGAPASCAL = 1_000_000
_OWN, _CLAIMED = "_polyqw_", "_polyqw_claimed_"
_DATABASES = (
    ("_cod_database_code", "COD"),
    ("_database_code_icsd", "ICSD collection code"),
    ("_icsd_collection_code", "ICSD collection code"),
    ("_database_code_amcsd", "AMCSD"),
    ("_database_code_csd", "CSD"),
    ("_database_code_depnum_ccdc_archive", "CCDC"),
    ("_pauling_file_entry", "Pauling File"),
)
_TC = "tc_kelvin"
_BOUNDS = {
    TransitionKind.UPPER_BOUND: "tc_upper_bound_kelvin",
    TransitionKind.NOT_OBSERVED: "tc_not_observed_kelvin",
}
_PROBES = {"neutron": "neutron", "electron": "electron", "x-ray": "x-ray", "xray": "x-ray", "gamma": "gamma"}


def read_provenance(block: CifBlock) -> Provenance:
    """Return what a data block says about where it comes from; our own items go before standard ones."""
    own_words = _text(block, "_polyqw_citation")
    publication = None if own_words else _publication(block)
    return Provenance(
        origin=_origin(block, _OWN),
        method=_text(block, "_polyqw_method") or _probe(block),
        source=_text(block, "_polyqw_source") or _database(block),
        doi=_text(block, "_polyqw_doi", "_journal_paper_doi", "_citation_doi", "_journal_doi"),
        citation=own_words or (str(publication) if publication else None),
        temperature_kelvin=_number(
            block,
            "_polyqw_temperature_kelvin",
            "_diffrn_ambient_temperature",
            "_cell_measurement_temperature",
            "_diffrn_ambient_temp",
        ),
        pressure_gpa=_pressure(block),
        pressure_note=_text(block, "_polyqw_pressure_note"),
        table_row=_text(block, f"{_OWN}table_row"),
        transition=_transition(block, _OWN),
        note=_text(block, "_polyqw_note"),
        claims=FileClaims(
            _origin(block, _CLAIMED), _text(block, f"{_CLAIMED}table_row"), _transition(block, _CLAIMED)
        ),
        publication=publication,
    )


def provenance_items(provenance: Provenance) -> Iterator[tuple[str, str]]:
    """Yield the items that say where a structure comes from, so that `read_provenance` returns it again."""
    claims = provenance.claims
    values = {
        "_polyqw_origin": str(provenance.origin),
        "_polyqw_trust": None if provenance.trust is Trust.NONE and claims.is_empty else str(provenance.trust),
        "_polyqw_method": provenance.method,
        "_polyqw_source": provenance.source,
        "_polyqw_citation": provenance.citation,
        "_journal_paper_doi": provenance.doi,
        "_diffrn_ambient_temperature": _decimal(provenance.temperature_kelvin),
        "_diffrn_ambient_pressure": _decimal(provenance.pressure_gpa, _KILOPASCAL_PER_GIGAPASCAL),
        "_polyqw_pressure_note": provenance.pressure_note,
        "_polyqw_table_row": provenance.table_row,
        **_transition_items(provenance.transition, _OWN),
        "_polyqw_note": provenance.note,
        "_polyqw_claimed_origin": None if claims.origin is Origin.UNKNOWN else str(claims.origin),
        "_polyqw_claimed_table_row": claims.table_row,
        **_transition_items(claims.transition, _CLAIMED),
    }
    for name, value in values.items():
        if value is not None:
            yield name, value


def _transition_items(transition: Transition | None, prefix: str) -> dict[str, str | None]:
    if transition is None:
        return {}
    return {
        f"{prefix}{_BOUNDS.get(transition.kind, _TC)}": _decimal(transition.tc_kelvin),
        f"{prefix}tc_kind": str(transition.kind),
        f"{prefix}tc_pressure_gpa": _decimal(transition.pressure_gpa),
        f"{prefix}tc_source": transition.source,
    }


def _decimal(value: float | None, factor: int = 1) -> str | None:
    return None if value is None else f"{(Decimal(repr(value)) * factor).normalize():f}"


def _text(block: CifBlock, *names: str) -> str | None:
    value = block.first(*names)
    return None if value is None else unquote(value) or None


def _number(block: CifBlock, *names: str, divisor: int = 1) -> float | None:
    for name in names:
        text = block.first(name)
        if text is None:
            continue
        try:
            value = float(Decimal(text.split("(")[0].strip()) / divisor)
        except (ArithmeticError, ValueError):  # no number, or one with an absurd exponent
            continue
        if isfinite(value) and value >= 0:
            return value
    return None


def _pressure(block: CifBlock) -> float | None:
    own = _number(block, "_polyqw_pressure_gpa")
    if own is not None:
        return own
    return _number(
        block,
        "_diffrn_ambient_pressure",
        "_cell_measurement_pressure",
        divisor=_KILOPASCAL_PER_GIGAPASCAL,
    )


def _origin(block: CifBlock, prefix: str) -> Origin:
    text = block.first(f"{prefix}origin")
    return Origin(text) if text in set(Origin) else Origin.UNKNOWN


def _transition(block: CifBlock, prefix: str) -> Transition | None:
    bound = next((kind for kind, item in _BOUNDS.items() if block.first(f"{prefix}{item}") is not None), None)
    kelvin = _number(block, f"{prefix}{_BOUNDS[bound] if bound else _TC}")
    if kelvin is None:
        return None
    kind = bound or block.first(f"{prefix}tc_kind")
    known = TransitionKind(kind) if kind in set(TransitionKind) else TransitionKind.REPORTED
    pressure = _number(block, f"{prefix}tc_pressure_gpa")
    return Transition(kelvin, known, _text(block, f"{prefix}tc_source"), pressure)


def _database(block: CifBlock) -> str | None:
    for name, database in _DATABASES:
        code = _text(block, name)
        if code:
            return f"{database} {code}"
    return None


def _probe(block: CifBlock) -> str | None:
    text = block.first("_diffrn_radiation_probe", "_diffrn_radiation_type")
    if text is None:
        return None
    lower = text.lower()
    return next((method for word, method in _PROBES.items() if word in lower), None)


def _publication(block: CifBlock) -> Publication | None:
    journal = _text(block, "_journal_name_full", "_journal_name_abbrev", "_citation_journal_abbrev")
    if journal is None:
        return None
    return Publication(
        journal,
        tuple(unquote(name) for name in block.column("_publ_author_name", "_citation_author_name")),
        _text(block, "_publ_section_title", "_citation_title"),
        _text(block, "_journal_volume", "_citation_journal_volume"),
        _text(block, "_journal_page_first", "_citation_page_first"),
        _text(block, "_journal_page_last", "_citation_page_last"),
        _text(block, "_journal_year", "_citation_year"),
    )
