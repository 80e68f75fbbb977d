"""What people seek and do not find, without who they are.

How many different people sought some words in a month is estimated by Valkey (HyperLogLog) from keyed hashes that
nobody can turn back. The words themselves are written down only when the fifth person has sought them, so that what one
person typed (a name, a number) stays nowhere. When Valkey is away nothing is counted, and nobody waits.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.reference.law import NATIONAL_ZONE
from eorder_platform.secrecy import Purpose, keyed_hash
from eorder_platform.tenancy import Tenant
from eorder_platform.valkey import client
from eorder_platform.wording.models import MissedSearch
from eorder_platform.wording.words import cut

FEWEST_PEOPLE: Final = 5
MOST_WORDS: Final = 6
KEPT_SECONDS: Final = 40 * 24 * 3600
LISTED: Final = 50


@dataclass(frozen=True)
class Missed:
    """Words that found nothing: how many people sought them, and in how many regions."""

    words: str
    people: int
    regions: int


async def note_missed(tenant: Tenant, words: str, visitor: str) -> None:
    """Somebody found nothing. `visitor` tells people apart for this month, and is not kept."""
    sought = " ".join(word.text for word in cut(words)[: MOST_WORDS + 1])
    if not sought or sought.count(" ") >= MOST_WORDS or tenant.is_sandbox:
        return
    month = clock.today(NATIONAL_ZONE).replace(day=1)
    about = keyed_hash(f"{month} {tenant.id} {sought}", Purpose.MISSED)
    key = f"national:missed:{about[:32]}"
    try:
        new = await client().pfadd(key, keyed_hash(f"{month} {visitor}", Purpose.MISSED))
        if not new:
            return
        await client().expire(key, KEPT_SECONDS)
        people = await client().pfcount(key)
    except (RedisError, OSError):
        return
    if people >= FEWEST_PEOPLE:
        await _write(tenant, month, sought, people)


async def missed_since(session: AsyncSession, month: date) -> Sequence[Missed]:
    """What was sought in vain since that month, most people first. A person who sought in two regions counts twice."""
    rows = await session.execute(
        select(
            MissedSearch.words,
            func.sum(MissedSearch.people),
            func.count(MissedSearch.tenant_id.distinct()),
        )
        .where(MissedSearch.month >= month)
        .group_by(MissedSearch.words)
        .order_by(func.sum(MissedSearch.people).desc(), MissedSearch.words)
        .limit(LISTED)
    )
    return [Missed(*row) for row in rows]


async def _write(tenant: Tenant, month: date, words: str, people: int) -> None:
    facts = {"month": month, "tenant_id": tenant.id, "words": words}
    written = insert(MissedSearch).values(**facts, people=people, last_at=clock.now())
    more = {"people": func.greatest(MissedSearch.people, people), "last_at": clock.now()}
    async with tenancy.national() as session:
        await session.execute(
            written.on_conflict_do_update(index_elements=["month", "tenant_id", "words"], set_=more)
        )
