"""Who asks for an account waits for the code that was mailed; nobody is one before."""

import sqlalchemy as sa
from alembic import op

revision = "n0170_pending_accounts"
down_revision = "n0101_no_advisory_locks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("form_key", sa.Text(), nullable=False),
        sa.Column("person_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text()),
        sa.Column("code_made_at", sa.DateTime(timezone=True)),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("letter_asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("letters between 1 and 5", name="ck_pending_account_letters"),
        sa.CheckConstraint("tries between 0 and 5", name="ck_pending_account_tries"),
        sa.PrimaryKeyConstraint("id", name="pk_pending_account"),
        sa.UniqueConstraint("form_key", name="uq_pending_account_form_key"),
        schema="pusat",
    )
    op.create_index("ix_pending_account_created_at", "pending_account", ["created_at"], schema="pusat")


def downgrade() -> None:
    op.drop_table("pending_account", schema="pusat")
