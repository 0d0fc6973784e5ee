"""Runs of the CLES solver: what was asked, and what came out point by point."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, relationship

from polyqw.db.models.base import Base, column, digest, identity, not_negative, one_of, positive


class ClesKind(StrEnum):
    """What a run of the solver computed."""

    POINT = "point"
    CURVE = "curve"
    FIT = "fit"


class ClesRun(Base):
    """A run of the CLES solver with its parameters."""

    __tablename__ = "cles_run"
    __table_args__ = (
        UniqueConstraint("input_sha256"),
        one_of("kind", ClesKind),
        digest("input_sha256"),
        CheckConstraint("exponent IN (1, 2)", name="exponent"),
        positive("n_points"),
        not_negative("n_converged"),
    )
    SOURCE: ClassVar[str] = "CLES solver of polyqw"

    id: Mapped[int] = identity()
    kind: Mapped[str] = column("point, curve, or fit (D0·J solved for from an observed Tc).")
    parameters: Mapped[dict[str, Any]] = column("Parameters of the model (papers/000), by names with units.")
    exponent: Mapped[int] = column(
        "n of the ratio 2E_G/(kB Tc) = 3.51 exp(n/K0 - n/K): 2 as printed, or 1.", unit="1"
    )
    n_points: Mapped[int] = column("Number of points.")
    n_converged: Mapped[int] = column("Number of points that have a converged answer.")
    code_version: Mapped[str] = column("Version of polyqw.")
    input_sha256: Mapped[str] = column("SHA-256 of kind, parameters, points and code version.")
    run_at: Mapped[datetime] = column("When the run was made.", unit="UTC")

    points: Mapped[list[ClesPoint]] = relationship(order_by="ClesPoint.point_index", viewonly=True)


class ClesPoint(Base):
    """One point of a run: a chemical potential, or a compound whose Tc was fitted."""

    __tablename__ = "cles_point"
    __table_args__ = (
        not_negative("point_index"),
        positive("height_angstrom"),
        CheckConstraint("converged OR reason IS NOT NULL", name="reason"),
    )
    SOURCE: ClassVar[str] = "CLES solver of polyqw"

    run_id: Mapped[int] = column("Run.", ForeignKey("cles_run.id", ondelete="CASCADE"), primary_key=True)
    point_index: Mapped[int] = column("Place of the point in its run, from 0.", primary_key=True, autoincrement=False)
    mu_ev: Mapped[float] = column("Chemical potential μ.")
    p: Mapped[float] = column("Doping (D0/Nd)·μ.", unit="1")
    d0_j: Mapped[float | None] = column("Coupling D0·J; of a fit, the larger solution.", unit="1")
    d0_j_other: Mapped[float | None] = column("Smaller solution of a fit, where there are two.", unit="1")
    chi_ev: Mapped[float | None] = column("Superconducting gap χ.")
    e_d_ev: Mapped[float | None] = column("Pseudogap E_D.")
    delta_j_ev: Mapped[float | None] = column("Magnitude of Δ_J.")
    k: Mapped[float | None] = column("Effective coupling K.", unit="1")
    tc_kelvin: Mapped[float | None] = column("Tc of the model; of a fit, the Tc given.")
    tstar_kelvin: Mapped[float | None] = column("Pseudogap temperature T*.")
    tstar_node_kelvin: Mapped[float | None] = column("T* with Δ_J = 0.")
    n_e: Mapped[float | None] = column("Extended pairs N_E.", unit="1")
    n_l: Mapped[float | None] = column("Localized pairs N_L.", unit="1")
    residual: Mapped[float | None] = column("Residual of the gap equation, 1 - K·L/2.", unit="1")
    converged: Mapped[bool] = column("Whether there is an answer.")
    reason: Mapped[str | None] = column("Reason code where there is none.")
    published_height_id: Mapped[int | None] = column(
        "Printed height of the compound whose Tc was fitted.", ForeignKey("published_height.id"), index=True
    )
    compound_id: Mapped[int | None] = column("Compound whose Tc was fitted.", ForeignKey("compound.id"), index=True)
    height_angstrom: Mapped[float | None] = column("Printed height of its chosen well, kept beside the fit.")
