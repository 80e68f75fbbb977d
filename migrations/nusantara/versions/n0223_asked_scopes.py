"""A permission remembers what was asked, so that a box that was left unticked is not asked about at every sign-in."""

import sqlalchemy as sa
from alembic import op

revision = "n0223_asked_scopes"
down_revision = "n0230_earlier_facts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "program_permission",
        sa.Column("asked", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_column("program_permission", "asked", schema="pusat")
