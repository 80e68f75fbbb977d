"""A region's own staff directory: how it is asked, and the people whom it told us of."""

import sqlalchemy as sa
from alembic import op

revision = "t0240_staff_directory"
down_revision = "t0230_webhooks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff_directory",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("civil_servant_claim", sa.Text(), server_default=sa.text("'nip'"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("scim_token_hash", sa.Text()),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_staff_directory"),
    )
    op.create_table(
        "directory_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text()),
        sa.Column("user_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("civil_servant_id", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("official_id", sa.Uuid()),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name="fk_directory_user_official_id"),
        sa.PrimaryKeyConstraint("id", name="pk_directory_user"),
        sa.UniqueConstraint("user_name", name="uq_directory_user_user_name"),
    )


def downgrade() -> None:
    op.drop_table("directory_user")
    op.drop_table("staff_directory")
