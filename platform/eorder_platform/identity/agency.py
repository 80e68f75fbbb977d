"""Who works for the national agency: a role is given by whoever runs the deployment, and ends there."""

from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotAllowed, NotVisible, Refused
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.models import Account, NationalRole, NationalRoleName
from eorder_platform.identity.sessions import NATIONAL_PLACE
from eorder_platform.trying_out import is_test

LAST_ADMINISTRATOR: Final = "Anda admin nasional terakhir. Tunjuk dahulu admin nasional lain."


async def give_role(session: AsyncSession, email: str, role: NationalRoleName) -> Account:
    """The account of that e-mail works for the agency from its next sign-in on. Twice changes nothing."""
    account = await account_of(session, email)
    if is_test(account.id):
        raise Refused(
            "%(email)s akun uji coba, jadi tidak dapat bekerja untuk badan nasional.", email=account.email
        )
    if await session.get(NationalRole, (account.id, role)) is None:
        session.add(NationalRole(account_id=account.id, role=role))
        await session.flush()
        end_sessions(session, account.id, NATIONAL_PLACE)
    return account


async def end_role(session: AsyncSession, email: str, role: NationalRoleName) -> Account:
    """The role is over, and so are the account's sessions with the nation. Refused for the last administrator."""
    account = await account_of(session, email)
    held = await session.get(NationalRole, (account.id, role), with_for_update=True)
    if held is None:
        raise NotVisible("%(email)s tidak memegang peran %(role)s.", email=account.email, role=role)
    if role is NationalRoleName.AGENCY_ADMIN and await is_last_administrator(session, account.id, lock=True):
        raise Refused("%(email)s admin nasional terakhir. Tunjuk dahulu admin lain.", email=account.email)
    await session.delete(held)
    await session.flush()
    end_sessions(session, account.id, NATIONAL_PLACE)
    return account


async def is_last_administrator(session: AsyncSession, account_id: UUID, *, lock: bool = False) -> bool:
    """Does this account administer the agency, and nobody else? With `lock` until the transaction is over."""
    held = select(NationalRole.account_id).where(NationalRole.role == NationalRoleName.AGENCY_ADMIN)
    return list(await session.scalars(held.with_for_update() if lock else held)) == [account_id]


async def agency_admin_for(session: AsyncSession, account_id: UUID) -> UUID:
    """The account, where it administers the agency today; NotAllowed for anybody else."""
    held = select(NationalRole.account_id).join(Account, Account.id == NationalRole.account_id)
    administers = NationalRole.role == NationalRoleName.AGENCY_ADMIN, Account.active
    if await session.scalar(held.where(NationalRole.account_id == account_id, *administers)) is None:
        raise NotAllowed("Ini diubah oleh admin badan nasional.")
    return account_id


async def account_of(session: AsyncSession, email: str) -> Account:
    """The account of that e-mail; NotVisible where none is active."""
    same = select(Account).where(func.lower(Account.email) == email.strip().lower(), Account.active)
    account: Account | None = await session.scalar(same)
    if account is None:
        raise NotVisible("Tidak ada akun aktif dengan e-mail %(email)s.", email=email)
    return account
