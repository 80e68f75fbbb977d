"""Who may learn that a NIB, a NIK or an e-mail is known already: a confirmed account, a few times a day, journalled.

To anybody else the directory says nothing: they go on as if it were new, and learn it once their mailbox is confirmed.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import DirectoryLookup, LookupKind
from eorder_platform.errors import Refused
from eorder_platform.identity.confirming import is_confirmed
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose, keyed_hash
from eorder_platform.settings import settings


async def may_learn(session: AsyncSession, asker: UUID | None) -> bool:
    """Nobody in particular, and who has not shown that their mailbox is theirs, learns nothing."""
    return asker is not None and await is_confirmed(session, asker)


async def journal_lookup(asker: UUID, kind: LookupKind, asked: str, *, known: bool) -> None:
    """Write the look-up down in a transaction of its own, which a refusal that follows does not undo.

    Refused beside the field once so many different ones were asked within a day (settings); the same one again is free.
    """
    asked_hash = keyed_hash(f"{kind}:{asked}", Purpose.LOOKUP)
    async with tenancy.national() as session:
        # one after the other, so that many at once are no way around the limit
        await session.get(Account, asker, with_for_update={"key_share": True})
        others = select(func.count(DirectoryLookup.asked_hash.distinct())).where(
            DirectoryLookup.account_id == asker,
            DirectoryLookup.asked_at > clock.now() - timedelta(days=1),
            DirectoryLookup.asked_hash != asked_hash,
        )
        if (await session.scalar(others) or 0) >= settings().directory_lookups_a_day:
            raise Refused(
                "Hari ini terlalu banyak nomor atau alamat berbeda yang diperiksa. Lanjutkan besok.",
                kind.value,
            )
        session.add(
            DirectoryLookup(
                id=new_id(),
                account_id=asker,
                kind=kind,
                asked_hash=asked_hash,
                known=known,
                asked_at=clock.now(),
            )
        )
