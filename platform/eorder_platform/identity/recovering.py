"""A forgotten password: whoever reads the account's mailbox may set a new one."""

from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.identity import guessing
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.departing import end_sessions
from eorder_platform.identity.events import NOWHERE, Kind, Where, record
from eorder_platform.identity.factors import forget_factors
from eorder_platform.identity.links import Purpose, account_behind
from eorder_platform.identity.models import Account, Invitation
from eorder_platform.identity.passwords import check_new_password, hash_password
from eorder_platform.ids import new_id

LETTERS: Final = 3
LETTERS_FOR_AN_ADDRESS: Final = 20


async def ask_for_new_password(session: AsyncSession, email: str, address: str) -> None:
    """Mail a link to the account of that e-mail, where there is one; nobody can tell whether there was.

    Refused: what is no e-mail, and after a few letters a further one for a while.
    """
    email = check_email(email).lower()
    await guessing.count_attempt(
        [
            guessing.Limit(f"letters:{email}", LETTERS),
            guessing.Limit(f"letters for:{address}", LETTERS_FOR_AN_ADDRESS),
        ]
    )
    account_id = await session.scalar(select(Account.id).where(func.lower(Account.email) == email))
    # for nobody a letter is ordered too: its job finds no account, and the answer takes as long
    outbox.write(session, "identity.new_password", account_id=account_id or new_id())


async def set_new_password(
    session: AsyncSession, token: str, password: str, where: Where = NOWHERE
) -> Account:
    """The link is used up, every session ends; refuses a weak password on "password"."""
    account = await account_behind(session, token, Purpose.NEW_PASSWORD)
    check_new_password(password, of=(account.email, account.name))
    password_hash = await hash_password(password)
    await take_password(session, account, password_hash)
    end_sessions(session, account.id)
    await record(session, account.id, Kind.PASSWORD_CHANGED, where)
    return account


async def take_password(session: AsyncSession, account: Account, password_hash: str) -> None:
    """Give the account the password that came by a link to its mailbox, which thereby is known to be its person's.

    Of one that nobody held the factors of whoever held it before are gone.
    """
    if account.is_vacant:
        await forget_factors(session, account.id)
    account.password_hash, account.email_confirmed = password_hash, True
    if account.closed_at is not None:
        account.active, account.closed_at = True, None
    await session.execute(delete(Invitation).where(Invitation.account_id == account.id))
