"""An account is closed by its person: what they were in the nation ends, what they did stays with their name."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.directory.members import Member, find_member
from eorder_platform.directory.models import Participation, Product, ProductStatus, RegistrationDraft
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

    A business whose owner leaves leaves its regions, and its products are withdrawn; staff leave their business. Twice
    changes nothing. Refused to the agency's last administrator.
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


async def _close_business(session: AsyncSession, member: Member) -> None:
    served = select(Participation.tenant_id).where(
        Participation.vendor_id == member.vendor_id, Participation.status.in_(WAITING_OR_IN)
    )
    for tenant_id in list(await session.scalars(served)):
        await withdraw_participation(session, member, tenant_id)
    shown = select(Product.id).where(
        Product.vendor_id == member.vendor_id, Product.status == ProductStatus.PUBLISHED
    )
    for product_id in list(await session.scalars(shown)):
        await withdraw_product(session, member, product_id)
