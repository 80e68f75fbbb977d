"""All journals of a region at once: which are not whole, and the keyed seal for those from before it.

With them what they vouch for: the facts of signed papers, the lines that were ordered, the money that an order has. And
what both sides said of it, sealed beside the journal (conversation/sealing.py).
"""

from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.signing import hash_of
from eorder_tenants.orders.conversation.sealing import altered_conversations, seal_older
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import OrderLine
from eorder_tenants.orders.core.sealing import seal_anew

SEALED_SINCE: Final = ("t0100_evidence", "t0231_comments_are_sealed")
"""The revisions until which a seal was a plain hash, and a comment had none."""
_ORDERS: Final = text("select id, coalesce(number, id::text) from orders order by id")


_OTHER_MONEY: Final = text(
    """
    select o.id from orders o left join ledger_entry l on l.order_id = o.id group by o.id
    having o.budget_rupiah <> coalesce(sum(
        case when l.debit = 'available' then -l.amount when l.credit = 'available' then l.amount else 0 end), 0)
    """
)
"""What an order took from its balances and did not give back is what its row says that it has of them."""


async def broken_journals(session: AsyncSession) -> list[str]:
    """The numbers of those orders whose journal is not whole, or which do not stand where it ends.

    Also of those whose papers no longer say what was signed, whose lines are other than the purchase order's, or whose
    money is other than the ledger's, and those of which a comment or its attachment is no longer as it was written.
    """
    orders = (await session.execute(_ORDERS)).all()
    altered = await _altered(session) | await altered_conversations(session)
    return [
        number
        for order_id, number in orders
        if order_id in altered or not await journal.verify(session, order_id)
    ]


async def _altered(session: AsyncSession) -> set[UUID]:
    altered = set(await session.scalars(_OTHER_MONEY))
    lines: dict[UUID, list[tuple[str, Decimal, int]]] = {}
    for line in await session.scalars(select(OrderLine).order_by(OrderLine.order_id, OrderLine.position)):
        lines.setdefault(line.order_id, []).append((line.name, line.quantity, line.unit_price_rupiah))
    for paper in await session.scalars(select(OrderDocument)):
        if hash_of(paper.facts) != paper.facts_hash:
            altered.add(paper.order_id)
        if paper.kind == DocumentKind.PURCHASE_ORDER and _lines_of(paper) != lines.get(paper.order_id):
            altered.add(paper.order_id)
    return altered


def _lines_of(paper: OrderDocument) -> list[tuple[str, Decimal, int]] | None:
    """The lines that a purchase order was signed with; None where it no longer tells them."""
    try:
        return [(one["name"], Decimal(one["quantity"]), one["unit_price"]) for one in paper.facts["lines"]]
    except (KeyError, TypeError, ArithmeticError):
        return None


async def seal_journals(session: AsyncSession) -> list[str]:
    """Put keyed seals on every whole journal and on comments without one; the numbers of the other orders.

    The session is the owner's.
    """
    orders = (await session.execute(_ORDERS)).all()
    unsealed = await seal_older(session)
    return [
        number
        for order_id, number in orders
        if not await seal_anew(session, order_id) or order_id in unsealed
    ]
