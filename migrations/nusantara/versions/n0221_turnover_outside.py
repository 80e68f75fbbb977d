"""A person's statement of turnover says what of it was sold outside this platform; older ones said nothing: 0."""

import sqlalchemy as sa
from alembic import op

revision = "n0221_turnover_outside"
down_revision = "n0220_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "vendor_private",
        sa.Column("turnover_outside_rupiah", sa.BigInteger(), server_default="0", nullable=False),
        schema="pusat",
    )
    op.create_check_constraint(
        "ck_vendor_private_turnover_outside",
        "vendor_private",
        "turnover_outside_rupiah >= 0",
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_constraint("ck_vendor_private_turnover_outside", "vendor_private", schema="pusat")
    op.drop_column("vendor_private", "turnover_outside_rupiah", schema="pusat")
