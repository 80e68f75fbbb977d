"""A new secret on its way to the page that shows it: once, to who made it, within minutes."""

from typing import Final
from uuid import UUID

from eorder_platform import secrecy
from eorder_platform.secrecy import Purpose
from eorder_platform.valkey import answering

SECONDS: Final = 10 * 60


async def keep(account_id: UUID, of: UUID, secret: str | None) -> None:
    """For that person's next look at what it belongs to; sealed, because Valkey is no place for secrets."""
    if secret is not None:
        sealed = secrecy.encrypt(secret, Purpose.SHOWN_ONCE, of)
        async with answering() as valkey:
            await valkey.set(_key(account_id, of), sealed.hex(), ex=SECONDS)


async def take(account_id: UUID, of: UUID) -> str | None:
    """The secret, and from now on nobody has it; None where there is none to show."""
    async with answering() as valkey:
        sealed = await valkey.getdel(_key(account_id, of))
    return secrecy.decrypt(bytes.fromhex(str(sealed)), Purpose.SHOWN_ONCE, of) if sealed else None


def _key(account_id: UUID, of: UUID) -> str:
    return f"national:shown-once:{account_id}:{of}"
