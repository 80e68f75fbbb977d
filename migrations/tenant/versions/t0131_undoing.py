"""What a vendor said of a delivery may be undone for some minutes."""

import sqlalchemy as sa
from alembic import op

revision = "t0131_undoing"
down_revision = "t0150_vendor_at_the_order"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("last_step", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("last_step_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "last_step_at")
    op.drop_column("delivery", "last_step")
