"""The nation knows what regions owe each vendor and paid them, and what was ordered by name."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "n0241_bills"
down_revision = "n0250_inquiries"
branch_labels = None
depends_on = None

TEST = "substr({}::text, 15, 1) = '8'"
RUPIAH = "base vat local_tax gross withheld penalty net".split()


def upgrade() -> None:
    op.add_column(
        "order_projection",
        sa.Column("products", sa.Text(), server_default="", nullable=False),
        schema="pusat",
    )
    op.create_table(
        "bill_projection",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("lacks_tax_invoice", sa.Boolean(), nullable=False),
        sa.Column("is_carried", sa.Boolean(), nullable=False),
        *(sa.Column(f"{name}_rupiah", sa.BigInteger(), nullable=False) for name in RUPIAH),
        sa.Column("kept", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=True)
            for name in ("invoiced_at", "pay_by", "expected_by", "paid_at")
        ),
        sa.Column("check_days", sa.Integer(), nullable=False),
        sa.Column("term_days", sa.Integer(), nullable=False),
        sa.Column("term_basis", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah",
            name=op.f("ck_bill_projection_amounts"),
        ),
        sa.CheckConstraint(
            f"({TEST.format('vendor_id')}) = ({TEST.format('tenant_id')})",
            name=op.f("ck_bill_projection_world"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["pusat.order_projection.tenant_id", "pusat.order_projection.order_id"],
            name="fk_bill_projection_order",
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_bill_projection_vendor_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_bill_projection")),
        schema="pusat",
    )
    op.create_index(
        "ix_bill_projection_vendor", "bill_projection", ["vendor_id", "handed_over_at"], schema="pusat"
    )
    op.create_index("ix_bill_projection_order", "bill_projection", ["tenant_id", "order_id"], schema="pusat")


def downgrade() -> None:
    op.drop_table("bill_projection", schema="pusat")
    op.drop_column("order_projection", "products", schema="pusat")
