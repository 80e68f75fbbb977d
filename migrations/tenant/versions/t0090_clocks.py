"""Every deadline acts: an order can be ended, its vendor warned, and what the clock called for is counted."""

import sqlalchemy as sa
from alembic import op

revision = "t0090_clocks"
down_revision = "t0101_limits"
branch_labels = None
depends_on = None

BEFORE = "'draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'partly_delivered', 'announced', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled'"
STATUSES = f"{BEFORE}, 'terminated'"
CHECKS = (("orders", "status"), ("order_event", "to_status"), ("order_reminder", "status"))


def upgrade() -> None:
    op.add_column("orders", sa.Column("warnings", sa.Integer(), server_default="0", nullable=False))
    op.add_column("orders", sa.Column("warned_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("delivery", sa.Column("calls", sa.Integer(), server_default="0", nullable=False))
    op.add_column("invoice", sa.Column("calls", sa.Integer(), server_default="0", nullable=False))
    op.alter_column("invoice", "submitted_by", nullable=True)
    _check(STATUSES)
    op.execute(
        "update orders set due_at = paid_at + interval '7 days' where status = 'paid' and due_at is null"
    )


def downgrade() -> None:
    _check(BEFORE)  # stops where an order was terminated: what stands in its journal cannot be taken back
    op.alter_column("invoice", "submitted_by", nullable=False)
    op.drop_column("invoice", "calls")
    op.drop_column("delivery", "calls")
    op.drop_column("orders", "warned_until")
    op.drop_column("orders", "warnings")


def _check(statuses: str) -> None:
    for table, column in CHECKS:
        op.drop_constraint(f"ck_{table}_{column}", table)
        op.create_check_constraint(f"ck_{table}_{column}", table, f"{column} in ({statuses})")
