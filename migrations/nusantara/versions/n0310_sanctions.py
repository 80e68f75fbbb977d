"""Sanctions on vendors: the published decision, the case that led to it, and by what a business is known again."""

from datetime import datetime

import sqlalchemy as sa
from alembic import op

revision = "n0310_sanctions"
down_revision = "n0241_bills"
branch_labels = None
depends_on = None

LEVELS = "level in ('warning', 'suspension', 'blacklist')"
GROUNDS = "ground in ('breach', 'other_goods', 'false_facts', 'fraud', 'collusion')"


def at(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def check(name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(name))


def account(column: str, table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["pusat.account.id"], name=f"fk_{table}_{column}")


def upgrade() -> None:
    op.add_column("vendor_private", sa.Column("tax_id_hash", sa.Text()), schema="pusat")
    op.create_index("ix_vendor_private_tax_id_hash", "vendor_private", ["tax_id_hash"], schema="pusat")
    op.create_table(
        "sanction",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        at("decided_at", nullable=False),
        at("valid_until"),
        at("ended_at"),
        sa.Column("ended_how", sa.Text()),
        sa.Column("ended_reason", sa.Text()),
        check("ck_sanction_level", LEVELS),
        check("ck_sanction_ground", GROUNDS),
        check("ck_sanction_period", "(level = 'warning') = (valid_until is null)"),
        check("ck_sanction_until", "valid_until > decided_at"),
        check("ck_sanction_ended_how", "ended_how in ('expired', 'lifted', 'annulled')"),
        check("ck_sanction_ended", "(ended_at is null) = (ended_how is null)"),
        check("ck_sanction_reason", "ended_how not in ('lifted', 'annulled') or ended_reason is not null"),
        check("ck_sanction_expired", "ended_how <> 'expired' or coalesce(ended_at >= valid_until, false)"),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name="fk_sanction_vendor_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sanction"),
        sa.UniqueConstraint("number", name="uq_sanction_number"),
        schema="nusantara",
    )
    op.create_index("ix_sanction_decided_at", "sanction", ["decided_at"], schema="nusantara")
    op.create_index("ix_sanction_vendor_id", "sanction", ["vendor_id"], schema="nusantara")
    op.create_index(
        "ix_sanction_running",
        "sanction",
        ["valid_until"],
        schema="nusantara",
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "sanctioned_vendor",
        sa.Column("sanction_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sanction_id"], ["nusantara.sanction.id"], name="fk_sanctioned_vendor_sanction_id"
        ),
        sa.ForeignKeyConstraint(
            ["vendor_id"], ["nusantara.vendor.id"], name="fk_sanctioned_vendor_vendor_id"
        ),
        sa.PrimaryKeyConstraint("sanction_id", "vendor_id", name="pk_sanctioned_vendor"),
        schema="nusantara",
    )
    op.create_index("ix_sanctioned_vendor_vendor_id", "sanctioned_vendor", ["vendor_id"], schema="nusantara")
    op.create_table(
        "sanction_case",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("ground", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer()),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        at("proposed_at", nullable=False),
        at("objection_due_at", nullable=False),
        at("decide_by", nullable=False),
        sa.Column("objection", sa.Text()),
        sa.Column("objected_by", sa.Uuid()),
        at("objected_at"),
        sa.Column("opinion", sa.Text()),
        sa.Column("opinion_from", sa.Text()),
        sa.Column("opinion_by", sa.Uuid()),
        at("opinion_at"),
        sa.Column("outcome", sa.Text()),
        sa.Column("reasons", sa.Text()),
        sa.Column("decided_by", sa.Uuid()),
        at("decided_at"),
        sa.Column("lifted_by", sa.Uuid()),
        check("ck_sanction_case_level", LEVELS),
        check("ck_sanction_case_ground", GROUNDS),
        check("ck_sanction_case_months", "(level = 'warning') = (months is null)"),
        check("ck_sanction_case_outcome", "outcome in ('imposed', 'refused', 'withdrawn', 'lapsed')"),
        check("ck_sanction_case_decided", "(outcome is null) = (decided_at is null)"),
        check(
            "ck_sanction_case_second_person",
            "outcome not in ('imposed', 'refused') or coalesce(decided_by <> proposed_by, false)",
        ),
        check("ck_sanction_case_reasons", "outcome not in ('imposed', 'refused') or reasons is not null"),
        check(
            "ck_sanction_case_heard",
            "outcome <> 'imposed' or objected_at is not null"
            " or coalesce(decided_at > objection_due_at, false)",
        ),
        check("ck_sanction_case_opinion", "outcome <> 'imposed' or opinion is not null"),
        check("ck_sanction_case_opinion_at", "(opinion is null) = (opinion_at is null)"),
        check("ck_sanction_case_objected_in_time", "coalesce(objected_at <= objection_due_at, true)"),
        check(
            "ck_sanction_case_lifted_by_another",
            "lifted_by is null or coalesce(lifted_by <> decided_by, false)",
        ),
        sa.ForeignKeyConstraint(["vendor_id"], ["nusantara.vendor.id"], name="fk_sanction_case_vendor_id"),
        *(
            account(column, "sanction_case")
            for column in ("proposed_by", "objected_by", "opinion_by", "decided_by", "lifted_by")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_sanction_case"),
        sa.UniqueConstraint("number", name="uq_sanction_case_number"),
        schema="pusat",
    )
    op.create_index(
        "uq_sanction_case_open",
        "sanction_case",
        ["vendor_id"],
        unique=True,
        schema="pusat",
        postgresql_where=sa.text("outcome is null"),
    )
    op.create_index(
        "ix_sanction_case_vendor_id", "sanction_case", ["vendor_id", "proposed_at"], schema="pusat"
    )
    op.create_table(
        "sanction_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        at("added_at", nullable=False),
        check("ck_sanction_file_side", "side in ('proposal', 'objection', 'opinion')"),
        sa.ForeignKeyConstraint(["case_id"], ["pusat.sanction_case.id"], name="fk_sanction_file_case_id"),
        account("added_by", "sanction_file"),
        sa.PrimaryKeyConstraint("id", name="pk_sanction_file"),
        schema="pusat",
    )
    op.create_index("ix_sanction_file_case_id", "sanction_file", ["case_id"], schema="pusat")
    op.create_table(
        "sanction_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        at("at", nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.ForeignKeyConstraint(["case_id"], ["pusat.sanction_case.id"], name="fk_sanction_event_case_id"),
        account("account_id", "sanction_event"),
        sa.PrimaryKeyConstraint("id", name="pk_sanction_event"),
        schema="pusat",
    )
    op.create_index("ix_sanction_event_case_id", "sanction_event", ["case_id", "at"], schema="pusat")
    op.create_table(
        "sanction_key",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["pusat.sanction_case.id"], name="fk_sanction_key_case_id"),
        sa.PrimaryKeyConstraint("case_id", "fingerprint", name="pk_sanction_key"),
        schema="pusat",
    )
    op.create_index("ix_sanction_key_fingerprint", "sanction_key", ["fingerprint"], schema="pusat")
    op.create_table(
        "sanction_counter",
        sa.Column("year", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name="pk_sanction_counter"),
        schema="pusat",
    )


def downgrade() -> None:
    for table in ("sanction_counter", "sanction_key", "sanction_event", "sanction_file", "sanction_case"):
        op.drop_table(table, schema="pusat")
    op.drop_table("sanctioned_vendor", schema="nusantara")
    op.drop_table("sanction", schema="nusantara")
    op.drop_index("ix_vendor_private_tax_id_hash", "vendor_private", schema="pusat")
    op.drop_column("vendor_private", "tax_id_hash", schema="pusat")
