"""An order may name the phone of whoever receives its deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "t0060_delivery_contact"
down_revision = "t0051_slimmer_orders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("delivery_contact_phone", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("orders", "delivery_contact_phone")
