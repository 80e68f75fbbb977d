"""Somebody stands in for an official by letter; acts name for whom; forbidden attempts and auditors' reads stay.

The guards of an order and of an invoice learn of the columns that say for whom somebody signed. A notice may be about a
letter, and then names no order. An auditor's appointment has an end: one without any gets the end of its year.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "t0300_letters"
down_revision = "t0231_comments_are_sealed"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True
ALONE = True
ROLES = "'tenant_admin', 'procurement_officer', 'commitment_officer', 'goods_receiver', 'treasurer', 'budget_user',"
SIGNATURES = (
    ("orders", "approved_for"),
    ("inspection", "inspected_for"),
    ("handover", "handed_over_for"),
    ("invoice", "requested_for"),
    ("invoice", "approved_for"),
    ("payment", "paid_for"),
)
APART = (
    ("orders", "ck_orders_stood_in_apart", "approved_for <> drafted_by"),
    ("inspection", "ck_inspection_stood_in_apart", "inspected_for <> drafted_by"),
    (
        "invoice",
        "ck_invoice_stood_in_apart",
        "approved_for <> requested_by and approved_for <> requested_for and approved_by <> requested_for",
    ),
    (
        "payment",
        "ck_payment_stood_in_apart",
        "paid_for <> all (kept_out) and paid_for <> drafted_by and paid_for <> approved_by",
    ),
)
OFFICE = "('x' || substr(md5(coalesce(appointment_id, work_unit_id)::text || role), 1, 10))::bit(40)::bigint * 4194304"
ORDERED = (
    "old.issued_at is not null and ((new.number, new.vendor_name, new.vendor_scale, new.vendor_form, new.package_id,"
    " new.budget_line_id, new.approved_by,{new} new.submitted_at, new.issued_at) is distinct from (old.number,"
    " old.vendor_name, old.vendor_scale, old.vendor_form, old.package_id, old.budget_line_id, old.approved_by,{old}"
    " old.submitted_at, old.issued_at) or ((new.agreed_rupiah, new.agreed_vat, new.delivery_due_on,"
    " new.delivery_address, new.delivery_region_code, new.shipping_rupiah) is distinct from (old.agreed_rupiah,"
    " old.agreed_vat, old.delivery_due_on, old.delivery_address, old.delivery_region_code, old.shipping_rupiah)"
    " and new.event_sequence <= old.event_sequence))"
)
DECIDED = (
    "(new.requested_by, new.requested_at, new.approved_by, new.approved_at{new}) is distinct from (old.requested_by,"
    " old.requested_at, old.approved_by, old.approved_at{old}) and new.event_sequence <= old.event_sequence"
)


def _guard(name: str, table: str, when: str) -> None:
    op.execute(
        f"create trigger {name} before update on {table} for each row when ({when})"
        " execute function nusantara.refuse_change()"
    )


def _guards(ordered: tuple[str, str], decided: tuple[str, str]) -> None:
    op.execute("drop trigger ordered_stays on orders")
    op.execute("drop trigger decided_with_entry on invoice")
    _guard("ordered_stays", "orders", ORDERED.format(new=ordered[0], old=ordered[1]))
    _guard("decided_with_entry", "invoice", DECIDED.format(new=decided[0], old=decided[1]))


def upgrade() -> None:
    _appointments()
    _delegation()
    _signatures()
    _red_flags()
    op.create_table(
        "audit_read",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("official_id", sa.Uuid(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("detail", sa.Text(), server_default="", nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(["official_id"], ["official.id"], name=op.f("fk_audit_read_official_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_read")),
    )
    op.create_index("ix_audit_read_recorded_at", "audit_read", ["recorded_at"])
    op.create_index("ix_audit_read_subject_id", "audit_read", ["subject_id"])
    op.alter_column("notice", "order_id", existing_type=sa.Uuid(), nullable=True)


def _appointments() -> None:
    op.drop_constraint("ck_role_assignment_role", "role_assignment")
    op.create_check_constraint(
        op.f("ck_role_assignment_role"),
        "role_assignment",
        f"role in ({ROLES} 'delegated_budget_user', 'internal_auditor')",
    )
    op.create_unique_constraint("uq_role_assignment_holder", "role_assignment", ["id", "official_id", "role"])
    op.execute(
        "update role_assignment set valid_to = make_date(greatest(extract(year from valid_from),"
        " extract(year from now()))::int, 12, 31) where role = 'internal_auditor' and valid_to is null"
    )
    op.create_check_constraint(
        op.f("ck_role_assignment_audit_has_an_end"),
        "role_assignment",
        "role <> 'internal_auditor' or valid_to is not null",
    )


def _delegation() -> None:
    op.create_table(
        "delegation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("work_unit_id", sa.Uuid(), nullable=False),
        sa.Column("delegate_id", sa.Uuid(), nullable=False),
        sa.Column("delegator_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("appointment_role", sa.Text(), nullable=True),
        sa.Column("duties", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("maximum_rupiah", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("kind in ('plh', 'plt')", name=op.f("ck_delegation_kind")),
        sa.CheckConstraint(
            "role in ('commitment_officer', 'goods_receiver', 'treasurer', 'budget_user')",
            name=op.f("ck_delegation_role"),
        ),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_delegation_period")),
        sa.CheckConstraint("cardinality(duties) > 0", name=op.f("ck_delegation_duties")),
        sa.CheckConstraint("maximum_rupiah > 0", name=op.f("ck_delegation_maximum")),
        sa.CheckConstraint(
            "delegate_id <> delegator_id and delegate_id <> issued_by",
            name=op.f("ck_delegation_not_to_oneself"),
        ),
        sa.CheckConstraint(
            "num_nulls(delegator_id, appointment_id, appointment_role) = case kind when 'plh' then 0 else 3 end",
            name=op.f("ck_delegation_for_whom"),
        ),
        sa.CheckConstraint(
            "appointment_role = role or appointment_role = 'delegated_budget_user' and role = 'budget_user'",
            name=op.f("ck_delegation_own_office"),
        ),
        sa.CheckConstraint("num_nulls(issued_by, issued_at) in (0, 2)", name=op.f("ck_delegation_issued")),
        sa.CheckConstraint("num_nulls(ended_by, ended_at) in (0, 2)", name=op.f("ck_delegation_ended")),
        sa.ForeignKeyConstraint(["work_unit_id"], ["work_unit.id"], name=op.f("fk_delegation_work_unit_id")),
        sa.ForeignKeyConstraint(["delegate_id"], ["official.id"], name=op.f("fk_delegation_delegate_id")),
        sa.ForeignKeyConstraint(["delegator_id"], ["official.id"], name=op.f("fk_delegation_delegator_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["official.id"], name=op.f("fk_delegation_asked_by")),
        sa.ForeignKeyConstraint(["issued_by"], ["official.id"], name=op.f("fk_delegation_issued_by")),
        sa.ForeignKeyConstraint(["ended_by"], ["official.id"], name=op.f("fk_delegation_ended_by")),
        sa.ForeignKeyConstraint(
            ["appointment_id", "delegator_id", "appointment_role"],
            ["role_assignment.id", "role_assignment.official_id", "role_assignment.role"],
            name="fk_delegation_appointment",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("id", "delegate_id", name="uq_delegation_delegate"),
        sa.UniqueConstraint("number", "work_unit_id", name="uq_delegation_number"),
        postgresql.ExcludeConstraint(
            (
                sa.text(
                    f"int8range({OFFICE} + (first_day - date '2000-01-01'),"
                    f" {OFFICE} + (last_day - date '2000-01-01'), '[]')"
                ),
                "&&",
            ),
            name="one_stand_in_at_a_time",
            using="gist",
            where=sa.text("ended_at is null"),
        ),
    )
    op.create_index("ix_delegation_delegate_id", "delegation", ["delegate_id", "last_day"])
    op.create_index("ix_delegation_work_unit_id", "delegation", ["work_unit_id", "last_day"])
    _guard(
        "issued_once",
        "delegation",
        "(new.issued_by, new.issued_at) is distinct from (old.issued_by, old.issued_at)"
        " and (old.issued_at is not null or old.ended_at is not null)",
    )
    _guard(
        "ended_once",
        "delegation",
        "old.ended_at is not null and (new.ended_by, new.ended_at) is distinct from (old.ended_by, old.ended_at)",
    )
    op.create_foreign_key(
        "fk_order_event_delegation",
        "order_event",
        "delegation",
        ["delegation_id", "actor_id"],
        ["id", "delegate_id"],
    )


def _signatures() -> None:
    for table, column in SIGNATURES:
        op.add_column(table, sa.Column(column, sa.Uuid(), nullable=True))
        op.create_foreign_key(f"fk_{table}_{column}", table, "official", [column], ["id"])
    for table, name, condition in APART:
        op.create_check_constraint(op.f(name), table, condition)
    _guards(
        (" new.approved_for,", " old.approved_for,"),
        (", new.requested_for, new.approved_for", ", old.requested_for, old.approved_for"),
    )


def _red_flags() -> None:
    op.create_table(
        "red_flag",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("delegation_id", sa.Uuid(), nullable=True),
        sa.Column("why", postgresql.JSONB(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("code in ('RF15')", name=op.f("ck_red_flag_code")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_red_flag_order_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["official.id"], name=op.f("fk_red_flag_actor_id")),
        sa.ForeignKeyConstraint(
            ["delegation_id", "actor_id"],
            ["delegation.id", "delegation.delegate_id"],
            name="fk_red_flag_delegation",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_red_flag")),
        sa.UniqueConstraint(
            *("code", "order_id", "step", "actor_id", "on_day"), name="uq_red_flag_once_a_day"
        ),
    )
    op.create_index("ix_red_flag_recorded_at", "red_flag", ["recorded_at"])


def downgrade() -> None:
    op.execute("delete from notice where order_id is null")
    op.alter_column("notice", "order_id", existing_type=sa.Uuid(), nullable=False)
    op.drop_table("audit_read")
    op.drop_table("red_flag")
    _guards(("", ""), ("", ""))
    for table, name, _condition in APART:
        op.drop_constraint(name, table)
    for table, column in SIGNATURES:
        op.drop_column(table, column)
    op.drop_constraint("fk_order_event_delegation", "order_event")
    op.drop_table("delegation")
    op.drop_constraint("ck_role_assignment_audit_has_an_end", "role_assignment")
    op.drop_constraint("uq_role_assignment_holder", "role_assignment")
    op.drop_constraint("ck_role_assignment_role", "role_assignment")
    op.execute("delete from role_assignment where role = 'delegated_budget_user'")
    op.create_check_constraint(
        op.f("ck_role_assignment_role"), "role_assignment", f"role in ({ROLES} 'internal_auditor')"
    )
