"""What a year could not pay any more is carried to the next (utang belanja), and a realisation lies in its line's year.

The version before records no payment between this revision and its replacement. A region that had booked a payment of
one year on the line of another is stopped by ck_ledger_entry_realised: it has to be looked at by hand.
"""

import sqlalchemy as sa
from alembic import op

revision = "t0160_carried_payables"
down_revision = "t0222_overdue"
branch_labels = None
depends_on = None

RENEWS_RIGHTS = True

OFFICE_DAY = (
    "(e.at at time zone (select zone from nusantara.tenant where schema_name = current_schema()))::date"
)

BEFORE = "('available', 'held', 'submit'), ('held', 'committed', 'approve'), ('committed', 'realised', 'record_payment')"
MOVES = (
    "('available', 'held', 'submit'), ('held', 'committed', 'approve'), ('available', 'committed', 'fund_payable'),"
    " ('committed', 'realised', 'record_payment')"
)


def upgrade() -> None:
    op.create_unique_constraint("uq_budget_line_id", "budget_line", ["id", "fiscal_year"])
    op.create_unique_constraint("uq_budget_balance_id", "budget_balance", ["id", "budget_line_id"])
    op.create_unique_constraint("uq_handover_id", "handover", ["id", "order_id"])
    op.add_column("orders", sa.Column("carried_rupiah", sa.BigInteger(), server_default="0", nullable=False))
    op.create_check_constraint(
        op.f("ck_orders_carried"), "orders", "carried_rupiah between 0 and agreed_rupiah"
    )
    _ledger()
    _caused_by(MOVES)
    _payables()


def _ledger() -> None:
    op.add_column("ledger_entry", sa.Column("realised_on", sa.Date(), nullable=True))
    op.add_column("ledger_entry", sa.Column("budget_line_id", sa.Uuid(), nullable=True))
    op.add_column("ledger_entry", sa.Column("fiscal_year", sa.Integer(), nullable=True))
    op.execute(
        f"update ledger_entry e set realised_on = {OFFICE_DAY}, budget_line_id = b.budget_line_id,"
        " fiscal_year = l.fiscal_year from budget_balance b join budget_line l on l.id = b.budget_line_id"
        " where b.id = e.balance_id and e.debit = 'realised'"
    )
    op.execute("set constraints all immediate")  # a table with checks outstanding is not altered
    op.create_foreign_key(
        "fk_ledger_entry_line",
        "ledger_entry",
        "budget_balance",
        ["balance_id", "budget_line_id"],
        ["id", "budget_line_id"],
    )
    op.create_foreign_key(
        "fk_ledger_entry_year",
        "ledger_entry",
        "budget_line",
        ["budget_line_id", "fiscal_year"],
        ["id", "fiscal_year"],
    )
    op.create_check_constraint(
        op.f("ck_ledger_entry_realised"),
        "ledger_entry",
        "(debit = 'realised') = (num_nulls(realised_on, budget_line_id, fiscal_year) = 0)"
        " and (num_nonnulls(realised_on, budget_line_id, fiscal_year) in (0, 3))"
        " and extract(year from realised_on) = fiscal_year"
        " and realised_on - (at at time zone 'UTC')::date between 0 and 1",
    )


def _caused_by(moves: str) -> None:
    op.drop_constraint(op.f("ck_ledger_entry_caused"), "ledger_entry")
    op.create_check_constraint(
        op.f("ck_ledger_entry_caused"),
        "ledger_entry",
        "case when 'outside' in (credit, debit) then num_nonnulls(order_id, event_sequence, action) = 0"
        " else num_nulls(order_id, event_sequence, action) = 0 and (case when debit = 'available'"
        f" then action not in ('submit', 'approve') else (credit, debit, action) in ({moves}) end) end",
    )


def _payables() -> None:
    op.create_table(
        "carried_payable",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("handover_id", sa.Uuid(), nullable=False),
        sa.Column("vendor_id", sa.Uuid(), nullable=False),
        sa.Column("amount_rupiah", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("budget_line_id", sa.Uuid(), nullable=False),
        sa.Column("package_id", sa.Uuid(), nullable=False),
        sa.Column("fiscal_year", sa.Integer(), nullable=False),
        sa.Column("carried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event_sequence", sa.Integer(), nullable=False),
        sa.Column("new_budget_line_id", sa.Uuid(), nullable=True),
        sa.Column("new_package_id", sa.Uuid(), nullable=True),
        sa.Column("new_fiscal_year", sa.Integer(), nullable=True),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_rupiah > 0", name=op.f("ck_carried_payable_amount")),
        sa.CheckConstraint(
            "cause in ('handed_over_later', 'not_requested', 'not_paid')",
            name=op.f("ck_carried_payable_cause"),
        ),
        sa.CheckConstraint("new_fiscal_year > fiscal_year", name=op.f("ck_carried_payable_later_year")),
        sa.CheckConstraint(
            "num_nulls(new_budget_line_id, new_package_id, new_fiscal_year, assigned_by, assigned_at) in (0, 5)",
            name=op.f("ck_carried_payable_assigned"),
        ),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_carried_payable_order_id")),
        sa.ForeignKeyConstraint(
            ["handover_id", "order_id"],
            ["handover.id", "handover.order_id"],
            name="fk_carried_payable_handover",
        ),
        sa.ForeignKeyConstraint(
            ["budget_line_id", "fiscal_year"],
            ["budget_line.id", "budget_line.fiscal_year"],
            name="fk_carried_payable_line",
        ),
        sa.ForeignKeyConstraint(
            ["new_budget_line_id", "new_fiscal_year"],
            ["budget_line.id", "budget_line.fiscal_year"],
            name="fk_carried_payable_new_line",
        ),
        sa.ForeignKeyConstraint(["package_id"], ["package.id"], name=op.f("fk_carried_payable_package_id")),
        sa.ForeignKeyConstraint(
            ["new_package_id"], ["package.id"], name=op.f("fk_carried_payable_new_package_id")
        ),
        sa.ForeignKeyConstraint(
            ["assigned_by"], ["official.id"], name=op.f("fk_carried_payable_assigned_by")
        ),
        sa.ForeignKeyConstraint(
            ["order_id", "event_sequence"],
            ["order_event.order_id", "order_event.sequence"],
            name="fk_carried_payable_event",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carried_payable")),
        sa.UniqueConstraint("handover_id", "fiscal_year", name="uq_carried_payable_year"),
    )
    op.create_index("ix_carried_payable_order_id", "carried_payable", ["order_id"])
    op.execute(
        "create trigger assigned_once before update on carried_payable for each row when"
        " (old.assigned_at is not null) execute function nusantara.refuse_change()"
    )


def downgrade() -> None:
    op.drop_table("carried_payable")
    _caused_by(BEFORE)
    op.drop_constraint(op.f("ck_ledger_entry_realised"), "ledger_entry")
    op.drop_constraint("fk_ledger_entry_year", "ledger_entry")
    op.drop_constraint("fk_ledger_entry_line", "ledger_entry")
    op.drop_column("ledger_entry", "fiscal_year")
    op.drop_column("ledger_entry", "budget_line_id")
    op.drop_column("ledger_entry", "realised_on")
    op.drop_constraint(op.f("ck_orders_carried"), "orders")
    op.drop_column("orders", "carried_rupiah")
    op.drop_constraint("uq_handover_id", "handover")
    op.drop_constraint("uq_budget_balance_id", "budget_balance")
    op.drop_constraint("uq_budget_line_id", "budget_line")
