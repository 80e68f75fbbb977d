"""Where programs hear of a region's orders, written down and looked after by its administrator's programs."""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.webhooks.models import Webhook, WebhookMessage
from eorder_tenants.webhooks.registering import (
    NewWebhook,
    add_webhook,
    end_webhook,
    secret_of,
    webhook_named,
    webhooks_of,
)
from eorder_tenants.webhooks.sending import messages_behind, replay, send_test
from eorder_web.api.calls import Call
from eorder_web.api.operations import Listing, Operation, Page, reads, writes
from eorder_web.api.paging import paged, position
from eorder_web.api.places import HERE, acting

WEBHOOKS: Final = "webhooks"
SCOPE: Final = "webhooks:write"


class WebhookBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A complete https address outside any private network. `events`: names of steps (accept, …); none for all."""

    name: str
    url: Annotated[str, msgspec.Meta(max_length=500)]
    events: list[str] = []


class WebhookView(msgspec.Struct, frozen=True, kw_only=True):
    """An address, and the secret (`whsec_…`) with which messages to it are signed."""

    id: UUID
    name: str
    url: str
    events: list[str]
    secret: str
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None


class WebhookLine(msgspec.Struct, frozen=True, kw_only=True):
    """An address in the list, without its secret."""

    id: UUID
    name: str
    url: str
    events: list[str]
    created_at: datetime
    ended_at: datetime | None
    end_reason: str | None


class MessageQuery(Listing, kw_only=True, frozen=True):
    """`state`: `dead` for those that were given up."""

    state: Literal["any", "dead"] = "any"


class MessageView(msgspec.Struct, frozen=True, kw_only=True):
    """A message, and what became of it."""

    id: UUID
    kind: str
    created_at: datetime
    attempts: int
    next_at: datetime | None
    delivered_at: datetime | None
    dead_at: datetime | None
    last_status: int | None
    last_error: str | None


class ReplayBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which message; every dead letter of the address without any."""

    message_id: UUID | None = None


@reads("/webhooks", tag=WEBHOOKS, scope=SCOPE, says="Alamat yang dikirimi kabar otomatis.")
async def webhooks(call: Call) -> Page[WebhookLine]:
    """Every address, those that are told first."""
    async with acting(call) as (session, actor):
        return Page([_line(one) for one in await webhooks_of(session, actor)])


@reads("/webhooks/{webhook_id}", tag=WEBHOOKS, scope=SCOPE, says="Satu alamat dengan rahasianya.")
async def webhook(call: Call, webhook_id: UUID) -> WebhookView:
    """One address with its secret."""
    async with acting(call) as (session, actor):
        found = await webhook_named(session, actor, webhook_id)
        return _view(found, call.region)


@writes(
    "/webhooks",
    tag=WEBHOOKS,
    scope=SCOPE,
    place=HERE,
    made=True,
    shows="webhooks.webhook",
    twins=("organisation.add_webhook",),
    says="Mendaftarkan alamat kabar otomatis.",
)
async def add(session: AsyncSession, actor: Actor, body: WebhookBody) -> str:
    """From now on the steps of orders are told there."""
    row = await add_webhook(session, actor, NewWebhook(body.name, body.url, tuple(body.events)))
    return f"/webhooks/{row.id}"


@writes(
    "/webhooks/{webhook_id}",
    method="DELETE",
    tag=WEBHOOKS,
    scope=SCOPE,
    place=HERE,
    shows="webhooks.webhook",
    twins=("organisation.end_webhook",),
    says="Menghentikan satu alamat.",
)
async def end(session: AsyncSession, actor: Actor, webhook_id: UUID) -> str:
    """Nothing is sent there any more."""
    await end_webhook(session, actor, webhook_id)
    return f"/webhooks/{webhook_id}"


@writes(
    "/webhooks/{webhook_id}/tests",
    tag=WEBHOOKS,
    scope=SCOPE,
    place=HERE,
    shows="webhooks.messages",
    twins=("organisation.test_webhook",),
    says="Mengirim kabar percobaan.",
)
async def test(session: AsyncSession, actor: Actor, webhook_id: UUID) -> str:
    """Try the address with a message that tells of nothing."""
    await send_test(session, actor, webhook_id)
    return f"/webhooks/{webhook_id}/messages"


@writes(
    "/webhooks/{webhook_id}/replays",
    tag=WEBHOOKS,
    scope=SCOPE,
    place=HERE,
    shows="webhooks.messages",
    twins=("organisation.replay_webhook",),
    says="Mengirim ulang kabar yang gagal, atau satu kabar.",
)
async def send_again(session: AsyncSession, actor: Actor, webhook_id: UUID, body: ReplayBody) -> str:
    """Send again what was given up, or one message of the last 90 days, under its old id."""
    await replay(session, actor, webhook_id, body.message_id)
    return f"/webhooks/{webhook_id}/messages"


@reads("/webhooks/{webhook_id}/messages", tag=WEBHOOKS, scope=SCOPE, says="Kabar yang dikirim dan nasibnya.")
async def messages(call: Call, webhook_id: UUID, query: MessageQuery) -> Page[MessageView]:
    """The messages of the last 90 days, the newest first."""
    after = position(query, tuple[datetime, UUID])
    async with acting(call) as (session, actor):
        dead = query.state == "dead"
        found = await messages_behind(session, actor, webhook_id, after, query.limit + 1, dead=dead)
    return paged(call, query, found, lambda at: (found[at].created_at, found[at].id), _message)


def _line(one: Webhook) -> WebhookLine:
    return WebhookLine(**{name: getattr(one, name) for name in WebhookLine.__struct_fields__})


def _view(one: Webhook, tenant: Tenant) -> WebhookView:
    own = {name: getattr(one, name) for name in WebhookView.__struct_fields__ if name != "secret"}
    return WebhookView(**own, secret=secret_of(one, tenant))


def _message(one: WebhookMessage) -> MessageView:
    return MessageView(**{name: getattr(one, name) for name in MessageView.__struct_fields__})


OPERATIONS: Final[list[Operation]] = [webhooks, webhook, add, end, test, send_again, messages]
