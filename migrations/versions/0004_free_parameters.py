"""Keep the free parameters of structures with their standard uncertainties

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("structure", sa.Column("free_parameters", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("structure", "free_parameters")
