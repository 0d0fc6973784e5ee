"""Physical constants and the numbers that the papers print.

Sources: papers/001-004 are X. Huang's four texts on polyhedral quantum wells, papers/000 the CLES text;
their full titles stand in ``db/seed/reference.csv``.
"""

from typing import Final

BOLTZMANN_EV_PER_K: Final = 8.617333262145179e-5
"""kB = 1.380649e-23 J/K / 1.602176634e-19 C, both exact in the SI of 2019."""

ELEMENTARY_CHARGE_C: Final = 1.602176634e-19
"""e [C], exact in the SI of 2019."""

PLANCK_J_S: Final = 6.62607015e-34
"""h [J s], exact in the SI of 2019."""

ELECTRON_MASS_KG: Final = 9.1093837139e-31
"""m_e [kg], CODATA 2022."""

LIGHT_SPEED_M_PER_S: Final = 299792458.0
"""c [m/s], exact."""

FINE_STRUCTURE: Final = 7.2973525643e-3
"""α, CODATA 2022, uncertain by 1.6e-10 of itself; ε0 and μ0 follow from it."""
COULOMB_EV_ANGSTROM: Final = 14.3996454784936
"""e²/(4π ε0) [eV Å]."""

LAMBDA_CUPRATE_001: Final = 1300.0
"""λ of cuprates [K Å²] as printed in papers/001, Eq. 1."""

LAMBDA_CUPRATE_002: Final = 1320.0
"""λ of cuprates [K Å²] as printed in papers/002 and 004, Eq. 1."""

LAMBDA_IRON: Final = 400.0
"""λ of iron superconductors [K Å²] as printed in papers/001 and 002, Eq. 2."""
