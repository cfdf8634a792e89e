"""what models consume, and what the checks say

Works while the previous release is still running: add first, use next, drop a release later.
That release inserts summaries without the new columns, so each has a default of the server's.

Revision: 0003, after 0002, of 2026-11-21 12:00:00
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from newsletter.storage.columns import Money

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_COUNTS = ("calls", "prompt_tokens", "cached_tokens", "completion_tokens")


def upgrade() -> None:
    op.create_table(
        "spending",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        *_consumption(),
        sa.PrimaryKeyConstraint("day", "model", name=op.f("pk_spending")),
    )
    with op.batch_alter_table("summary", schema=None) as batch_op:
        for column in _consumption():
            batch_op.add_column(column)
        batch_op.add_column(sa.Column("violations", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("rejected", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("summary", schema=None) as batch_op:
        for name in ("rejected", "violations", "cost", *reversed(_COUNTS)):
            batch_op.drop_column(name)
    op.drop_table("spending")


def _consumption() -> list[sa.Column[Any]]:
    counts = [sa.Column(n, sa.BigInteger(), server_default="0", nullable=False) for n in _COUNTS]
    return [*counts, sa.Column("cost", Money(), server_default="0", nullable=False)]
