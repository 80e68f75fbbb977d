"""Budget lines, procurement packages, and the ledger that makes overspending impossible.

A balance belongs to one (budget line, package). Its four columns are changed by one conditional UPDATE only;
every change is an entry from one account to another, so that any past balance can be rebuilt (architecture.md 6).
"""

from datetime import date
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Guard, Id, Moment, Rupiah, one_of, writable


class LedgerAccount(StrEnum):
    """Where rupiah of a balance may stand. `outside` is the approved budget beyond this platform."""

    OUTSIDE = "outside"
    AVAILABLE = "available"
    HELD = "held"
    COMMITTED = "committed"
    REALISED = "realised"


MOVED_BY: Final = {
    (LedgerAccount.AVAILABLE, LedgerAccount.HELD): "submit",
    (LedgerAccount.HELD, LedgerAccount.COMMITTED): "approve",
    (LedgerAccount.AVAILABLE, LedgerAccount.COMMITTED): "fund_payable",
    (LedgerAccount.COMMITTED, LedgerAccount.REALISED): "record_payment",
}
"""The one step of an order (orders/lifecycle.py) that binds or spends its money so; other steps may give some back."""
_BINDING: Final = ", ".join(
    f"('{credit}', '{debit}', '{action}')" for (credit, debit), action in MOVED_BY.items()
)


class BudgetLine(Base):
    """Budget line (baris anggaran) of a budget execution document (DPA)."""

    __tablename__ = "budget_line"
    __table_args__ = (
        CheckConstraint("ceiling_rupiah >= 0", name="ceiling"),
        UniqueConstraint(
            "work_unit_id",
            "fiscal_year",
            "sub_activity_code",
            "account_code",
            "funding_source",
            name="uq_budget_line",
        ),
        UniqueConstraint("id", "fiscal_year", name="uq_budget_line_id"),
        {"info": writable(changes=("sub_activity_name", "account_name", "ceiling_rupiah"))},
    )

    id: Mapped[Id]
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    fiscal_year: Mapped[int]
    sub_activity_code: Mapped[str]
    sub_activity_name: Mapped[str]
    account_code: Mapped[str]
    account_name: Mapped[str]
    funding_source: Mapped[str]
    ceiling_rupiah: Mapped[Rupiah]


class Package(Base):
    """Package of the procurement plan (paket RUP). Only an announced, active one may be ordered from."""

    __tablename__ = "package"
    __table_args__ = (
        CheckConstraint("ceiling_rupiah >= 0", name="ceiling"),
        CheckConstraint("selection_until >= selection_from", name="selection"),
        Index("ix_package_work_unit_id", "work_unit_id", "fiscal_year"),
        {"info": writable(keeps=("id", "rup_code", "work_unit_id"))},
    )

    id: Mapped[Id]
    rup_code: Mapped[str] = mapped_column(unique=True)
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    fiscal_year: Mapped[int]
    name: Mapped[str]
    method: Mapped[str]
    ceiling_rupiah: Mapped[Rupiah]
    selection_from: Mapped[date]
    selection_until: Mapped[date]
    announced: Mapped[bool]
    active: Mapped[bool] = mapped_column(default=True)


class BudgetBalance(Base):
    """What a package may still draw from a budget line. available = ceiling − held − committed − realised."""

    __tablename__ = "budget_balance"
    __table_args__ = (
        UniqueConstraint("budget_line_id", "package_id"),
        UniqueConstraint("id", "budget_line_id", name="uq_budget_balance_id"),
        CheckConstraint(
            "held >= 0 and committed >= 0 and realised >= 0 and ceiling >= 0", name="not_negative"
        ),
        CheckConstraint("held + committed + realised <= ceiling or overcommitted", name="not_overspent"),
        {"info": writable(keeps=("id", "budget_line_id", "package_id"))},
    )

    id: Mapped[Id]
    budget_line_id: Mapped[UUID] = mapped_column(ForeignKey("budget_line.id"))
    package_id: Mapped[UUID] = mapped_column(ForeignKey("package.id"), index=True)
    ceiling: Mapped[Rupiah]
    held: Mapped[Rupiah] = mapped_column(default=0)
    committed: Mapped[Rupiah] = mapped_column(default=0)
    realised: Mapped[Rupiah] = mapped_column(default=0)
    overcommitted: Mapped[bool] = mapped_column(default=False)

    @hybrid_property
    def available(self) -> int:
        """What may still be held; below zero only where a lower ceiling made the balance overcommitted."""
        return self.ceiling - self.held - self.committed - self.realised


