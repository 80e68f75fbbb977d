"""Into which draft an offer goes: what each of the officer's open drafts would come to with it, and a new one alone."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value

from eorder_platform import clock, straight
from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.orders.core.assessing import assess_order
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Order, OrderLine
from eorder_tenants.orders.requesting.catalogue_lines import offers_of, price, quantity_problem, shipping_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.taxes.cap import refuse_over_cap

MOST_OFFERED: Final = 5
_OPEN: Final = """
select o.id from orders o join offer f on f.id = $2 and f.visible
where o.status = 'draft' and o.drafted_by = $1 and o.vendor_id = f.vendor_id and o.work_unit_id = $3
order by o.changed_at desc limit $4
"""


@dataclass(frozen=True)
class Destination:
    """One answer: a draft with what it would come to, or a new one (`order_id` None)."""

    order_id: UUID | None
    gross_rupiah: int
    title: str = ""
    lines: int = 0
    changed_at: datetime | None = None
    package_name: str = ""


@dataclass(frozen=True)
class Question:
    """What is to be added, and where it may go, a new draft first."""

    offer_name: str
    unit: str
    quantity: Decimal
    destinations: Sequence[Destination]


async def where_to(
    session: AsyncSession, actor: Actor, offer_id: UUID, quantity: Decimal, work_unit_id: UUID
) -> Question | None:
    """The question to ask before an offer is added; None where no draft fits, and a new one is begun unasked.

    A draft fits when it is the officer's own, for that vendor and unit, and stays within the cap. What cannot be
    ordered anyway is not asked about either: adding it says why.
    """
    found = await straight.rows(session, _OPEN, actor.official_id, offer_id, work_unit_id, MOST_OFFERED)
    drafts = [order for row in found if (order := await seen_order(session, actor, row["id"]))]
    if not drafts:
        return None
    rules, offer = await rulebook(session), await session.get_one(Offer, offer_id)
    if quantity_problem(offer, quantity):
        return None
    fitting = []
    with session.no_autoflush:
        for order in drafts:
            with suppress(Refused):
                fitting.append(await _joined(session, order, offer, quantity, rules))
        alone = await _begun(session, drafts[0], offer, quantity, rules)
    asked = Question(offer.name, offer.unit, quantity, [alone, *fitting])
    session.expunge_all()  # only reckoned with, never kept
    return asked if fitting else None


async def _joined(
    session: AsyncSession, order: Order, offer: Offer, quantity: Decimal, rules: RuleBook
) -> Destination:
    offers = {**await offers_of(session, order), offer.id: offer}
    line = next((one for one in order.lines if one.offer_id == offer.id), None)
    if line is None:
        line = OrderLine(offer_id=offer.id, quantity=Decimal(0))
        order.lines.append(line)
    line.quantity += quantity
    price(line, offer)
    order.shipping_rupiah = shipping_of(order, offers)
    return Destination(
        order.id,
        await _within_cap(session, order, rules),
        order.title,
        len(order.lines),
        order.changed_at,
        order.package.name if order.package else "",
    )


async def _begun(
    session: AsyncSession, like: Order, offer: Offer, quantity: Decimal, rules: RuleBook
) -> Destination:
    line = OrderLine(offer_id=offer.id, quantity=quantity)
    price(line, offer)
    order = Order(id=new_id(), vendor_id=offer.vendor_id, lines=[line], shipping_rupiah=offer.shipping_rupiah)
    set_committed_value(order, "participation", like.participation)
    tenant: Tenant = session.info["tenant"]
    assessment = await assess_order(session, order, rules, clock.today(tenant.zone))
    return Destination(None, assessment.gross)


async def _within_cap(session: AsyncSession, order: Order, rules: RuleBook) -> int:
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    assessment = await assess_order(session, order, rules, today)
    refuse_over_cap(assessment, rules, today)
    return assessment.gross
