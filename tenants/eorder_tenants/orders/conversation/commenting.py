"""Both sides write on an order, with photos and papers; nothing of it is published, changed or taken back.

From the purchase order on, and always: about tax papers, warranties and disputes they talk after the end as well.
"""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.attachments import Attachment
from eorder_platform.errors import Conflict, NotAllowed, Refused
from eorder_platform.files import file_store
from eorder_platform.ids import new_id
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import fitting
from eorder_tenants.orders.conversation.models import MOST_FILES, Comment, Side, file_key
from eorder_tenants.orders.conversation.sealing import seal_next
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.steps import PA, PP, PPK, RECEIVER, TREASURER
from eorder_tenants.orders.reading.queries import order_for
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role

SPEAKING: Final = (RECEIVER, TREASURER, PA, PPK, PP)
"""Who has a hand in orders; administrators and auditors read."""
MOST_AT_ONCE: Final = 20
WITHIN: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class NewComment:
    """The form: a text of 1 to 2000 characters and up to five files, looked into already."""

    order_id: UUID
    text: str
    files: tuple[Attachment, ...] = ()


async def write_comment(session: AsyncSession, actor: Actor, new: NewComment) -> Comment:
    """Keep it and tell the other side. A stranger's order: NotVisible; before it was issued: Conflict.

    Refused beside its field: no text or too much of it, more files than five, and more than twenty comments of one
    person in ten minutes.
    """
    order = await order_for(session, actor, new.order_id)
    side, role = _voice(actor, order)
    text = new.text.strip()
    if not text:
        raise Refused("Tulis pesan Anda.", "text")
    fitting(text, "text")
    if len(new.files) > MOST_FILES:
        raise Refused(TOO_MANY_FILES, "files")
    await _refuse_flood(session, actor, order)
    comment = Comment(
        id=new_id(),
        order_id=order.id,
        author_id=actor.id,
        author_name=actor.name,
        side=side,
        role=role,
        text=text,
        files=[await _stored(session, order, file) for file in new.files],
        created_at=clock.now(),
    )
    await seal_next(session, comment)
    session.add(comment)
    outbox.write(session, "orders.tell_comment", comment_id=comment.id)
    return comment


TOO_MANY_FILES: Final = Sentence("Paling banyak %(most)s berkas dalam satu pesan.", most=MOST_FILES)


def may_comment(actor: Actor, order: Order) -> bool:
    """Has this person a voice on the order, which they see?"""
    if order.issued_at is None:
        return False
    return actor.vendor_id is not None or any(actor.serves(role, order.work_unit_id) for role in SPEAKING)


def _voice(actor: Actor, order: Order) -> tuple[Side, str]:
    """For which side they speak, and in which role: the one they have in this order, or one they hold for its unit."""
    if order.issued_at is None:
        raise Conflict("Percakapan dibuka setelah surat pesanan terbit.")
    if not may_comment(actor, order):
        raise NotAllowed("Percakapan ini hanya untuk pejabat yang menangani pesanan dan penyedianya.")
    if actor.vendor_id is not None:
        return Side.VENDOR, actor.vendor_role or ""
    own: dict[UUID | None, Role] = {order.approved_by: PPK, order.drafted_by: PP}
    return Side.BUYER, own.get(actor.id) or next(
        role for role in SPEAKING if actor.serves(role, order.work_unit_id)
    )


async def _refuse_flood(session: AsyncSession, actor: Actor, order: Order) -> None:
    lately = select(func.count()).where(
        Comment.order_id == order.id,
        Comment.author_id == actor.id,
        Comment.created_at > clock.now() - WITHIN,
    )
    if (await session.scalar(lately) or 0) >= MOST_AT_ONCE:
        raise Refused("Terlalu banyak pesan dalam waktu singkat. Tunggu beberapa menit.", "text")


async def _stored(session: AsyncSession, order: Order, file: Attachment) -> dict[str, str | int]:
    """Put it among the region's files; a rollback leaves one that nobody names."""
    tenant: Tenant = session.info["tenant"]
    file_id = new_id()
    key = file_key(order.id, file_id, file.media_type)
    await file_store().inside(tenant.slug).put(key, file.content)
    return {
        "id": str(file_id),
        "name": file.name,
        "media_type": file.media_type,
        "bytes": len(file.content),
        "sha256": sha256(file.content).hexdigest(),
    }
