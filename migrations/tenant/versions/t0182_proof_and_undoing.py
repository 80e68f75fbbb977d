"""An arrival has its proof; how long a step on a delivery may be undone is a rule, kept as it was then."""

import sqlalchemy as sa
from alembic import op

revision = "t0182_proof_and_undoing"
down_revision = "t0221_reminders"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("arrival_proof_key", sa.Text(), nullable=True))
    op.add_column("delivery", sa.Column("undo_minutes", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("delivery", "undo_minutes")
    op.drop_column("delivery", "arrival_proof_key")
