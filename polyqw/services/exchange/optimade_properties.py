"""What the properties of an OPTIMADE export mean: the standard ones by name, ours with unit and meaning."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from polyqw.core.outside import as_row
from polyqw.core.structure_tc import tc_of_structure
from polyqw.db.look.restore import read_claims
from polyqw.db.well_columns import read_well
from polyqw.services.structures.file_claims import claims_row
from polyqw.services.structures.phase_height import phase_height, phase_height_su
from polyqw.services.structures.records import transition_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from polyqw.db.models import Structure

PREFIX = "_polyqw_"

_ANGSTROM, _KELVIN, _GPA = "Ao", "K", "GPa"  # as The Unified Code for Units of Measure writes them

STANDARD = {
    "elements": ("list", "Chemical symbols of the elements, in alphabetical order."),
    "nelements": ("integer", "Number of elements."),
    "elements_ratios": ("list", "Share of each element in the atoms; the shares sum to one."),
    "chemical_formula_descriptive": ("string", "Formula with the occupancies of mixed sites as decimals."),
    "chemical_formula_reduced": ("string", "Formula in the smallest whole numbers, in alphabetical order."),
    "chemical_formula_hill": ("string", "The reduced formula in Hill's order."),
    "chemical_formula_anonymous": ("string", "The reduced formula with letters for elements."),
    "dimension_types": ("list", "1 for each periodic direction."),
    "nperiodic_dimensions": ("integer", "Number of periodic directions."),
    "lattice_vectors": ("list", "Lattice vectors as rows."),
    "cartesian_site_positions": ("list", "Cartesian position of each site."),
    "nsites": ("integer", "Number of sites."),
    "species": ("list", "What stands at sites: elements with their concentrations, and vacancy."),
    "species_at_sites": ("list", "Species at each site."),
    "structure_features": ("list", "disorder where sites are shared or partly empty."),
    "space_group_it_number": ("integer", "Number of the space group as the source gives it; all sites are listed."),
    "space_group_symbol_hermann_mauguin": (
        "string",
        "Space group symbol as the source gives it, without its setting.",
    ),
    "immutable_id": ("string", "SHA-256 of file, data block, version and options of the analysis."),
    "last_modified": ("timestamp", "When the structure was stored."),
}
"""Standard properties of structures that are filled: type and what they hold here."""

STANDARD_UNITS = {"lattice_vectors": _ANGSTROM, "cartesian_site_positions": _ANGSTROM}

_WELL_FIELDS = (
    "kind", "phase", "height_angstrom", "height_su_angstrom", "apices", "plane_metal", "multiplicity", "n_vertices",
    "n_faces", "max_fold_degrees", "volume_angstrom3", "layered", "normal", "electron_cart_angstrom",
)  # fmt: skip


def _tc_of(structure: Structure, name: str) -> Any:
    return getattr(tc_of_structure(structure.transitions, structure.pressure_gpa), name)


OWN: dict[str, tuple[str, str | None, str, Callable[[Structure], Any]]] = {
    "name": ("string", None, "Name of the data block.", lambda s: s.block),
    "compound": ("string", None, "Name of the compound.", lambda s: s.compound.name),
    "family": (
        "string", None, "Family by the metal of the planes: cuprate, nickelate, iron, element or kagome; null where "
        "no well was found.", lambda s: s.family,
    ),
    "status": ("string", None, "Outcome of the analysis: ok, no_well or rejected.", lambda s: s.status),
    "reason": ("string", None, "Reason code when the status is not ok.", lambda s: s.reason),
    "message": ("string", None, "The reason with its numbers, one sentence.", lambda s: s.message or None),
    "warnings": (
        "list", None, "What a careful reader should know, sentences.", lambda s: [*s.parser_warnings, *s.warnings]
    ),
    "wells": (
        "list", None, "Wells, one dictionary for each kind, phase and height: " + ", ".join(_WELL_FIELDS) + ". Keys "
        "end in their unit; height_angstrom is the height h; normal is a unit vector; electron_cart_angstrom the "
        "place of the confined electron.", lambda s: [_well(w) for w in s.wells],
    ),
    **{
        f"height_{phase}_angstrom": (
            "float", _ANGSTROM, f"Height h of the {phase} wells, their mean, in ångström; null where there are none.",
            partial(phase_height, phase=phase),
        )
        for phase in ("alpha", "beta", "gamma")
    },
    **{
        f"height_{phase}_su_angstrom": (
            "float", _ANGSTROM, f"Standard uncertainty of height_{phase}_angstrom in ångström; null where the "
            "source states none.", partial(phase_height_su, phase=phase),
        )
        for phase in ("alpha", "beta", "gamma")
    },
    **{
        name: (kind, unit, text, partial(_tc_of, name=name))
        for name, (kind, unit, text) in {
            "tc_kelvin": (
                "float", _KELVIN, "Superconducting transition temperature at the pressure of the structure, kelvin: "
                "the highest measured value, or where none was measured the highest reported one.",
            ),
            "tc_kind": (
                "string", None, "Kind of tc_kelvin, measured or reported (second-hand); where that is null, "
                "not_observed or upper_bound for a bound at the pressure of the structure.",
            ),
            "tc_pressure_gpa": (
                "float", _GPA, "Pressure stated with the value or bound that tc_kind speaks of, in gigapascal; null "
                "where none is stated, which is taken for ambient.",
            ),
            "tc_upper_bound_kelvin": (
                "float", _KELVIN, "Lowest upper bound on Tc at the pressure of the structure, in kelvin.",
            ),
            "tc_not_observed_kelvin": (
                "float", _KELVIN, "Lowest temperature reached at the pressure of the structure without "
                "superconductivity, in kelvin.",
            ),
            "tc_max_kelvin": (
                "float", _KELVIN, "Highest measured or reported Tc of the structure at any pressure, in kelvin.",
            ),
            "tc_max_pressure_gpa": (
                "float", _GPA, "Pressure stated with tc_max_kelvin, in gigapascal; null where none is stated.",
            ),
            "n_tc": ("integer", None, "Number of all values of Tc and bounds on it."),
        }.items()
    },
    "transitions": (
        "list", None, "All transition temperatures of the structure, dictionaries: tc_kelvin (for upper_bound the "
        "bound, for not_observed the lowest temperature reached), tc_su_kelvin, kind, method, pressure_gpa, "
        "reference, source, note.", lambda s: [_transition(t) for t in s.transitions],
    ),
    "origin": (
        "string", None, "What kind of evidence the structure is: measured, idealised, constructed (made from the "
        "papers' own numbers, no evidence), synthetic_doped, dft or unknown.", lambda s: s.origin,
    ),
    "trust": (
        "string", None, "Who vouches for origin, table_row and the Tc that came with the file: reference (the file "
        "travels with polyqw), user, or none.", lambda s: s.trust,
    ),
    "claims": (
        "dictionary", None, "What the file says of itself and nobody vouches for, no evidence: origin, table_row, "
        "tc_kelvin, tc_kind, tc_source; null where it says nothing.", lambda s: claims_row(read_claims(s)),
    ),
    "method": ("string", None, "How the structure was determined.", lambda s: s.method),
    "source": ("string", None, "Database and code of the structure.", lambda s: s.source),
    "doi": ("string", None, "DOI of the determination.", lambda s: s.doi),
    "citation": ("string", None, "Citation of the determination.", lambda s: s.citation),
    "temperature_kelvin": (
        "float", _KELVIN, "Temperature of the determination in kelvin.", lambda s: s.temperature_kelvin
    ),
    "pressure_gpa": ("float", _GPA, "Pressure of the determination in gigapascal.", lambda s: s.pressure_gpa),
    "pressure_note": ("string", None, "How the pressure is known.", lambda s: s.pressure_note),
    "table_row": ("string", None, "Row of the papers' tables the structure stands beside.", lambda s: s.table_row),
    "note": ("string", None, "What a careful reader should know.", lambda s: s.note),
    "site_labels": ("list", None, "Label of each site in the source.", lambda s: [site.label for site in s.sites]),
    "file_sha256": ("string", None, "SHA-256 of the file the structure was read from.", lambda s: s.file_sha256),
    "structure_sha256": (
        "string", None, "SHA-256 of the cell, the same for the same sites in any order.", lambda s: s.structure_sha256
    ),
    "analysis_version": ("string", None, "Version of the analysis by polyqw.", lambda s: s.analysis_version),
}  # fmt: skip
"""Our own properties of structures: type, unit, description, and how they are had; names without the prefix."""


def structure_properties() -> dict[str, dict[str, Any]]:
    """Return the definition of every property of a structure, by name."""
    standard = {
        name: _definition(kind, STANDARD_UNITS.get(name), description)
        for name, (kind, description) in STANDARD.items()
    }
    own = {PREFIX + name: _definition(kind, unit, text) for name, (kind, unit, text, _) in OWN.items()}
    return standard | own


def _definition(kind: str, unit: str | None, description: str) -> dict[str, Any]:
    sortable = kind not in ("list", "dictionary")
    return {"description": description, "unit": unit, "sortable": sortable, "type": kind}


def _well(well: Any) -> dict[str, Any]:
    row = as_row(read_well(well))
    return {name: row[name] for name in _WELL_FIELDS}


def _transition(transition: Any) -> dict[str, Any]:
    record = transition_record(transition)
    del record["structure_id"]
    return record
