"""A comment on an order and what was attached to it."""

from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.attachments import SUFFIXES
from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Guard, Id, one_of, writable
from eorder_platform.texts import LONGEST

LONGEST_TEXT: Final = LONGEST["text"]
MOST_FILES: Final = 5


class Side(StrEnum):
    """Who speaks: the office that buys, or the vendor."""

    BUYER = "buyer"
    VENDOR = "vendor"


SAID_MORE: Final = Guard("said_more", "new.comments <= old.comments")


class Conversation(Base):
    """How many comments an order has, and the seal of the newest (sealing.py)."""

    __tablename__ = "order_conversation"
    __table_args__ = {"info": writable(changes=("comments", "seal"), guards=(SAID_MORE,))}

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    comments: Mapped[int]
    seal: Mapped[str]


class Comment(Base):
    """What somebody wrote on an order for the other side, once and for good; `id` tells the order in time.

    `files`: of each attachment its id, the name under which it was sent, its media type, its size in bytes and its
    SHA-256. `sequence` counts the comments of an order; `seal` covers the comment and the seal before (sealing.py).
    """

    __tablename__ = "order_comment"
    __table_args__ = (
        CheckConstraint(one_of("side", Side), name="side"),
        CheckConstraint(f"char_length(text) between 1 and {LONGEST_TEXT}", name="text"),
        CheckConstraint(f"jsonb_array_length(files) <= {MOST_FILES}", name="files"),
        UniqueConstraint("order_id", "sequence", name="uq_order_comment_sequence"),
        Index("ix_order_comment_order_id", "order_id", "id"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    author_id: Mapped[UUID]
    author_name: Mapped[str]
    side: Mapped[str]
    role: Mapped[str]
    text: Mapped[str]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    sequence: Mapped[int]
    previous_seal: Mapped[str]
    seal: Mapped[str]


def file_key(order_id: UUID, file_id: UUID | str, media_type: str) -> str:
    """Where an attachment lies among the region's files."""
    return f"comments/{order_id}/{file_id}.{SUFFIXES[media_type]}"
