"""Both sides of an order write comments on it, once and for good."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0180_comments"
down_revision = "t0220_causes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "order_comment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("files", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side in ('buyer', 'vendor')", name=op.f("ck_order_comment_side")),
        sa.CheckConstraint("char_length(text) between 1 and 2000", name=op.f("ck_order_comment_text")),
        sa.CheckConstraint("jsonb_array_length(files) <= 5", name=op.f("ck_order_comment_files")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_comment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_comment")),
    )
    op.create_index("ix_order_comment_order_id", "order_comment", ["order_id", "id"])


def downgrade() -> None:
    op.drop_table("order_comment")
