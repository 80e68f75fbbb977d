"""A signed order keeps the price agreement it was signed under: its sum, and whether there is VAT in it."""

import sqlalchemy as sa
from alembic import op

revision = "t0070_price_agreement"
down_revision = "t0060_delivery_contact"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("agreed_rupiah", sa.BigInteger(), nullable=True))
    op.add_column("orders", sa.Column("agreed_vat", sa.Boolean(), nullable=True))
    op.execute(
        """
        update orders set agreed_rupiah = greatest(gross_rupiah, budget_rupiah),
            agreed_vat = (assessment -> 'vendor' ->> 'vat_registered')::boolean
        where issued_at is not null
        """
    )
    op.create_check_constraint(
        "ck_orders_agreed", "orders", "greatest(gross_rupiah, budget_rupiah) <= agreed_rupiah"
    )


def downgrade() -> None:
    op.drop_constraint("ck_orders_agreed", "orders")
    op.drop_column("orders", "agreed_vat")
    op.drop_column("orders", "agreed_rupiah")
