"""The nation learns of the bills of orders from before, by a job for each order."""

from alembic import op

revision = "t0310_bills_known"
down_revision = "t0310_words"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "insert into outbox (id, job, arguments, created_at, attempts)"
        " select uuidv7(), 'orders.project_anew', jsonb_build_object('order_id', id::text), now(), 0"
        " from orders where issued_at is not null"
    )


def downgrade() -> None:
    op.execute("delete from outbox where job = 'orders.project_anew'")
