"""The journal of an order: append-only events, each sealed together with the seal of the one before.

The database grants nobody UPDATE or DELETE on it, and cannot make a seal: its key is the application's (sealing.py). So
the chain also shows what was changed, added or taken out past the application (domain.md 2.4).
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.core.sealing import BEGINNING, seal
from eorder_tenants.organisation.actors import Actor, Letter

NEWEST: Final = "select sequence, hash from order_event where order_id = $1 order by sequence desc limit 1"
"""The entry that the next one is sealed with."""
_NEWEST_READ: Final = "newest entry"
ENTRIES: Final = f"""
select {straight.columns(OrderEvent, "e")} from order_event e where e.order_id = $1 order by e.sequence
"""


def remember(session: AsyncSession, order_id: UUID, newest: Sequence[Sequence[Any]]) -> None:
    """What :data:`NEWEST` answered after the order's row was locked, for the entry that follows."""
    session.info[_NEWEST_READ] = order_id, newest


async def append(
    session: AsyncSession,
    actor: Actor,
    order: Order,
    *,
    action: str,
    from_status: str,
    role: str,
    reason: str | None = None,
    document_hash: str | None = None,
    details: dict[str, Any] | None = None,
    letter: Letter | None = None,
    factor: str | None = None,
) -> OrderEvent:
    """Write what just happened to an order. The caller holds the lock on the order's row, so numbers never clash.

    `letter`: by which the actor did it; its id, number, kind and whom they stood in for are sealed with the entry.
    """
    read_of, newest = session.info.pop(_NEWEST_READ, (None, None))
    if read_of != order.id:
        newest = await straight.rows(session, NEWEST, order.id)
    sequence, previous_hash = newest[0] if newest else (0, BEGINNING)
    event = OrderEvent(
        order_id=order.id,
        sequence=sequence + 1,
        at=clock.now(),
        action=action,
        from_status=from_status,
        to_status=str(order.status),
        actor_id=actor.id,
        actor_name=actor.name,
        role=role,
        delegation_id=letter.id if letter else None,
        reason=reason,
        document_hash=document_hash,
        details={**(details or {}), **(_by(letter) if letter else {})},
        factor=factor,
        previous_hash=previous_hash,
    )
    event.hash = seal(event, session.info["tenant"])
    order.event_sequence = event.sequence
    session.add(event)
    return event


def _by(letter: Letter) -> dict[str, Any]:
    facts = {"number": letter.number, "kind": str(letter.kind)}
    return {"letter": facts | ({"for": letter.delegator_name} if letter.delegator_id else {})}


async def latest(session: AsyncSession, order_id: UUID) -> OrderEvent | None:
    """The last entry of an order."""
    newest = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.sequence.desc())
    return (await session.scalars(newest.limit(1))).first()


async def history(session: straight.Reads, order_id: UUID) -> list[OrderEvent]:
    """Every entry of an order, oldest first. Ask for the order itself first: it may not be visible."""
    return entries_from(session, await straight.rows(session, ENTRIES, order_id))


def entries_from(session: straight.Reads, found: Sequence[Sequence[Any]]) -> list[OrderEvent]:
    """What :data:`ENTRIES` answered."""
    return [straight.object_of(session, OrderEvent, entry) for entry in found]


async def verify(session: AsyncSession, order_id: UUID) -> bool:
    """Whether the chain is whole: no entry changed, moved or taken out, and the order stands where it ends."""
    entries = await history(session, order_id)
    if not is_whole(entries, session.info["tenant"]):
        return False
    stands = (
        await session.execute(select(Order.status, Order.event_sequence).where(Order.id == order_id))
    ).one()
    last = entries[-1] if entries else None
    return tuple(stands) == ((last.to_status, last.sequence) if last else (Status.DRAFT, None))


def is_whole(entries: Sequence[OrderEvent], tenant: Tenant) -> bool:
    """Whether these are all entries of an order, each with its seal, in their places."""
    expected = BEGINNING
    for number, entry in enumerate(entries, start=1):
        if (entry.sequence, entry.previous_hash, entry.hash) != (number, expected, seal(entry, tenant)):
            return False
        expected = entry.hash
    return True
