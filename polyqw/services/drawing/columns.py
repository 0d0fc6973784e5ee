"""The catalogue of columns: what each key is called in tables for people, its unit and its decimals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table for people.

    Parameters
    ----------
    key : str
        Name of the value in rows, JSON and CSV.
    header : str
        Without the unit.
    unit : str or None
    decimals : int or None
        None shows six digits.
    joint : str
        What stands between the items of a list.
    """

    key: str
    header: str
    unit: str | None = None
    decimals: int | None = None
    joint: str = " "

    @property
    def title(self) -> str:
        """The header with its unit."""
        return f"{self.header} ({self.unit})" if self.unit else self.header


WELL: Final = (
    "phase", "kind", "height_angstrom", "height_su_angstrom", "apices", "multiplicity", "n_faces", "volume_angstrom3",
)  # fmt: skip
"""Keys of a well in every table of wells."""

LAW_ROW: Final = (
    "compound", "phase", "height_angstrom", "tc_kelvin", "lambda_kelvin_angstrom2", "lambda_printed_kelvin_angstrom2",
    "tc_law_kelvin", "residual_kelvin",
)  # fmt: skip
"""Keys of a printed row beside the law."""


_SAME: Final = (
    "branch chosen claim command compound element family file formula fourfold id kind line matched message model "
    "name note notes occupied origin outcome packing parameters parity phase place question reading recipe "
    "recomputed reason reference rows seed shape source state stated status structure table target tolerance unit "
    "verdict wells what where"
)
"""Keys that are their own headers."""

