"""What else could explain Tc on the same rows: models with few parameters, each a few lines to add.

A model is linear in its parameters: Tc = Σ c_k f_k(row). `RIVALS` lists those that are held against the law; a new
one needs a name, a title, its source, what it needs to know and its terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from polyqw.theory.evidence.rows import bounds_of, tcs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from polyqw.core.arrays import FloatArray
    from polyqw.theory.evidence.rows import EvidenceRow

PHASES = ("alpha", "beta", "gamma")
"""Wells that the papers choose from."""

FIELD_CURVATURE, FIELD_FORCE = "field_curvature_ev_per_angstrom2", "field_force_ev_per_angstrom"
"""Names under which a row has what `polyqw.theory.field.centre` gives."""

REGULAR_TETRAHEDRON = 109.4712
"""Angle at the centre of a regular tetrahedron [°]."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model of Tc.

    Parameters
    ----------
    source : str
        Who proposed it, or that it is a yardstick.
    terms : callable
        From a row to the values that its parameters multiply, (k,).
    needs : tuple of str
        Descriptors without which a row has no prediction.
    families : tuple of str
        Families it speaks of; empty for all.
    phases : tuple of str
        Wells whose heights it needs.
    fixed : tuple of float or None
        Parameters known beforehand; None where they are fitted.
    by_family : bool
        Whether each family has its own parameters.
    around_mean : bool
        Whether the first parameter is the mean Tc and the others are fitted to what differs from it, so that rows
        unlike all others get the mean.
    """

    name: str
    title: str
    source: str
    terms: Callable[[EvidenceRow], Sequence[float]]
    needs: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    phases: tuple[str, ...] = ()
    fixed: tuple[float, ...] | None = None
    by_family: bool = True
    around_mean: bool = False

    def applies_to(self, row: EvidenceRow) -> bool:
        """Whether the model can say anything of a row."""
        return (
            (not self.families or row.family in self.families)
            and all(name in row.descriptors for name in self.needs)
            and all(phase in row.heights_angstrom for phase in self.phases)
        )


def constant(row: EvidenceRow) -> Sequence[float]:  # noqa: ARG001
    """Return the term of a constant Tc."""
    return (1.0,)


def inverse_square(row: EvidenceRow) -> Sequence[float]:
    """Return the term of the law, 1/h²."""
    return (row.height_angstrom**-2.0,)


def line_in(name: str) -> Callable[[EvidenceRow], Sequence[float]]:
    """Return the terms of a straight line in a descriptor."""
    return lambda row: (1.0, row.descriptors[name])


def _phase_indicators(row: EvidenceRow) -> Sequence[float]:
    return (1.0, *(float(row.phase == phase) for phase in PHASES))


def _roeser_huber(row: EvidenceRow) -> Sequence[float]:
    return (row.descriptors.get("n_planes", 1.0) ** (2 / 3) * row.descriptors["t_t_angstrom"] ** -2.0,)


def _tetrahedron(row: EvidenceRow) -> Sequence[float]:
    return (1.0, (row.descriptors["x_t_x_angle_degrees"] - REGULAR_TETRAHEDRON) ** 2)


def _parabola_in_anion_height(row: EvidenceRow) -> Sequence[float]:
    z = row.descriptors["anion_height_angstrom"]
    return (1.0, z, z * z)


LAW = Model("law", "Tc = λ/h², λ fitted", "papers/001 and 002, Eqs. 1 and 2", inverse_square)
LAW_ALPHA = Model(
    "law_alpha",
    "Tc = λ/h², always the alpha well, λ fitted",
    "papers/001 and 002, Eqs. 1 and 2, without the choice of a well",
    lambda row: (row.heights_angstrom["alpha"] ** -2.0,),
    phases=("alpha",),
)
CONSTANT = Model("constant", "one constant Tc for all families", "yardstick", constant, by_family=False)
FAMILY_MEAN = Model("family_mean", "mean Tc of the family", "yardstick", constant)

RIVALS = (
    FAMILY_MEAN,
    Model(
        "chosen_phase_mean",
        "mean Tc of the compounds with the same chosen phase",
        "yardstick: what the choice of a well tells without any height",
        _phase_indicators,
        around_mean=True,
    ),
    Model("line_in_h", "Tc = a + b h", "yardstick", lambda row: (1.0, row.height_angstrom)),
    Model(
        "roeser_huber",
        "Tc = C n^(2/3)/a², a the edge of the metal net",
        "Roeser et al., Acta Astronautica 62, 733 (2008); Koblischka et al., Metals 10, 158 (2020): "
        "(2x)² n^(-2/3) Tc = h²/(2π k_B 2m_e), where 2x is the distance of dopants, which no structure tells; with "
        "2x a fixed multiple of a, C is fitted",
        _roeser_huber,
        ("t_t_angstrom",),
    ),
    Model(
        "apical_distance",
        "Tc = a + b d(Cu-apical O)",
        "Ohta, Tohyama and Maekawa, Phys. Rev. B 43, 2968 (1991)",
        line_in("t_x_apical_angstrom"),
        ("t_x_apical_angstrom",),
        ("cuprate", "nickelate"),
    ),
    Model(
        "edge",
        "Tc = a + b (edge of the metal net)",
        "yardstick",
        line_in("t_t_angstrom"),
        ("t_t_angstrom",),
    ),
    Model(
        "number_of_planes",
        "Tc = a + b n, n planes in a block",
        "yardstick",
        line_in("n_planes"),
        ("n_planes",),
        ("cuprate", "nickelate"),
    ),
    Model(
        "anion_height",
        "Tc = a + b z + c z², z the anion over the Fe plane",
        "Mizuguchi et al., Supercond. Sci. Technol. 23, 054013 (2010): highest Tc at one anion height",
        _parabola_in_anion_height,
        ("anion_height_angstrom",),
        ("iron",),
    ),
    Model(
        "field_curvature",
        "Tc = a + b (curvature of the Coulomb energy at the well's centre)",
        "yardstick: what the papers' picture of confinement gives with formal charges",
        line_in(FIELD_CURVATURE),
        (FIELD_CURVATURE,),
    ),
    Model(
        "field_force",
        "Tc = a + b (Coulomb force at the well's centre)",
        "yardstick: papers/001 let the force of an apex decide",
        line_in(FIELD_FORCE),
        (FIELD_FORCE,),
    ),
    Model(
        "tetrahedron_angle",
        "Tc = a + b (X-Fe-X - 109.47°)²",
        "Lee et al., J. Phys. Soc. Jpn. 77, 083704 (2008): highest Tc in a regular FeAs4 tetrahedron",
        _tetrahedron,
        ("x_t_x_angle_degrees",),
        ("iron",),
    ),
)
"""Models that are held against the law on the same rows."""


def law_with(lams: dict[str, float]) -> Model:
    """Return the law with λ fixed beforehand, one per family [K Å²]."""
    return Model(
        "law_fixed",
        "Tc = λ/h², λ as printed",
        "papers/001 and 002, Eqs. 1 and 2",
        lambda row: (lams[row.family] * row.height_angstrom**-2.0,),
        families=tuple(lams),
        fixed=(1.0,),
    )


def fit_model(model: Model, rows: Sequence[EvidenceRow]) -> FloatArray:
    """Return the parameters of a model, least squares in Tc over rows whose Tc is known (k,).

    Parameters that the rows cannot tell apart come out with the smallest norm.
    """
    if model.fixed is not None:
        return np.array(model.fixed)
    known = [row for row, bound in zip(rows, bounds_of(rows), strict=True) if not bound]
    design = np.array([model.terms(row) for row in known], dtype=float)
    tcs = tcs_of(known)
    if model.around_mean:
        mean = float(tcs.mean())
        return np.array([mean, *np.linalg.lstsq(design[:, 1:], tcs - mean, rcond=None)[0]])
    return np.asarray(np.linalg.lstsq(design, tcs, rcond=None)[0])


def predict_tc(model: Model, parameters: FloatArray, rows: Sequence[EvidenceRow]) -> FloatArray:
    """Return what a model gives for rows (n,) [K]; a Tc below zero is none and counts as 0."""
    return np.maximum(np.array([model.terms(row) for row in rows], dtype=float) @ parameters, 0.0)
