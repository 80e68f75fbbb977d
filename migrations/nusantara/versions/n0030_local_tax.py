"""A vendor may charge the regional tax on food and hotels (PBJT) on top of a product's price."""

import sqlalchemy as sa
from alembic import op

revision = "n0030_local_tax"
down_revision = "n0021_product_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "product",
        sa.Column("charges_local_tax", sa.Boolean(), server_default=sa.false(), nullable=False),
        schema="pusat",
    )
    op.create_check_constraint(
        "ck_product_local_tax",
        "product",
        "not charges_local_tax or tax_class in ('catering', 'hospitality')",
        schema="pusat",
    )


def downgrade() -> None:
    op.drop_constraint("ck_product_local_tax", "product", schema="pusat")
    op.drop_column("product", "charges_local_tax", schema="pusat")
