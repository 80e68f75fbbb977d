"""Who registers shows that the mailbox is their own: they open a link that was mailed there, signed in.

Signed in, because anybody may register anybody's address: were the link enough, its owner could be made to confirm
an account of which somebody else knows the password.
"""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.errors import NotAllowed
from eorder_platform.identity import guessing
from eorder_platform.identity.links import Purpose, account_behind
from eorder_platform.identity.models import Account

LETTERS: Final = 3
"""So many letters are sent again at once; for each further one the person waits longer."""


async def is_confirmed(session: AsyncSession, account_id: UUID) -> bool:
    """Is the account's mailbox known to be its person's?"""
    return (await session.get_one(Account, account_id)).email_confirmed


async def account_to_confirm(session: AsyncSession, account_id: UUID, token: str) -> Account:
    """The account that this link confirms; refused as the link says, and to whoever is signed in as somebody else."""
    account = await account_behind(session, token, Purpose.CONFIRMATION)
    if account.id != account_id:
        raise NotAllowed(
            "Tautan ini untuk akun lain. Keluar, lalu masuk dengan e-mail yang menerima surat itu."
        )
    return account


async def confirm_email(session: AsyncSession, account_id: UUID, token: str) -> None:
    """From now on the account's address counts as its person's own; the link is used up."""
    account = await account_to_confirm(session, account_id, token)
    account.email_confirmed = True


async def send_again(session: AsyncSession, account_id: UUID) -> None:
    """Mail another link; refused for a while after a few."""
    await guessing.count_attempt([guessing.Limit(f"confirmation:{account_id}", LETTERS)])
    outbox.write(session, "identity.confirm_email", account_id=account_id)
