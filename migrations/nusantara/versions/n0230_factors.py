"""A second factor: the app's secret, passkeys, codes on paper; what happens to an account; its recovery."""

import sqlalchemy as sa
from alembic import op

revision = "n0230_factors"
down_revision = "n0310_sanctions"
branch_labels = None
depends_on = None

ACCOUNT = "pusat.account.id"
MOMENT = sa.DateTime(timezone=True)


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [ACCOUNT], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.add_column("account", sa.Column("factor_asked_at", MOMENT), schema="pusat")
    op.create_table(
        "authenticator_app",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("account_id", name="pk_authenticator_app"),
        _person("authenticator_app", "account_id"),
        schema="pusat",
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT),
        sa.PrimaryKeyConstraint("account_id", "code_hash", name="pk_recovery_code"),
        _person("recovery_code", "account_id"),
        schema="pusat",
    )
    op.create_table(
        "passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("synced", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
        _person("passkey", "account_id"),
        schema="pusat",
    )
    op.create_index("ix_passkey_account_id", "passkey", ["account_id"], schema="pusat")
    op.create_table(
        "account_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("by", sa.Uuid()),
        sa.Column("details", sa.dialects.postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account_event"),
        _person("account_event", "account_id"),
        _person("account_event", "by"),
        schema="pusat",
    )
    op.create_index("ix_account_event_account_id", "account_event", ["account_id", "at"], schema="pusat")
    op.create_table(
        "account_recovery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("first_by", sa.Uuid()),
        sa.Column("first_at", MOMENT),
        sa.Column("second_by", sa.Uuid()),
        sa.Column("second_at", MOMENT),
        sa.Column("opens_at", MOMENT),
        sa.Column("stopped_at", MOMENT),
        sa.Column("stopped_by", sa.Uuid()),
        sa.Column("used_at", MOMENT),
        sa.CheckConstraint("second_by <> first_by", name="ck_account_recovery_two_people"),
        sa.CheckConstraint(
            "first_by <> account_id and second_by <> account_id", name="ck_account_recovery_not_for_oneself"
        ),
        sa.CheckConstraint("num_nulls(first_by, first_at) in (0, 2)", name="ck_account_recovery_confirmed"),
        sa.CheckConstraint("second_by is null or first_by is not null", name="ck_account_recovery_in_order"),
        sa.CheckConstraint(
            "num_nulls(second_by, second_at, opens_at) in (0, 3)", name="ck_account_recovery_opened"
        ),
        sa.CheckConstraint(
            "used_at is null or (opens_at is not null and used_at >= opens_at)",
            name="ck_account_recovery_waited",
        ),
        sa.CheckConstraint("used_at is null or stopped_at is null", name="ck_account_recovery_one_end"),
        sa.PrimaryKeyConstraint("id", name="pk_account_recovery"),
        *(
            _person("account_recovery", name)
            for name in ("account_id", "first_by", "second_by", "stopped_by")
        ),
        schema="pusat",
    )
    op.create_index(
        "uq_account_recovery_open",
        "account_recovery",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("used_at is null and stopped_at is null"),
        schema="pusat",
    )


def downgrade() -> None:
    for table in ("account_recovery", "account_event", "passkey", "recovery_code", "authenticator_app"):
        op.drop_table(table, schema="pusat")
    op.drop_column("account", "factor_asked_at", schema="pusat")
