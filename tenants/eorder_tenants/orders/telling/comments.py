"""Who hears of a comment: the vendor's people of an official's, of the vendor's whoever has the order in hand."""

from collections.abc import Sequence
from uuid import UUID

from eorder_platform import tenancy
from eorder_platform.directory.members import people_of
from eorder_platform.directory.models import VendorRole
from eorder_platform.notices.giving import News, give_members, give_officials
from eorder_platform.notices.models import NoticeKind
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.conversation.commenting import SPEAKING
from eorder_tenants.orders.conversation.models import Comment, Side
from eorder_tenants.orders.conversation.queries import speakers_of
from eorder_tenants.orders.core.checking import why_not
from eorder_tenants.orders.core.loading import seen_order
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.parts import cases_of
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.orders.reading.holders import officials_for
from eorder_tenants.orders.telling.steps import about
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor


async def tell_of_comment(tenant: Tenant, comment_id: UUID) -> None:
    """Give everybody of the other side their notice of it."""
    async with tenancy.inside(tenant) as session:
        comment = await session.get_one(Comment, comment_id)
        order = await seen_order(session, SYSTEM_ACTOR, comment.order_id)
        assert order
        news = _news(order, comment)
        if comment.side == Side.VENDOR:
            officials = await officials_for(session, order, set(SPEAKING))
            spoke = await speakers_of(session, order.id, Side.BUYER)
            await give_officials(session, _concerned(order, officials, spoke), news)
    if comment.side == Side.BUYER:
        async with tenancy.national() as session:
            members = await people_of(session, order.vendor_id, VendorRole)
            await give_members(session, members, news, tenant.id)


def _concerned(order: Order, officials: Sequence[Actor], spoke: set[UUID]) -> set[UUID]:
    """Who ordered, approved, received, handled its money or wrote here before, and for whom it waits now.

    Of these whoever still holds a role for the unit; where that is nobody, everybody who does.
    """
    known = {order.drafted_by, order.approved_by, *spoke}
    for delivery in order.deliveries:
        known |= {delivery.inspected_by, delivery.handover.handed_over_by if delivery.handover else None}
    for invoice in order.invoices:
        known |= {invoice.requested_by, invoice.approved_by}
    able = {one.id for one in officials if one.id}
    return able & {*known, *_waited_for(order, officials)} or able


def _waited_for(order: Order, officials: Sequence[Actor]) -> set[UUID]:
    """Who may take a step that the order waits for."""
    return {
        person.id
        for step in steps()
        if step.awaited
        for case in cases_of(order, step.subject)
        if case.status in step.sources
        for person in officials
        if person.id and any(person.holds(role) for role in SPEAKING if role in step.by)
        if why_not(person, case, step) is None
    }


def _news(order: Order, comment: Comment) -> News:
    """That somebody wrote, never what: it is read where only those are let in who see the order."""
    return News(
        source=f"comment:{comment.id}",
        kind=NoticeKind.COMMENT,
        headline=Sentence(
            "Pesanan %(number)s: pesan dari %(who)s",
            number=order.number or order.title,
            who=comment.author_name,
        ),
        detail=about(order),
        order_id=order.id,
    )
