"""Officials' notices: what they are told of, each once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0120_notices"
down_revision = "t0130_several_drafts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headline", postgresql.JSONB(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('purchase_order', 'waiting', 'ended', 'paid', 'progress', 'comment')",
            name="ck_notice_kind",
        ),
        sa.CheckConstraint("mail in ('open', 'digest', 'sent', 'none')", name="ck_notice_mail"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("account_id", "source", name="uq_notice_source"),
    )
    op.create_index("ix_notice_newest", "notice", ["account_id", "created_at"])
    op.create_index("ix_notice_unread", "notice", ["account_id"], postgresql_where=sa.text("read_at is null"))
    op.create_index("ix_notice_digest", "notice", ["account_id"], postgresql_where=sa.text("mail = 'digest'"))


def downgrade() -> None:
    op.drop_table("notice")
