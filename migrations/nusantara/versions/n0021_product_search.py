"""Products are found by the words of their names, all over the nation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "n0021_product_search"
down_revision = "n0020_participation_due"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "product",
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed("to_tsvector('simple', name)", persisted=True),
            nullable=False,
        ),
        schema="pusat",
    )
    op.create_index(
        "ix_product_search", "product", ["search"], unique=False, schema="pusat", postgresql_using="gin"
    )


def downgrade() -> None:
    op.drop_index("ix_product_search", table_name="product", schema="pusat", postgresql_using="gin")
    op.drop_column("product", "search", schema="pusat")
