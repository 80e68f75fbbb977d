"""An order that was submitted is worth at least one rupiah; a draft may be empty, and be thrown away empty."""

from alembic import op

revision = "t0030_orders_are_worth_something"
down_revision = "t0020_participation_journal"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(
        "ck_orders_worth_something", "orders", "status in ('draft', 'cancelled') or gross_rupiah > 0"
    )


def downgrade() -> None:
    op.drop_constraint("ck_orders_worth_something", "orders")
