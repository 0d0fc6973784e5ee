"""Keep runs of the CLES solver in the database."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, Any

from polyqw.cles import Parameters
from polyqw.db.models import ClesRun
from polyqw.db.store.conclusions import record_cles_run
from polyqw.services.place.saved import Saved, save_each
from polyqw.services.systems.cles.solve import parameters_row
from polyqw.version import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

POINT_COLUMNS = (
    "mu_ev", "p", "d0_j", "d0_j_other", "chi_ev", "e_d_ev", "delta_j_ev", "k", "tc_kelvin", "tstar_kelvin",
    "tstar_node_kelvin", "n_e", "n_l", "residual", "converged", "reason", "published_height_id", "compound_id",
    "height_angstrom",
)  # fmt: skip


def save_run(database: str | None, kind: str, parameters: Parameters, rows: Sequence[Mapping[str, Any]]) -> Saved:
    """Append a run that a database does not hold yet.

    Parameters
    ----------
    database : str or None
    kind : {'point', 'curve', 'fit'}
    parameters : Parameters
        Of one model.
    rows : sequence of mapping
        As `polyqw.services.systems.cles.solve` gives them.
    """
    points = [{name: _stored(row.get(name)) for name in POINT_COLUMNS} for row in rows]
    run = partial(
        record_cles_run,
        kind=kind,
        parameters=parameters_row(parameters),
        exponent=int(parameters.exponent),
        points=points,
        code_version=__version__,
    )
    return save_each(database, ClesRun, [run])


def save_couplings(database: str | None, rows: Sequence[Mapping[str, Any]]) -> Saved:
    """Append the couplings of the printed rows with the paper's own set; see `save_run`."""
    return save_run(database, "fit", Parameters(), rows)


def _stored(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
