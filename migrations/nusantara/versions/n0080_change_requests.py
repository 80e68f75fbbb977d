"""What a verified vendor's taxes and payouts rest on changes by a request that a verifier decides; versions are kept."""

import sqlalchemy as sa
from alembic import op

revision = "n0080_change_requests"
down_revision = "n0070_tax_classes"
branch_labels = None
depends_on = None

KIND = "kind in ('business', 'tax', 'bank_account', 'tax_class')"


def upgrade() -> None:
    op.create_table(
        "change_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("facts_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decidable_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(KIND, name=op.f("ck_change_request_kind")),
        sa.CheckConstraint(
            "outcome in ('accepted', 'refused', 'withdrawn', 'stopped')",
            name=op.f("ck_change_request_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome is null) = (decided_at is null)", name=op.f("ck_change_request_decided")
        ),
        sa.CheckConstraint(
            "outcome <> 'refused' or reason is not null", name=op.f("ck_change_request_reason")
        ),
        sa.CheckConstraint(
            "outcome <> 'accepted' or coalesce(decided_at >= decidable_from, false)",
            name=op.f("ck_change_request_decidable"),
        ),
        sa.CheckConstraint(
            "outcome not in ('accepted', 'refused') or coalesce(decided_by <> requested_by, false)",
            name=op.f("ck_change_request_decider"),
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_change_request_vendor_id")
        ),
        sa.ForeignKeyConstraint(
            ["requested_by"], ["pusat.account.id"], name=op.f("fk_change_request_requested_by")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["pusat.account.id"], name=op.f("fk_change_request_decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change_request")),
        schema="pusat",
    )
    op.create_index(
        "uq_change_request_open",
        "change_request",
        ["vendor_id", "kind", sa.text("coalesce(subject_id, vendor_id)")],
        unique=True,
        schema="pusat",
        postgresql_where=sa.text("outcome is null"),
    )
    op.create_index(
        "ix_change_request_waiting",
        "change_request",
        ["requested_at"],
        schema="pusat",
        postgresql_where=sa.text("outcome is null"),
    )
    op.create_table(
        "fact_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("facts_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KIND, name=op.f("ck_fact_version_kind")),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name=op.f("fk_fact_version_vendor_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["pusat.change_request.id"], name=op.f("fk_fact_version_request_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["pusat.account.id"], name=op.f("fk_fact_version_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_version")),
        sa.UniqueConstraint("request_id", name=op.f("uq_fact_version_request_id")),
        schema="pusat",
    )
    op.create_index(
        "ix_fact_version_vendor_id", "fact_version", ["vendor_id", "kind", "valid_from"], schema="pusat"
    )


def downgrade() -> None:
    op.drop_table("fact_version", schema="pusat")
    op.drop_table("change_request", schema="pusat")
