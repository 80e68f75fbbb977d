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


async def journal_lookup(
    session: AsyncSession, asker: UUID, kind: LookupKind, asked: str, *, known: bool
) -> None:
    """Write the look-up down when the transaction ends, also where a refusal that follows undoes all else.

    Refused beside the field once so many different ones were asked within a day (settings); the same one again is free.
    """
    asked_hash = keyed_hash(f"{kind}:{asked}", Purpose.LOOKUP)
    await _refuse_the_curious(session, asker, kind, asked_hash)

    async def write_down(session: AsyncSession) -> None:
        # one after the other, and counted again, so that many at once are no way around the limit
        await session.execute(select(Account.id).where(Account.id == asker).with_for_update(key_share=True))
        await _refuse_the_curious(session, asker, kind, asked_hash)
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

    tenancy.even_if_refused(session, write_down)


async def _refuse_the_curious(session: AsyncSession, asker: UUID, kind: LookupKind, asked_hash: str) -> None:
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
