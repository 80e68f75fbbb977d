"""What stands as evidence stays: a status moves with its entry in the journal, and rights are given by column.

Whatever has moved before points to the latest entry that led there. The runner gives the rights anew.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0100_evidence"
down_revision = "t0080_payee_secrets"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True
ALONE = True
GROWS = (
    "coalesce(new.event_sequence, 0) < coalesce(old.event_sequence, 0) or"
    " (new.status <> old.status and coalesce(new.event_sequence, 0) <= coalesce(old.event_sequence, 0))"
)
GUARDS = (
    ("journalled", "orders", GROWS),
    ("journalled", "delivery", GROWS),
    ("journalled", "invoice", GROWS),
    (
        "judged_once",
        "inspection",
        "(old.agreed_at is not null and new.agreed_at is distinct from old.agreed_at)"
        " or (old.contested_at is not null and new.contested_at is distinct from old.contested_at)",
    ),
    (
        "billed_once",
        "handover",
        "old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id",
    ),
    (
        "sent_stays",
        "invoice",
        "(old.status <> 'handed_over' and (new.number, new.tax_invoice_number, new.invoiced_on, new.invoiced_at,"
        " new.submitted_by) is distinct from (old.number, old.tax_invoice_number, old.invoiced_on, old.invoiced_at,"
        " old.submitted_by))"
        " or (old.status not in ('handed_over', 'paid') and new.payee is distinct from old.payee)"
        " or (old.status not in ('handed_over', 'payment_approved') and (new.gross_rupiah, new.withheld_rupiah,"
        " new.penalty_rupiah, new.net_rupiah) is distinct from (old.gross_rupiah, old.withheld_rupiah,"
        " old.penalty_rupiah, old.net_rupiah))",
    ),
    (
        "signed_stays",
        "order_document",
        "(new.facts - 'signatories') is distinct from (old.facts - 'signatories') or not coalesce("
        "new.facts -> 'signatories'"
        " @> jsonb_path_query_array(old.facts, '$.signatories[*] ? (@.signed_at != null)'), true)",
    ),
    ("only_shortened", "role_assignment", "new.valid_to is null or new.valid_to > old.valid_to"),
    ("taken_back_for_good", "role_assignment", "old.taken_back and not new.taken_back"),
    ("only_shortened", "rule_override", "new.valid_to is null or new.valid_to > old.valid_to"),
)


def upgrade() -> None:
    op.create_unique_constraint("uq_order_event_status", "order_event", ["order_id", "sequence", "to_status"])
    op.create_unique_constraint("uq_orders_approver", "orders", ["id", "drafted_by", "approved_by"])
    op.create_unique_constraint("uq_invoice_order", "invoice", ["id", "order_id"])
    for table in ("orders", "delivery", "invoice", "payment"):
        op.add_column(table, sa.Column("event_sequence", sa.Integer(), nullable=True))
    for column in ("drafted_by", "approved_by"):
        op.add_column("payment", sa.Column(column, sa.Uuid(), nullable=True))
    op.add_column(
        "role_assignment",
        sa.Column("taken_back", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    _fill()
    _require()
    for name, table, when in GUARDS:
        op.execute(
            f"create trigger {name} before update on {table} for each row when ({when})"
            " execute function nusantara.refuse_change()"
        )


def _fill() -> None:
    op.execute(
        """
        update orders o set event_sequence = (
            select max(sequence) from order_event e where e.order_id = o.id and e.to_status = o.status)
        """
    )
    for table in ("delivery", "invoice"):
        op.execute(
            f"update {table} p set event_sequence ="
            " (select max(sequence) from order_event e where e.order_id = p.order_id)"
        )
    op.execute(
        """
        update payment p set event_sequence = (
                select max(sequence) from order_event e where e.order_id = p.order_id and e.action = 'record_payment'),
            drafted_by = o.drafted_by, approved_by = o.approved_by
        from orders o where o.id = p.order_id
        """
    )


def _require() -> None:
    op.create_check_constraint(
        "ck_orders_journalled", "orders", "status = 'draft' or event_sequence is not null"
    )
    op.create_foreign_key(
        "fk_orders_event",
        "orders",
        "order_event",
        ["id", "event_sequence", "status"],
        ["order_id", "sequence", "to_status"],
        deferrable=True,
        initially="DEFERRED",
    )
    for table in ("delivery", "invoice", "payment"):
        op.alter_column(table, "event_sequence", nullable=False)
        op.create_foreign_key(
            f"fk_{table}_event",
            table,
            "order_event",
            ["order_id", "event_sequence"],
            ["order_id", "sequence"],
            deferrable=True,
            initially="DEFERRED",
        )
    for column in ("drafted_by", "approved_by"):
        op.alter_column("payment", column, nullable=False)
    op.create_check_constraint(
        "ck_payment_payer_did_not_order", "payment", "paid_by <> drafted_by and paid_by <> approved_by"
    )
    op.create_foreign_key(
        "fk_payment_approver",
        "payment",
        "orders",
        ["order_id", "drafted_by", "approved_by"],
        ["id", "drafted_by", "approved_by"],
    )
    op.create_foreign_key(
        "fk_payment_invoice", "payment", "invoice", ["invoice_id", "order_id"], ["id", "order_id"]
    )
    op.drop_constraint("fk_payment_invoice_id", "payment")
    op.drop_constraint("ck_role_assignment_period", "role_assignment")
    op.create_check_constraint(
        "ck_role_assignment_period",
        "role_assignment",
        "valid_to is null or valid_to >= valid_from or taken_back",
    )
    op.drop_constraint("uq_role_assignment", "role_assignment")
    op.create_index(
        "uq_role_assignment",
        "role_assignment",
        ["official_id", "role", "work_unit_id", "valid_from"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("not taken_back"),
    )


def downgrade() -> None:
    for name, table, _ in GUARDS:
        op.execute(f"drop trigger {name} on {table}")
    op.execute("delete from role_assignment where taken_back")
    op.drop_index("uq_role_assignment", "role_assignment")
    op.create_unique_constraint(
        "uq_role_assignment",
        "role_assignment",
        ["official_id", "role", "work_unit_id", "valid_from"],
        postgresql_nulls_not_distinct=True,
    )
    op.drop_constraint("ck_role_assignment_period", "role_assignment")
    op.create_check_constraint(
        "ck_role_assignment_period", "role_assignment", "valid_to is null or valid_to >= valid_from"
    )
    op.drop_column("role_assignment", "taken_back")
    op.create_foreign_key("fk_payment_invoice_id", "payment", "invoice", ["invoice_id"], ["id"])
    for name in ("fk_payment_invoice", "fk_payment_approver", "ck_payment_payer_did_not_order"):
        op.drop_constraint(name, "payment")
    for table in ("orders", "delivery", "invoice", "payment"):
        op.drop_constraint(f"fk_{table}_event", table)
    op.drop_constraint("ck_orders_journalled", "orders")
    for column in ("drafted_by", "approved_by"):
        op.drop_column("payment", column)
    for table in ("orders", "delivery", "invoice", "payment"):
        op.drop_column(table, "event_sequence")
    op.drop_constraint("uq_invoice_order", "invoice")
    op.drop_constraint("uq_orders_approver", "orders")
    op.drop_constraint("uq_order_event_status", "order_event")
