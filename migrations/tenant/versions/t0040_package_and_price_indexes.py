"""The orders of a package are found without reading all orders, and the cheapest of a category without sorting it."""

from alembic import op

revision = "t0040_package_and_price_indexes"
down_revision = "t0032_local_tax"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_orders_package_id", "orders", ["package_id", "vendor_id", "submitted_at"])
    op.create_index(
        "ix_offer_group_price",
        "offer",
        ["category_group", "price_rupiah", "id"],
        postgresql_where="visible",
    )


def downgrade() -> None:
    op.drop_index("ix_offer_group_price", "offer")
    op.drop_index("ix_orders_package_id", "orders")
