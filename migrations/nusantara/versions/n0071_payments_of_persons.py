"""What persons were paid in a year over all regions, and which numbers of invoices are used."""

import sqlalchemy as sa
from alembic import op

revision = "n0071_payments_of_persons"
down_revision = "n0081_confirmed_accounts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person_year",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name="fk_person_year_vendor_id"),
        sa.PrimaryKeyConstraint("vendor_id", "year", name="pk_person_year"),
        schema="pusat",
    )
    op.create_table(
        "person_payment",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("turnover_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("turnover_rupiah >= 0", name="ck_person_payment_turnover"),
        sa.ForeignKeyConstraint(["tenant_id"], ["nusantara.tenant.id"], name="fk_person_payment_tenant_id"),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name="fk_person_payment_vendor_id"),
        sa.PrimaryKeyConstraint("tenant_id", "invoice_id", name="pk_person_payment"),
        sa.UniqueConstraint("vendor_id", "year", "place", name="uq_person_payment_place"),
        schema="pusat",
    )
    op.create_table(
        "invoice_number",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('tax_invoice', 'own')", name="ck_invoice_number_kind"),
        sa.ForeignKeyConstraint(["tenant_id"], ["nusantara.tenant.id"], name="fk_invoice_number_tenant_id"),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name="fk_invoice_number_vendor_id"),
        sa.PrimaryKeyConstraint("vendor_id", "kind", "number", name="pk_invoice_number"),
        schema="pusat",
    )


def downgrade() -> None:
    for table in ("invoice_number", "person_payment", "person_year"):
        op.drop_table(table, schema="pusat")
