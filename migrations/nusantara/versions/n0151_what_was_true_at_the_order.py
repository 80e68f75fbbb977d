"""The nation knows of an order what its vendor was when it was signed, and how much of it was paid.

Orders that are known already get the vendor of today, and what is paid in full; whatever changes is written anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "n0151_what_was_true_at_the_order"
down_revision = "n0120_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("order_projection", sa.Column("vendor_scale", sa.Text(), nullable=True), schema="pusat")
    op.add_column("order_projection", sa.Column("vendor_form", sa.Text(), nullable=True), schema="pusat")
    op.add_column(
        "order_projection",
        sa.Column("paid_rupiah", sa.BigInteger(), server_default="0", nullable=False),
        schema="pusat",
    )
    op.execute(
        "update pusat.order_projection o set vendor_scale = v.business_scale, vendor_form = v.legal_form,"
        " paid_rupiah = case when o.paid_at is null then 0 else o.gross_rupiah end"
        " from nusantara.vendor v where v.id = o.vendor_id"
    )
    op.alter_column("order_projection", "vendor_scale", nullable=False, schema="pusat")
    op.alter_column("order_projection", "vendor_form", nullable=False, schema="pusat")


def downgrade() -> None:
    for name in ("paid_rupiah", "vendor_form", "vendor_scale"):
        op.drop_column("order_projection", name, schema="pusat")
