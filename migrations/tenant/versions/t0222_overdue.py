"""An invoice keeps the day by which it had to be paid, and how often its vendor reminded the office afterwards.

Of those that wait now it is the deadline that runs, where the clock has not called yet, and the request's own day.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0222_overdue"
down_revision = "t0182_proof_and_undoing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("invoice", sa.Column("pay_by", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoice", sa.Column("reminders", sa.Integer(), server_default="0", nullable=False))
    op.add_column("invoice", sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        """
        update invoice set pay_by = case when calls = 0 then due_at else requested_at end
        where status in ('payment_requested', 'payment_approved')
        """
    )


def downgrade() -> None:
    op.drop_column("invoice", "reminded_at")
    op.drop_column("invoice", "reminders")
    op.drop_column("invoice", "pay_by")
