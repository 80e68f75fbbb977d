"""A message on its way: made once for each address, signed as Standard Webhooks says, tried for three days.

A message is told at least once and carries an id that never changes, by which its receiver knows a repetition: so it
has exactly one effect there. Nothing is sent inside a transaction.
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import any_, delete, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox, outgoing, tenancy
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.outgoing import NotReached
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, OrderEvent
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.webhooks.models import Webhook, WebhookMessage
from eorder_tenants.webhooks.registering import SECRET_PREFIX, TEST, secret_of, webhook_named

WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=20),
)
"""Until the next attempt, after each that failed: three days in all, then it is a dead letter."""
KEPT: Final = timedelta(days=90)
AT_ONCE: Final = 200
GONE: Final = 410
SECONDS: Final = 15.0
MOST_BYTES: Final = 16 * 1024
LEASE: Final = timedelta(minutes=2)
"""How long an attempt may take before another begins: its worker may have died."""


@dataclass(frozen=True)
class Post:
    """What is to be sent: everything that an attempt needs outside its transaction."""

    message_id: UUID
    url: str
    secret: str
    body: bytes


async def announce(session: AsyncSession, order_id: UUID, sequence: int) -> int:
    """Make a message of that step for every address that wants it; a second time makes none. Returns how many."""
    event = (
        await session.execute(
            select(OrderEvent, Order)
            .join(Order, Order.id == OrderEvent.order_id)
            .where(OrderEvent.order_id == order_id, OrderEvent.sequence == sequence)
        )
    ).one_or_none()
    if event is None:
        return 0
    entry, order = event
    wanted = select(Webhook).where(
        Webhook.ended_at.is_(None), or_(Webhook.events == [], literal(entry.action) == any_(Webhook.events))
    )
    tenant: Tenant = session.info["tenant"]
    payload = {
        "type": f"order.{entry.action}",
        "timestamp": entry.at.isoformat(),
        "data": {
            "region": tenant.slug,
            "order_id": str(order.id),
            "number": order.number,
            "sequence": entry.sequence,
            "action": entry.action,
            "from_status": entry.from_status,
            "to_status": entry.to_status,
            **({"sandbox": True} if tenant.is_sandbox else {}),
        },
    }
    made = 0
    for webhook in await session.scalars(wanted):
        made += await _make(session, webhook.id, f"{order_id}:{sequence}", f"order.{entry.action}", payload)
    return made


async def send_test(session: AsyncSession, actor: Actor, webhook_id: UUID) -> WebhookMessage:
    """Try the address with a message that tells of nothing."""
    webhook = await webhook_named(session, actor, webhook_id)
    if webhook.ended_at is not None:
        raise Refused("Alamat ini sudah dihentikan.")
    tenant: Tenant = session.info["tenant"]
    source = f"{TEST}:{new_id()}"
    payload = {"type": TEST, "timestamp": clock.now().isoformat(), "data": {"region": tenant.slug}}
    await _make(session, webhook_id, source, TEST, payload)
    row: WebhookMessage = (
        await session.scalars(
            select(WebhookMessage).where(
                WebhookMessage.webhook_id == webhook_id, WebhookMessage.source == source
            )
        )
    ).one()
    return row


async def replay(
    session: AsyncSession, actor: Actor, webhook_id: UUID, message_id: UUID | None = None
) -> int:
    """Send again one message, or every dead letter of the address, with its old id; returns how many."""
    webhook = await webhook_named(session, actor, webhook_id)
    if webhook.ended_at is not None:
        raise Refused("Alamat ini sudah dihentikan.")
    which = [WebhookMessage.webhook_id == webhook_id, WebhookMessage.created_at > clock.now() - KEPT]
    which.append(
        WebhookMessage.dead_at.is_not(None) if message_id is None else WebhookMessage.id == message_id
    )
    again = (
        update(WebhookMessage)
        .where(*which)
        .values(attempts=0, next_at=clock.now() + LEASE, delivered_at=None, dead_at=None)
        .returning(WebhookMessage.id)
    )
    ids = list(await session.scalars(again))
    if message_id is not None and not ids:
        raise NotVisible("Pesan ini tidak ditemukan.")
    for one in ids:
        outbox.write(session, "webhooks.send", message_id=one)
    return len(ids)


async def send_message(tenant: Tenant, message_id: UUID) -> bool:
    """One attempt; whether it was taken. What was taken or given up before is left alone."""
    async with tenancy.inside(tenant) as session:
        post = await _begin(session, tenant, message_id)
    if post is None:
        return False
    status, error = await _sent(post)
    async with tenancy.inside(tenant) as session:
        return await _note(session, message_id, status, error)


async def due_messages(session: AsyncSession) -> int:
    """Hand what is to be tried again to the worker; returns how many."""
    now = clock.now()
    due = (
        select(WebhookMessage.id)
        .where(WebhookMessage.next_at <= now)
        .order_by(WebhookMessage.next_at)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    ids = list(await session.scalars(due))
    if ids:
        await session.execute(
            update(WebhookMessage).where(WebhookMessage.id.in_(ids)).values(next_at=now + LEASE)
        )
    for one in ids:
        outbox.write(session, "webhooks.send", message_id=one)
    return len(ids)


async def forget_messages(session: AsyncSession) -> None:
    """What is older than 90 days can no longer be sent again."""
    await session.execute(delete(WebhookMessage).where(WebhookMessage.created_at < clock.now() - KEPT))


async def messages_behind(
    session: AsyncSession,
    actor: Actor,
    webhook_id: UUID,
    after: tuple[datetime, UUID] | None,
    most: int,
    *,
    dead: bool = False,
) -> list[WebhookMessage]:
    """So many messages to an address behind that one, the newest first; only those that were given up."""
    await webhook_named(session, actor, webhook_id)
    found = select(WebhookMessage).where(WebhookMessage.webhook_id == webhook_id)
    if dead:
        found = found.where(WebhookMessage.dead_at.is_not(None))
    if after is not None:
        moment, message_id = after
        found = found.where(
            or_(
                WebhookMessage.created_at < moment,
                (WebhookMessage.created_at == moment) & (WebhookMessage.id < message_id),
            )
        )
    newest = found.order_by(WebhookMessage.created_at.desc(), WebhookMessage.id.desc())
    return list(await session.scalars(newest.limit(most)))


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """As Standard Webhooks says: HMAC-SHA256 over id, time and body, in base64, under its version."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


