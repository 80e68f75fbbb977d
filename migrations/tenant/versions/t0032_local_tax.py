"""An offer and an order's line say whether the vendor charges the regional tax on food and hotels (PBJT) on top."""

import sqlalchemy as sa
from alembic import op

revision = "t0032_local_tax"
down_revision = "t0031_reminders"
branch_labels = None
depends_on = None

TABLES = ("offer", "order_line")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(
            table, sa.Column("charges_local_tax", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    for table in TABLES:
        op.create_check_constraint(
            f"ck_{table}_local_tax",
            table,
            "not charges_local_tax or tax_class in ('catering', 'hospitality')",
        )


def downgrade() -> None:
    for table in TABLES:
        op.drop_constraint(f"ck_{table}_local_tax", table)
        op.drop_column(table, "charges_local_tax")
