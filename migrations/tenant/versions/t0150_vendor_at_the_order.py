"""An order keeps the size and legal form that its vendor had when it was signed; older ones get those of today."""

import sqlalchemy as sa
from alembic import op

revision = "t0150_vendor_at_the_order"
down_revision = "t0120_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("vendor_scale", sa.Text(), nullable=True))
    op.add_column("orders", sa.Column("vendor_form", sa.Text(), nullable=True))
    op.execute(
        "update orders set vendor_scale = v.business_scale, vendor_form = v.legal_form"
        " from nusantara.vendor v where v.id = orders.vendor_id and orders.issued_at is not null"
    )
    op.create_check_constraint(
        op.f("ck_orders_vendor_then"),
        "orders",
        "issued_at is null or num_nulls(vendor_scale, vendor_form) = 0",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_orders_vendor_then"), "orders")
    op.drop_column("orders", "vendor_form")
    op.drop_column("orders", "vendor_scale")
