"""Keep the claims of the papers and what they came to

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

V_CLAIMS = """
    SELECT c.id AS claim_id, c.key, c.source, c.place, c.statement, c.stated, c.unit, c.tolerance, r.recomputed,
           r.verdict, r.note, r.code_version, r.checked_at
    FROM claim AS c
    LEFT JOIN claim_result AS r ON r.claim_id = c.id
"""


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("tolerance", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("key", name=op.f("uq_claim_key")),
    )
    op.create_table(
        "claim_result",
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("recomputed", sa.JSON(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("code_version", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "verdict IN ('reproduced', 'approximate', 'not_reproduced', 'contradiction', 'ambiguous', 'input')",
            name=op.f("ck_claim_result_verdict"),
        ),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claim.id"], name=op.f("fk_claim_result_claim_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_claim_result")),
    )
    op.create_index("ix_claim_result_verdict", "claim_result", ["verdict"])
    op.execute(f"CREATE VIEW v_claims AS {V_CLAIMS}")


def downgrade() -> None:
    op.execute("DROP VIEW v_claims")
    op.drop_table("claim_result")
    op.drop_table("claim")
