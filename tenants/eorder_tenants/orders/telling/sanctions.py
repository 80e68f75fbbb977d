"""A sanction reaches a region: offers disappear, orders that were not accepted stop, officials hear of the rest."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.sanctions.models import Sanction
from eorder_platform.directory.sanctions.queries import running_sanction
from eorder_platform.notices.giving import News, give_officials
from eorder_platform.notices.models import NoticeKind
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue import journal
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.offering import stop_selling
from eorder_tenants.orders.contracting.sanctioned import orders_to_stop, stop_order
from eorder_tenants.orders.core.models import FINAL, Order, Status
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR


async def stop_selling_in(tenant: Tenant, vendor_id: UUID) -> None:
    """The catalogue shows nothing of the vendor any more; once in the vendor's journal here."""
    async with tenancy.inside(tenant) as session:
        sanction = await running_sanction(session, vendor_id)
        if sanction is not None and await stop_selling(session, vendor_id):
            participation = await session.get_one(VendorParticipation, vendor_id)
            note = f"Putusan sanksi {sanction.number}"
            journal.append(session, SYSTEM_ACTOR, participation, role=SYSTEM, note=note)


async def stop_orders_in(tenant: Tenant, vendor_id: UUID) -> None:
    """What was not accepted stops, each order in a transaction of its own, and officials hear of the rest.

    Twice does nothing more.
    """
    async with tenancy.inside(tenant) as session:
        sanction = await running_sanction(session, vendor_id)
        waiting = await orders_to_stop(session, vendor_id)
    if sanction is None:
        return
    for one in waiting:
        async with tenancy.inside(tenant) as session:
            await stop_order(session, one.id)
    async with tenancy.inside(tenant) as session:
        await _tell_officials(session, vendor_id, sanction)


async def _tell_officials(session: AsyncSession, vendor_id: UUID, sanction: Sanction) -> None:
    """Whoever has a draft or a running order with the vendor; what has ended told of itself."""
    running = select(Order).where(Order.vendor_id == vendor_id, Order.status.not_in(FINAL | {Status.PAID}))
    for order in await session.scalars(running.order_by(Order.id)):
        people = {one for one in (order.drafted_by, order.approved_by) if one}
        await give_officials(session, people, _news(order, sanction))


def _news(order: Order, sanction: Sanction) -> News:
    what = (
        Sentence(
            "Draf ini belum dapat diajukan kepadanya. Pilih penyedia lain atau tunggu sanksinya berakhir."
        )
        if order.status == Status.DRAFT
        else Sentence("Pesanan ini sudah diterimanya, jadi tetap berjalan dan dibayar.")
    )
    return News(
        source=f"sanction:{sanction.id}:{order.id}",
        kind=NoticeKind.WAITING if order.status == Status.DRAFT else NoticeKind.PROGRESS,
        headline=Sentence(
            "%(vendor)s kena sanksi nasional (putusan %(decision)s)",
            vendor=order.vendor_name,
            decision=sanction.number,
        ),
        detail=Sentence("%(title)s: %(what)s", title=order.number or order.title, what=what),
        order_id=order.id,
    )
