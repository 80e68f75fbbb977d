"""Programs hear of an order's steps at addresses that the region's administrator wrote down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0230_webhooks"
down_revision = "t0300_letters"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "webhook",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("char_length(url) <= 500", name=op.f("ck_webhook_url")),
        sa.CheckConstraint("char_length(name) between 1 and 120", name=op.f("ck_webhook_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "webhook_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("delivered_at", MOMENT, nullable=True),
        sa.Column("dead_at", MOMENT, nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "next_at is null or (delivered_at is null and dead_at is null)",
            name=op.f("ck_webhook_message_open"),
        ),
        sa.CheckConstraint(
            "num_nonnulls(delivered_at, dead_at) <= 1", name=op.f("ck_webhook_message_ended_once")
        ),
        sa.ForeignKeyConstraint(["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_message_webhook_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_message")),
        sa.UniqueConstraint("webhook_id", "source", name="uq_webhook_message_source"),
    )
    op.create_index(
        "ix_webhook_message_next_at",
        "webhook_message",
        ["next_at"],
        postgresql_where=sa.text("next_at is not null"),
    )
    op.create_index("ix_webhook_message_newest", "webhook_message", ["webhook_id", "created_at", "id"])
    op.create_index("ix_webhook_message_created_at", "webhook_message", ["created_at"])


def downgrade() -> None:
    op.drop_table("webhook_message")
    op.drop_table("webhook")
