"""${message}

One change, reversible, safe for the version still running: add, fill, then require.
One statement per op.execute; ADD COLUMN and ADD CONSTRAINT apart; lock and statement timeouts come from the runner.
The revision is written as SQL once and that text is run for every tenant: no op.get_bind(), fill by SQL.
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
