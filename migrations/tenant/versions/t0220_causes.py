"""Money and papers name the journal's entry that caused them; the database itself says when an appointment was recorded.

Each movement of the ledger stands in the order of its round as its entry in that of its number; what a commitment gave
back was written in the same moment as its entry. Older appointments count as recorded on their first day.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0220_causes"
down_revision = "t0090_clocks"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True
ALONE = True
ONE_EACH = (
    ("available", "held", "submit"),
    ("held", "committed", "approve"),
    ("committed", "realised", "record_payment"),
    ("held", "available", "return_to_draft"),
    ("held", "available", "recall"),
    ("held", "available", "lapse"),
    ("held", "available", "reject"),
)
GUARDS = (
    (
        "ordered_stays",
        "orders",
        "old.issued_at is not null and ((new.number, new.vendor_name, new.vendor_scale, new.vendor_form,"
        " new.package_id, new.budget_line_id, new.approved_by, new.submitted_at, new.issued_at) is distinct from"
        " (old.number, old.vendor_name, old.vendor_scale, old.vendor_form, old.package_id, old.budget_line_id,"
        " old.approved_by, old.submitted_at, old.issued_at) or ((new.agreed_rupiah, new.agreed_vat,"
        " new.delivery_due_on, new.delivery_address, new.delivery_region_code, new.shipping_rupiah) is distinct from"
        " (old.agreed_rupiah, old.agreed_vat, old.delivery_due_on, old.delivery_address, old.delivery_region_code,"
        " old.shipping_rupiah) and new.event_sequence <= old.event_sequence))",
    ),
    (
        "decided_with_entry",
        "invoice",
        "(new.requested_by, new.requested_at, new.approved_by, new.approved_at) is distinct from (old.requested_by,"
        " old.requested_at, old.approved_by, old.approved_at) and new.event_sequence <= old.event_sequence",
    ),
    (
        "arrived_stays",
        "delivery",
        "old.status in ('inspected', 'handover_pending', 'handed_over')"
        " and new.delivered_at is distinct from old.delivered_at",
    ),
    ("counts_up", "order_counter", "new.last_number <= old.last_number"),
    ("counts_up", "document_counter", "new.last_number <= old.last_number"),
)
RECORDED = ("role_assignment", "rule_override")


def _listed(moves: tuple[tuple[str, str, str], ...]) -> str:
    return ", ".join(f"('{credit}', '{debit}', '{action}')" for credit, debit, action in moves)


def upgrade() -> None:
    op.create_unique_constraint("uq_order_event_action", "order_event", ["order_id", "sequence", "action"])
    op.create_unique_constraint("uq_order_event_document", "order_event", ["order_id", "document_hash"])
    op.add_column("ledger_entry", sa.Column("event_sequence", sa.Integer(), nullable=True))
    op.add_column("ledger_entry", sa.Column("action", sa.Text(), nullable=True))
    for table in ("handover", "inspection"):
        op.add_column(table, sa.Column("event_sequence", sa.Integer(), nullable=True))
    _fill_ledger()
    _fill_parts()
    _require()
    for table in RECORDED:
        op.add_column(
            table,
            sa.Column(
                "recorded_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
            ),
        )
        op.execute(f"alter table {table} disable trigger only_shortened")
        op.execute(f"update {table} set recorded_at = valid_from")
        op.execute(f"alter table {table} enable trigger only_shortened")
    for name, table, when in GUARDS:
        op.execute(
            f"create trigger {name} before update on {table} for each row when ({when})"
            " execute function nusantara.refuse_change()"
        )


def _fill_ledger() -> None:
    op.execute(
        f"""
        with moved as (select id, order_id, credit, debit,
                dense_rank() over (partition by order_id, credit, debit order by round) as place
            from ledger_entry where order_id is not null),
        entry as (select e.order_id, e.sequence, e.action, m.credit, m.debit,
                row_number() over (partition by e.order_id, m.credit, m.debit order by e.sequence) as place
            from order_event e join (values {_listed(ONE_EACH)}) m (credit, debit, action) using (action))
        update ledger_entry l set event_sequence = entry.sequence, action = entry.action
        from moved join entry using (order_id, credit, debit, place) where moved.id = l.id
        """
    )
    op.execute(
        """
        update ledger_entry l set (event_sequence, action) = (
            select e.sequence, e.action from order_event e
            where e.order_id = l.order_id and e.action not in ('submit', 'approve')
            order by abs(extract(epoch from e.at - l.at)), e.sequence limit 1)
        where l.order_id is not null and l.credit = 'committed' and l.debit = 'available'
        """
    )


def _fill_parts() -> None:
    for table, action, when in (
        ("handover", "hand_over", "handed_over_at"),
        ("inspection", "inspect", "inspected_at"),
    ):
        op.execute(
            f"""
            with part as (select p.id, p.order_id, d.sequence::text as delivery,
                    row_number() over (partition by p.delivery_id order by p.{when}, p.id) as place
                from {table} p join delivery d on d.id = p.delivery_id),
            entry as (select order_id, sequence, details ->> 'delivery' as delivery,
                    row_number() over (partition by order_id, details ->> 'delivery' order by sequence) as place
                from order_event where action = '{action}')
            update {table} p set event_sequence = entry.sequence
            from part join entry using (order_id, delivery, place) where part.id = p.id
            """
        )
        op.execute(
            f"""
            update {table} p set event_sequence = (
                select coalesce(max(sequence) filter (where action = '{action}'), max(sequence))
                from order_event e where e.order_id = p.order_id)
            where event_sequence is null
            """
        )


def _require() -> None:
    op.create_check_constraint(
        "ck_ledger_entry_caused",
        "ledger_entry",
        "case when 'outside' in (credit, debit) then num_nonnulls(order_id, event_sequence, action) = 0"
        " else num_nulls(order_id, event_sequence, action) = 0 and (case when debit = 'available'"
        f" then action not in ('submit', 'approve') else (credit, debit, action) in ({_listed(ONE_EACH[:3])}) end) end",
    )
    op.create_foreign_key(
        "fk_ledger_entry_event",
        "ledger_entry",
        "order_event",
        ["order_id", "event_sequence", "action"],
        ["order_id", "sequence", "action"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_unique_constraint(
        "uq_ledger_entry_event",
        "ledger_entry",
        ["order_id", "event_sequence", "balance_id", "credit", "debit"],
    )
    for table in ("handover", "inspection"):
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
    op.create_foreign_key(
        "fk_order_document_event",
        "order_document",
        "order_event",
        ["order_id", "facts_hash"],
        ["order_id", "document_hash"],
        deferrable=True,
        initially="DEFERRED",
    )


def downgrade() -> None:
    for name, table, _ in GUARDS:
        op.execute(f"drop trigger {name} on {table}")
    for table in RECORDED:
        op.drop_column(table, "recorded_at")
    op.drop_constraint("fk_order_document_event", "order_document")
    for table in ("handover", "inspection"):
        op.drop_constraint(f"fk_{table}_event", table)
        op.drop_column(table, "event_sequence")
    op.drop_constraint("uq_ledger_entry_event", "ledger_entry")
    op.drop_constraint("fk_ledger_entry_event", "ledger_entry")
    op.drop_constraint("ck_ledger_entry_caused", "ledger_entry")
    op.drop_column("ledger_entry", "action")
    op.drop_column("ledger_entry", "event_sequence")
    op.drop_constraint("uq_order_event_document", "order_event")
    op.drop_constraint("uq_order_event_action", "order_event")
