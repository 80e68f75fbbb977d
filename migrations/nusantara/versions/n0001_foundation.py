"""The shared directory (nusantara) and the national schema (pusat)."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "n0001_foundation"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_english", sa.Text(), nullable=False),
        sa.Column("tax_class", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["nusantara.category.code"], name=op.f("fk_category_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_category")),
        schema="nusantara",
    )
    op.create_table(
        "holiday",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_holiday")),
        schema="nusantara",
    )
    op.create_table(
        "region",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent_code", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["nusantara.region.code"], name=op.f("fk_region_parent_code")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_region")),
        schema="nusantara",
    )
    op.create_table(
        "rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("tenant_may_override", sa.Boolean(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("valid_to is null or valid_to >= valid_from", name=op.f("ck_rule_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("key", "valid_from", name=op.f("uq_rule_key")),
        schema="nusantara",
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("email_confirmed", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        schema="pusat",
    )
    op.create_index(
        "uq_account_email", "account", [sa.literal_column("lower(email)")], unique=True, schema="pusat"
    )
    op.create_table(
        "idempotency_key",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("account_id", "key", name=op.f("pk_idempotency_key")),
        schema="pusat",
    )
    op.create_index(
        op.f("ix_idempotency_key_created_at"), "idempotency_key", ["created_at"], unique=False, schema="pusat"
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
        schema="pusat",
    )
    op.create_index(
        "ix_outbox_open",
        "outbox",
        ["created_at"],
        unique=False,
        schema="pusat",
        postgresql_where="done_at is null",
    )
    op.create_table(
        "tenant",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("short_name", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("placement", sa.Text(), nullable=False),
        sa.Column("schema_name", sa.Text(), nullable=False),
        sa.Column("role_name", sa.Text(), nullable=False),
        sa.Column("role_generation", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("accent", sa.Text(), nullable=False),
        sa.Column("motif", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspension_reason", sa.Text(), nullable=True),
        sa.CheckConstraint("slug <> 'national'", name=op.f("ck_tenant_slug_reserved")),
        sa.CheckConstraint("slug ~ '^[a-z][a-z0-9_]{1,30}$'", name=op.f("ck_tenant_slug")),
        sa.CheckConstraint("status in ('active', 'suspended')", name=op.f("ck_tenant_status")),
        sa.CheckConstraint(
            "zone in ('Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura')", name=op.f("ck_tenant_zone")
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["nusantara.region.code"], name=op.f("fk_tenant_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("region_code", name=op.f("uq_tenant_region_code")),
        sa.UniqueConstraint("role_name", name=op.f("uq_tenant_role_name")),
        sa.UniqueConstraint("schema_name", name=op.f("uq_tenant_schema_name")),
        sa.UniqueConstraint("slug", name=op.f("uq_tenant_slug")),
        schema="nusantara",
        info={"owner_writes": True},
    )
    op.create_table(
        "vendor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("business_id_number", sa.Text(), nullable=False),
        sa.Column("legal_name", sa.Text(), nullable=False),
        sa.Column("trade_name", sa.Text(), nullable=False),
        sa.Column("legal_form", sa.Text(), nullable=False),
        sa.Column("business_scale", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("vat_registered", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("business_id_number ~ '^[0-9]{13}$'", name=op.f("ck_vendor_business_id_number")),
        sa.CheckConstraint(
            "business_scale in ('micro', 'small', 'medium')", name=op.f("ck_vendor_business_scale")
        ),
        sa.CheckConstraint(
            "legal_form in ('individual', 'one_person_company', 'company', 'limited_partnership', 'firm', 'cooperative', 'village_enterprise')",
            name=op.f("ck_vendor_legal_form"),
        ),
        sa.CheckConstraint(
            "status in ('registered', 'under_verification', 'returned', 'verified', 'suspended')",
            name=op.f("ck_vendor_status"),
        ),
        sa.ForeignKeyConstraint(
            ["region_code"], ["nusantara.region.code"], name=op.f("fk_vendor_region_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor")),
        sa.UniqueConstraint("business_id_number", name=op.f("uq_vendor_business_id_number")),
        schema="nusantara",
    )
    op.create_table(
        "invitation",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["pusat.account.id"], name=op.f("fk_invitation_account_id")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
        schema="pusat",
    )
    op.create_table(
        "national_role",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('agency_admin', 'verifier')", name=op.f("ck_national_role_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name=op.f("fk_national_role_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "role", name=op.f("pk_national_role")),
        schema="pusat",
    )
    op.create_table(
        "registration_draft",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("answers_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name=op.f("fk_registration_draft_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_registration_draft")),
        schema="pusat",
    )
    op.create_table(
        "tenant_host",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["nusantara.tenant.id"], name=op.f("fk_tenant_host_tenant_id")
        ),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_tenant_host")),
        schema="nusantara",
        info={"owner_writes": True},
    )
    op.create_index(
        op.f("ix_tenant_host_tenant_id"), "tenant_host", ["tenant_id"], unique=False, schema="nusantara"
    )
    op.create_table(
        "order_projection",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("work_unit_name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("gross_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("net_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_over_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invoiced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "search",
            postgresql.TSVECTOR(),
            sa.Computed(
                "to_tsvector('simple', translate(number, '-/.', '   ') || ' ' || title || ' ' || vendor_name || ' ' || work_unit_name)",
                persisted=True,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["nusantara.tenant.id"], name=op.f("fk_order_projection_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_order_projection_vendor_id")
        ),
        sa.PrimaryKeyConstraint("tenant_id", "order_id", name=op.f("pk_order_projection")),
        schema="pusat",
    )
    op.create_index(
        "ix_order_projection_issued",
        "order_projection",
        ["issued_at", "order_id"],
        unique=False,
        schema="pusat",
        postgresql_where="issued_at is not null",
    )
    op.create_index(
        "ix_order_projection_search",
        "order_projection",
        ["search"],
        unique=False,
        schema="pusat",
        postgresql_using="gin",
    )
    op.create_index(
        "ix_order_projection_tenant",
        "order_projection",
        ["tenant_id", "issued_at"],
        unique=False,
        schema="pusat",
        postgresql_where="issued_at is not null",
    )
    op.create_index(
        "ix_order_projection_vendor",
        "order_projection",
        ["vendor_id", "changed_at"],
        unique=False,
        schema="pusat",
    )
    op.create_table(
        "participation",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('requested', 'active', 'declined', 'withdrawn')", name=op.f("ck_participation_status")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["nusantara.tenant.id"], name=op.f("fk_participation_tenant_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_participation_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", "tenant_id", name=op.f("pk_participation")),
        sa.UniqueConstraint("tenant_id", "vendor_id", name="uq_participation_tenant_vendor"),
        schema="pusat",
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("category_code", sa.Text(), nullable=False),
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
        sa.Column("art", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('draft', 'published', 'withdrawn')", name=op.f("ck_product_status")),
        sa.CheckConstraint(
            "tax_class in ('goods', 'goods_exempt', 'catering', 'service', 'rental', 'venue', 'hospitality', 'courier', 'luxury')",
            name=op.f("ck_product_tax_class"),
        ),
        sa.CheckConstraint("lead_days >= 0", name=op.f("ck_product_lead_days")),
        sa.CheckConstraint("minimum_order > 0", name=op.f("ck_product_minimum_order")),
        sa.CheckConstraint("price_rupiah > 0", name=op.f("ck_product_price")),
        sa.CheckConstraint("shipping_rupiah >= 0", name=op.f("ck_product_shipping")),
        sa.ForeignKeyConstraint(
            ["category_code"], ["nusantara.category.code"], name=op.f("fk_product_category_code")
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_product_vendor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        schema="pusat",
    )
    op.create_index(
        "ix_product_vendor_id", "product", ["vendor_id", "created_at"], unique=False, schema="pusat"
    )
    op.create_table(
        "vendor_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name=op.f("fk_vendor_change_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_vendor_change_vendor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vendor_change")),
        schema="pusat",
        info={"append_only": True},
    )
    op.create_index(
        "ix_vendor_change_vendor_id",
        "vendor_change",
        ["vendor_id", "changed_at"],
        unique=False,
        schema="pusat",
    )
    op.create_table(
        "vendor_member",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('vendor_owner', 'vendor_staff')", name=op.f("ck_vendor_member_role")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name=op.f("fk_vendor_member_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_vendor_member_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", "account_id", name=op.f("pk_vendor_member")),
        sa.UniqueConstraint("account_id", name=op.f("uq_vendor_member_account_id")),
        schema="pusat",
    )
    op.create_table(
        "vendor_private",
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("scale_basis", sa.Text(), nullable=False),
        sa.Column("scale_amount_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=False),
        sa.Column("identity_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("identity_hash", sa.Text(), nullable=False),
        sa.Column("tax_id_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("tax_id_warning", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("street_address", sa.Text(), nullable=False),
        sa.Column("postcode", sa.Text(), nullable=False),
        sa.Column("bank_code", sa.Text(), nullable=False),
        sa.Column("bank_account_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("bank_account_hash", sa.Text(), nullable=False),
        sa.Column("bank_account_holder", sa.Text(), nullable=False),
        sa.Column("final_tax_certificate_number", sa.Text(), nullable=True),
        sa.Column("final_tax_certificate_until", sa.Date(), nullable=True),
        sa.Column("turnover_statement_year", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("scale_basis in ('sales', 'capital')", name=op.f("ck_vendor_private_scale_basis")),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_vendor_private_vendor_id")
        ),
        sa.PrimaryKeyConstraint("vendor_id", name=op.f("pk_vendor_private")),
        sa.UniqueConstraint("identity_hash", name=op.f("uq_vendor_private_identity_hash")),
        schema="pusat",
    )
    op.create_table(
        "verification_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "outcome <> 'returned' or reason is not null", name=op.f("ck_verification_case_reason")
        ),
        sa.CheckConstraint("outcome in ('accepted', 'returned')", name=op.f("ck_verification_case_outcome")),
        sa.CheckConstraint(
            "(outcome is null) = (decided_at is null)", name=op.f("ck_verification_case_decided")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["pusat.account.id"], name=op.f("fk_verification_case_decided_by")
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by"], ["pusat.account.id"], name=op.f("fk_verification_case_submitted_by")
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_verification_case_vendor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verification_case")),
        schema="pusat",
    )
    op.create_index(
        "uq_verification_case_open",
        "verification_case",
        ["vendor_id"],
        unique=True,
        schema="pusat",
        postgresql_where="outcome is null",
    )
    op.create_table(
        "product_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["product_id"], ["pusat.product.id"], name=op.f("fk_product_photo_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product_photo")),
        schema="pusat",
    )
    op.create_index(
        op.f("ix_product_photo_product_id"), "product_photo", ["product_id"], unique=False, schema="pusat"
    )


def downgrade() -> None:
    op.drop_table("product_photo", schema="pusat")
    op.drop_table("verification_case", schema="pusat")
    op.drop_table("vendor_private", schema="pusat")
    op.drop_table("vendor_member", schema="pusat")
    op.drop_table("vendor_change", schema="pusat")
    op.drop_table("product", schema="pusat")
    op.drop_table("participation", schema="pusat")
    op.drop_table("order_projection", schema="pusat")
    op.drop_table("tenant_host", schema="nusantara")
    op.drop_table("registration_draft", schema="pusat")
    op.drop_table("national_role", schema="pusat")
    op.drop_table("invitation", schema="pusat")
    op.drop_table("vendor", schema="nusantara")
    op.drop_table("tenant", schema="nusantara")
    op.drop_table("outbox", schema="pusat")
    op.drop_table("idempotency_key", schema="pusat")
    op.drop_table("account", schema="pusat")
    op.drop_table("rule", schema="nusantara")
    op.drop_table("region", schema="nusantara")
    op.drop_table("holiday", schema="nusantara")
    op.drop_table("category", schema="nusantara")
