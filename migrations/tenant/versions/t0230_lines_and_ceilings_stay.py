"""What was signed for stays line by line, a ceiling names the upload that told it, and no rule of a region goes.

Lines repeat by their foreign key whether their order is signed. Ceilings from before name the upload that bore the
reason written beside them, or one that stands for those whose upload is not known any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0230_lines_and_ceilings_stay"
down_revision = "t0160_carried_payables"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True
ALONE = True
GUARDS = (
    (
        "lines_stay",
        "update",
        "order_line",
        "old.signed and (new.position, new.name, new.unit, new.tax_class, new.charges_local_tax, new.quantity,"
        " new.unit_price_rupiah, new.total_rupiah) is distinct from (old.position, old.name, old.unit, old.tax_class,"
        " old.charges_local_tax, old.quantity, old.unit_price_rupiah, old.total_rupiah)",
    ),
    ("lines_do_not_go", "delete", "order_line", "old.signed"),
    (
        "withdrawn_for_good",
        "update",
        "rule_override",
        "old.withdrawn_on is not null and new.withdrawn_on is distinct from old.withdrawn_on",
    ),
    (
        "decided_once",
        "update",
        "import_batch",
        "old.status <> 'previewed' and (new.status, new.confirmed_at) is distinct from (old.status, old.confirmed_at)",
    ),
)
SENT = (
    "(old.status <> 'handed_over' and (new.number, {new}new.invoiced_on, new.invoiced_at, new.submitted_by)"
    " is distinct from (old.number, {old}old.invoiced_on, old.invoiced_at, old.submitted_by)){added}"
    " or (old.status not in ('handed_over', 'paid') and new.payee is distinct from old.payee)"
    " or (old.status not in ('handed_over', 'payment_approved') and (new.gross_rupiah, new.withheld_rupiah,"
    " new.penalty_rupiah, new.net_rupiah) is distinct from (old.gross_rupiah, old.withheld_rupiah,"
    " old.penalty_rupiah, old.net_rupiah))"
)
ADDED = (
    " or (old.status <> 'handed_over' and new.tax_invoice_number is distinct from old.tax_invoice_number"
    " and (old.status <> 'invoiced' or old.tax_invoice_number is not null))"
)
EARLIER = "new.valid_to is null or new.valid_to > old.valid_to"
BOUND = (
    " num_nulls(order_id, event_sequence, action) = 0 and (case when debit = 'available'"
    " then action not in ('submit', 'approve') else (credit, debit, action) in (('available', 'held', 'submit'),"
    " ('held', 'committed', 'approve'), ('available', 'committed', 'fund_payable'),"
    " ('committed', 'realised', 'record_payment')) end) end"
)
OUTSIDE = "case when 'outside' in (credit, debit) then num_nonnulls(order_id, event_sequence, action) = 0"


def upgrade() -> None:
    _lines()
    _rules()
    _ceilings()
    for name, of, table, when in GUARDS:
        _guard(name, of, table, when)
    op.execute("drop trigger only_shortened on rule_override")
    _guard(
        "only_shortened",
        "update",
        "rule_override",
        f"new.valid_to is distinct from old.valid_to and ({EARLIER})",
    )

    op.execute("drop trigger sent_stays on invoice")
    _guard("sent_stays", "update", "invoice", SENT.format(new="", old="", added=ADDED))


def _guard(name: str, of: str, table: str, when: str) -> None:
    op.execute(
        f"create trigger {name} before {of} on {table} for each row when ({when})"
        " execute function nusantara.refuse_change()"
    )


def _lines() -> None:
    op.add_column(
        "orders",
        sa.Column(
            "signed", sa.Boolean(), sa.Computed("issued_at is not null", persisted=True), nullable=False
        ),
    )
    op.create_unique_constraint("uq_orders_signed", "orders", ["id", "signed"])
    op.add_column(
        "order_line", sa.Column("signed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.execute("update order_line l set signed = o.signed from orders o where o.id = l.order_id and o.signed")
    op.drop_constraint("fk_order_line_order_id", "order_line", type_="foreignkey")
    op.create_foreign_key(
        "fk_order_line_order",
        "order_line",
        "orders",
        ["order_id", "signed"],
        ["id", "signed"],
        ondelete="CASCADE",
        onupdate="CASCADE",
    )


def _rules() -> None:
    op.add_column("rule_override", sa.Column("withdrawn_on", sa.Date(), nullable=True))
    op.create_check_constraint("ck_rule_override_withdrawn", "rule_override", "withdrawn_on < valid_from")
    op.drop_constraint("uq_rule_override_key", "rule_override", type_="unique")
    op.create_index(
        "uq_rule_override",
        "rule_override",
        ["key", "valid_from"],
        unique=True,
        postgresql_where=sa.text("withdrawn_on is null"),
    )


def _ceilings() -> None:
    op.add_column("ledger_entry", sa.Column("import_id", sa.Uuid(), nullable=True))
    op.execute(
        "update ledger_entry l set import_id = (select b.id from import_batch b where b.kind = 'packages'"
        " and b.status = 'confirmed' and b.file_name = l.reason and b.confirmed_at >= l.at"
        " order by b.confirmed_at limit 1) where 'outside' in (l.credit, l.debit)"
    )
    op.execute(
        "update ledger_entry l set import_id = null from (select id, row_number() over"
        " (partition by import_id, balance_id order by at, id) as place from ledger_entry where import_id is not null)"
        " again where again.id = l.id and again.place > 1"
    )
    # each its own: an upload changes a balance once
    op.execute(
        "update ledger_entry set import_id = id where import_id is null and 'outside' in (credit, debit)"
    )
    op.execute(
        "insert into import_batch (id, kind, file_name, digest, rows, problems, summary, status, uploaded_by,"
        " uploaded_at, confirmed_at) select id, 'packages', reason, '', '[]', '[]',"
        ' \'{"new": 0, "changed": 1, "unchanged": 0, "problems": 0}\', '
        "'confirmed',"
        " coalesce(actor_id, id), at, at from ledger_entry where import_id = id"
    )
    op.create_foreign_key("fk_ledger_entry_import_id", "ledger_entry", "import_batch", ["import_id"], ["id"])
    op.create_unique_constraint("uq_ledger_entry_import", "ledger_entry", ["import_id", "balance_id"])
    op.drop_constraint("ck_ledger_entry_caused", "ledger_entry", type_="check")
    op.create_check_constraint(
        "ck_ledger_entry_caused",
        "ledger_entry",
        f"{OUTSIDE} and import_id is not null else import_id is null and{BOUND}",
    )


def downgrade() -> None:
    op.execute("drop trigger only_shortened on rule_override")
    _guard("only_shortened", "update", "rule_override", EARLIER)
    op.execute("drop trigger sent_stays on invoice")
    before = SENT.format(new="new.tax_invoice_number, ", old="old.tax_invoice_number, ", added="")
    _guard("sent_stays", "update", "invoice", before)
    for name, _, table, _ in reversed(GUARDS):
        op.execute(f"drop trigger {name} on {table}")
    op.drop_constraint("ck_ledger_entry_caused", "ledger_entry", type_="check")
    op.create_check_constraint("ck_ledger_entry_caused", "ledger_entry", f"{OUTSIDE} else{BOUND}")
    op.drop_constraint("uq_ledger_entry_import", "ledger_entry", type_="unique")
    op.drop_constraint("fk_ledger_entry_import_id", "ledger_entry", type_="foreignkey")
    op.drop_column("ledger_entry", "import_id")
    op.execute("delete from rule_override where withdrawn_on is not null")
    op.drop_index("uq_rule_override", "rule_override")
    op.create_unique_constraint("uq_rule_override_key", "rule_override", ["key", "valid_from"])
    op.drop_constraint("ck_rule_override_withdrawn", "rule_override", type_="check")
    op.drop_column("rule_override", "withdrawn_on")
    op.drop_constraint("fk_order_line_order", "order_line", type_="foreignkey")
    op.create_foreign_key(
        "fk_order_line_order_id", "order_line", "orders", ["order_id"], ["id"], ondelete="CASCADE"
    )
    op.drop_column("order_line", "signed")
    op.drop_constraint("uq_orders_signed", "orders", type_="unique")
    op.drop_column("orders", "signed")