_COLUMNS: Final = (
    *(Column(word, word) for word in _SAME.split()),
    # structures
    Column("formula_written", "formula"),
    Column("h_alpha_angstrom", "h alpha", "Å", 3),
    Column("h_beta_angstrom", "h beta", "Å", 3),
    Column("h_gamma_angstrom", "h gamma", "Å", 3),
    Column("pressure_gpa", "p", "GPa"),
    Column("tc_kelvin", "Tc", "K", 1),
    Column("tc_kind", "kind of Tc"),
    Column("block", "structure"),
    Column("file_sha256", "SHA-256"),
    Column("parser", "reader"),
    Column("sha256", "SHA-256"),
    # wells
    Column("apices", "apices", joint="-"),
    Column("height_angstrom", "h", "Å", 4),
    Column("height_from", "h from"),
    Column("height_su_angstrom", "su(h)", "Å", 4),
    Column("heights_from", "h from"),
    Column("multiplicity", "per cell"),
    Column("n_faces", "faces"),
    Column("volume_angstrom3", "V", "Å³", 3),
    # the law
    Column("baseline_rmse_kelvin", "error of a constant", "K", 1),
    Column("correlation", "r(Tc, h)", decimals=2),
    Column("cook_distance", "Cook's distance", decimals=2),
    Column("difference_angstrom", "less", "Å", 4),
    Column("explanation", "what the data say"),
    Column("fraction_above_bound", "above λ/h²", decimals=2),
    Column("height_printed_angstrom", "printed", "Å", 4),
    Column("height_structure_angstrom", "structure", "Å", 4),
    Column("high", "to", decimals=1),
    Column("lambda_kelvin_angstrom2", "λ", "K Å²", 1),
    Column("lambda_mean", "λ mean", "K Å²", 1),
    Column("lambda_printed_height", "λ printed", decimals=0),
    Column("lambda_printed_kelvin_angstrom2", "λ printed", decimals=0),
    Column("lambda_sd", "sd", decimals=1),
    Column("lambda_structure_height", "λ structure", decimals=0),
    Column("lambda_used", "λ", "K Å²", 1),
    Column("lambda_without_kelvin_angstrom2", "λ without", decimals=1),
    Column("loo_rmse_kelvin", "error of the law", "K", 1),
    Column("low", "95 % from", decimals=1),
    Column("mae_kelvin", "mean error", "K", 1),
    Column("n", "rows", decimals=0),
    Column("n_groups", "parents", decimals=0),
    Column("n_permutations", "permutations", decimals=0),
    Column("n_with_choice", "with a choice", decimals=0),
    Column("p_choice", "shuffled as good", decimals=4),
    Column("p_value", "share as good", decimals=4),
    Column("residual_kelvin", "residual", "K", 1),
    Column("rmse_constant_kelvin", "of a constant", "K", 1),
    Column("rmse_kelvin", "error", "K", 1),
    Column("rmse_law_kelvin", "error of the law", "K", 1),
    Column("rmse_permuted_median_kelvin", "shuffled, median", "K", 2),
    Column("spearman", "rank correlation", decimals=2),
    Column("tc_law_kelvin", "Tc by law", "K", 1),
    Column("title", "what it says"),
    # validation
    Column("bias_lambda_percent", "λ off by", "%", 1),
    Column("bias_percent", "off by", "%", 1),
    Column("exponent", "free exponent", decimals=2),
    Column("height_computed_angstrom", "computed", "Å", 3),
    Column("height_measured_angstrom", "measured", "Å", 3),
    Column("lambda_median_kelvin_angstrom2", "median λ", "K Å²", 0),
    Column("lambda_spread_factor", "spread, factor", decimals=2),
    Column("mae_law_kelvin", "mean error of the law", "K", 1),
    # predictions
    Column("error_kelvin", "error", "K", 1),
    Column("lambda_from", "λ from"),
    Column("observed_kelvin", "observed", "K", 1),
    Column("observed_kind", "kind"),
    Column("observed_pressure_gpa", "at", "GPa", 1),
    Column("observed_source", "source"),
    Column("predicted_at", "predicted at", "UTC"),
    Column("prediction_id", "id"),
    Column("published_kelvin", "printed", "K", 1),
    Column("tc_high_kelvin", "high", "K", 1),
    Column("tc_low_kelvin", "low", "K", 1),
    # resonance
    Column("energy_mev", "E_R", "meV", 2),
    Column("measured_mev", "measured", "meV", 1),
    Column("published_mev", "printed", "meV", 1),
    Column("pair_distance_angstrom", "η", "Å", 2),
    Column("relative_intensity", "intensity (rel.)", decimals=2),
    # series
    Column("height_for_observed_angstrom", "h for that Tc", "Å", 3),
    Column("log_slope_per_unit", "d ln h/dx", decimals=6),
    Column("log_slope_per_unit_standard_error", "±", decimals=6),
    Column("phases", "same height", joint=" = "),
    Column("pressure_from_gpa", "from", "GPa"),
    Column("pressure_of_tc_gpa", "at", "GPa"),
    Column("pressure_to_gpa", "to", "GPa"),
    Column("shift_angstrom", "beta to alpha", "Å", 3),
    Column("slope_angstrom_per_unit", "dh/dx", "Å", 6),
    Column("slope_angstrom_per_unit_standard_error", "±", "Å", 6),
    Column("smaller_after", "smaller after"),
    Column("smaller_before", "smaller before"),
    Column("tc_observed_kelvin", "highest Tc", "K"),
    Column("tc_slope_kelvin_per_unit", "dTc/dx", "K", 4),
    Column("tc_slope_kelvin_per_unit_standard_error", "±", "K", 4),
    Column("value", "at x", decimals=3),
    Column("value_from", "x from"),
    # field
    Column("energy_ev", "U - U(Γ)", "eV", 3),
    Column("fraction_gamma_to_metal", "share of Γ-T", decimals=4),
    Column("index_3d", "3-D index"),
    Column("normal_force_ev_per_angstrom", "force along z", "eV/Å", 3),
    Column("x", "x", "Å", 4),
    Column("y", "y", "Å", 4),
    # CLES
    Column("d0_j_exponent_1", "D0·J, n = 1"),
    Column("d0_j_exponent_2", "D0·J, n = 2"),
    Column("n_solutions", "solutions", decimals=0),
    Column("p1", "p1", decimals=4),
    Column("p2", "p2", decimals=4),
    Column("tstar_at_010_kelvin", "T* at p = 0.1", "K", 1),
    # charge orders
    Column("n_electrons", "electrons"),
    Column("n_planes", "planes"),
    Column("n_sites_per_plane", "Cu of one plane"),
    Column("state_in_paper", "state in the paper"),
    Column("x_fraction", "x printed"),
    Column("x_one_plane", "x, Cu of one plane", decimals=4),
    Column("x_per_copper", "x per Cu", decimals=4),
    # order parameter
    Column("coherence", "coherence", decimals=5),
    Column("dimension", "dimension of g"),
    Column("g", "g (n = 1)"),
    Column("g_over_e", "g/e"),
    Column("g_over_e_dimension", "dimension of g/e"),
    Column("is_magnetic_charge", "a magnetic charge"),
    Column("mean_modulus_debye", "mean |P|", "D", 5),
    Column("mean_modulus_e_angstrom", "mean |P|", "e Å", 5),
    Column("mean_x_e_angstrom", "mean Px", "e Å", 5),
    Column("mean_y_e_angstrom", "mean Py", "e Å", 5),
    Column("rms_displacement_angstrom", "rms r", "Å", 5),
    Column("sd_e_angstrom", "sd", "e Å", 5),
    Column("sd_expected_e_angstrom", "eσ/√N", "e Å", 5),
    # Fermi surface
    Column("centre", "at"),
    Column("degeneracy", "degeneracy", decimals=0),
    Column("relative_binding", "binding (rel.)", decimals=3),
    Column("relative_gap", "gap (rel.)", decimals=3),
    Column("relative_length", "length (rel.)", decimals=3),
    Column("relative_radius", "radius (rel.)", decimals=3),
    # STM
    Column("cleavage_elements", "cleavage plane", joint="-"),
    Column("cleavage_gap_angstrom", "gap", "Å", 3),
    Column("measured_side_peak_a0", "measured", "a0"),
    Column("peak_ratio", "k", decimals=4),
    Column("plane_spacing_over_a0", "plane spacing", "a0", 3),
    Column("printed_peak_ratio", "k printed"),
    Column("second_gap_angstrom", "next gap", "Å", 3),
    Column("side_peak_a0", "side peak", "a0"),
    # cages of elements
    Column("apex_directions", "apex directions"),
    Column("apex_directions_per_site", "apex directions at a site", decimals=0),
    Column("cages_around_atom", "cages at an atom"),
    Column("cages_per_atom", "per atom"),
    Column("d1", "d1", "Å", 4),
    Column("d2", "d2", "Å", 4),
    Column("d3", "d3", "Å", 4),
    Column("diagonals", "diagonals", "Å"),
    Column("n_body_orientations", "orientations", decimals=0),
    Column("volume_share", "V cages / V cell", decimals=4),
    # transport and levitation
    Column("balance", "balance (Eq. 10)"),
    Column("c_x", "C_x", decimals=4),
    Column("c_yz", "C_yz", decimals=4),
    Column("current", "I", decimals=4),
    Column("depth_1_mm_higher_mm", "depth 1 mm higher", "mm", 3),
    Column("depth_1_mm_lower_mm", "depth 1 mm lower", "mm", 3),
    Column("e_out_over_e_in", "E_out/E_in", decimals=4),
    Column("height_mm", "height", "mm", 3),
    Column("is_superconducting", "below Tc"),
    Column("mass_kilogram", "mass", "kg"),
    Column("phi1", "φ1", decimals=4),
    Column("phi2", "φ2", decimals=4),
    Column("resistance", "R", decimals=4),
    Column("stiffness_adjusting_newton_per_m", "adjusting depth", "N/m", 2),
    Column("stiffness_london_newton_per_m", "stiffness, depth that stays", "N/m", 2),
    Column("temperature_kelvin", "T", "K", 1),
    Column("voltage", "V", decimals=4),
    Column("weight_newton", "weight", "N", 4),
    # kagome nets
    Column("caps", "caps", joint="-"),
    Column("cap_to_cap_angstrom", "cap to cap", "Å", 4),
    Column("edge_angstrom", "edge", "Å", 4),
    Column("metal", "net of"),
    Column("nearest_distance_angstrom", "at", "Å", 4),
    Column("nearest_element", "nearest atom"),
    Column("per_cell", "per cell"),
    Column("per_unit", "per unit", decimals=1),
    Column("radius_angstrom", "radius", "Å", 4),
)

CATALOGUE: Final = {column.key: column for column in _COLUMNS}
"""Every column by its key; where a table calls one otherwise, it says so itself."""

STRUCTURE: Final = Column("name", "structure")
OF_WELL: Final = Column("phase", "well")


def columns_of(columns: Iterable[str | Column], *own: Column) -> list[Column]:
    """Return the columns of a table: keys stand for those of the catalogue, or for the table's own of that key."""
    called = CATALOGUE | {column.key: column for column in own}
    return [called[column] if isinstance(column, str) else column for column in columns]


def as_named(keys: Iterable[str]) -> list[Column]:
    """Return columns whose headers are their keys, for tables that the user asks for by these."""
    return [Column(key, key) for key in keys]