class LedgerEntry(Base):
    """One movement between two accounts of a balance.

    An order's names the entry of its journal that caused it (`event_sequence`, `action`); a change of the ceiling has
    no order and names the upload that told it (`import_id`), each upload once for a balance. A realisation says on
    which day of the office it counts (tanggal valuta), on which line and of which fiscal year: the day lies in the
    line's year.
    """

    __tablename__ = "ledger_entry"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint(one_of("debit", LedgerAccount), name="debit"),
        CheckConstraint(one_of("credit", LedgerAccount), name="credit"),
        CheckConstraint("debit <> credit", name="two_accounts"),
        CheckConstraint(
            "case when 'outside' in (credit, debit) then num_nonnulls(order_id, event_sequence, action) = 0"
            " and import_id is not null"
            " else import_id is null and num_nulls(order_id, event_sequence, action) = 0"
            " and (case when debit = 'available' then action not in ('submit', 'approve')"
            f" else (credit, debit, action) in ({_BINDING}) end) end",
            name="caused",
        ),
        ForeignKeyConstraint(
            ["order_id", "event_sequence", "action"],
            ["order_event.order_id", "order_event.sequence", "order_event.action"],
            name="fk_ledger_entry_event",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        CheckConstraint(
            "(debit = 'realised') = (num_nulls(realised_on, budget_line_id, fiscal_year) = 0)"
            " and (num_nonnulls(realised_on, budget_line_id, fiscal_year) in (0, 3))"
            " and extract(year from realised_on) = fiscal_year"
            " and realised_on - (at at time zone 'UTC')::date between 0 and 1",
            name="realised",
        ),
        ForeignKeyConstraint(
            ["balance_id", "budget_line_id"],
            ["budget_balance.id", "budget_balance.budget_line_id"],
            name="fk_ledger_entry_line",
        ),
        ForeignKeyConstraint(
            ["budget_line_id", "fiscal_year"],
            ["budget_line.id", "budget_line.fiscal_year"],
            name="fk_ledger_entry_year",
        ),
        UniqueConstraint("order_id", "balance_id", "round", "credit", "debit", name="uq_ledger_entry_once"),
        UniqueConstraint(
            "order_id", "event_sequence", "balance_id", "credit", "debit", name="uq_ledger_entry_event"
        ),
        UniqueConstraint("import_id", "balance_id", name="uq_ledger_entry_import"),
        Index("ix_ledger_entry_balance_id", "balance_id", "at"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    balance_id: Mapped[UUID] = mapped_column(ForeignKey("budget_balance.id"))
    order_id: Mapped[UUID | None]
    event_sequence: Mapped[int | None]
    action: Mapped[str | None]
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_batch.id"))
    round: Mapped[int] = mapped_column(default=0)
    credit: Mapped[str]
    debit: Mapped[str]
    amount: Mapped[Rupiah]
    at: Mapped[Moment]
    actor_id: Mapped[UUID | None]
    reason: Mapped[str]
    realised_on: Mapped[date | None]
    budget_line_id: Mapped[UUID | None]
    fiscal_year: Mapped[int | None]


DECIDED_ONCE: Final = Guard(
    "decided_once",
    "old.status <> 'previewed' and (new.status, new.confirmed_at) is distinct from (old.status, old.confirmed_at)",
)


class ImportBatch(Base):
    """An uploaded file that was read but not yet stored: its rows, its problems, and what became of it."""

    __tablename__ = "import_batch"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("work_units", "officials", "budget_lines", "packages")), name="kind"),
        CheckConstraint(one_of("status", ("previewed", "confirmed", "discarded")), name="status"),
        {"info": writable(changes=("status", "confirmed_at"), guards=(DECIDED_ONCE,))},
    )

    id: Mapped[Id]
    kind: Mapped[str]
    file_name: Mapped[str]
    digest: Mapped[str]
    rows: Mapped[list[Any]] = mapped_column(JSONB)
    problems: Mapped[list[Any]] = mapped_column(JSONB)
    summary: Mapped[dict[str, Any]] = mapped_column(JSONB)
    status: Mapped[str] = mapped_column(default="previewed")
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[CreatedAt]
    confirmed_at: Mapped[Moment | None]
