"""Until when a region has to answer a vendor who asked to be taken in.

Requests that wait already get seven days from now: the five business days that every region has.
"""

import sqlalchemy as sa
from alembic import op

revision = "n0020_participation_due"
down_revision = "n0010_what_a_region_looks_like"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "participation", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True), schema="pusat"
    )
    op.execute("update pusat.participation set due_at = now() + interval '7 days' where status = 'requested'")


def downgrade() -> None:
    op.drop_column("participation", "due_at", schema="pusat")
