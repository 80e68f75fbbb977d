"""Notices of vendors' members over all regions, and how people want to hear of each kind by mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "n0120_notices"
down_revision = "n0150_accounts_of_categories"
branch_labels = None
depends_on = None

KINDS = "kind in ('purchase_order', 'waiting', 'ended', 'paid', 'progress', 'comment')"


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("headline", postgresql.JSONB(), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True)),
        sa.Column("mail", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name="ck_notice_kind"),
        sa.CheckConstraint("mail in ('open', 'digest', 'sent', 'none')", name="ck_notice_mail"),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name="fk_notice_account_id"),
        sa.ForeignKeyConstraint(["tenant_id"], ["nusantara.tenant.id"], name="fk_notice_tenant_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notice"),
        sa.UniqueConstraint("account_id", "source", name="uq_notice_source"),
        schema="pusat",
    )
    op.create_index("ix_notice_newest", "notice", ["account_id", "created_at"], schema="pusat")
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["account_id"],
        schema="pusat",
        postgresql_where=sa.text("read_at is null"),
    )
    op.create_index(
        "ix_notice_digest",
        "notice",
        ["account_id"],
        schema="pusat",
        postgresql_where=sa.text("mail = 'digest'"),
    )
    op.create_table(
        "notice_choice",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(KINDS, name="ck_notice_choice_kind"),
        sa.CheckConstraint("by in ('at_once', 'digest', 'never')", name="ck_notice_choice_by"),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name="fk_notice_choice_account_id"),
        sa.PrimaryKeyConstraint("account_id", "kind", name="pk_notice_choice"),
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_table("notice_choice", schema="pusat")
    op.drop_table("notice", schema="pusat")
