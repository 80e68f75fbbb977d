"""Until when the region has to answer a vendor who asked to be taken in, and the journal of each vendor's standing.

Requests that wait already get seven days from now: the five business days that every region has.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0020_participation_journal"
down_revision = "t0001_foundation"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("vendor_participation", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "update vendor_participation set due_at = now() + interval '7 days' where status = 'requested'"
    )
    op.create_table(
        "participation_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "status in ('requested', 'active', 'declined', 'withdrawn')",
            name=op.f("ck_participation_event_status"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"],
            ["vendor_participation.vendor_id"],
            name=op.f("fk_participation_event_vendor_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_event")),
    )
    op.create_index("ix_participation_event_vendor", "participation_event", ["vendor_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("participation_event")
    op.drop_column("vendor_participation", "due_at")
