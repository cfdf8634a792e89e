"""${message}

Works while the previous release is still running: add first, use next, drop a release later.

Revision: ${up_revision}, after ${down_revision}, of ${create_date}
"""

import sqlalchemy as sa
from alembic import op

from newsletter.storage.columns import UtcDateTime
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
