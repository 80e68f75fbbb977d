"""Links in mail that open once, for a day: to confirm an address, to set a new password.

Nothing is kept for them. A link carries its account, its last moment, and a seal that also covers what using it
changes: once it was used it no longer fits, and neither does any other of the same kind.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Expected, NotVisible
from eorder_platform.identity.models import Account
from eorder_platform.settings import settings

VALIDITY: Final = timedelta(days=1)
SEAL_BYTES: Final = 16
FACTS_BYTES: Final = 16 + 8


class Purpose(StrEnum):
    """What a link is for; it fits nothing else."""

    CONFIRMATION = "confirmation"
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
    last_moment = int((clock.now() + VALIDITY).timestamp())
    facts = account.id.bytes + last_moment.to_bytes(8)
    seals = _seal(purpose, facts, "ours") + _seal(purpose, facts, _unused(account, purpose))
    return base64.urlsafe_b64encode(facts + seals).decode().rstrip("=")


async def account_behind(session: AsyncSession, token: str, purpose: Purpose) -> Account:
    """The account that may use this link, locked; :class:`Used`, :class:`Expired`, or NotVisible for none of ours."""
    facts, seals = _parts(token)
    if not hmac.compare_digest(seals[:SEAL_BYTES], _seal(purpose, facts, "ours")):
        raise NotVisible("Tautan ini tidak dikenal. Salin seluruh tautan dari surat Anda.")
    account = await session.get(Account, UUID(bytes=facts[:16]), with_for_update=True)
    if account is None or not account.active:
        raise NotVisible
    if not hmac.compare_digest(seals[SEAL_BYTES:], _seal(purpose, facts, _unused(account, purpose))):
        raise Used
    if clock.now() > datetime.fromtimestamp(int.from_bytes(facts[16:]), UTC):
        raise Expired
    return account


def _unused(account: Account, purpose: Purpose) -> str:
    """What is no longer so once the link was used."""
    if purpose is Purpose.CONFIRMATION:
        return f"{account.email}:{account.email_confirmed}"
    return account.password_hash


def _parts(token: str) -> tuple[bytes, bytes]:
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        sealed = b""
    return sealed[:FACTS_BYTES].ljust(FACTS_BYTES), sealed[FACTS_BYTES:]


def _seal(purpose: Purpose, facts: bytes, state: str) -> bytes:
    message = f"link:{purpose}:{facts.hex()}:{state}".encode()
    return hmac.new(settings().secret_key.encode(), message, hashlib.sha256).digest()[:SEAL_BYTES]
