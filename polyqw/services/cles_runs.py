"""Keep runs of the CLES solver in the database."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from polyqw import __version__
from polyqw.db.conclusions import record_cles_run
from polyqw.errors import DatabaseError
from polyqw.services.cles import parameters_row
from polyqw.services.database import can_write, writing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from polyqw.cles import Parameters

POINT_COLUMNS = (
    "mu_ev", "p", "d0_j", "d0_j_other", "chi_ev", "e_d_ev", "delta_j_ev", "k", "tc_kelvin", "tstar_kelvin",
    "tstar_node_kelvin", "n_e", "n_l", "residual", "converged", "reason", "published_height_id", "compound_id",
    "height_angstrom",
)  # fmt: skip


def keep_run(
    database: str | None, kind: str, parameters: Parameters, rows: Sequence[Mapping[str, Any]]
) -> str | None:
    """Append a run that a database does not hold yet; return why it could not be kept, or None.

    Parameters
    ----------
    database : str or None
    kind : {'point', 'curve', 'fit'}
    parameters : Parameters
        Of one model.
    rows : sequence of mapping
        As `polyqw.services.cles` gives them.
    """
    if not can_write(database):
        return "the database is read-only"
    points = [{name: _stored(row.get(name)) for name in POINT_COLUMNS} for row in rows]
    try:
        with writing(database) as session:
            record_cles_run(
                session,
                kind=kind,
                parameters=parameters_row(parameters),
                exponent=int(parameters.exponent),
                points=points,
                code_version=__version__,
            )
    except DatabaseError as error:
        return str(error)
    return None


def _stored(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
