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


# Column by column, and defaults as plain strings: SQLite does both in place. A batch, or a default
# that is an expression, would make it build the table anew and drop the old one, and with it, by
# ON DELETE CASCADE, every reader's keywords and the ledger.
def upgrade() -> None:
    op.add_column(
        "subscriber", sa.Column("categories", sa.JSON(), server_default="[]", nullable=False)
    )
    op.add_column(
        "subscriber", sa.Column("cross_lists", sa.Boolean(), server_default="1", nullable=False)
    )
    op.add_column(
        "subscriber", sa.Column("library", sa.Boolean(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    for name in ("library", "cross_lists", "categories"):
        op.drop_column("subscriber", name)
