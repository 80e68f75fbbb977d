"""Addresses of programs that a region tells of its orders (webhooks), and every message with what became of it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, CreatedAt, Id, writable


class Webhook(Base):
    """Where a program wants to hear of orders, by the region's administrator.

    `events`: names of steps; none for all. The secret signs every message (Standard Webhooks) and lies sealed.
    """

    __tablename__ = "webhook"
    __table_args__ = (
        CheckConstraint("char_length(url) <= 500", name="url"),
        CheckConstraint("char_length(name) between 1 and 120", name="name"),
        {"info": writable(changes=("ended_at", "end_reason"))},
    )

    id: Mapped[Id]
    name: Mapped[str]
    url: Mapped[str]
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    created_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]


class WebhookMessage(Base):
    """One message to one address, kept for 90 days so that it can be sent again.

    `source` is what it tells of: a step told twice is one message. `next_at`: when it is tried next; none once it was
    taken (`delivered_at`) or given up (`dead_at`).
    """

    __tablename__ = "webhook_message"
    __table_args__ = (
        UniqueConstraint("webhook_id", "source", name="uq_webhook_message_source"),
        CheckConstraint("next_at is null or (delivered_at is null and dead_at is null)", name="open"),
        CheckConstraint("num_nonnulls(delivered_at, dead_at) <= 1", name="ended_once"),
        Index("ix_webhook_message_next_at", "next_at", postgresql_where="next_at is not null"),
        Index("ix_webhook_message_newest", "webhook_id", "created_at", "id"),
        Index("ix_webhook_message_created_at", "created_at"),
        {
            "info": writable(
                changes=("attempts", "next_at", "delivered_at", "dead_at", "last_status", "last_error"),
                deletes=True,
            )
        },
    )

    id: Mapped[Id]
    webhook_id: Mapped[UUID] = mapped_column(ForeignKey("webhook.id"))
    source: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
