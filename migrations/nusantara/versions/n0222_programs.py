"""Programs outside that may sign people in and act for them, what people allow them, and the nation's signing keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "n0222_programs"
down_revision = "n0221_turnover_outside"
branch_labels = None
depends_on = None

TEXTS = sa.ARRAY(sa.Text())
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "program",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("operator", sa.Text(), nullable=False),
        sa.Column("homepage", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text()),
        sa.Column("public_keys", JSONB()),
        sa.Column("redirect_addresses", TEXTS, nullable=False),
        sa.Column("sign_out_addresses", TEXTS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("back_channel_address", sa.Text()),
        sa.Column("scopes", TEXTS, nullable=False),
        sa.Column("regions", TEXTS, server_default=sa.text("'{}'"), nullable=False),
        sa.Column("acts_for_people", sa.Boolean(), nullable=False),
        sa.Column("acts_for_itself", sa.Boolean(), nullable=False),
        sa.Column("proves_possession", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("registered_by", sa.Uuid()),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("secret_changed_at", MOMENT),
        sa.Column("deactivated_at", MOMENT),
        sa.Column("last_used_at", MOMENT),
        sa.CheckConstraint(
            "kind in ('regional_app', 'planning', 'finance', 'bank', 'broker', 'staff_tool')",
            name="ck_program_kind",
        ),
        sa.CheckConstraint("secret_hash is not null or public_keys is not null", name="ck_program_proof"),
        sa.CheckConstraint("acts_for_people or acts_for_itself", name="ck_program_acts"),
        sa.ForeignKeyConstraint(["registered_by"], ["pusat.account.id"], name="fk_program_registered_by"),
        sa.PrimaryKeyConstraint("id", name="pk_program"),
        schema="pusat",
    )
    op.create_table(
        "program_permission",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("scopes", TEXTS, nullable=False),
        sa.Column("regions", TEXTS, nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("valid_until", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.ForeignKeyConstraint(
            ["program_id"], ["pusat.program.id"], name="fk_program_permission_program_id"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name="fk_program_permission_account_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_program_permission"),
        schema="pusat",
    )
    op.create_index(
        "uq_program_permission_current",
        "program_permission",
        ["account_id", "program_id"],
        unique=True,
        schema="pusat",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "program_token",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("permission_id", sa.Uuid()),
        sa.Column("family", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("scopes", TEXTS, nullable=False),
        sa.Column("regions", TEXTS, nullable=False),
        sa.Column("key_thumbprint", sa.Text()),
        sa.Column("facts", JSONB(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint("kind in ('access', 'refresh')", name="ck_program_token_kind"),
        sa.ForeignKeyConstraint(["program_id"], ["pusat.program.id"], name="fk_program_token_program_id"),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name="fk_program_token_account_id"),
        sa.ForeignKeyConstraint(
            ["permission_id"], ["pusat.program_permission.id"], name="fk_program_token_permission_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_program_token"),
        sa.UniqueConstraint("token_hash", name="uq_program_token_token_hash"),
        schema="pusat",
    )
    for column in ("family", "permission_id", "expires_at", "program_id"):
        op.create_index(f"ix_program_token_{column}", "program_token", [column], schema="pusat")
    op.create_index(
        "ix_program_token_sid",
        "program_token",
        ["sid"],
        schema="pusat",
        postgresql_where=sa.text("sid <> ''"),
    )
    op.create_table(
        "program_sign_in",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("program_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["program_id"], ["pusat.program.id"], name="fk_program_sign_in_program_id"),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name="fk_program_sign_in_account_id"),
        sa.PrimaryKeyConstraint("sid", "program_id", name="pk_program_sign_in"),
        schema="pusat",
    )
    for column in ("account_id", "created_at"):
        op.create_index(f"ix_program_sign_in_{column}", "program_sign_in", [column], schema="pusat")
    op.create_table(
        "signing_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("public", JSONB(), nullable=False),
        sa.Column("private_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("signs_from", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
        schema="pusat",
    )


def downgrade() -> None:
    for table in ("signing_key", "program_sign_in", "program_token", "program_permission", "program"):
        op.drop_table(table, schema="pusat")
