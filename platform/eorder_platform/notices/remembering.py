"""What a person's bell and menu show, kept for a minute: every page shows it, and only seldom does it change.

Whatever changes it forgets it. Losing it loses nothing: it is counted anew.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog

from eorder_platform.errors import Unavailable
from eorder_platform.valkey import answering

NATION: Final = "national"
KEPT: Final = timedelta(seconds=60)

log = structlog.get_logger()


async def remembered(place: str, account_id: UUID) -> str | None:
    """What was kept for this person at this place (a region's slug or the nation), if it still is."""
    async with answering() as valkey:
        kept = await valkey.get(_key(place, account_id))
    return None if kept is None else str(kept)


async def remember(place: str, account_id: UUID, shown: str) -> None:
    """Keep it for others of this person's pages."""
    async with answering() as valkey:
        await valkey.set(_key(place, account_id), shown, ex=KEPT)


async def forget(place: str, *account_ids: UUID) -> None:
    """It has changed. Where nobody can be asked to forget it, it lapses within :data:`KEPT`."""
    if not account_ids:
        return
    try:
        async with answering() as valkey:
            await valkey.delete(*(_key(place, one) for one in account_ids))
    except Unavailable as error:
        log.warning("a count stays for a minute", place=place, error=str(error))


def _key(place: str, account_id: UUID) -> str:
    return f"{place}:bell:{account_id}"
