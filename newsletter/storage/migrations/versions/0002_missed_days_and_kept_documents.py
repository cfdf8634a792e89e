"""missed days and kept documents

Works while the previous release is still running: add first, use next, drop a release later.

Revision: 0002, after 0001, of 2026-11-21 06:50:00
"""

import sqlalchemy as sa
from alembic import op

from newsletter.storage.columns import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fetched_at", UtcDateTime(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_table(
        "late_paper",
        sa.Column("paper_id", sa.Integer(), nullable=False),
        sa.Column("paper_version_id", sa.Integer(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("listing_date", sa.Date(), nullable=False),
        sa.Column("edition_date", sa.Date(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_date"],
            ["edition.listing_date"],
            name=op.f("fk_late_paper_edition_date_edition"),
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["paper.id"], name=op.f("fk_late_paper_paper_id_paper")
        ),
        sa.ForeignKeyConstraint(
            ["paper_version_id"],
            ["paper_version.id"],
            name=op.f("fk_late_paper_paper_version_id_paper_version"),
        ),
        sa.PrimaryKeyConstraint("paper_id", name=op.f("pk_late_paper")),
    )
    with op.batch_alter_table("late_paper", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_late_paper_edition_date"), ["edition_date"], unique=False
        )
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carried_by", sa.Date(), nullable=True))
        # Nobody is to look again at what an earlier release believed.
        batch_op.add_column(
            sa.Column("is_confirmed", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
    with op.batch_alter_table("announced", schema=None) as batch_op:
        for name in ("is_inferred", "is_late"):
            batch_op.add_column(
                sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
            )


def downgrade() -> None:
    with op.batch_alter_table("announced", schema=None) as batch_op:
        batch_op.drop_column("is_late")
        batch_op.drop_column("is_inferred")
    with op.batch_alter_table("announcement", schema=None) as batch_op:
        batch_op.drop_column("is_confirmed")
        batch_op.drop_column("carried_by")
    with op.batch_alter_table("late_paper", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_late_paper_edition_date"))
    op.drop_table("late_paper")
    op.drop_table("document")
