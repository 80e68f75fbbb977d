"""Reminders are notices too, and notices go after their time; the role may delete them."""

from alembic import op

revision = "t0221_reminders"
down_revision = "t0170_officials_known"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True
BEFORE = "'purchase_order', 'waiting', 'ended', 'paid', 'progress', 'comment'"
NOW = "'purchase_order', 'waiting', 'reminder', 'ended', 'paid', 'progress', 'comment'"


def upgrade() -> None:
    op.drop_constraint("ck_notice_kind", "notice")
    op.create_check_constraint("ck_notice_kind", "notice", f"kind in ({NOW})")
    op.create_index("ix_notice_created_at", "notice", ["created_at"])


def downgrade() -> None:
    op.drop_index("ix_notice_created_at", "notice")
    op.drop_constraint("ck_notice_kind", "notice")
    op.execute("delete from notice where kind = 'reminder'")
    op.create_check_constraint("ck_notice_kind", "notice", f"kind in ({BEFORE})")
