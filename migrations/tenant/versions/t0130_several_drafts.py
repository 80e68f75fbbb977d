"""An officer may keep several drafts for one vendor and unit: each purpose has its own.

The version before begins no draft once this is in force; it is replaced right after. Taken back, an officer may keep
only one of theirs.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0130_several_drafts"
down_revision = "t0070_price_agreement"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("uq_orders_draft", table_name="orders")


def downgrade() -> None:
    op.create_index(
        "uq_orders_draft",
        "orders",
        ["drafted_by", "vendor_id", "work_unit_id"],
        unique=True,
        postgresql_where=sa.text("status = 'draft' and number is null"),
    )
