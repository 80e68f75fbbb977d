"""Who hears of a step: whoever the order now waits for because of it, and whom its declaration names besides.

Nobody is told of what they did themselves, nor a vendor of what its own people did. Each hears of a step once, however
often this runs: the notice is named after the journal's entry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.members import people_of
from eorder_platform.directory.models import VendorRole
from eorder_platform.notices import remembering
from eorder_platform.notices.giving import News, give_members, give_officials
from eorder_platform.notices.models import NoticeKind
from eorder_platform.sentences import Rupiah, Sentence, joined, term
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.checking import why_not
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.orders.core.parts import Case, cases_of
from eorder_tenants.orders.core.steps import PP, PPK, Party, Step, declared
from eorder_tenants.orders.lifecycle import steps_from
from eorder_tenants.orders.reading.holders import officials_for, serves_at
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.models import Role

VENDOR_SIDE: Final = frozenset(VendorRole)


@dataclass
class Audience:
    """Who hears one piece of news: officials by their account, members of the vendor by their role."""

    news: News
    officials: set[UUID] = field(default_factory=set)
    vendor_roles: set[VendorRole] = field(default_factory=set)


async def tell_of_step(tenant: Tenant, order_id: UUID, sequence: int, part_id: UUID | None) -> None:
    """Give everybody their notice of the journal's entry with that number."""
    async with tenancy.inside(tenant) as session:
        order = await seen_order(session, SYSTEM_ACTOR, order_id)
        if order is None:  # a draft that was thrown away
            return
        entry = await _entry(session, order, sequence)
        taken = declared[entry.action]
        handed = list(_handed_on(order, taken, part_id))
        waited_for = (party for step, case in handed for party in step.parties(case.calls))
        parties = {*taken.tells, *taken.by, *waited_for}
        officials = await officials_for(session, order, parties)
        audiences = _audiences(order, entry, handed, officials)
        concerned = [one.id for one in officials if one.id]
        tenancy.after_commit(session, lambda: remembering.forget(tenant.slug, *concerned))
        told: set[UUID] = set()
        for audience in audiences:
            await give_officials(session, audience.officials - told, audience.news)
            told |= audience.officials
    async with tenancy.national() as session:
        reached: set[VendorRole] = set()
        for audience in audiences:
            members = await people_of(session, order.vendor_id, audience.vendor_roles - reached)
            await give_members(session, members, audience.news, tenant.id)
            reached |= audience.vendor_roles


async def _entry(session: AsyncSession, order: Order, sequence: int) -> OrderEvent:
    found = select(OrderEvent).where(OrderEvent.order_id == order.id, OrderEvent.sequence == sequence)
    return (await session.scalars(found)).one()


def _audiences(
    order: Order, entry: OrderEvent, handed: list[tuple[Step, Case]], officials: Sequence[Actor]
) -> list[Audience]:
    """First those for whom it waits, then those who only hear of it."""
    taken, audiences = declared[entry.action], list[Audience]()
    for step, case in handed:
        parties = step.parties(case.calls)
        audience = Audience(_waiting_news(order, entry, taken, step, case.due_at))
        able = [one for one in officials if why_not(one, case, step) is None]
        _gather(audience, order, entry, parties, able, step)
        if any(isinstance(party, VendorRole) for party in parties):
            free = why_not(Actor(None, "", vendor_id=order.vendor_id), case, step) is None
            audience.vendor_roles = audience.vendor_roles if free else set()
        audiences.append(audience)
    if taken.tells:
        audience = Audience(_news(order, entry, taken))
        _gather(audience, order, entry, taken.tells, officials, None)
        audiences.append(audience)
    return audiences


def _handed_on(order: Order, taken: Step, part_id: UUID | None) -> Iterator[tuple[Step, Case]]:
    """The awaited steps that this one led to, where they still wait: on the same part, or the most urgent."""
    for step in steps_from(taken.target):
        cases = [one for one in cases_of(order, step.subject) if one.status in step.sources]
        if step.awaited and cases:
            same = [one for one in cases if one.part and one.part.id == part_id]
            yield step, min(same or cases, key=lambda one: (one.due_at is None, one.due_at))


def _gather(
    audience: Audience,
    order: Order,
    entry: OrderEvent,
    parties: tuple[Party, ...],
    officials: Sequence[Actor],
    step: Step | None,
) -> None:
    """Those who hold the roles; where a step waits, also those who stand in for them in it."""
    for party in parties:
        if isinstance(party, Role):
            able = {one.id for one in officials if one.id and one.holds(party)}
            standing_in = {
                one.id for one in officials if one.id and step and serves_at(one, party, order, step)
            }
            audience.officials |= (_concerned(order, party, able) | standing_in - able) - {entry.actor_id}
        elif isinstance(party, VendorRole) and entry.role not in VENDOR_SIDE and order.issued_at:
            audience.vendor_roles.add(party)


def _concerned(order: Order, role: Role, able: set[UUID]) -> set[UUID]:
    """Of those who hold a role, whoever has the order in hand already; a draft is its officer's alone."""
    person = {PP: order.drafted_by, PPK: order.approved_by}.get(role)
    if role is PP and order.status == Status.DRAFT:
        return able & {order.drafted_by}
    return able & {person} or able


def _waiting_news(order: Order, entry: OrderEvent, taken: Step, step: Step, due_at: datetime | None) -> News:
    ordered = taken.document is DocumentKind.PURCHASE_ORDER
    return News(
        source=f"step:{order.id}:{entry.sequence}",
        kind=NoticeKind.PURCHASE_ORDER if ordered else NoticeKind.WAITING,
        headline=Sentence(
            "Pesanan %(number)s menunggu Anda: %(step)s", number=_named(order), step=term(step.label)
        ),
        detail=_why(order, entry, taken),
        order_id=order.id,
        due_at=due_at,
    )


def _news(order: Order, entry: OrderEvent, taken: Step) -> News:
    return News(
        source=f"step:{order.id}:{entry.sequence}",
        kind=_kind(taken),
        headline=Sentence("Pesanan %(number)s: %(done)s", number=_named(order), done=term(taken.done)),
        detail=_why(order, entry, taken),
        order_id=order.id,
    )


def _why(order: Order, entry: OrderEvent, taken: Step) -> Sentence:
    """What it is about, and why the clock did something; what a person wrote is read where the order is."""
    if not (taken.is_of_system and entry.reason):
        return about(order)
    return joined(" ", (about(order), term(entry.reason)))


def _kind(taken: Step) -> NoticeKind:
    if taken.target is Status.PAID:
        return NoticeKind.PAID
    if taken.target in taken.sources:  # somebody is called, and what is called about still waits
        return NoticeKind.WAITING
    return NoticeKind.ENDED if taken.target.is_final else NoticeKind.PROGRESS


def about(order: Order) -> Sentence:
    """What, how much, from whom to whom."""
    return Sentence(
        "%(title)s, %(amount)s. %(unit)s memesan dari %(vendor)s.",
        title=order.title,
        amount=Rupiah(order.gross_rupiah),
        unit=order.work_unit.name,
        vendor=order.vendor_name,
    )


def _named(order: Order) -> str:
    return order.number or order.title
