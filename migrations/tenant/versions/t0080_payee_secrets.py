"""A vendor's tax number and bank account lie sealed in a region, and only while an accepted order of theirs runs.

The numbers that lay in clear are replaced by their last digits; a job fetches them again, sealed, where they are needed.
What differs in an invoice from the vendor's account of today stays another account.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0080_payee_secrets"
down_revision = "t0071_tax_classes"
branch_labels = None
depends_on = None

MASKED_ACCOUNT = "'bank_account', '•••• ' || right({payee} ->> 'bank_account', 4)"
MASKED_TAX_ID = "'tax_id', '•••• ' || right({payee} ->> 'tax_id', 4)"  # null stays null
SAME = " and ".join(
    f"i.payee ->> '{fact}' is not distinct from p.payee ->> '{fact}'"
    for fact in ("bank_name", "bank_account", "bank_account_holder")
)


def upgrade() -> None:
    op.create_table(
        "payee_secret",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("payee_version", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor_participation.vendor_id"], name=op.f("fk_payee_secret_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_payee_secret")),
    )
    op.execute(
        "update invoice i set payee = i.payee || jsonb_build_object("
        + MASKED_TAX_ID.format(payee="i.payee")
        + ", "
        + MASKED_ACCOUNT.format(payee="i.payee")
        + f", 'bank_account_id', case when {SAME} then o.vendor_id::text else 'earlier' end)"
        " from orders o join vendor_participation p on p.vendor_id = o.vendor_id where o.id = i.order_id"
    )
    op.execute(
        "update payment set payee = payee || jsonb_build_object(" + MASKED_ACCOUNT.format(payee="payee") + ")"
    )
    op.execute(
        "update vendor_participation set payee = payee || jsonb_build_object("
        + MASKED_TAX_ID.format(payee="payee")
        + ", "
        + MASKED_ACCOUNT.format(payee="payee")
        + ", 'bank_account_id', vendor_id::text)"
    )
    op.execute(
        "insert into outbox (id, job, arguments, created_at, attempts)"
        " select uuidv7(), 'orders.settle_secrets', jsonb_build_object('vendor_id', vendor_id::text), now(), 0"
        " from (select distinct vendor_id from orders where status not in ('draft', 'awaiting_approval', 'issued',"
        " 'completed', 'rejected', 'expired', 'cancelled')) running"
    )


def downgrade() -> None:
    op.drop_table("payee_secret")
