"""An account may be closed by its person; the nation knows whose official an account is."""

import sqlalchemy as sa
from alembic import op

revision = "n0171_closed_accounts"
down_revision = "n0170_pending_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("account", sa.Column("closed_at", sa.DateTime(timezone=True)), schema="pusat")
    op.create_check_constraint(
        "ck_account_closed", "account", "closed_at is null or not active", schema="pusat"
    )
    op.create_table(
        "regional_official",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name="fk_regional_official_account_id"),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["nusantara.tenant.id"], name="fk_regional_official_tenant_id"
        ),
        sa.PrimaryKeyConstraint("account_id", "tenant_id", name="pk_regional_official"),
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_table("regional_official", schema="pusat")
    op.drop_constraint("ck_account_closed", "account", schema="pusat")
    op.drop_column("account", "closed_at", schema="pusat")
