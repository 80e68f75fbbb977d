"""What an order does to its budget: its hold or commitment released, followed when its value changes, realised.

The ledger takes each kind of movement once a round (budgets/ledger.py), so a movement after the signature opens a
round of its own. The caller holds the lock on the order's row, and finishes the step afterwards: each movement names
the journal's entry that it will write.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Cause, Draw
from eorder_tenants.orders.core.models import Handover, Order
from eorder_tenants.orders.core.parts import Source, source_of
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.organisation.actors import Actor


async def release_hold(session: AsyncSession, actor: Actor, order: Order, step: Step) -> None:
    """The order goes no further: what it held is available again."""
    await ledger.release_hold(session, actor, cause_of(order, step), [order.draw])
    order.budget_rupiah = 0


async def release_commitment(session: AsyncSession, actor: Actor, order: Order, step: Step) -> None:
    """A signed order that ends without a purchase: what it had committed is available again."""
    order.round += 1
    await ledger.release_commitment(session, actor, cause_of(order, step), [order.draw])
    order.budget_rupiah = 0


async def follow_value(session: AsyncSession, actor: Actor, order: Order, step: Step) -> None:
    """Bring the commitment to what the order now costs (`gross_rupiah`); what is not needed is available again.

    It never rises: nothing costs more than was signed (`agreed_rupiah`).
    """
    unused = order.budget_rupiah - order.gross_rupiah
    if not unused:
        return
    order.round += 1
    await ledger.release_commitment(session, actor, cause_of(order, step), [_part(order, unused)])
    order.budget_rupiah = order.gross_rupiah


async def realise(
    session: AsyncSession,
    actor: Actor,
    order: Order,
    step: Step,
    handovers: Sequence[Handover],
    at: datetime,
) -> None:
    """Book the payment of these handovers: so much of each commitment was spent at that moment.

    Each on the line that pays for it: the order's own, or that of a later year.
    """
    amounts: dict[Source, int] = {}
    for one in handovers:
        source = source_of(order, one)
        assert source
        amounts[source] = amounts.get(source, 0) + one.gross_rupiah
        order.realised_rupiah += one.gross_rupiah
    order.round += 1
    draws = [Draw(one.budget_line_id, one.package_id, amount) for one, amount in amounts.items() if amount]
    amounts_paid = [draw.amount for draw in draws]
    await ledger.realise(session, actor, cause_of(order, step), draws, amounts_paid, at)


def cause_of(order: Order, step: Step) -> Cause:
    """The entry that the step under way will write."""
    return Cause(order.id, order.round, order.next_event, step.name)


def _part(order: Order, amount: int) -> Draw:
    return Draw(order.draw.budget_line_id, order.draw.package_id, amount)
