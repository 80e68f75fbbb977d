"""Where programs hear of the region's orders: the addresses, one of them with its messages, and dead letters again."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.webhooks.registering import (
    NewWebhook,
    add_webhook,
    end_webhook,
    secret_of,
    webhook_named,
    webhooks_of,
)
from eorder_tenants.webhooks.sending import messages_behind, replay, send_test
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.translating import _

SHOWN: Final = 50


@get("/organisasi/kabar-otomatis", opt=OFFICIAL, name="organisation.webhooks")
async def webhooks(request: Request) -> Response[str]:
    """Every address, and a form for one more."""
    return await _list_page(request)


@post("/organisasi/kabar-otomatis", opt=OFFICIAL, name="organisation.add_webhook")
async def add(request: Request) -> Response[Any]:
    """One address more."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        wanted = NewWebhook(form.text("name"), form.text("url"), tuple(form.every("events")))
        row = await add_webhook(session, actor, wanted)
        return address("organisation.webhook", webhook_id=row.id)

    message = "Alamat tersimpan. Berikan rahasianya kepada program penerima, lalu coba kirim."
    return await write(request, HERE, work, message, partial(_list_page, request))


@get("/organisasi/kabar-otomatis/{webhook_id:uuid}", opt=OFFICIAL, name="organisation.webhook")
async def webhook(request: Request, webhook_id: FromPath[UUID]) -> Response[str]:
    """One address with its secret and what was sent there."""
    async with acting(request) as (session, actor):
        found = await webhook_named(session, actor, webhook_id)
        messages = await messages_behind(session, actor, webhook_id, None, SHOWN)
        dead = await messages_behind(session, actor, webhook_id, None, 1, dead=True)
    return page(
        request,
        "organisation/webhook.html",
        active="organisation",
        webhook=found,
        secret=secret_of(found, request.tenant),
        messages=messages,
        any_dead=bool(dead),
        labels=_labels(),
    )


@post(
    "/organisasi/kabar-otomatis/{webhook_id:uuid}/percobaan", opt=OFFICIAL, name="organisation.test_webhook"
)
async def trial(request: Request, webhook_id: FromPath[UUID]) -> Response[Any]:
    """Try the address."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await send_test(session, actor, webhook_id)
        return address("organisation.webhook", webhook_id=webhook_id)

    return await write(
        request, HERE, work, "Kabar percobaan dikirim. Hasilnya terlihat di bawah sebentar lagi."
    )


@post(
    "/organisasi/kabar-otomatis/{webhook_id:uuid}/pengiriman-ulang",
    opt=OFFICIAL,
    name="organisation.replay_webhook",
)
async def again(request: Request, webhook_id: FromPath[UUID]) -> Response[Any]:
    """Send one message again, or every dead letter."""

    async def work(session: AsyncSession, actor: Actor, form: Form) -> str:
        await replay(session, actor, webhook_id, form.id("message_id"))
        return address("organisation.webhook", webhook_id=webhook_id)

    return await write(request, HERE, work, "Dikirim ulang dengan tanda yang sama.")


@post(
    "/organisasi/kabar-otomatis/{webhook_id:uuid}/penghentian", opt=OFFICIAL, name="organisation.end_webhook"
)
async def end(request: Request, webhook_id: FromPath[UUID]) -> Response[Any]:
    """Nothing is sent there any more."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await end_webhook(session, actor, webhook_id)
        return address("organisation.webhooks")

    return await write(request, HERE, work, "Alamat dihentikan; tidak ada lagi yang dikirim ke sana.")


async def _list_page(
    request: Request, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        found = await webhooks_of(session, actor)
    return page(
        request,
        "organisation/webhooks.html",
        active="organisation",
        webhooks=found,
        problems=problems,
        values=values,
        events=[(name, label, None) for name, label in _labels().items()],
        chosen=values.every("events") if isinstance(values, Form) else [],
    )


def _labels() -> dict[str, str]:
    """What happened, by the name of its step."""
    return {step.name: _(step.done) for step in steps()}


REGION: Final = [webhooks, add, webhook, trial, again, end]
