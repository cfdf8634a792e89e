"""what readers follow

Works while the previous release is still running: add first, use next, drop a release later.
That release inserts readers without the new columns, so each has a default of the server's.

Revision: 0004, after 0003, of 2026-11-21 15:10:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        batch_op.add_column(sa.Column("categories", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(
            sa.Column("cross_lists", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("library", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("subscriber", schema=None) as batch_op:
        for name in ("library", "cross_lists", "categories"):
            batch_op.drop_column(name)
