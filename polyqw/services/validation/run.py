"""Run a validation from a data set to plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from polyqw.services.law.printed import PRINTED_LAMBDA
from polyqw.services.validation.bias import height_pairs, pair_row, reference_structures
from polyqw.services.validation.groups import join_kin
from polyqw.services.validation.rows import ZERO_KELVIN, gather_rows, row_values
from polyqw.services.validation.study import study
from polyqw.theory.scaling import law_tc

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from polyqw.core.record import Origin
    from polyqw.db.models import WellChoice
    from polyqw.services.structures.analyse import Analysed
    from polyqw.services.validation.dataset import DataSet


@dataclass(frozen=True, slots=True)
class Validation:
    """What a data set says about the law.

    Parameters
    ----------
    name : str
    result : dict
        The fields of ``polyqw validate --json``.
    rows : list of dict
        One per structure with a well and a Tc.
    problems : list of str
        What could not be read or understood.
    """

    name: str
    result: dict[str, Any]
    rows: list[dict[str, Any]]
    problems: list[str]


def validate(
    data: DataSet,
    wells: WellChoice,
    default_origin: Origin,
    *,
    seed: int = 0,
    zero_kelvin: float = ZERO_KELVIN,
    watch: Callable[[Iterable[Analysed]], Iterator[Analysed]] = iter,
) -> Validation:
    """Hold the law against a data set.

    Parameters
    ----------
    data : DataSet
    wells : WellChoice
        Which well the law takes.
    default_origin : Origin
        Of structures of which nothing says what they are.
    seed : int
        Of all random numbers.
    zero_kelvin : float
        Temperature down to which a Tc of zero may mean that none was found [K].
    watch : callable
        Passes the structures on, e.g. while it shows how far they are.
    """
    gathered = gather_rows(watch(data.structures), data.entries_of, wells, default_origin, zero_kelvin)
    pairs = height_pairs(gathered.computed, reference_structures()) if gathered.computed else []
    result = study(gathered, pairs, wells=str(wells), seed=seed)
    result["height_pairs"] = [pair_row(pair) for pair in pairs]
    lambdas = {str(family): lam for family, lam in PRINTED_LAMBDA.items()}
    rows = []
    for row in map(row_values, join_kin(gathered.rows)):
        tc = law_tc(row["height_angstrom"], lambdas[row["family"]])
        rows.append({**row, "tc_law_kelvin": tc, "residual_kelvin": row["tc_kelvin"] - tc})
    return Validation(data.name, result, rows, [*data.problems, *gathered.problems])
