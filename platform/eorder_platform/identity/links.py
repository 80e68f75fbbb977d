"""Links in mail that open once, for a day: to set a new password.

Nothing is kept for them. A link carries its account, the moment it was signed, and a mark of what using it changes:
once it was used it no longer fits, and neither does any other of the same kind.
"""

import hmac
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from itsdangerous import BadData
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Expected, NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.signed_values import signer, timed_serializer

VALIDITY: Final = timedelta(days=1)


class Purpose(StrEnum):
    """What a link is for; it fits nothing else."""

    NEW_PASSWORD = "new_password"


class Used(Expected):
    """The link was used already, or another of its kind was."""

    def __init__(self) -> None:
        super().__init__("Tautan ini sudah dipakai.")


class Expired(Expected):
    """The link's day is over."""

    def __init__(self) -> None:
        super().__init__("Tautan ini sudah kedaluwarsa: tautan berlaku satu hari.")


def token_for(account: Account, purpose: Purpose) -> str:
    """What stands in the link that is mailed to the account."""
    token: str = timed_serializer(f"link:{purpose}").dumps([account.id.hex, _mark(account, purpose)])
    return token


async def account_behind(session: AsyncSession, token: str, purpose: Purpose) -> Account:
    """The account that may use this link, locked; :class:`Used`, :class:`Expired`, or NotVisible for none of ours."""
    try:
        (account_id, mark), signed_at = timed_serializer(f"link:{purpose}").loads(
            token, return_timestamp=True
        )
    except BadData as error:
        raise NotVisible("Tautan ini tidak dikenal. Salin seluruh tautan dari surat Anda.") from error
    account = await session.get(Account, UUID(account_id), with_for_update=True)
    if account is None or not account.active:
        raise NotVisible
    if not hmac.compare_digest(mark, _mark(account, purpose)):
        raise Used
    if clock.now() > signed_at + VALIDITY:
        raise Expired
    return account


def _mark(account: Account, purpose: Purpose) -> str:
    """Of what is no longer so once the link was used; keyed, because a link may lie about in a mailbox."""
    return signer(f"link:{purpose}:unused").get_signature(account.password_hash).decode()
