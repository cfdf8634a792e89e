"""the reader's own library

Works while the previous release is still running: it does not know the table.

Revision: 0005, after 0004, of 2026-11-21 15:20:00
"""

import sqlalchemy as sa
from alembic import op

from newsletter.storage.columns import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "library_paper",
        sa.Column("subscriber_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("arxiv_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("abstract", sa.String(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subscriber_id"],
            ["subscriber.id"],
            name=op.f("fk_library_paper_subscriber_id_subscriber"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subscriber_id", "position", name=op.f("pk_library_paper")),
    )
    with op.batch_alter_table("library_paper", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_library_paper_arxiv_id"), ["arxiv_id"], unique=False)


def downgrade() -> None:
    op.drop_table("library_paper")
