"""Who was told that a number is known already is journalled, and counted."""

import sqlalchemy as sa
from alembic import op

revision = "n0082_directory_lookups"
down_revision = "n0100_guards"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "directory_lookup",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("asked_hash", sa.Text(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('business_id_number', 'national_identity_number', 'email')",
            name=op.f("ck_directory_lookup_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_lookup")),
        schema="pusat",
    )
    op.create_index(
        "ix_directory_lookup_account_id", "directory_lookup", ["account_id", "asked_at"], schema="pusat"
    )


def downgrade() -> None:
    op.drop_table("directory_lookup", schema="pusat")
