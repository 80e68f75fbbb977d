"""Reminders of a vendor's members are notices too, and notices go after their time."""

from alembic import op

revision = "n0220_reminders"
down_revision = "n0171_closed_accounts"
branch_labels = None
depends_on = None

BEFORE = "'purchase_order', 'waiting', 'ended', 'paid', 'progress', 'comment'"
NOW = "'purchase_order', 'waiting', 'reminder', 'ended', 'paid', 'progress', 'comment'"


def upgrade() -> None:
    op.drop_constraint("ck_notice_kind", "notice", schema="pusat")
    op.create_check_constraint("ck_notice_kind", "notice", f"kind in ({NOW})", schema="pusat")
    op.drop_constraint("ck_notice_choice_kind", "notice_choice", schema="pusat")
    op.create_check_constraint("ck_notice_choice_kind", "notice_choice", f"kind in ({NOW})", schema="pusat")
    op.create_index("ix_notice_created_at", "notice", ["created_at"], schema="pusat")


def downgrade() -> None:
    op.drop_index("ix_notice_created_at", "notice", schema="pusat")
    op.drop_constraint("ck_notice_kind", "notice", schema="pusat")
    op.execute("delete from pusat.notice where kind = 'reminder'")
    op.create_check_constraint("ck_notice_kind", "notice", f"kind in ({BEFORE})", schema="pusat")
    op.drop_constraint("ck_notice_choice_kind", "notice_choice", schema="pusat")
    op.execute("delete from pusat.notice_choice where kind = 'reminder'")
    op.create_check_constraint(
        "ck_notice_choice_kind", "notice_choice", f"kind in ({BEFORE})", schema="pusat"
    )
