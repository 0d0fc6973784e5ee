"""The headers of tables of Tc: one vocabulary for every reader of them.

Beside our own they are those of

- 3DSC: ``formula_sc, tc, cif, material_id_2, database_id_2, synth_doped, crystal_temp_2`` (README and
  ``3DSC_ICSD_only_IDs.csv`` of github.com/aimat-lab/3DSC; Sommer et al., Sci. Data 10, 816 (2023));
- SuperCon as Stanev et al. give it: ``name, Tc`` (npj Comput. Mater. 4, 29 (2018)), and as Hamidieh does:
  ``critical_temp, material`` (Comput. Mater. Sci. 154, 346 (2018));
- SuperCon of NIMS, MDR SuperCon Datasheet 240322 (doi 10.48505/nims.4487): ``num, name, element, str3, utc, tc,
  journal``, and its titles in words, ``chemical formula``, ``Tc (of this sample) recommended``; a second line of
  headers follows;
- SuperCon2 (README of github.com/lfoppiano/supercon, ``supercon2_v22.12.03.csv``): ``id, rawMaterial, materialId,
  name, formula, doping, ..., criticalTemperature, criticalTemperatureMeasurementMethod, appliedPressure, ..., doi``;
  units stand in its cells. Its ``id`` and ``materialId`` are its own and its ``doping`` is a word: they are not read.

For the tables of the NIST database of high-temperature superconductors (SRD 62) no list of headers was found; its
titles in words (``Chemical Formula``, ``Critical Temperature (K)``) are understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from polyqw.errors import UsageError
from polyqw.io.elements import SYMBOLS
from polyqw.io.tables.units import SPELLINGS, Measure, find_unit
from polyqw.untrusted import one_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence


class TcField(StrEnum):
    """What a column of a table of Tc says."""

    ID = "id"
    FILE = "file"
    SOURCE_ID = "source_id"
    FORMULA = "formula"
    TC = "tc"
    TC_SU = "tc_su"
    UNIT = "unit"
    KIND = "kind"
    PRESSURE = "pressure"
    MAGNETIC_FIELD = "magnetic_field"
    METHOD = "method"
    DOPING = "doping"
    DOI = "doi"
    SOURCE = "source"
    NOTE = "note"
    GROUP = "group"
    ORIGIN = "origin"
    SYNTHETIC_DOPED = "synthetic_doped"


HEADERS: Final[dict[TcField, tuple[str, ...]]] = {
    TcField.ID: ("id", "structure_id", "polyqw_id"),
    TcField.FILE: ("file", "cif", "cif_file", "filename", "path"),
    TcField.SOURCE_ID: ("source_id", "cod_id", "icsd_id", "database_id"),
    TcField.FORMULA: (
        "formula", "formula_sc", "chemical_formula", "composition", "compound", "material", "element", "name",
    ),
    TcField.TC: (
        "tc", "tc_median", "t_c", "critical_temperature", "critical_temp", "tc_of_this_sample_recommended",
        "transition_temperature",
    ),
    TcField.TC_SU: ("tc_su", "tc_error", "tc_uncertainty"),
    TcField.UNIT: ("unit", "tc_unit", "utc"),
    TcField.KIND: ("kind",),
    TcField.PRESSURE: ("pressure", "applied_pressure", "tc_pressure", "p"),
    TcField.MAGNETIC_FIELD: ("magnetic_field", "applied_field", "applied_magnetic_field", "field"),
    TcField.METHOD: (
        "method", "measurement_method", "critical_temperature_measurement_method", "method_obtaining_tc",
    ),
    TcField.DOPING: ("doping",),
    TcField.DOI: ("doi",),
    TcField.SOURCE: ("source", "reference", "citation", "journal"),
    TcField.NOTE: ("note", "comment"),
    TcField.GROUP: ("group", "parent", "mp_id", "material_id_2", "database_id_2", "material_id", "database_id"),
    TcField.ORIGIN: ("origin",),
    TcField.SYNTHETIC_DOPED: ("synthetic_doped", "synth_doped"),
}  # fmt: skip
"""Headers as `header_key` gives them, without their unit; of several in one table the first counts."""

WAYS_TO_MATCH: Final = (TcField.ID, TcField.FILE, TcField.SOURCE_ID, TcField.FORMULA)
"""What names a structure or compound; of a line that gives several, the first."""

OTHER_NAMES: Final = {"tc_kelvin": TcField.TC, "tc_su_kelvin": TcField.TC_SU, "pressure_gpa": TcField.PRESSURE}
"""Fields as the columns of the database are called."""

_MEASURES: Final = {
    TcField.TC: Measure.TEMPERATURE, TcField.TC_SU: Measure.TEMPERATURE, TcField.PRESSURE: Measure.PRESSURE,
}  # fmt: skip
_NEEDS_UNIT: Final = frozenset({"p"})  # without one it is as likely the doping
_SUPERCON2: Final = "raw_material"
_NOT_OURS: Final = frozenset({TcField.ID, TcField.DOPING, TcField.GROUP})
_HARMLESS: Final = frozenset({
    "tc_min_kelvin", "tc_max_kelvin", "crystal_temp_2", "no_crystal_temp_given_2", "critical_temperature_id",
    "critical_temperature_measurement_method_id", "applied_pressure_id",
})  # fmt: skip
"""Headers of known tables that sound like a condition of Tc and are none."""

_WORRYING: Final = frozenset(
    "pressure pressures press temperature temperatures temp tc onset midpoint field magnetic tesla oersted gauss "
    "error err errors uncertainty unc sigma std stdev sd su esd gpa mpa kpa pa kbar bar atm psi torr kelvin".split()
)
_LETTERS: Final = frozenset({"p", "t", "b", "h"})
_FEW_ELEMENTS: Final = 10  # a table with more columns of elements lists compositions: P, B and H are amounts

_BRACKETED: Final = re.compile(
    r"(?P<name>.*?)\s*(?:[(\[]\s*(?:in\s+)?(?P<inner>[^()\[\]]*)[)\]]|[/,]\s*(?P<last>[^/,]+))"
)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_NO_WORD: Final = re.compile(r"[^0-9a-z°℃±]+")


@dataclass(frozen=True, slots=True)
class TcColumns:
    """Which column of a table says what.

    Parameters
    ----------
    units : dict
        Unit that the header names, by field, as `polyqw.io.tables.units.convert` takes it.
    worrying : tuple of str
        Those of them that sound like a pressure, temperature, magnetic field or uncertainty.
    """

    titles: dict[TcField, str]
    places: dict[TcField, int]
    units: dict[TcField, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    worrying: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Header:
    place: int
    title: str
    key: str
    unit: str  # as written; empty where there is none

    def names(self, wanted: TcField, alias: str) -> bool:
        if self.key != alias:
            return False
        if not self.unit:
            return alias not in _NEEDS_UNIT
        measure = _MEASURES.get(wanted)
        return find_unit(self.unit, measure) is not None if measure else wanted is TcField.MAGNETIC_FIELD


def find_columns(
    header: Sequence[str], fields: Collection[TcField], given: Mapping[TcField, str], ignored: Iterable[str] = ()
) -> TcColumns:
    """Return which column of a table says what.

    Parameters
    ----------
    ignored : iterable of str
        Headers, or patterns such as ``std_*``, of columns to leave out.
    """
    patterns = list(ignored)
    for pattern in patterns:
        if not any(_fits(title, pattern) for title in header):
            raise UsageError(f"--ignore {one_line(pattern, 60)!r}: there is no such column; {_listed(header)}")
    left = [k for k, title in enumerate(header) if not any(_fits(title, pattern) for pattern in patterns)]
    headers = {k: _parsed(k, header[k]) for k in left}
    found = {wanted: _named(header, title) for wanted, title in given.items()}
    keys = {one.key for one in headers.values()}
    for wanted, aliases in HEADERS.items():
        if wanted not in fields or wanted in found or (_SUPERCON2 in keys and wanted in _NOT_OURS):
            continue
        free = [one for k, one in headers.items() if k not in found.values() or wanted is TcField.GROUP]
        if (place := _first(free, wanted, aliases)) is not None:
            found[wanted] = place
    used = set(found.values())
    unused = [one for k, one in headers.items() if k not in used and one.title]
    return TcColumns(
        titles={wanted: header[k] for wanted, k in found.items()},
        places=found,
        units={wanted: unit for wanted, k in found.items() if (unit := _unit(header[k], wanted)) is not None},
        unused=tuple(title for k, title in enumerate(header) if k not in used and title),
        worrying=tuple(one.title for one in unused if _is_worrying(one, keys)),
    )


def header_key(title: str) -> str:
    """Return a header in small letters, its words joined: ``applied_pressure`` for ``appliedPressure``."""
    return _NO_WORD.sub("_", _CAMEL.sub("_", title).lower()).strip("_")


def field_of(name: str) -> TcField | None:
    """Return the field that a user names, None if there is none."""
    return TcField(name) if name in set(TcField) else OTHER_NAMES.get(name)


def _parsed(place: int, title: str) -> _Header:
    """Take a header apart into its name and the unit that follows it."""
    bracketed = _BRACKETED.fullmatch(title)
    if bracketed and (name := header_key(bracketed["name"])):
        unit = (bracketed["inner"] or bracketed["last"] or "").strip()
        if any(find_unit(unit, measure) for measure in Measure) or _is_of_field(unit):
            return _Header(place, title, name, unit)
    key = header_key(title)
    name, _, last = key.rpartition("_")
    if name and (last in SPELLINGS or last in ("kelvin", "kbar", "bar", "mbar", "atm", "torr", "psi")):
        return _Header(place, title, name, SPELLINGS.get(last, last))
    if name and _is_of_field(last):
        return _Header(place, title, name, last)
    return _Header(place, title, key, "")


def _fits(title: str, pattern: str) -> bool:
    return title == pattern or fnmatchcase(title, pattern)


def _is_of_field(unit: str) -> bool:
    return unit.lower() in ("t", "mt", "tesla", "oe", "koe", "gauss")


def _unit(title: str, wanted: TcField) -> str | None:
    measure = _MEASURES.get(wanted)
    return find_unit(_parsed(0, title).unit, measure) if measure else None


def _first(headers: Sequence[_Header], wanted: TcField, aliases: Sequence[str]) -> int | None:
    for alias in aliases:
        own = [one for one in headers if one.names(wanted, alias)]
        if len(own) > 1:
            titles = " and ".join(repr(one_line(one.title, 40)) for one in own[:3])
            raise UsageError(f"the columns {titles} both say {wanted}; leave one out with --ignore, or rename it")
        if own:
            return own[0].place
    return None


def _named(header: Sequence[str], title: str) -> int:
    places = [k for k, one in enumerate(header) if one == title]
    if len(places) == 1:
        return places[0]
    if places:
        raise UsageError(f"{len(places)} columns are called {one_line(title, 60)!r}; rename all but one")
    raise UsageError(f"there is no column {one_line(title, 60)!r}; {_listed(header)}")


def _listed(header: Sequence[str]) -> str:
    return f"its columns are {', '.join(one_line(title, 40) for title in header[:20])}"


def _is_worrying(one: _Header, keys: Collection[str]) -> bool:
    key = header_key(one.title)
    if key in _HARMLESS:
        return False
    if one.key in _LETTERS:
        return sum(symbol.lower() in keys for symbol in SYMBOLS) < _FEW_ELEMENTS
    words = key.split("_")
    return bool(one.unit) or "±" in one.title or any(word in _WORRYING or word.startswith("tc") for word in words)
