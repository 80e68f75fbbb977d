"""What handlers use: a page, a fragment, a redirect, and a write that a double click cannot do twice.

A handler is about eight lines: read the form, run one use case through :func:`acting` (region) or
:func:`acting_nationally`, answer with :func:`page`, :func:`see_other`, or the form again at 422.
"""

import hashlib
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from litestar import Response
from litestar.datastructures import UploadFile
from litestar.types import Receive, Scope, Send
from sqlalchemy import Select, Table, Update, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotAllowed
from eorder_platform.identity.models import NationalIdempotencyKey
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.models import IdempotencyKey
from eorder_web.edge.navigation import chrome
from eorder_web.edge.visiting import CSRF_FIELD, Request
from eorder_web.look.rendering import Flash, render, render_block, render_kept

KEY_FIELD = "_kunci"


class Html(Response[str]):
    """A page as bytes and a status: Litestar's own response spends on headers and cookies what a product page costs."""

    def __init__(self, html: str, status: int = 200) -> None:
        self.content, self.status_code = html, status

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """Litestar asks every response for the application that sends it."""
        return self._send

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = self.content.encode()
        headers = [
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-length", str(len(body)).encode()),
        ]
        start: Any = {"type": "http.response.start", "status": self.status_code, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": body, "more_body": False})


def page(
    request: Request, template: str, /, *, status: int = 200, active: str = "", **context: Any
) -> Response[str]:
    """The whole page, or with `block=` only that block of its template."""
    block = context.pop("block", None)
    surroundings = chrome(request, active)
    context.setdefault("problems", [])
    context.setdefault("key", new_key())
    if block is not None:
        html = render_block(template, block, surroundings, **context)
    else:
        html = render(template, surroundings, **context)
    return Html(html, status)


def page_of_facts(request: Request, template: str, /, *, active: str = "", **facts: Any) -> Response[str]:
    """A page that says these (hashable) facts and no more; who is not signed in may get it as kept by render_kept."""
    visit = request.visit
    if visit.session is not None or visit.flashes:
        return page(request, template, active=active, **facts)
    html = render_kept(template, chrome(request, active), **{"problems": (), "key": "", **facts})
    return Html(html)


def see_other(request: Request, location: str, said: str = "", kind: str = "ok") -> Response[None]:
    """Redirect after success (303), with one sentence on the page that follows; one left for here goes on."""
    for flash in [Flash(kind, said)] if said else request.visit.flashes:
        request.visit.flash(flash.kind, flash.text)
    return Response(None, status_code=303, headers={"Location": location})


def new_key() -> str:
    """An idempotency key for a form about to be shown."""
    return secrets.token_urlsafe(16)


@asynccontextmanager
async def acting(request: Request) -> AsyncIterator[tuple[AsyncSession, Actor]]:
    """One transaction in this host's region, and the signed-in person with his appointments as of today.

    The menus of the page follow them, whatever he held when he signed in; once he holds nothing more, the officials'
    pages are closed to him.
    """
    if request.visit.session is None:
        raise NotAllowed("Masuk dahulu untuk melakukan ini.")
    async with tenancy.inside(request.tenant) as session:
        actor = await actor_for(session, request.account_id)
        request.visit.session = replace(request.visit.session, roles=tuple(sorted(actor.roles)))
        if not actor.appointments and request.route_handler.opt.get("access") == "official":
            raise NotAllowed(
                "Penugasan Anda di daerah ini sudah berakhir, jadi halaman ini tidak lagi terbuka."
            )
        yield session, actor


async def once(
    request: Request, work: Callable[[AsyncSession, Actor], Awaitable[str]], said: str = ""
) -> Response[None]:
    """Carry out a write of this region once for each form shown; `work` returns where to go next.

    The form's key is inserted first: the second click waits for the first one's commit and is then led
    to what that one made. Refusals roll the key back, so that the corrected form may be sent again.
    """
    key = await _key_of(request)
    async with acting(request) as (session, actor):
        location = await _earlier(session, KEYS, request.account_id, key)
        if location is None:
            location = await work(session, actor)
            await _remember(session, KEYS, request.account_id, key, location)
    return see_other(request, location, said)


async def once_in(
    request: Request, tenant: Tenant, work: Callable[[AsyncSession], Awaitable[str]], said: str = ""
) -> Response[None]:
    """The same for a vendor's write in a region, from the national host."""
    key = await _key_of(request)
    async with tenancy.inside(tenant) as session:
        location = await _earlier(session, KEYS, request.account_id, key)
        if location is None:
            location = await work(session)
            await _remember(session, KEYS, request.account_id, key, location)
    return see_other(request, location, said)


async def once_nationally(
    request: Request, work: Callable[[AsyncSession], Awaitable[str]], said: str = ""
) -> Response[None]:
    """The same for a write in the national schemas."""
    key = await _key_of(request)
    async with tenancy.national() as session:
        location = await _earlier(session, NATIONAL_KEYS, request.account_id, key)
        if location is None:
            location = await work(session)
            await _remember(session, NATIONAL_KEYS, request.account_id, key, location)
    return see_other(request, location, said)


async def _key_of(request: Request) -> str:
    """What a repetition is known by: the form's key, its address, and everything sent with it.

    A page that the browser brings back ("kembali") still carries its key. What the person changed there is no
    repetition, and must not be answered as if it had been kept.
    """
    form = await request.fields()
    sent = hashlib.sha256(f"{form.get(KEY_FIELD) or new_key()}\0{request.scope['path']}".encode())
    for name, value in form.multi_items():
        if name not in (KEY_FIELD, CSRF_FIELD):
            sent.update(f"\0{name}\0".encode() + await _bytes_of(value))
    return sent.hexdigest()


async def _bytes_of(value: Any) -> bytes:
    if not isinstance(value, UploadFile):
        return str(value).encode()
    content = await value.read()
    await value.seek(0)
    return value.filename.encode() + content


async def _earlier(session: AsyncSession, table: Table, account_id: UUID, key: str) -> str | None:
    take, look, _ = _statements(table)
    mine = {"account_id": account_id, "key": key, "location": "", "created_at": clock.now()}
    if (await session.execute(take, mine)).first() is not None:
        return None
    return str(await session.scalar(look, {"account": account_id, "sent": key}))


async def _remember(session: AsyncSession, table: Table, account_id: UUID, key: str, location: str) -> None:
    *_, remember = _statements(table)
    await session.execute(remember, {"account": account_id, "sent": key, "location": location})


@lru_cache(maxsize=2)
def _statements(table: Table) -> tuple[Any, Select[Any], Update]:
    """To take a key, to look where it led, to remember where it leads; built once, because every write asks them."""
    mine = table.c.account_id == bindparam("account"), table.c.key == bindparam("sent")
    take = insert(table).on_conflict_do_nothing().returning(table.c.key)
    return take, select(table.c.location).where(*mine), update(table).where(*mine)


KEYS, NATIONAL_KEYS = (cast(Table, table.__table__) for table in (IdempotencyKey, NationalIdempotencyKey))
__all__ = ["acting", "new_key", "once", "once_in", "once_nationally", "page", "page_of_facts", "see_other"]
