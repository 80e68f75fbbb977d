"""Programs hear of an order's steps: signed, once by effect, again for three days, and never inside our own network."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from eorder_platform import clock, outgoing, tenancy
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.settings import settings
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, OrderEvent, Status
from eorder_tenants.webhooks import registering, sending
from eorder_tenants.webhooks.models import Webhook, WebhookMessage
from eorder_tenants.webhooks.registering import NewWebhook, add_webhook, end_webhook, secret_of
from eorder_tenants.webhooks.sending import announce, due_messages, replay, send_message, send_test
from eorder_web.api.samples import VERIFYING
from tests.orders.factories import MONDAY, Cast, a_cast, an_order


@dataclass
class Receiver:
    """A program that does what it is told once for each webhook-id, and fails as often as it is asked to.

    Half of the failures come before the effect, half after it: the answer is lost, the effect stands.
    """

    secret: str = ""
    failing: Callable[[], bool] = lambda: False
    status: int = 200
    location: str = ""
    effects: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)
    heard: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = [line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line]
        headers = {name.lower(): text for name, text in lines}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        scope: dict[str, object] = {}
        exec(VERIFYING, scope)
        scope["time"] = SimpleNamespace(time=lambda: float(headers["webhook-timestamp"]))  # tests travel
        genuine = not self.secret or scope["is_genuine"](headers, body, self.secret)  # type: ignore[operator]
        failed, before = self.failing(), random.random() < 0.5
        if genuine and not (failed and before):
            known = headers["webhook-id"] in self.seen
            self.seen.add(headers["webhook-id"])
            self.effects[headers["webhook-id"]] += not known
            self.heard.append(headers | {"body": body.decode()})
        if failed and not before and random.random() < 0.5:
            writer.close()  # no answer at all
            return
        status = 500 if failed else self.status if genuine else 401
        moved = f"location: {self.location}\r\n" if self.location else ""
        writer.write(f"HTTP/1.1 {status} x\r\ncontent-length: 0\r\n{moved}connection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()


@asynccontextmanager
async def receiving(**different: object) -> AsyncIterator[Receiver]:
    receiver = Receiver(**different)  # type: ignore[arg-type]
    server = await asyncio.start_server(receiver.answer, "127.0.0.1", 0)
    receiver.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/kabar"
    try:
        yield receiver
    finally:
        server.close()


@pytest.fixture(autouse=True)
def _loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    near = settings().model_copy(update={"outgoing_to_loopback": True})
    for module in (outgoing, registering):
        monkeypatch.setattr(module, "settings", lambda: near)


async def a_webhook(dki: Tenant, receiver: Receiver, *events: str) -> tuple[Cast, Order, Webhook]:
    """An approved order in a region that tells this receiver; what other tests wrote down is ended."""
    async with tenancy.inside(dki) as session:
        await session.execute(
            update(Webhook).where(Webhook.ended_at.is_(None)).values(ended_at=clock.now(), end_reason="uji")
        )
        with clock.travelling_to(MONDAY):
            cast = await a_cast(session, price=10_000)
            order = await an_order(session, cast, Status.ACCEPTED)
        webhook = await add_webhook(session, cast.admin, NewWebhook("Program uji", receiver.url, events))
    receiver.secret = secret_of(webhook, dki)
    return cast, order, webhook


async def told(dki: Tenant, order: Order) -> list[UUID]:
    """Announce every step of the order, each twice as a job that runs again does; the ids of the messages."""
    async with tenancy.inside(dki) as session:
        sequences = list(
            await session.scalars(select(OrderEvent.sequence).where(OrderEvent.order_id == order.id))
        )
        for sequence in sequences * 2:
            await announce(session, order.id, sequence)
    async with tenancy.inside(dki) as session:
        found = select(WebhookMessage.id).where(WebhookMessage.source.startswith(f"{order.id}:"))
        return list(await session.scalars(found.order_by(WebhookMessage.created_at)))


async def _row(dki: Tenant, message_id: UUID) -> WebhookMessage:
    async with tenancy.inside(dki) as session:
        return await session.get_one(WebhookMessage, message_id)


async def test_a_step_is_told_with_a_signature_that_the_guides_code_verifies(dki: Tenant) -> None:
    async with receiving() as receiver:
        _, order, _ = await a_webhook(dki, receiver)
        messages = await told(dki, order)
        assert [await send_message(dki, one) for one in messages] == [True] * len(messages)
        assert [await send_message(dki, one) for one in messages] == [False] * len(messages), "sent once"
    kinds = [json.loads(one["body"])["type"] for one in receiver.heard]
    assert set(kinds) == {"order.submit", "order.approve", "order.accept"} and len(kinds) == 3
    body = json.loads(receiver.heard[0]["body"])
    assert body["data"]["number"] == order.number and body["data"]["region"] == "dki"
    assert not {"delivery_address", "payee", "reason"} & set(body["data"])


async def test_who_wants_one_step_alone_hears_of_no_other(dki: Tenant) -> None:
    async with receiving() as receiver:
        _, order, _ = await a_webhook(dki, receiver, "accept")
        for one in await told(dki, order):
            await send_message(dki, one)
    assert [json.loads(one["body"])["data"]["action"] for one in receiver.heard] == ["accept"]


async def test_every_message_has_exactly_one_effect_although_a_third_of_the_attempts_fail(
    dki: Tenant,
) -> None:
    chance = random.Random(20261201)
    async with receiving(failing=lambda: chance.random() < 0.3) as receiver:
        _, order, webhook = await a_webhook(dki, receiver)
        await told(dki, order)
        async with tenancy.inside(dki) as session:
            for number in range(60):
                await sending._make(
                    session, webhook.id, f"uji:{number}", "test", {"type": "test", "n": number}
                )
            ids = set(
                await session.scalars(
                    select(WebhookMessage.id).where(WebhookMessage.webhook_id == webhook.id)
                )
            )
        now = clock.now()
        for hours in range(0, 80, 2):  # a worker that comes by, messages handed to two of them at once
            with clock.travelling_to(now + timedelta(hours=hours)):
                await asyncio.gather(*(send_message(dki, one) for one in [*ids, *ids]))
                async with tenancy.inside(dki) as session:
                    left = await session.scalar(
                        select(func.count()).where(
                            WebhookMessage.webhook_id == webhook.id, WebhookMessage.delivered_at.is_(None)
                        )
                    )
            if not left:
                break
    assert not left
    assert set(receiver.effects.values()) == {1} and len(receiver.effects) == len(ids) == 63


async def test_what_nobody_takes_is_tried_for_three_days_and_can_be_sent_again_for_ninety(
    dki: Tenant,
) -> None:
    async with receiving(status=503) as receiver:
        cast, order, webhook = await a_webhook(dki, receiver, "accept")
        (message_id,) = await told(dki, order)
        begun = now = clock.now()
        while (row := await _row(dki, message_id)).dead_at is None:
            with clock.travelling_to(now):
                await send_message(dki, message_id)
            row = await _row(dki, message_id)
            now = row.next_at or now
        assert timedelta(days=2, hours=20) < now - begun < timedelta(days=3, hours=4)
        assert row.attempts == len(sending.WAITS) + 1 and row.last_status == 503 and row.next_at is None
        receiver.status = 200
        with clock.travelling_to(begun + timedelta(days=80)):
            async with tenancy.inside(dki) as session:
                assert await replay(session, cast.admin, webhook.id) == 1
            assert await send_message(dki, message_id)
        first, *_, last = receiver.heard
        assert first["webhook-id"] == last["webhook-id"]
        with clock.travelling_to(begun + timedelta(days=91)):
            async with tenancy.inside(dki) as session:
                assert await replay(session, cast.admin, webhook.id) == 0


async def test_the_scheduler_hands_on_what_is_due_and_nothing_twice(dki: Tenant) -> None:
    async with receiving(status=500) as receiver:
        _, order, _ = await a_webhook(dki, receiver, "accept")
        (message_id,) = await told(dki, order)
        await send_message(dki, message_id)
        with clock.travelling_to(clock.now() + timedelta(seconds=6)):
            async with tenancy.inside(dki) as session:
                assert await due_messages(session) >= 1
            async with tenancy.inside(dki) as session:
                assert await due_messages(session) == 0


@pytest.mark.parametrize(
    "url",
    [
        "https://10.0.0.5/kabar",
        "https://169.254.169.254/latest/meta-data",
        "https://[fd00::1]/",
        "https://[::ffff:192.168.1.1]/",
        "https://0.0.0.0/",
    ],
)
async def test_nothing_is_sent_into_a_private_network(dki: Tenant, url: str) -> None:
    async with receiving() as receiver:
        cast, _, webhook = await a_webhook(dki, receiver, "accept")
        async with tenancy.inside(dki) as session:
            message_id = (await send_test(session, cast.admin, webhook.id)).id
        post = sending.Post(message_id, url, receiver.secret, b"{}")
        status, error = await sending._sent(post)
    assert status is None and error == outgoing.PRIVATE


async def test_this_machine_itself_is_private_where_no_test_says_otherwise(
    dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with receiving() as receiver:
        await a_webhook(dki, receiver, "accept")
        monkeypatch.setattr(outgoing, "settings", settings)
        post = sending.Post(UUID(int=0), receiver.url.replace("http:", "https:"), receiver.secret, b"{}")
        status, _ = await sending._sent(post)
    assert status is None and not receiver.heard


async def test_a_redirect_is_an_answer_and_is_not_followed(dki: Tenant) -> None:
    async with receiving() as other, receiving(status=302, location=other.url) as receiver:
        _, order, _ = await a_webhook(dki, receiver, "accept")
        (message_id,) = await told(dki, order)
        assert not await send_message(dki, message_id)
    assert (await _row(dki, message_id)).last_status == 302 and not other.heard


async def test_an_address_that_says_it_is_gone_is_told_nothing_more(dki: Tenant) -> None:
    async with receiving(status=410) as receiver:
        _, order, webhook = await a_webhook(dki, receiver)
        first, *others = await told(dki, order)
        assert not await send_message(dki, first)
        for one in others:
            assert not await send_message(dki, one)
    assert len(receiver.heard) == 1
    async with tenancy.inside(dki) as session:
        assert (await session.get_one(Webhook, webhook.id)).ended_at is not None


async def test_only_the_administrator_writes_addresses_down_and_only_complete_ones(dki: Tenant) -> None:
    async with receiving() as receiver:
        cast, _, webhook = await a_webhook(dki, receiver)
        async with tenancy.inside(dki) as session:
            for url in (
                "",
                "ftp://x.id/",
                "https://",
                "https://u:p@x.id/",
                "https://x.id/#a",
                "https://x.id:99999/",
            ):
                with pytest.raises(Refused):
                    await add_webhook(session, cast.admin, NewWebhook("x", url))
            with pytest.raises(Refused):
                await add_webhook(session, cast.admin, NewWebhook("x", receiver.url, ("no_such_step",)))
            for actor in (cast.officer, cast.auditor, cast.budget_user):
                with pytest.raises(NotAllowed):
                    await add_webhook(session, actor, NewWebhook("x", receiver.url))
                with pytest.raises(NotAllowed):
                    await end_webhook(session, actor, webhook.id)
