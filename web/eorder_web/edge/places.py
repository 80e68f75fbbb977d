"""Where a handler acts and as whom: this host's region, a region that a vendor sells to, the nation.

To enter a place is to open one transaction there: `async with HERE.enter(request) as (session, actor)`. Pages that
only read enter it like that, the hottest by `looking`; whatever changes something goes through `write` (writing.py).
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar
from urllib.parse import unquote_plus
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import straight, tenancy
from eorder_platform.errors import NotAllowed
from eorder_platform.identity.models import NATIONAL_FORM_KEYS
from eorder_platform.identity.sessions import keep_roles
from eorder_platform.identity.signing_nationally import carry_proof
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.models import FORM_KEYS
from eorder_tenants.organisation.watching import is_noted, note_read
from eorder_web.edge.proving import proof_of
from eorder_web.edge.visiting import Request

Who = TypeVar("Who")
Enters_co = TypeVar("Enters_co", covariant=True)


class Enter(Protocol[Enters_co]):
    """Opens the transaction; `writes`: an act is carried out in it."""

    def __call__(
        self, request: Request, writes: bool = False, /
    ) -> AbstractAsyncContextManager[tuple[AsyncSession, Enters_co]]: ...


@dataclass(frozen=True)
class Place(Generic[Who]):
    """Some transactions' place, with who acts there; `keys` remembers there which forms were carried out."""

    enter: Enter[Who]
    keys: Table


@asynccontextmanager
async def acting(request: Request, writes: bool = False) -> AsyncIterator[tuple[AsyncSession, Actor]]:
    """One transaction in this host's region, and the signed-in person with their appointments as of today.

    The menus of the page follow them, whatever was held at signing in; once nothing more is held, the officials'
    pages are closed.
    """
    async with tenancy.inside(request.tenant, planning_once=writes) as session:
        actor = await _who_acts(request, session)
        if request.method == "GET":
            note_read(session, actor, *_what_is_read(request))
        yield session, actor


@asynccontextmanager
async def looking(request: Request) -> AsyncIterator[tuple[straight.Reads, Actor]]:
    """The same for pages that only read, without a transaction and a session.

    What an auditor reads is written down in the transaction that reads it: for them there is one.
    """
    async with tenancy.looking(request.tenant) as reader:
        actor = await _who_acts(request, reader)
        if not is_noted(actor):
            yield reader, actor
            return
    async with acting(request) as entered:
        yield entered


async def _who_acts(request: Request, session: straight.Reads) -> Actor:
    if request.visit.session is None:
        raise NotAllowed("Masuk dahulu untuk melakukan ini.")
    actor = await actor_for(session, request.account_id, proof_of(request))
    await _refresh_roles(request, actor)
    request.visit.session = replace(request.visit.session, roles=tuple(sorted(actor.roles)))
    if not actor.appointments and request.route_handler.opt.get("access") == "official":
        raise NotAllowed("Penugasan Anda di daerah ini sudah berakhir, jadi halaman ini tidak lagi terbuka.")
    return actor


async def _refresh_roles(request: Request, actor: Actor) -> None:
    """Menus of pages that ask no database follow too: what ended since the sign-in is gone from the session."""
    held = tuple(sorted(actor.roles))
    if request.signed_in.roles != held:
        await keep_roles(request.visit.place, request.visit.session_token, held)


def _what_is_read(request: Request) -> tuple[str, UUID | None, str]:
    """The page by its route's name, the first thing that its address names, and what was asked for."""
    subject = next((one for one in request.path_params.values() if isinstance(one, UUID)), None)
    asked = request.scope.get("query_string", b"").decode("ascii", "replace")
    return request.route_handler.name or "", subject, unquote_plus(asked)


HERE = Place(acting, FORM_KEYS)
"""This host's region, as the official who is signed in."""


def in_region(tenant: Tenant, actor: Actor) -> Place[Actor]:
    """A region that a page of the national host names, as the vendor's member who acts there."""

    @asynccontextmanager
    async def enter(request: Request, writes: bool = False) -> AsyncIterator[tuple[AsyncSession, Actor]]:
        async with tenancy.inside(tenant, planning_once=writes) as session:
            yield session, replace(actor, proof=proof_of(request))

    return Place(enter, FORM_KEYS)


def nationally_as(find: Callable[[AsyncSession, UUID], Awaitable[Who]]) -> Place[Who]:
    """The national schemas, as whom `find` makes of the account; it refuses those who are nobody there."""

    @asynccontextmanager
    async def enter(request: Request, _writes: bool = False) -> AsyncIterator[tuple[AsyncSession, Who]]:
        async with tenancy.national() as session:
            carry_proof(session, proof_of(request))
            yield session, await find(session, request.account_id)

    return Place(enter, NATIONAL_FORM_KEYS)


async def _themselves(_session: AsyncSession, account_id: UUID) -> UUID:
    return account_id


NATIONALLY = nationally_as(_themselves)
"""The national schemas, as the account that is signed in and nothing more."""
