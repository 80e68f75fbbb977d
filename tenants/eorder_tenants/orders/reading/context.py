"""What stands beside an order on its page: its journal, the people in it, and the money it draws from.

Ask for the order itself first (queries.order_for): it may not be visible.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_tenants.orders.contracting.approving import APPROVE, LAPSE, RETURN
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.organisation.actors import Actor


@dataclass(frozen=True)
class Balance:
    """The balance an order draws from. `reserved` is what other orders hold or have committed; whole rupiah."""

    ceiling: int
    realised: int
    reserved: int
    this: int


async def journal_of(session: AsyncSession, actor: Actor, order: Order) -> list[OrderEvent]:
    """Everything that happened, in its order; a vendor reads what happened since the order was issued to them."""
    entries = await journal.history(session, order.id)
    if actor.vendor_id is None:
        return entries
    issued = [number for number, entry in enumerate(entries) if entry.action == APPROVE.name]
    return entries[issued[-1] :] if issued else []


async def last_return_reason(session: AsyncSession, order_id: UUID) -> str | None:
    """Why a draft came back, if its last step was that."""
    last = await straight.row(session, _LAST, order_id)
    return last["reason"] if last and last["action"] in (RETURN.name, LAPSE.name) else None


async def names_of(session: AsyncSession, order: Order) -> dict[UUID, str]:
    """The names of the officials who took part in the order; its parts must be loaded."""
    people = {order.drafted_by, order.approved_by}
    for delivery in order.deliveries:
        people.add(delivery.inspected_by)
        people.add(delivery.handover.handed_over_by if delivery.handover else None)
    for invoice in order.invoices:
        people |= {invoice.requested_by, invoice.approved_by}
        people.add(invoice.payment.paid_by if invoice.payment else None)
    return dict(await straight.rows(session, _NAMES, list(people - {None})))


async def balance_of(session: AsyncSession, order: Order) -> Balance | None:
    """The balance of the order's package and budget line, with the order's own part told apart."""
    if order.package_id is None or order.budget_line_id is None:
        return None
    balance = await straight.row(session, _BALANCE, order.package_id, order.budget_line_id)
    if balance is None:
        return None
    bound = order.budget_rupiah - order.realised_rupiah
    return Balance(
        ceiling=balance["ceiling"],
        realised=balance["realised"] - order.realised_rupiah,
        reserved=balance["reserved"] - bound,
        this=order.budget_rupiah,
    )


_LAST: Final = "select action, reason from order_event where order_id = $1 order by sequence desc limit 1"
_NAMES: Final = "select id, name from official where id = any($1)"
_BALANCE: Final = """
select ceiling, realised, held + committed as reserved from budget_balance
where package_id = $1 and budget_line_id = $2
"""
