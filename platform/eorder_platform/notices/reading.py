"""A person's own notices: how many are unread, the newest, all of them page by page, and that they were read."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight, tenancy
from eorder_platform.notices import remembering
from eorder_platform.notices.models import NationalNotice, Notice

Told = Notice | NationalNotice


async def at_a_glance(session: AsyncSession, account_id: UUID, most: int) -> tuple[int, Sequence[Told]]:
    """How many of their notices here they have not read, and so many of the newest; in one round trip."""
    table = _table(session)
    found = await straight.rows(session, _glance(table), account_id, most)
    return (found[0][0] if found else 0), [straight.object_of(session, table, row[1:]) for row in found]


@lru_cache(maxsize=2)
def _glance(table: type[Told]) -> str:
    name = cast(Table, table.__table__).fullname
    return f"""
select (select count(*) from {name} u where u.account_id = $1 and u.read_at is null), {straight.columns(table, "n")}
from {name} n where n.account_id = $1 order by n.created_at desc, n.id desc limit $2
"""


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


async def notices_behind(
    session: AsyncSession, account_id: UUID, after: tuple[datetime, UUID] | None, most: int
) -> Sequence[Told]:
    """So many of their notices here behind that one, the newest first."""
    table: Any = _table(session)
    found = select(table).where(table.account_id == account_id)
    if after is not None:
        found = found.where(tuple_(table.created_at, table.id) < after)
    return (await session.scalars(found.order_by(table.created_at.desc(), table.id.desc()).limit(most))).all()


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
