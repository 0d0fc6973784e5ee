"""The relation Tc = λ/h² for a height or a structure."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from polyqw.api.analysis import find_wells
from polyqw.api.result import WellAnalysis
from polyqw.core.wells import Family
from polyqw.errors import UsageError
from polyqw.services.law.predict import fitted_lambda, predict_height, predict_structure, predicted_row
from polyqw.services.place.database import printed_tables, reading

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Iterator

    import pandas as pd
    from sqlalchemy.orm import Session

    from polyqw.api.analysis import StructureLike
    from polyqw.core.tolerances import Tolerances

_FAMILIES = (Family.CUPRATE, Family.NICKELATE, Family.IRON)
_COLUMNS = (
    "target", "phase", "height_angstrom", "height_su_angstrom", "lambda_kelvin_angstrom2", "lambda_from", "tc_kelvin",
    "tc_low_kelvin", "tc_high_kelvin",
)  # fmt: skip


@dataclass(frozen=True, slots=True, repr=False)
class LawTc:
    """What the law would give for a height.

    Parameters
    ----------
    tc_kelvin, tc_low_kelvin, tc_high_kelvin : float
        Tc [K], and the interval in which one more compound of the family falls with 95 % probability if the law
        holds.
    lambda_kelvin_angstrom2 : float
        λ used [K Å²].
    lambda_from : str
        Where it is from.
    """

    tc_kelvin: float
    tc_low_kelvin: float
    tc_high_kelvin: float
    lambda_kelvin_angstrom2: float
    lambda_from: str

    def __repr__(self) -> str:
        """Return the value with its interval and λ on one line."""
        return (
            f"<LawTc {self.tc_kelvin:.1f} K, 95 % from {self.tc_low_kelvin:.1f} to {self.tc_high_kelvin:.1f} K, with "
            f"λ = {self.lambda_kelvin_angstrom2:.1f} K Å² from {self.lambda_from}>"
        )

    def _repr_html_(self) -> str:
        return (
            f"<p>T<sub>c</sub> = λ/h² would give <strong>{self.tc_kelvin:.1f} K</strong> (95 %: "
            f"{self.tc_low_kelvin:.1f} to {self.tc_high_kelvin:.1f} K), with λ = "
            f"{self.lambda_kelvin_angstrom2:.1f} K Å² from {escape(self.lambda_from)}.</p>"
        )


def law(
    height_angstrom: float,
    family: str,
    *,
    height_su_angstrom: float | None = None,
    database: str | os.PathLike[str] | None = None,
) -> LawTc:
    """Return what Tc = λ/h² would give, with the mean λ of the printed rows of a family.

    Parameters
    ----------
    height_angstrom : float
        h [Å].
    family : {'cuprate', 'nickelate', 'iron'}
        Nickelates take the λ of the cuprates, as the papers do.
    height_su_angstrom : float, optional
        Standard uncertainty of h [Å], which widens the interval; unless given, that of refinements, 0.01 Å.
    database : path or URL, optional
        Where the printed tables come from; default those that travel with the program.

    Raises
    ------
    UsageError
        If the height is not positive or the family has no λ.
    """
    if not height_angstrom > 0 or height_angstrom == float("inf"):
        raise UsageError(f"height_angstrom={height_angstrom!r}: a height is a positive number of Å")
    if family not in {str(f) for f in _FAMILIES}:
        raise UsageError(f"family={family!r}: choose one of {', '.join(_FAMILIES)}")
    with _tables(database) as session:
        lam = fitted_lambda(session, Family(family))
    tc, low, high = predict_height(height_angstrom, lam, height_su_angstrom)
    return LawTc(tc, low, high, lam.value, lam.source)


def predict(  # noqa: PLR0913 - each option is one of `find_wells` too
    structure: StructureLike | WellAnalysis,
    *,
    database: str | os.PathLike[str] | None = None,
    block: str | None = None,
    occupancy: str = "weighted",
    oxide_metals: Iterable[str] | None = None,
    bridging_anions: Iterable[str] | None = None,
    iron_metals: Iterable[str] | None = None,
    iron_anions: Iterable[str] | None = None,
    tolerances: Tolerances | None = None,
    reader: str = "auto",
    trust: bool = False,
) -> pd.DataFrame:
    """Return what Tc = λ/h² would give for each well of a structure, with each λ in use.

    Parameters
    ----------
    structure : WellAnalysis, or what `find_wells` takes
    database : path or URL, optional
        Where the printed tables come from; default those that travel with the program.
    block, occupancy, oxide_metals, bridging_anions, iron_metals, iron_anions, tolerances, reader, trust
        As in `find_wells`; a WellAnalysis has been made with its own.

    Returns
    -------
    DataFrame
        A row for each phase and λ, the interval at 95 %; empty where there is no well, ``attrs`` say why.
    """
    import pandas as pd  # noqa: PLC0415 - heavy

    from polyqw.services.place.versions import versions  # noqa: PLC0415

    found = (
        structure
        if isinstance(structure, WellAnalysis)
        else find_wells(
            structure,
            block=block,
            occupancy=occupancy,
            oxide_metals=oxide_metals,
            bridging_anions=bridging_anions,
            iron_metals=iron_metals,
            iron_anions=iron_anions,
            tolerances=tolerances,
            reader=reader,
            trust=trust,
        )
    )
    with _tables(database) as session:
        rows = [predicted_row(p) for p in predict_structure(session, found.analysed)]
    table = pd.DataFrame(
        [{**row, "lambda_kelvin_angstrom2": row["lambda_used"]} for row in rows], columns=list(_COLUMNS)
    )
    table.attrs = {"status": found.status, "reason": found.reason, "versions": versions()}
    return table


@contextmanager
def _tables(database: str | os.PathLike[str] | None) -> Iterator[Session]:
    with printed_tables() if database is None else reading(str(database)) as session:
        yield session
