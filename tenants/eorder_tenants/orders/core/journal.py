"""The journal of an order: append-only events, each sealed with the hash of the one before.

The database grants nobody UPDATE or DELETE on it; the chain shows a change made past the database (domain.md 2.4).
"""

import json
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.organisation.actors import Actor

BEGINNING = "0" * 64
_LATEST: Final = "select sequence, hash from order_event where order_id = $1 order by sequence desc limit 1"
_ALL: Final = f"""
select {straight.columns(OrderEvent, "e")} from order_event e where e.order_id = $1 order by e.sequence
"""
_SEALED = (
    "order_id",
    "sequence",
    "at",
    "action",
    "from_status",
    "to_status",
    "actor_id",
    "actor_name",
    "role",
    "delegation_id",
    "reason",
    "document_hash",
    "details",
    "previous_hash",
)


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
) -> OrderEvent:
    """Write what just happened to an order. The caller holds the lock on the order's row, so numbers never clash."""
    before = await straight.row(session, _LATEST, order.id)
    event = OrderEvent(
        order_id=order.id,
        sequence=before["sequence"] + 1 if before else 1,
        at=clock.now(),
        action=action,
        from_status=from_status,
        to_status=str(order.status),
        actor_id=actor.id,
        actor_name=actor.name,
        role=role,
        delegation_id=None,
        reason=reason,
        document_hash=document_hash,
        details=details or {},
        previous_hash=before["hash"] if before else BEGINNING,
    )
    event.hash = seal(event)
    session.add(event)
    return event


async def latest(session: AsyncSession, order_id: UUID) -> OrderEvent | None:
    """The last entry of an order."""
    newest = select(OrderEvent).where(OrderEvent.order_id == order_id).order_by(OrderEvent.sequence.desc())
    return (await session.scalars(newest.limit(1))).first()


async def history(session: AsyncSession, order_id: UUID) -> list[OrderEvent]:
    """Every entry of an order, oldest first. Ask for the order itself first: it may not be visible."""
    found = await straight.rows(session, _ALL, order_id)
    return [straight.object_of(session, OrderEvent, entry) for entry in found]


async def verify(session: AsyncSession, order_id: UUID) -> bool:
    """Whether the chain is whole: no entry changed, moved or taken out, and the order stands where it ends."""
    entries = await history(session, order_id)
    expected = BEGINNING
    for number, entry in enumerate(entries, start=1):
        if (entry.sequence, entry.previous_hash, entry.hash) != (number, expected, seal(entry)):
            return False
        expected = entry.hash
    status = await session.scalar(select(Order.status).where(Order.id == order_id))
    return status == (entries[-1].to_status if entries else "draft")


def seal(entry: OrderEvent) -> str:
    """The hash over everything an entry says, its place and the hash before it."""
    content = {name: getattr(entry, name) for name in _SEALED}
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_text)
    return sha256(written.encode()).hexdigest()


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
