"""Regions learn what the tax office knew of a vendor before: payments go by the facts of their value date."""

from alembic import op

revision = "n0230_earlier_facts"
down_revision = "n0222_programs"
branch_labels = None
depends_on = None

CHANGED = """
select distinct vendor_id from pusat.fact_version where kind in ('business', 'tax') and request_id is not null
"""


def upgrade() -> None:
    op.execute(f"update pusat.vendor_private set version = version + 1 where vendor_id in ({CHANGED})")
    op.execute(
        "insert into pusat.outbox (id, job, arguments, created_at, attempts)"
        " select uuidv7(), 'catalogue.spread_payee', jsonb_build_object('vendor_id', vendor_id::text), now(), 0"
        f" from ({CHANGED}) changed"
    )


def downgrade() -> None:
    """Nothing to take back: the version before ignores what it does not know."""
