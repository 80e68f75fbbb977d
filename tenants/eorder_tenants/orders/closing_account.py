"""An account is closed by its person: not while a region, or an order that runs, still needs them."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select

from eorder_platform import tenancy
from eorder_platform.directory.leaving import close_account
from eorder_platform.directory.members import Member, find_member
from eorder_platform.directory.models import Participation
from eorder_platform.errors import Refused
from eorder_platform.identity.agency import LAST_ADMINISTRATOR, is_last_administrator
from eorder_platform.identity.signing_in import check_own_password
from eorder_platform.sentences import Sentence, counted
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.orders.core.models import FINAL, Order, Status
from eorder_tenants.organisation.belonging import Belonging, regions_of

OVER_FOR_VENDORS: Final = FINAL | {Status.PAID, Status.DRAFT, Status.AWAITING_APPROVAL}


async def close_own_account(account_id: UUID, password: str) -> None:
    """Refused beside "password" where it does not fit; and with every reason of :func:`what_keeps`."""
    await check_own_password(account_id, password, "password", "Kata sandi tidak cocok.")
    if reasons := await what_keeps(account_id):
        raise Refused.several([(None, reason) for reason in reasons])
    async with tenancy.national() as session:
        await close_account(session, account_id)


async def what_keeps(account_id: UUID) -> list[str]:
    """Why this account may not be closed now, each reason with the way on; empty where it may."""
    async with tenancy.national() as session:
        reasons: list[str] = []
        if await is_last_administrator(session, account_id):
            reasons.append(LAST_ADMINISTRATOR)
        member = await find_member(session, account_id)
        served: set[UUID] = set()
        if member is not None and member.is_owner:
            asked = select(Participation.tenant_id).where(Participation.vendor_id == member.vendor_id)
            served = set(await session.scalars(asked))
    reasons += [_of_official(one) for one in await regions_of(account_id) if one.is_appointed]
    for tenant in await registry.all_tenants():
        if member is not None and tenant.id in served and (running := await _running(tenant, member)):
            reasons.append(_of_vendor(tenant, running))
    return reasons


def _of_official(one: Belonging) -> str:
    return Sentence(
        "Anda admin terakhir %(region)s. Tugaskan admin lain dahulu; ia yang mengakhiri penugasan Anda."
        if one.is_last_administrator
        else "Penugasan Anda di %(region)s masih berlaku. Minta admin daerah itu mengakhirinya dahulu.",
        region=one.tenant.name,
    )


def _of_vendor(tenant: Tenant, running: int) -> str:
    return Sentence(
        "Di %(region)s masih berjalan %(orders)s. Selesaikan dahulu di kotak pesanan Anda.",
        region=tenant.name,
        orders=counted("%(n)s pesanan", running),
    )


async def _running(tenant: Tenant, member: Member) -> int:
    running = select(func.count()).where(
        Order.vendor_id == member.vendor_id, Order.status.not_in(OVER_FOR_VENDORS)
    )
    async with tenancy.inside(tenant) as session:
        return int(await session.scalar(running) or 0)
