"""Of which order's deadline somebody was reminded, so that nobody is reminded twice."""

import sqlalchemy as sa
from alembic import op

revision = "t0031_reminders"
down_revision = "t0030_orders_are_worth_something"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_reminder",
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status in ('draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled')",
            name=op.f("ck_order_reminder_status"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_reminder_order_id")),
        sa.PrimaryKeyConstraint("order_id", "status", "due_at", name=op.f("pk_order_reminder")),
        info={"append_only": True},
    )


def downgrade() -> None:
    op.drop_table("order_reminder")
