"""Advisory locks are for nobody: the runner takes them from PUBLIC with what else it takes (tenancy/ownership.py)."""

revision = "n0101_no_advisory_locks"
down_revision = "n0082_directory_lookups"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing in the schemas."""


def downgrade() -> None:
    """Nothing in the schemas."""
