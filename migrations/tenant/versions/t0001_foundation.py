"""The business of one region: organisation, catalogue, budgets, orders, documents, payments."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_key")),
    )
    op.create_index(op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False)
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("rows", postgresql.JSONB(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("summary", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('work_units', 'officials', 'budget_lines', 'packages')",
            name=op.f("ck_import_batch_kind"),
        ),
        sa.CheckConstraint(
            "status in ('previewed', 'confirmed', 'discarded')", name=op.f("ck_import_batch_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
    )
    op.create_table(
        "offer_count",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind in ('group', 'region')", name=op.f("ck_offer_count_kind")),
        sa.PrimaryKeyConstraint("kind", "code", name=op.f("pk_offer_count")),
    )
    op.create_table(
        "official",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("civil_servant_id", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("position", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_official")),
        sa.UniqueConstraint("civil_servant_id", name=op.f("uq_official_civil_servant_id")),
        sa.UniqueConstraint("email", name=op.f("uq_official_email")),
    )
    op.create_table(
        "order_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_order_counter")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("arguments", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_open", "outbox", ["created_at"], unique=False, postgresql_where="done_at is null"
    )
    op.create_table(
        "regional_holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_regional_holiday")),
    )
    op.create_table(
        "rule_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_rule_override_period")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_override")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_rule_override_key")),
    )
    op.create_table(
        "work_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("city", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("tax_id", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["region_code"], ["nusantara.region.code"], name=op.f("fk_work_unit_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_work_unit_code")),
    )
    op.create_table(
        "budget_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("sub_activity_code", sa.Text(), nullable=False),
        sa.Column("sub_activity_name", sa.Text(), nullable=False),
        sa.Column("account_code", sa.Text(), nullable=False),
        sa.Column("account_name", sa.Text(), nullable=False),
        sa.Column("funding_source", sa.Text(), nullable=False),
        sa.Column("ceiling_rupiah", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("ceiling_rupiah >= 0", name=op.f("ck_budget_line_ceiling")),
        sa.ForeignKeyConstraint(["work_unit_id"], ["work_unit.id"], name=op.f("fk_budget_line_work_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_line")),
        sa.UniqueConstraint(
            "work_unit_id",
            "fiscal_year",
            "sub_activity_code",
            "account_code",
            "funding_source",
            name="uq_budget_line",
        ),
    )
    op.create_table(
        "document_counter",
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["work_unit_id"], ["work_unit.id"], name=op.f("fk_document_counter_work_unit_id")
        ),
        sa.PrimaryKeyConstraint("work_unit_id", "kind", "year", name=op.f("pk_document_counter")),
    )
    op.create_table(
        "package",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rup_code", sa.Text(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("ceiling_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("selection_from", sa.Date(), nullable=False),
        sa.Column("selection_until", sa.Date(), nullable=False),
        sa.Column("announced", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("ceiling_rupiah >= 0", name=op.f("ck_package_ceiling")),
        sa.CheckConstraint("selection_until >= selection_from", name=op.f("ck_package_selection")),
        sa.ForeignKeyConstraint(["work_unit_id"], ["work_unit.id"], name=op.f("fk_package_work_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package")),
        sa.UniqueConstraint("rup_code", name=op.f("uq_package_rup_code")),
    )
    op.create_index("ix_package_work_unit_id", "package", ["work_unit_id", "fiscal_year"], unique=False)
    op.create_table(
        "role_assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("official_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("letter_number", sa.Text(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "role in ('tenant_admin', 'procurement_officer', 'commitment_officer', 'goods_receiver', 'treasurer', 'budget_user', 'internal_auditor')",
            name=op.f("ck_role_assignment_role"),
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_role_assignment_period")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["official.id"], name=op.f("fk_role_assignment_official_id")
        ),
        sa.ForeignKeyConstraint(
            ["work_unit_id"], ["work_unit.id"], name=op.f("fk_role_assignment_work_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
        sa.UniqueConstraint(
            "official_id",
            "role",
            "work_unit_id",
            "valid_from",
            name="uq_role_assignment",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_role_assignment_official_id"), "role_assignment", ["official_id"], unique=False)
    op.create_index("ix_role_assignment_role", "role_assignment", ["role", "work_unit_id"], unique=False)
    op.create_table(
        "vendor_participation",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("payee", postgresql.JSONB(), nullable=False),
        sa.Column("payee_version", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "reason in ('not_needed', 'outside_delivery_area', 'hygiene', 'food_permit')",
            name=op.f("ck_vendor_participation_reason"),
        ),
        sa.CheckConstraint(
            "status in ('requested', 'active', 'declined', 'withdrawn')",
            name=op.f("ck_vendor_participation_status"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_vendor_participation_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_vendor_participation")),
    )
    op.create_index(
        "ix_vendor_participation_status", "vendor_participation", ["status", "requested_at"], unique=False
    )
    op.create_table(
        "budget_balance",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("budget_line_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("ceiling", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("committed", sa.BigInteger(), nullable=False),
        sa.Column("realised", sa.BigInteger(), nullable=False),
        sa.Column("overcommitted", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "held + committed + realised <= ceiling or overcommitted",
            name=op.f("ck_budget_balance_not_overspent"),
        ),
        sa.CheckConstraint(
            "held >= 0 and committed >= 0 and realised >= 0 and ceiling >= 0",
            name=op.f("ck_budget_balance_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["budget_line_id"], ["budget_line.id"], name=op.f("fk_budget_balance_budget_line_id")
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_budget_balance_package_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_balance")),
        sa.UniqueConstraint("budget_line_id", "package_id", name=op.f("uq_budget_balance_budget_line_id")),
    )
    op.create_index(op.f("ix_budget_balance_package_id"), "budget_balance", ["package_id"], unique=False)
    op.create_table(
        "offer",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
        sa.Column("category_group", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("minimum_order", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("tax_class", sa.Text(), nullable=False),
        sa.Column("domestic", sa.Boolean(), nullable=False),
        sa.Column("shipping_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("coverage", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("photos", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("art", sa.Text(), nullable=True),
        sa.Column("vendor_name", sa.Text(), nullable=False),
        sa.Column("vendor_scale", sa.Text(), nullable=False),
        sa.Column("vendor_form", sa.Text(), nullable=False),
        sa.Column("vendor_region_code", sa.Text(), nullable=False),
        sa.Column("vendor_city", sa.Text(), nullable=False),
        sa.Column("vat_registered", sa.Boolean(), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("product_version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "setweight(to_tsvector('simple', name), 'A') || setweight(to_tsvector('simple', vendor_name), 'B') || to_tsvector('simple', description)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "tax_class in ('goods', 'goods_exempt', 'catering', 'service', 'rental', 'venue', 'hospitality', 'courier', 'luxury')",
            name=op.f("ck_offer_tax_class"),
        ),
        sa.CheckConstraint("price_rupiah > 0", name=op.f("ck_offer_price")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["nusantara.category.code"], name=op.f("fk_offer_category_code")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor_participation.vendor_id"], name=op.f("fk_offer_vendor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    op.create_index(
        "ix_offer_category",
        "offer",
        ["category_code", "published_at", "id"],
        unique=False,
        postgresql_where="visible",
    )
    op.create_index(
        "ix_offer_group",
        "offer",
        ["category_group", "published_at", "id"],
        unique=False,
        postgresql_where="visible",
    )
    op.create_index(
        "ix_offer_newest", "offer", ["published_at", "id"], unique=False, postgresql_where="visible"
    )
    op.create_index(
        "ix_offer_price", "offer", ["price_rupiah", "id"], unique=False, postgresql_where="visible"
    )
    op.create_index(
        "ix_offer_region",
        "offer",
        ["vendor_region_code", "published_at", "id"],
        unique=False,
        postgresql_where="visible",
    )
    op.create_index(
        "ix_offer_scale",
        "offer",
        ["vendor_scale", "published_at", "id"],
        unique=False,
        postgresql_where="visible",
    )
    op.create_index("ix_offer_search", "offer", ["search"], unique=False, postgresql_using="gin")
    op.create_index("ix_offer_vendor", "offer", ["vendor_id", "published_at"], unique=False)
    op.create_table(
        "orders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_name", sa.Text(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=True),
        sa.Column("budget_line_id", sa.Uuid(), nullable=True),
        sa.Column("delivery_address", sa.Text(), nullable=False),
        sa.Column("delivery_region_code", sa.Text(), nullable=False),
        sa.Column("delivery_due_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("shipping_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("base_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("vat_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("gross_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("withheld_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("penalty_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("net_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("budget_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("merged_receipt_maximum", sa.BigInteger(), nullable=False),
        sa.Column("assessment", postgresql.JSONB(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("inspected_by", sa.Uuid(), nullable=True),
        sa.Column("handed_over_by", sa.Uuid(), nullable=True),
        sa.Column("cancellation_side", sa.Text(), nullable=True),
        sa.Column("payment_requested_by", sa.Uuid(), nullable=True),
        sa.Column("payment_approved_by", sa.Uuid(), nullable=True),
        sa.Column("paid_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("inspection_agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_requested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("payment_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "cancellation_side in ('buyer', 'vendor')", name=op.f("ck_orders_cancellation_side")
        ),
        sa.CheckConstraint(
            "status = 'draft' or (number is not null and package_id is not null)",
            name=op.f("ck_orders_submitted"),
        ),
        sa.CheckConstraint(
            "status in ('draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled')",
            name=op.f("ck_orders_status"),
        ),
        sa.CheckConstraint("approved_by <> drafted_by", name=op.f("ck_orders_approver_is_not_drafter")),
        sa.CheckConstraint("inspected_by <> drafted_by", name=op.f("ck_orders_receiver_is_not_drafter")),
        sa.CheckConstraint(
            "least(base_rupiah, vat_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, budget_rupiah) >= 0",
            name=op.f("ck_orders_not_negative"),
        ),
        sa.CheckConstraint(
            "net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name=op.f("ck_orders_amounts")
        ),
        sa.CheckConstraint(
            "paid_by <> drafted_by and paid_by <> approved_by and paid_by <> inspected_by and paid_by <> handed_over_by",
            name=op.f("ck_orders_treasurer_is_alone"),
        ),
        sa.CheckConstraint(
            "payment_approved_by <> payment_requested_by", name=op.f("ck_orders_payment_has_two")
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["official.id"], name=op.f("fk_orders_approved_by")),
        sa.ForeignKeyConstraint(
            ["budget_line_id"], ["budget_line.id"], name=op.f("fk_orders_budget_line_id")
        ),
        sa.ForeignKeyConstraint(["drafted_by"], ["official.id"], name=op.f("fk_orders_drafted_by")),
        sa.ForeignKeyConstraint(["handed_over_by"], ["official.id"], name=op.f("fk_orders_handed_over_by")),
        sa.ForeignKeyConstraint(["inspected_by"], ["official.id"], name=op.f("fk_orders_inspected_by")),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_orders_package_id")),
        sa.ForeignKeyConstraint(["paid_by"], ["official.id"], name=op.f("fk_orders_paid_by")),
        sa.ForeignKeyConstraint(
            ["payment_approved_by"], ["official.id"], name=op.f("fk_orders_payment_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["payment_requested_by"], ["official.id"], name=op.f("fk_orders_payment_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["vendor_participation.vendor_id"], name=op.f("fk_orders_vendor_id")
        ),
        sa.ForeignKeyConstraint(["work_unit_id"], ["work_unit.id"], name=op.f("fk_orders_work_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_orders_number")),
    )
    op.create_index("ix_orders_drafted_by", "orders", ["drafted_by", "status"], unique=False)
    op.create_index(
        "ix_orders_due_at", "orders", ["due_at"], unique=False, postgresql_where="due_at is not null"
    )
    op.create_index(
        "ix_orders_issued_at",
        "orders",
        ["issued_at", "id"],
        unique=False,
        postgresql_where="issued_at is not null",
    )
    op.create_index("ix_orders_status", "orders", ["status", "work_unit_id"], unique=False)
    op.create_index("ix_orders_vendor_id", "orders", ["vendor_id", "status"], unique=False)
    op.create_index(
        "uq_orders_draft",
        "orders",
        ["drafted_by", "vendor_id", "work_unit_id"],
        unique=True,
        postgresql_where=sa.text("status = 'draft' and number is null"),
    )
    op.create_table(
        "invoice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoiced_on", sa.Date(), nullable=False),
        sa.Column("tax_invoice_number", sa.Text(), nullable=True),
        sa.Column("gross_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("withheld_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("penalty_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("net_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("assessment", postgresql.JSONB(), nullable=False),
        sa.Column("payee", postgresql.JSONB(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name=op.f("ck_invoice_amounts")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_invoice_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("order_id", name=op.f("uq_invoice_order_id")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("balance_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("credit", sa.Text(), nullable=False),
        sa.Column("debit", sa.Text(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "credit in ('outside', 'available', 'held', 'committed', 'realised')",
            name=op.f("ck_ledger_entry_credit"),
        ),
        sa.CheckConstraint(
            "debit in ('outside', 'available', 'held', 'committed', 'realised')",
            name=op.f("ck_ledger_entry_debit"),
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_ledger_entry_amount")),
        sa.CheckConstraint("debit <> credit", name=op.f("ck_ledger_entry_two_accounts")),
        sa.ForeignKeyConstraint(
            ["balance_id"], ["budget_balance.id"], name=op.f("fk_ledger_entry_balance_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint(
            "order_id", "balance_id", "round", "credit", "debit", name="uq_ledger_entry_once"
        ),
        info={"append_only": True},
    )
    op.create_index("ix_ledger_entry_balance_id", "ledger_entry", ["balance_id", "at"], unique=False)
    op.create_table(
        "order_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("facts_hash", sa.Text(), nullable=False),
        sa.Column("verification_code", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("file_key", sa.Text(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=True),
        sa.Column("rendered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('purchase_order', 'inspection_report', 'handover_report', 'payment_receipt')",
            name=op.f("ck_order_document_kind"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_document_order_id")),
        sa.ForeignKeyConstraint(
            ["work_unit_id"], ["work_unit.id"], name=op.f("fk_order_document_work_unit_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_document")),
        sa.UniqueConstraint("number", name=op.f("uq_order_document_number")),
        sa.UniqueConstraint("verification_code", name=op.f("uq_order_document_verification_code")),
        sa.UniqueConstraint("work_unit_id", "kind", "year", "sequence", name="uq_order_document_sequence"),
    )
    op.create_index("ix_order_document_order_id", "order_document", ["order_id", "kind"], unique=False)
    op.create_table(
        "order_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("document_hash", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("previous_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "to_status in ('draft', 'awaiting_approval', 'issued', 'accepted', 'cancellation_asked', 'in_delivery', 'delivered', 'inspected', 'handover_pending', 'handed_over', 'invoiced', 'payment_requested', 'payment_approved', 'paid', 'completed', 'rejected', 'expired', 'cancelled')",
            name=op.f("ck_order_event_to_status"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_order_event_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_event")),
        sa.UniqueConstraint("order_id", "sequence", name=op.f("uq_order_event_order_id")),
        info={"append_only": True},
    )
    op.create_index("ix_order_event_at", "order_event", ["at"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("tax_class", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Numeric(precision=12, scale=3), nullable=False),
        sa.Column("unit_price_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("total_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("accepted_quantity", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("rejected_quantity", sa.Numeric(precision=12, scale=3), nullable=True),
        sa.Column("inspection_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "tax_class in ('goods', 'goods_exempt', 'catering', 'service', 'rental', 'venue', 'hospitality', 'courier', 'luxury')",
            name=op.f("ck_order_line_tax_class"),
        ),
        sa.CheckConstraint(
            "accepted_quantity + rejected_quantity = quantity", name=op.f("ck_order_line_inspected")
        ),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_order_line_quantity")),
        sa.CheckConstraint("unit_price_rupiah > 0", name=op.f("ck_order_line_price")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_order_line_offer_id")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["orders.id"], name=op.f("fk_order_line_order_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "offer_id", name="uq_order_line_offer"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("gross_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("withheld_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("penalty_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("net_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessment", postgresql.JSONB(), nullable=False),
        sa.Column("payee", postgresql.JSONB(), nullable=False),
        sa.Column("paid_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name=op.f("ck_payment_amounts")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_payment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("order_id", name=op.f("uq_payment_order_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_payment_reference")),
        info={"append_only": True},
    )


def downgrade() -> None:
    op.drop_table("payment")
    op.drop_table("order_line")
    op.drop_table("order_event")
    op.drop_table("order_document")
    op.drop_table("ledger_entry")
    op.drop_table("invoice")
    op.drop_table("orders")
    op.drop_table("offer")
    op.drop_table("budget_balance")
    op.drop_table("vendor_participation")
    op.drop_table("role_assignment")
    op.drop_table("package")
    op.drop_table("document_counter")
    op.drop_table("budget_line")
    op.drop_table("work_unit")
    op.drop_table("rule_override")
    op.drop_table("regional_holiday")
    op.drop_table("outbox")
    op.drop_table("order_counter")
    op.drop_table("official")
    op.drop_table("offer_count")
    op.drop_table("import_batch")
    op.drop_table("idempotency_key")
