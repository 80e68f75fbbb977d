"""An entry of the journal keeps with which factor its person signed; earlier ones were signed with the password."""

import sqlalchemy as sa
from alembic import op

revision = "t0230_factor_of_signature"
down_revision = "t0310_bills_known"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_event", sa.Column("factor", sa.Text(), nullable=True))
    op.create_check_constraint(
        "ck_order_event_factor", "order_event", "factor in ('otp', 'hwk', 'swk', 'recovery')"
    )


def downgrade() -> None:
    op.drop_constraint("ck_order_event_factor", "order_event")
    op.drop_column("order_event", "factor")
