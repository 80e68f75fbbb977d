"""An account is closed by its person: what they were in the nation ends, what they did stays with their name."""

from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.asking import end
from eorder_platform.directory.locking import locked_vendor
from eorder_platform.directory.members import Member, find_member
from eorder_platform.directory.models import (
    ChangeOutcome,
    ChangeRequest,
    Participation,
    Product,
    ProductStatus,
    RegistrationDraft,
    VendorStatus,
    VerificationCase,
)
from eorder_platform.directory.participating import WAITING_OR_IN, withdraw_participation
from eorder_platform.directory.publishing_products import withdraw_product
from eorder_platform.directory.staffing import leave_business
from eorder_platform.errors import Refused
from eorder_platform.identity.agency import LAST_ADMINISTRATOR, is_last_administrator
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.inviting import NO_PASSWORD
from eorder_platform.identity.models import Account, Invitation, NationalRole


async def close_account(session: AsyncSession, account_id: UUID) -> None:
    """From now on nobody signs in with it. Its e-mail opens it again: by registering anew, or an office's invitation.

    A business whose owner leaves leaves its regions, its products are withdrawn, and what it asked of the agency waits
    no longer; staff leave their business. Twice changes nothing. Refused to the agency's last administrator.
    """
    account = await session.get_one(Account, account_id, with_for_update=True)
    if not account.active:
        return
    if await is_last_administrator(session, account_id, lock=True):
        raise Refused(LAST_ADMINISTRATOR)
    member = await find_member(session, account_id)
    if member is not None and member.is_owner:
        await _close_business(session, member)
    elif member is not None:
        await leave_business(session, member)
    for table in (NationalRole, Invitation, RegistrationDraft):
        await session.execute(delete(table).where(table.account_id == account_id))
    account.active, account.closed_at, account.password_hash = False, clock.now(), NO_PASSWORD
    outbox.write(session, "identity.tell_of_closing", account_id=account_id)
    end_sessions(session, account_id)


OWNER_GONE: Final = "Pemilik usaha menutup akunnya."


async def _close_business(session: AsyncSession, member: Member) -> None:
    served = select(Participation.tenant_id).where(
        Participation.vendor_id == member.vendor_id, Participation.status.in_(WAITING_OR_IN)
    )
    for tenant_id in list(await session.scalars(served)):
        await withdraw_participation(session, member, tenant_id)
    await _take_back_what_waits(session, member)
    shown = select(Product.id).where(
        Product.vendor_id == member.vendor_id, Product.status == ProductStatus.PUBLISHED
    )
    for product_id in list(await session.scalars(shown)):
        await withdraw_product(session, member, product_id)


async def _take_back_what_waits(session: AsyncSession, member: Member) -> None:
    """Verifiers decide nothing for who is gone: requests are withdrawn, a business under verification is returned."""
    vendor = await locked_vendor(session, member.vendor_id)
    waiting = select(ChangeRequest).where(
        ChangeRequest.vendor_id == vendor.id, ChangeRequest.outcome.is_(None)
    )
    for request in list(await session.scalars(waiting.with_for_update())):
        await end(session, request, ChangeOutcome.WITHDRAWN, member.account_id, OWNER_GONE)
    cases = select(VerificationCase).where(
        VerificationCase.vendor_id == vendor.id, VerificationCase.outcome.is_(None)
    )
    for case in list(await session.scalars(cases.with_for_update())):
        case.outcome, case.reason = "returned", OWNER_GONE
        case.decided_by, case.decided_at = member.account_id, clock.now()
        vendor.status = VendorStatus.RETURNED
