"""A person's own notices: how many are unread, the newest, all of them page by page, and that they were read."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.notices import remembering
from eorder_platform.notices.models import NationalNotice, Notice

Told = Notice | NationalNotice


async def unread(session: AsyncSession, account_id: UUID) -> int:
    """How many of their notices here they have not read."""
    table = _table(session)
    counted = select(func.count()).where(table.account_id == account_id, table.read_at.is_(None))
    return await session.scalar(counted) or 0


async def newest(session: AsyncSession, account_id: UUID, page: int, per_page: int) -> Sequence[Told]:
    """Their notices here, the newest first."""
    table: Any = _table(session)
    found = (
        select(table)
        .where(table.account_id == account_id)
        .order_by(table.created_at.desc(), table.id.desc())
        .limit(per_page)
        .offset((page - 1) * per_page)
    )
    return (await session.scalars(found)).all()


async def how_many(session: AsyncSession, account_id: UUID) -> int:
    """How many notices they have here, read or not."""
    table = _table(session)
    return await session.scalar(select(func.count()).where(table.account_id == account_id)) or 0


async def mark_read(session: AsyncSession, account_id: UUID, order_id: UUID | None = None) -> None:
    """Everything counts as read, or what is about one order, because its page was opened."""
    table = _table(session)
    found = update(table).where(table.account_id == account_id, table.read_at.is_(None))
    if order_id is not None:
        found = found.where(table.order_id == order_id)
    marked = await session.scalars(found.values(read_at=clock.now()).returning(table.id))
    if marked.first() is not None:
        tenant = session.info.get("tenant")
        place = tenant.slug if tenant else remembering.NATION
        tenancy.after_commit(session, lambda: remembering.forget(place, account_id))


def _table(session: AsyncSession) -> type[Notice] | type[NationalNotice]:
    return Notice if session.info.get("tenant") else NationalNotice
