"""Keep runs of the CLES solver

Revision ID: 0002
Revises: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The couplings fitted to the Tc of compounds, beside the heights of their wells.
V_CLES = """
    SELECT q.run_id, q.point_index, c.name AS compound, h.phase, q.height_angstrom, q.tc_kelvin, r.exponent,
           q.mu_ev, q.d0_j, q.d0_j_other, q.converged, q.reason, r.code_version, r.run_at
    FROM cles_point AS q
    JOIN cles_run AS r ON r.id = q.run_id
    JOIN compound AS c ON c.id = q.compound_id
    LEFT JOIN published_height AS h ON h.id = q.published_height_id
    WHERE r.kind = 'fit'
"""


def upgrade() -> None:
    op.create_table(
        "cles_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("exponent", sa.Integer(), nullable=False),
        sa.Column("n_points", sa.Integer(), nullable=False),
        sa.Column("n_converged", sa.Integer(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("input_sha256", sa.Text(), nullable=False),
        sa.Column("run_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("exponent IN (1, 2)", name=op.f("ck_cles_run_exponent")),
        sa.CheckConstraint("length(input_sha256) = 64", name=op.f("ck_cles_run_input_sha256")),
        sa.CheckConstraint("kind IN ('point', 'curve', 'fit')", name=op.f("ck_cles_run_kind")),
        sa.CheckConstraint("n_converged >= 0", name=op.f("ck_cles_run_n_converged")),
        sa.CheckConstraint("n_points > 0", name=op.f("ck_cles_run_n_points")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cles_run")),
        sa.UniqueConstraint("input_sha256", name=op.f("uq_cles_run_input_sha256")),
    )
    op.create_table(
        "cles_point",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("point_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mu_ev", sa.Double(), nullable=False),
        sa.Column("p", sa.Double(), nullable=False),
        sa.Column("d0_j", sa.Double(), nullable=True),
        sa.Column("d0_j_other", sa.Double(), nullable=True),
        sa.Column("chi_ev", sa.Double(), nullable=True),
        sa.Column("e_d_ev", sa.Double(), nullable=True),
        sa.Column("delta_j_ev", sa.Double(), nullable=True),
        sa.Column("k", sa.Double(), nullable=True),
        sa.Column("tc_kelvin", sa.Double(), nullable=True),
        sa.Column("tstar_kelvin", sa.Double(), nullable=True),
        sa.Column("tstar_node_kelvin", sa.Double(), nullable=True),
        sa.Column("n_e", sa.Double(), nullable=True),
        sa.Column("n_l", sa.Double(), nullable=True),
        sa.Column("residual", sa.Double(), nullable=True),
        sa.Column("converged", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("published_height_id", sa.Integer(), nullable=True),
        sa.Column("compound_id", sa.Integer(), nullable=True),
        sa.Column("height_angstrom", sa.Double(), nullable=True),
        sa.CheckConstraint("height_angstrom > 0", name=op.f("ck_cles_point_height_angstrom")),
        sa.CheckConstraint("point_index >= 0", name=op.f("ck_cles_point_point_index")),
        sa.CheckConstraint("converged OR reason IS NOT NULL", name=op.f("ck_cles_point_reason")),
        sa.ForeignKeyConstraint(["compound_id"], ["compound.id"], name=op.f("fk_cles_point_compound_id")),
        sa.ForeignKeyConstraint(
            ["published_height_id"], ["published_height.id"], name=op.f("fk_cles_point_published_height_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["cles_run.id"], name=op.f("fk_cles_point_run_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_id", "point_index", name=op.f("pk_cles_point")),
    )
    op.create_index("ix_cles_point_compound_id", "cles_point", ["compound_id"])
    op.create_index("ix_cles_point_published_height_id", "cles_point", ["published_height_id"])
    op.execute(f"CREATE VIEW v_cles AS {V_CLES}")


def downgrade() -> None:
    op.execute("DROP VIEW v_cles")
    op.drop_table("cles_point")
    op.drop_table("cles_run")