async def _make(
    session: AsyncSession, webhook_id: UUID, source: str, kind: str, payload: dict[str, Any]
) -> int:
    message_id = new_id()
    now = clock.now()
    made = (
        insert(WebhookMessage)
        .values(
            id=message_id,
            webhook_id=webhook_id,
            source=source,
            kind=kind,
            payload=payload,
            created_at=now,
            attempts=0,
            next_at=now + LEASE,  # its job is sent at once; the scheduler finds what that lost
        )
        .on_conflict_do_nothing(constraint="uq_webhook_message_source")
        .returning(WebhookMessage.id)
    )
    if await session.scalar(made) is None:
        return 0
    outbox.write(session, "webhooks.send", message_id=message_id)
    return 1


async def _begin(session: AsyncSession, tenant: Tenant, message_id: UUID) -> Post | None:
    message = await session.get(WebhookMessage, message_id, with_for_update=True)
    if message is None or message.delivered_at is not None or message.dead_at is not None:
        return None
    webhook = await session.get_one(Webhook, message.webhook_id)
    if webhook.ended_at is not None:
        message.next_at, message.dead_at = None, clock.now()
        message.last_error = webhook.end_reason
        return None
    message.attempts += 1
    message.next_at = clock.now() + LEASE
    body = json.dumps(message.payload, separators=(",", ":"), sort_keys=True).encode()
    return Post(message.id, webhook.url, secret_of(webhook, tenant), body)


async def _sent(post: Post) -> tuple[int | None, str | None]:
    timestamp = int(clock.now().timestamp())
    headers = {
        "content-type": "application/json",
        "webhook-id": f"msg_{post.message_id.hex}",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(post.secret, f"msg_{post.message_id.hex}", timestamp, post.body),
    }
    try:
        answer = await outgoing.send(
            "POST", post.url, headers=headers, body=post.body, seconds=SECONDS, most_bytes=MOST_BYTES
        )
    except NotReached as error:
        return None, error.message
    return answer.status, None


async def _note(session: AsyncSession, message_id: UUID, status: int | None, error: str | None) -> bool:
    message = await session.get_one(WebhookMessage, message_id, with_for_update=True)
    if message.delivered_at is not None:
        return True
    message.last_status, message.last_error = status, error
    if status is not None and 200 <= status < 300:
        message.delivered_at, message.next_at, message.dead_at = clock.now(), None, None
        return True
    if status == GONE:
        webhook = await session.get_one(Webhook, message.webhook_id, with_for_update=True)
        if webhook.ended_at is None:
            webhook.ended_at, webhook.end_reason = (
                clock.now(),
                "Alamatnya menjawab bahwa ia sudah tidak ada (410)",
            )
        message.next_at, message.dead_at = None, clock.now()
    elif message.attempts > len(WAITS):
        message.next_at, message.dead_at = None, clock.now()
    else:
        message.next_at = clock.now() + WAITS[message.attempts - 1]
    return False
