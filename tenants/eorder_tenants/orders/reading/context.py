"""What stands beside an order on its page: its journal, the people in it, and the money it draws from.

Ask for the order itself first (queries.order_for): it may not be visible.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.budgets.models import BudgetBalance
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.orders.lifecycle import Action
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Official


@dataclass(frozen=True)
class Balance:
    """The balance an order draws from. `reserved` is what other orders hold or have committed; whole rupiah."""

    ceiling: int
    realised: int
    reserved: int
    this: int


async def journal_of(session: AsyncSession, actor: Actor, order: Order) -> list[OrderEvent]:
    """Everything that happened, in its order; a vendor reads what happened since the order was issued to him."""
    entries = await journal.history(session, order.id)
    if actor.vendor_id is None:
        return entries
    issued = [number for number, entry in enumerate(entries) if entry.action == Action.APPROVE]
    return entries[issued[-1] :] if issued else []


async def last_return_reason(session: AsyncSession, order_id: UUID) -> str | None:
    """Why a draft came back, if its last step was that."""
    last = await session.execute(
        select(OrderEvent.action, OrderEvent.reason)
        .where(OrderEvent.order_id == order_id)
        .order_by(OrderEvent.sequence.desc())
        .limit(1)
    )
    found = last.one_or_none()
    return found.reason if found and found.action in (Action.RETURN_TO_DRAFT, Action.LAPSE) else None


async def names_of(session: AsyncSession, order: Order) -> dict[UUID, str]:
    """The names of the officials who had a hand in the order."""
    hands = {
        order.drafted_by,
        order.approved_by,
        order.inspected_by,
        order.payment_requested_by,
        order.payment_approved_by,
        order.paid_by,
    }
    rows = await session.execute(select(Official.id, Official.name).where(Official.id.in_(hands - {None})))
    return dict(rows.all())


async def balance_of(session: AsyncSession, order: Order) -> Balance | None:
    """The balance of the order's package and budget line, with the order's own part told apart."""
    if order.package_id is None or order.budget_line_id is None:
        return None
    balance = (
        await session.scalars(
            select(BudgetBalance).where(
                BudgetBalance.package_id == order.package_id,
                BudgetBalance.budget_line_id == order.budget_line_id,
            )
        )
    ).one_or_none()
    if balance is None:
        return None
    paid = order.paid_at is not None
    mine = order.budget_rupiah
    return Balance(
        ceiling=balance.ceiling,
        realised=balance.realised - (mine if paid else 0),
        reserved=balance.held + balance.committed - (0 if paid else mine),
        this=mine,
    )
