"""An order has deliveries, each with its inspection and handover; invoices bill handovers, payments pay invoices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0050_deliveries"
down_revision = "t0040_package_and_price_indexes"
branch_labels = None
depends_on = None

STATUSES = "'draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'partly_delivered', 'announced', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled'"
BEFORE = "'draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled'"
DELIVERY = (
    "'announced', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'cancelled'"
)
INVOICE = "'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid'"
ARRIVED = "(o.delivered_at at time zone (select zone from nusantara.tenant where schema_name = current_schema()))::date"
"""The day of the arrival in the office's zone: lateness counts by it."""
WITH_STATUS = (
    ("orders", "status", "status"),
    ("order_event", "to_status", "to_status"),
    ("order_reminder", "status", "status"),
)


def upgrade() -> None:
    for table, column, name in WITH_STATUS:
        op.drop_constraint(f"ck_{table}_{name}", table)
        op.create_check_constraint(f"ck_{table}_{name}", table, f"{column} in ({STATUSES})")
    op.create_unique_constraint("uq_orders_drafter", "orders", ["id", "drafted_by"])
    op.add_column("orders", sa.Column("realised_rupiah", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("orders", sa.Column("closed_short_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "order_line", sa.Column("closed_quantity", sa.Numeric(12, 3), server_default="0", nullable=False)
    )
    op.add_column("order_document", sa.Column("part_id", sa.Uuid(), nullable=True))
    _create_tables()
    op.drop_constraint("uq_invoice_order_id", "invoice")
    op.add_column("invoice", sa.Column("status", sa.Text(), server_default="invoiced", nullable=False))
    op.add_column("invoice", sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoice", sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoice", sa.Column("requested_by", sa.Uuid(), nullable=True))
    op.add_column("invoice", sa.Column("requested_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("invoice", sa.Column("approved_by", sa.Uuid(), nullable=True))
    op.add_column("invoice", sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint("uq_payment_order_id", "payment")
    op.add_column("payment", sa.Column("invoice_id", sa.Uuid(), nullable=True))
    op.add_column("payment", sa.Column("kept_out", postgresql.ARRAY(sa.Uuid()), nullable=True))
    _fill()
    _require()


def _create_tables() -> None:
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("expected_at", sa.Time(), nullable=True),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("driver", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("photo_key", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("departed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"status in ({DELIVERY})", name=op.f("ck_delivery_status")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_delivery_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("order_id", "sequence", name="uq_delivery_sequence"),
    )
    op.create_index("ix_delivery_status", "delivery", ["status", "order_id"])
    op.create_table(
        "delivery_line",
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("order_line_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.Numeric(12, 3), nullable=False),
        sa.Column("delivered_quantity", sa.Numeric(12, 3), nullable=True),
        sa.Column("accepted_quantity", sa.Numeric(12, 3), nullable=True),
        sa.Column("rejected_quantity", sa.Numeric(12, 3), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_delivery_line_quantity")),
        sa.CheckConstraint(
            "accepted_quantity + rejected_quantity = delivered_quantity",
            name=op.f("ck_delivery_line_inspected"),
        ),
        sa.CheckConstraint("delivered_quantity <= quantity", name=op.f("ck_delivery_line_delivered")),
        sa.CheckConstraint(
            "least(accepted_quantity, rejected_quantity) >= 0", name=op.f("ck_delivery_line_not_negative")
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_delivery_line_delivery_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_delivery_line_order_line_id")
        ),
        sa.PrimaryKeyConstraint("delivery_id", "order_line_id", name=op.f("pk_delivery_line")),
    )
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("inspected_by", sa.Uuid(), nullable=False),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("function_fits", sa.Boolean(), nullable=False),
        sa.Column("time_fits", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("findings", postgresql.JSONB(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("inspected_by <> drafted_by", name=op.f("ck_inspection_receiver_is_not_drafter")),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_inspection_delivery_id")),
        sa.ForeignKeyConstraint(["inspected_by"], ["official.id"], name=op.f("fk_inspection_inspected_by")),
        sa.ForeignKeyConstraint(
            ["order_id", "drafted_by"], ["orders.id", "orders.drafted_by"], name="fk_inspection_drafter"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(
        "uq_inspection_delivery",
        "inspection",
        ["delivery_id"],
        unique=True,
        postgresql_where=sa.text("contested_at is null"),
    )
    op.create_table(
        "handover",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("delivery_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("handed_over_by", sa.Uuid(), nullable=False),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late_days", sa.Integer(), nullable=False),
        sa.Column("shipping_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("base_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("vat_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("gross_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("withheld_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("penalty_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("net_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("assessment", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name=op.f("ck_handover_amounts")
        ),
        sa.CheckConstraint(
            "least(base_rupiah, vat_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, shipping_rupiah) >= 0",
            name=op.f("ck_handover_not_negative"),
        ),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_handover_delivery_id")),
        sa.ForeignKeyConstraint(["handed_over_by"], ["official.id"], name=op.f("fk_handover_handed_over_by")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_handover_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_handover_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
        sa.UniqueConstraint("delivery_id", name="uq_handover_delivery"),
    )
    op.create_index("ix_handover_order_id", "handover", ["order_id"])
    op.create_index("ix_handover_invoice_id", "handover", ["invoice_id"])


def _fill() -> None:
    """Every order that was on its way has one delivery, with what became of it."""
    op.execute("""
        insert into delivery (id, order_id, sequence, status, expected_on, carrier, driver, note, due_at, announced_at, departed_at, delivered_at)
        select gen_random_uuid(), id, 1,
               case when status in ('in_delivery', 'delivered', 'inspected', 'handover_pending') then status else 'handed_over' end,
               delivery_due_on, '', '', '', case when status in ('invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed') then null else due_at end,
               accepted_at, accepted_at, delivered_at
        from orders where status in ('in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed')
    """)
    op.execute("""
        insert into delivery_line (delivery_id, order_line_id, quantity, delivered_quantity, accepted_quantity, rejected_quantity, note)
        select d.id, l.id, l.quantity, l.accepted_quantity + l.rejected_quantity, l.accepted_quantity, l.rejected_quantity, l.inspection_note
        from delivery d join order_line l on l.order_id = d.order_id
    """)
    op.execute(f"""
        insert into inspection (id, order_id, drafted_by, delivery_id, inspected_by, inspected_at, function_fits, time_fits, note, findings, agreed_at)
        select gen_random_uuid(), o.id, o.drafted_by, d.id, o.inspected_by, o.inspected_at, true,
               o.delivered_at is null or {ARRIVED} <= o.delivery_due_on, '', '{{}}', o.inspection_agreed_at
        from delivery d join orders o on o.id = d.order_id
        where o.inspected_by is not null and d.status in ('inspected', 'handover_pending', 'handed_over')
    """)
    op.execute("""
        update invoice i set status = case when o.status = 'completed' then 'paid' else o.status end, due_at = o.due_at,
               invoiced_at = coalesce(o.invoiced_at, i.created_at), requested_by = o.payment_requested_by,
               requested_at = o.payment_requested_at, approved_by = o.payment_approved_by, approved_at = o.payment_approved_at
        from orders o where o.id = i.order_id
    """)
    op.execute(f"""
        insert into handover (id, order_id, delivery_id, invoice_id, handed_over_by, handed_over_at, late_days, shipping_rupiah, base_rupiah, vat_rupiah, gross_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, assessment)
        select gen_random_uuid(), o.id, d.id, (select i.id from invoice i where i.order_id = o.id), o.handed_over_by, o.handed_over_at,
               greatest(0, {ARRIVED} - o.delivery_due_on), o.shipping_rupiah, o.base_rupiah, o.vat_rupiah, o.gross_rupiah, o.withheld_rupiah, o.penalty_rupiah, o.net_rupiah, o.assessment
        from delivery d join orders o on o.id = d.order_id where d.status = 'handed_over'
    """)
    op.execute("""
        update order_line l set closed_quantity = l.quantity - l.accepted_quantity
        from orders o where o.id = l.order_id and o.handed_over_at is not null and l.accepted_quantity is not null
    """)
    op.execute("""
        update orders o set closed_short_at = o.handed_over_at
        where o.handed_over_at is not null and exists (select 1 from order_line l where l.order_id = o.id and l.closed_quantity > 0)
    """)
    op.execute("update orders set realised_rupiah = budget_rupiah where paid_at is not null")
    op.execute("""
        update payment p set invoice_id = i.id,
               kept_out = array_remove(array[o.drafted_by, o.approved_by, o.inspected_by, o.handed_over_by, o.payment_approved_by], null)
        from invoice i join orders o on o.id = i.order_id where i.order_id = p.order_id
    """)
    op.execute("""
        update order_document t set part_id = d.id from delivery d
        where d.order_id = t.order_id and t.kind in ('inspection_report', 'handover_report')
    """)
    op.execute("""
        update order_document t set part_id = i.id from invoice i where i.order_id = t.order_id and t.kind = 'payment_receipt'
    """)


def _require() -> None:
    op.alter_column("invoice", "status", server_default=None)
    op.alter_column("invoice", "invoiced_at", nullable=False)
    op.create_check_constraint("ck_invoice_status", "invoice", f"status in ({INVOICE})")
    op.create_check_constraint("ck_invoice_payment_has_two", "invoice", "approved_by <> requested_by")
    op.create_foreign_key("fk_invoice_requested_by", "invoice", "official", ["requested_by"], ["id"])
    op.create_foreign_key("fk_invoice_approved_by", "invoice", "official", ["approved_by"], ["id"])
    op.create_index("ix_invoice_order_id", "invoice", ["order_id"])
    op.create_index("ix_invoice_status", "invoice", ["status", "order_id"])
    op.alter_column("payment", "invoice_id", nullable=False)
    op.alter_column("payment", "kept_out", nullable=False)
    op.create_check_constraint("ck_payment_treasurer_is_alone", "payment", "paid_by <> all (kept_out)")
    op.create_unique_constraint("uq_payment_invoice", "payment", ["invoice_id"])
    op.create_foreign_key("fk_payment_invoice_id", "payment", "invoice", ["invoice_id"], ["id"])
    op.create_index("ix_payment_order_id", "payment", ["order_id"])
    op.drop_constraint("ck_order_line_inspected", "order_line")
    op.create_check_constraint(
        "ck_order_line_accepted", "order_line", "accepted_quantity + closed_quantity <= quantity"
    )
    op.create_check_constraint(
        "ck_order_line_counted",
        "order_line",
        "least(accepted_quantity, rejected_quantity, closed_quantity) >= 0",
    )
    op.create_check_constraint("ck_orders_realised", "orders", "realised_rupiah between 0 and budget_rupiah")


def downgrade() -> None:
    """Only where no order has a second delivery: the form before knows one."""
    for constraint, table in (
        ("ck_orders_realised", "orders"),
        ("ck_order_line_counted", "order_line"),
        ("ck_order_line_accepted", "order_line"),
    ):
        op.drop_constraint(constraint, table)
    op.create_check_constraint(
        "ck_order_line_inspected", "order_line", "accepted_quantity + rejected_quantity = quantity"
    )
    op.drop_index("ix_payment_order_id", "payment")
    op.drop_constraint("fk_payment_invoice_id", "payment")
    op.drop_constraint("uq_payment_invoice", "payment")
    op.drop_constraint("ck_payment_treasurer_is_alone", "payment")
    op.drop_column("payment", "kept_out")
    op.drop_column("payment", "invoice_id")
    op.create_unique_constraint("uq_payment_order_id", "payment", ["order_id"])
    op.drop_table("handover")
    for index in ("ix_invoice_status", "ix_invoice_order_id"):
        op.drop_index(index, "invoice")
    for column in (
        "approved_at",
        "approved_by",
        "requested_at",
        "requested_by",
        "invoiced_at",
        "due_at",
        "status",
    ):
        op.drop_column("invoice", column)
    op.create_unique_constraint("uq_invoice_order_id", "invoice", ["order_id"])
    op.drop_table("inspection")
    op.drop_table("delivery_line")
    op.drop_table("delivery")
    op.drop_column("order_document", "part_id")
    op.drop_column("order_line", "closed_quantity")
    op.drop_column("orders", "closed_short_at")
    op.drop_column("orders", "realised_rupiah")
    op.drop_constraint("uq_orders_drafter", "orders")
    for table, column, name in WITH_STATUS:
        op.drop_constraint(f"ck_{table}_{name}", table)
        op.create_check_constraint(f"ck_{table}_{name}", table, f"{column} in ({BEFORE})")
