"""The vendor answers a purchase order, having seen what they would receive after taxes: accepts it or declines."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.directory.models import Vendor, VendorStatus
from eorder_platform.errors import Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents import signing
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.budget import release_commitment
from eorder_tenants.orders.core.fiscal_year import why_not_acceptable
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.parts import Case
from eorder_tenants.orders.core.steps import OWNER, PP, PPK, UNTIL_DELIVERY, Step
from eorder_tenants.orders.papers.parts import VENDOR_CAPACITY
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.law import rulebook

ACCEPT = Step(
    name="accept",
    noun="penerimaan",
    label="Terima pesanan",
    done="Diterima penyedia",
    sources=(Status.ISSUED,),
    target=Status.ACCEPTED,
    by=(OWNER,),
    clock=UNTIL_DELIVERY,
    stamp="accepted_at",
    awaited=True,
    declares="Saya sanggup mengirim sesuai surat pesanan, dan setuju dengan jumlah yang masuk ke rekening.",
    tells=(PP, PPK),
    signs=True,
)
DECLINE = Step(
    name="decline",
    noun="penolakan",
    label="Tolak pesanan",
    done="Ditolak penyedia",
    sources=(Status.ISSUED,),
    target=Status.REJECTED,
    by=(OWNER,),
    stamp="closed_at",
    reason=True,
    tells=(PP, PPK),
)
EXPIRE = Step(
    name="expire",
    label="Batalkan otomatis",
    done="Batal karena penyedia tidak menjawab",
    sources=(Status.ISSUED,),
    target=Status.EXPIRED,
    by=(SYSTEM,),
    stamp="closed_at",
    rule="vendor_answer_days",
    warning="Setelah itu pesanan batal otomatis.",
    tells=(PP, PPK, OWNER),
)


@ACCEPT.use_case
async def accept_order(session: AsyncSession, actor: Actor, order_id: UUID, version: int) -> Order:
    """The vendor's owner countersigns the purchase order and owes delivery by its date.

    Refused while the nation suspends the vendor, and where the budget's year could not pay for what they bring: then
    the order ends with its deadline.
    """
    case = await stepping.begin(session, actor, ACCEPT, order_id, version)
    tenant: Tenant = session.info["tenant"]
    vendor = await session.get_one(Vendor, case.order.vendor_id)
    if vendor.status != VendorStatus.VERIFIED:
        raise Refused(
            "Usaha Anda sedang ditangguhkan secara nasional, jadi tidak dapat menerima pesanan baru."
        )
    if why := why_not_acceptable(case.order, await rulebook(session), clock.today(tenant.zone)):
        raise Refused(why)
    document = await signing.countersign(
        session, case.order.id, DocumentKind.PURCHASE_ORDER, VENDOR_CAPACITY, actor.name, factor=case.factor
    )
    return await stepping.finish(session, actor, case, ACCEPT, document_hash=document.facts_hash)


@DECLINE.use_case
async def decline_order(
    session: AsyncSession, actor: Actor, order_id: UUID, version: int, reason: str
) -> Order:
    """The vendor will not deliver, and says why; the commitment is released."""
    case = await stepping.begin(session, actor, DECLINE, order_id, version)
    await release_commitment(session, actor, case.order, DECLINE)
    return await stepping.finish(session, actor, case, DECLINE, reason=reason)


@EXPIRE.use_case
async def let_expire(session: AsyncSession, case: Case) -> Order:
    """Not answered by the vendor in time: expired, its commitment released."""
    await release_commitment(session, SYSTEM_ACTOR, case.order, EXPIRE)
    why = "Penyedia tidak menjawab sampai batas waktu."
    return await stepping.finish(session, SYSTEM_ACTOR, case, EXPIRE, reason=why)
