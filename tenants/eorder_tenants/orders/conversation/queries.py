"""What was said on an order, the newest first; ask for the order itself first (reading/queries.py)."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight
from eorder_platform.attachments import Attachment
from eorder_platform.errors import NotVisible
from eorder_platform.files import file_store
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.conversation.models import Comment, Side, file_key

SHOWN: Final = 20
"""Comments on one page."""
COMMENTS: Final = f"""
select {straight.columns(Comment, "c")} from order_comment c
where c.order_id = $1 and ($3::uuid is null or c.id < $3) order by c.id desc limit {SHOWN + 1}
"""
"""A page of them before the one whose id is $3, and one more where there are older ones."""


def comments_from(session: straight.Reads, found: Sequence[Sequence[Any]]) -> list[Comment]:
    """What :data:`COMMENTS` answered, oldest first."""
    return [straight.object_of(session, Comment, one) for one in reversed(found)]


async def attachment_of(session: AsyncSession, order_id: UUID, file_id: UUID) -> Attachment:
    """An attachment of that order's conversation, or NotVisible."""
    wanted = Comment.files.contains([{"id": str(file_id)}])
    comment = await session.scalar(select(Comment).where(Comment.order_id == order_id, wanted))
    if comment is None:
        raise NotVisible("Lampiran ini tidak ditemukan.")
    facts = next(one for one in comment.files if one["id"] == str(file_id))
    tenant: Tenant = session.info["tenant"]
    key = file_key(order_id, file_id, facts["media_type"])
    return Attachment(facts["name"], facts["media_type"], await file_store().inside(tenant.slug).get(key))


async def speakers_of(session: AsyncSession, order_id: UUID, side: Side) -> set[UUID]:
    """Who of that side wrote there."""
    wrote = select(Comment.author_id).where(Comment.order_id == order_id, Comment.side == side)
    return set(await session.scalars(wrote))
