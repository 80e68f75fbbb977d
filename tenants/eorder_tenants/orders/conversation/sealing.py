"""The seal of a comment: over all that it says, what was attached, its place, and the seal before it.

A chain for each order beside that of its journal, with the same key (core/sealing.py). How many comments there are, and
the newest seal, stand in a row of their own, so that a missing one shows wherever it stood; writers of comments wait
there for each other and for nobody else.
"""

from hashlib import sha256
from itertools import groupby
from typing import Final
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import NotVisible
from eorder_platform.files import file_store
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.conversation.models import Comment, Conversation, file_key
from eorder_tenants.orders.core.sealing import BEGINNING, sealed

_SEALED: Final = (
    "id",
    "order_id",
    "sequence",
    "author_id",
    "author_name",
    "side",
    "role",
    "text",
    "files",
    "created_at",
    "previous_seal",
)
NOT_SEALED: Final = ""
"""Stands as the seal of a comment from before seals, until `eorder journal seal` puts one there."""


async def seal_next(session: AsyncSession, comment: Comment) -> None:
    """Give the comment its place and its seal; the next one of its order waits until the transaction ends."""
    beginning = {"order_id": comment.order_id, "comments": 0, "seal": BEGINNING}
    await session.execute(insert(Conversation).values(beginning).on_conflict_do_nothing())
    head = await session.get_one(Conversation, comment.order_id, with_for_update=True, populate_existing=True)
    _append(session.info["tenant"], head, comment)


async def altered_conversations(session: AsyncSession) -> set[UUID]:
    """The orders of which a comment or an attachment was changed, added or taken out past the application."""
    tenant: Tenant = session.info["tenant"]
    heads = {one.order_id: one for one in await session.scalars(select(Conversation))}
    altered = {order_id for order_id, head in heads.items() if head.comments}
    for order_id, comments in groupby(await _all_comments(session), lambda one: one.order_id):
        altered.discard(order_id)
        head = heads.get(order_id)
        if head is None or not await _is_whole(tenant, head, list(comments)):
            altered.add(order_id)
    return altered


async def seal_older(session: AsyncSession) -> set[UUID]:
    """Seal the conversations from before seals; the orders of those where some comments bear one and others do not.

    The session is the owner's: nobody else may write on what was said.
    """
    tenant: Tenant = session.info["tenant"]
    mixed = set()
    for order_id, found in groupby(await _all_comments(session), lambda one: one.order_id):
        comments = list(found)
        if all(one.seal for one in comments):
            continue
        if any(one.seal for one in comments) or (await session.get(Conversation, order_id)) is not None:
            mixed.add(order_id)
            continue
        head = Conversation(order_id=order_id, comments=0, seal=BEGINNING)
        session.add(head)
        for comment in comments:
            session.expunge(comment)
            comment.files = [
                {**file, "sha256": await _fingerprint(tenant, order_id, file)} for file in comment.files
            ]
            _append(tenant, head, comment)
            values = {name: getattr(comment, name) for name in ("files", "sequence", "previous_seal", "seal")}
            await session.execute(update(Comment).where(Comment.id == comment.id).values(values))
    return mixed


def _append(tenant: Tenant, head: Conversation, comment: Comment) -> None:
    comment.sequence, comment.previous_seal = head.comments + 1, head.seal
    comment.seal = _seal(tenant, comment)
    head.comments, head.seal = comment.sequence, comment.seal


def _seal(tenant: Tenant, comment: Comment) -> str:
    return sealed(tenant, {"what": "comment", **{name: getattr(comment, name) for name in _SEALED}})


async def _all_comments(session: AsyncSession) -> list[Comment]:
    return list(await session.scalars(select(Comment).order_by(Comment.order_id, Comment.sequence)))


async def _is_whole(tenant: Tenant, head: Conversation, comments: list[Comment]) -> bool:
    standing = BEGINNING
    for number, comment in enumerate(comments, start=1):
        if (comment.sequence, comment.previous_seal) != (number, standing):
            return False
        if comment.seal != _seal(tenant, comment):
            return False
        for file in comment.files:
            if await _fingerprint(tenant, comment.order_id, file) != file.get("sha256"):
                return False
        standing = comment.seal
    return (head.comments, head.seal) == (len(comments), standing)


async def _fingerprint(tenant: Tenant, order_id: UUID, file: dict[str, str]) -> str | None:
    """The SHA-256 of an attachment as it lies among the region's files; None where it is gone."""
    try:
        content = (
            await file_store().inside(tenant.slug).get(file_key(order_id, file["id"], file["media_type"]))
        )
    except NotVisible:
        return None
    return sha256(content).hexdigest()
