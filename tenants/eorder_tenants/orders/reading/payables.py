"""The list of carried payables (daftar utang belanja): what years could not pay any more, and what became of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import aliased

from eorder_platform.listing import Listed, every_word
from eorder_tenants.budgets.models import BudgetLine
from eorder_tenants.orders.core.models import CarriedPayable, Handover, Order, Payment
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import WorkUnit

WAITING: Final = "menunggu"
ASSIGNED: Final = "dibebankan"
PAID: Final = "dibayar"


@dataclass(frozen=True)
class PayableRow:
    """One line of the list; whole rupiah. `new_year`: whose money pays it, None while nobody named any."""

    id: UUID
    order_id: UUID
    order_number: str
    order_title: str
    vendor_name: str
    work_unit_name: str
    amount_rupiah: int
    cause: str
    account_code: str
    account_name: str
    fiscal_year: int
    carried_at: datetime
    new_year: int | None
    new_account_code: str | None
    is_paid: bool


def payables_visible_to(actor: Actor, search: str = "", state: str = "") -> Listed[PayableRow]:
    """What was carried of the orders this person may see, the newest first; no state = all."""
    old, new = aliased(BudgetLine), aliased(BudgetLine)
    later = aliased(CarriedPayable)
    newest = ~exists().where(
        later.handover_id == CarriedPayable.handover_id, later.fiscal_year > CarriedPayable.fiscal_year
    )
    paid = and_(newest, exists().where(Payment.invoice_id == Handover.invoice_id))
    rows = (
        select(
            CarriedPayable.id,
            CarriedPayable.order_id,
            Order.number.label("order_number"),
            Order.title.label("order_title"),
            Order.vendor_name,
            WorkUnit.name.label("work_unit_name"),
            CarriedPayable.amount_rupiah,
            CarriedPayable.cause,
            old.account_code,
            old.account_name,
            CarriedPayable.fiscal_year,
            CarriedPayable.carried_at,
            CarriedPayable.new_fiscal_year.label("new_year"),
            new.account_code.label("new_account_code"),
            paid.label("is_paid"),
        )
        .join(Order, Order.id == CarriedPayable.order_id)
        .join(Handover, Handover.id == CarriedPayable.handover_id)
        .join(WorkUnit, WorkUnit.id == Order.work_unit_id)
        .join(old, old.id == CarriedPayable.budget_line_id)
        .outerjoin(new, new.id == CarriedPayable.new_budget_line_id)
        .where(
            visible_to(actor),
            *every_word(
                search, Order.number, Order.title, Order.vendor_name, WorkUnit.name, old.account_code
            ),
        )
    )
    states: dict[str, ColumnElement[bool]] = {
        WAITING: CarriedPayable.new_fiscal_year.is_(None),
        ASSIGNED: and_(CarriedPayable.new_fiscal_year.is_not(None), ~paid),
        PAID: paid,
    }
    if state in states:
        rows = rows.where(states[state])
    return Listed(PayableRow, rows, newest=(CarriedPayable.carried_at, CarriedPayable.id))
