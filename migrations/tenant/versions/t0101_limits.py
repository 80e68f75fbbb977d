"""A region's role has limits: the runner gives its settings anew (tenancy/ownership.py)."""

revision = "t0101_limits"
down_revision = "t0100_evidence"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True


def upgrade() -> None:
    """Nothing in the schema."""


def downgrade() -> None:
    """Nothing in the schema."""
