"""Officials and work units have a telephone at the office."""

import sqlalchemy as sa
from alembic import op

revision = "t0181_office_phones"
down_revision = "t0180_comments"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("official", sa.Column("phone", sa.Text(), server_default="", nullable=False))
    op.add_column("work_unit", sa.Column("phone", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("work_unit", "phone")
    op.drop_column("official", "phone")
