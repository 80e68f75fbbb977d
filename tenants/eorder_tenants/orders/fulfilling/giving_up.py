"""When the other side lets it lie: the vendor is warned, and the order ended; or the vendor takes their goods back.

A late vendor is warned by the clock and has the days of rule `delivery_cure_days`; then the office may end the order
(pemutusan, domain.md 2.4 X4). Goods that the office neither inspects nor takes over are never taken as accepted: the
clock calls (inspecting.py, handing_over.py), and at last the vendor may take them back.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.approvals.duties import not_the_drafter
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.budget import release_commitment
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import VENDORS_TURN, Case
from eorder_tenants.orders.core.steps import KEEP_RUNNING, OWNER, PA, PP, PPK, RECEIVER, STAFF, Step, Subject
from eorder_tenants.orders.fulfilling.delivering import without_delivery
from eorder_tenants.orders.fulfilling.inspecting import annul_inspection
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import deadline, rulebook


def _nothing_came(actor: Actor, case: Case) -> str | None:
    if any(one.delivered_at and one.is_live for one in case.order.deliveries):
        return "Sebagian sudah tiba. Selesaikan yang sudah tiba, lalu tutup sisanya."
    return None


WARN = Step(
    name="warn_late",
    label="Tegur penyedia",
    done="Penyedia ditegur karena terlambat",
    sources=VENDORS_TURN,
    target=Status.ACCEPTED,
    by=(SYSTEM,),
    clock=KEEP_RUNNING,
    rule="delivery_cure_days",
    tells=(OWNER, STAFF, PPK, PP),
)
TERMINATE = Step(
    name="terminate",
    noun="pemutusan",
    label="Akhiri pesanan",
    done="Pesanan diakhiri karena penyedia tidak mengirim",
    sources=VENDORS_TURN,
    target=Status.TERMINATED,
    by=(PPK, PA),
    duties=(not_the_drafter, _nothing_came),
    stamp="closed_at",
    reason=True,
    last_resort=True,
    tells=(OWNER, STAFF, PP, PPK),
)
CALL_OFF = Step(
    name="call_off_delivery",
    noun="pembatalan-pengiriman",
    label="Batalkan pengiriman yang tidak datang",
    done="Pengiriman yang tidak datang dibatalkan",
    subject=Subject.DELIVERY,
    sources=(Status.ANNOUNCED, Status.IN_DELIVERY),
    target=Status.CANCELLED,
    by=(PPK, PA),
    duties=(not_the_drafter,),
    reason=True,
    last_resort=True,
    tells=(OWNER, STAFF, PP, PPK),
)
TAKE_BACK = Step(
    name="take_back",
    noun="pengambilan-barang",
    label="Ambil kembali barang",
    done="Barang diambil kembali oleh penyedia",
    subject=Subject.DELIVERY,
    sources=(Status.DELIVERED, Status.HANDOVER_PENDING),
    target=Status.CANCELLED,
    by=(OWNER,),
    reason=True,
    last_resort=True,
    tells=(PPK, PA, RECEIVER),
)


@WARN.use_case
async def warn_late_vendor(session: AsyncSession, case: Case) -> Order:
    """Not everything came by its day: the vendor is warned and told until when; once more each time that passes."""
    order = case.order
    rules = await rulebook(session)
    order.warnings += 1
    order.warned_until = await deadline(session, rules, WARN.rule, clock.now())
    for delivery in order.deliveries:
        if delivery.status in VENDORS_TURN:
            delivery.due_at = order.warned_until
    why = "Belum semua yang dipesan tiba sampai batas penyerahan."
    return await stepping.finish(session, SYSTEM_ACTOR, case, WARN, reason=why, rules=rules)


@TERMINATE.use_case
async def terminate_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """End an order of which nothing came, after a warning and the time it gave; its money is available again.

    Refused while something that came waits for its inspection, handover or payment: then the rest is closed.
    """
    case = await stepping.begin(session, actor, TERMINATE, order_id, version)
    for delivery in case.order.deliveries:
        if delivery.is_live:
            delivery.status, delivery.due_at = Status.CANCELLED, None
            delivery.event_sequence = case.order.next_event
    await release_commitment(session, actor, case.order, TERMINATE)
    return await stepping.finish(session, actor, case, TERMINATE, reason=reason)


@CALL_OFF.use_case
async def call_off_delivery(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """Wait no longer for what was announced: its quantities are left to deliver, so that the rest can be closed."""
    case = await stepping.begin(session, actor, CALL_OFF, order_id, version, part_id)
    return await without_delivery(session, actor, case, CALL_OFF, reason)


@TAKE_BACK.use_case
async def take_back(
    session: AsyncSession,
    actor: Actor,
    order_id: UUID,
    version: int,
    reason: str,
    part_id: UUID | None = None,
) -> Order:
    """The office lets the goods lie: the vendor takes them back, and they count as never delivered."""
    case = await stepping.begin(session, actor, TAKE_BACK, order_id, version, part_id)
    if case.delivery.inspection:
        annul_inspection(case)
    return await without_delivery(session, actor, case, TAKE_BACK, reason)
