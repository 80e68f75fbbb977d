"""Notices that have served their time go, read or not."""

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.notices.models import KEPT, Mail, NationalNotice, Notice


async def forget_notices(session: AsyncSession) -> None:
    """Those of the session's place that are older than :data:`KEPT`, unless their letter is still to leave."""
    table: type[Notice] | type[NationalNotice] = Notice if session.info.get("tenant") else NationalNotice
    old = table.created_at < clock.now() - KEPT
    await session.execute(delete(table).where(old, table.mail.in_((Mail.SENT, Mail.NONE))))
