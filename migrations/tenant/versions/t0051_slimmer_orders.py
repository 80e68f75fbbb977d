"""What deliveries and invoices say is no longer repeated on the order; after the version that wrote it there is gone."""

import sqlalchemy as sa
from alembic import op

revision = "t0051_slimmer_orders"
down_revision = "t0050_deliveries"
branch_labels = None
depends_on = None

PERSONS = ("inspected_by", "handed_over_by", "payment_requested_by", "payment_approved_by", "paid_by")
MOMENTS = ("inspected_at", "inspection_agreed_at", "payment_requested_at", "payment_approved_at")
ALONE = "paid_by <> drafted_by and paid_by <> approved_by and paid_by <> inspected_by and paid_by <> handed_over_by"


def upgrade() -> None:
    for constraint in ("receiver_is_not_drafter", "treasurer_is_alone", "payment_has_two"):
        op.drop_constraint(f"ck_orders_{constraint}", "orders")
    for column in (*PERSONS, *MOMENTS):
        op.drop_column("orders", column)


def downgrade() -> None:
    for column in PERSONS:
        op.add_column("orders", sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(f"fk_orders_{column}", "orders", "official", [column], ["id"])
    for column in MOMENTS:
        op.add_column("orders", sa.Column(column, sa.DateTime(timezone=True), nullable=True))
    op.execute("""
        update orders o set inspected_by = i.inspected_by, inspected_at = i.inspected_at, inspection_agreed_at = i.agreed_at
        from delivery d join inspection i on i.delivery_id = d.id and i.contested_at is null where d.order_id = o.id
    """)
    op.execute(
        "update orders o set handed_over_by = h.handed_over_by from handover h where h.order_id = o.id"
    )
    op.execute("""
        update orders o set payment_requested_by = i.requested_by, payment_requested_at = i.requested_at,
               payment_approved_by = i.approved_by, payment_approved_at = i.approved_at
        from invoice i where i.order_id = o.id
    """)
    op.execute("update orders o set paid_by = p.paid_by from payment p where p.order_id = o.id")
    op.create_check_constraint("ck_orders_receiver_is_not_drafter", "orders", "inspected_by <> drafted_by")
    op.create_check_constraint("ck_orders_treasurer_is_alone", "orders", ALONE)
    op.create_check_constraint(
        "ck_orders_payment_has_two", "orders", "payment_approved_by <> payment_requested_by"
    )
