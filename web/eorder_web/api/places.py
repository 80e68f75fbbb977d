"""Where an operation of the API acts and as whom: the same places as the pages have (edge/places.py), by a token."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar
from urllib.parse import unquote_plus
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.members import acting_member, member_for
from eorder_platform.directory.verifying import verifier_for
from eorder_platform.errors import NotAllowed, NotVisible
from eorder_platform.identity.models import NATIONAL_FORM_KEYS
from eorder_platform.identity.signing_nationally import carry_proof
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.organisation.actors import Actor, actor_for, vendor_actor
from eorder_tenants.organisation.models import FORM_KEYS
from eorder_tenants.organisation.watching import note_read
from eorder_web.api import proving
from eorder_web.api.calls import Call

Who = TypeVar("Who")


@dataclass(frozen=True)
class ApiPlace(Generic[Who]):
    """Some transactions' place, with who acts there."""

    enter: Callable[[Call], AbstractAsyncContextManager[tuple[AsyncSession, Who]]]


def keys_of(session: AsyncSession) -> Table:
    """The table that remembers at this place what was carried out under which key."""
    return FORM_KEYS if session.info.get("tenant") else NATIONAL_FORM_KEYS


@asynccontextmanager
async def acting(call: Call) -> AsyncIterator[tuple[AsyncSession, Actor]]:
    """One transaction in this host's region, and the person of the token with their appointments as of today."""
    account_id, proof = call.account_id, await proving.proof_of(call)
    async with tenancy.inside(call.region) as session:
        actor = await actor_for(session, account_id, proof)
        if not actor.appointments:
            raise NotAllowed("Tindakan ini hanya untuk pejabat yang memiliki penugasan di daerah ini.")
        if call.method == "GET":
            subject = next((found for one in call.values.values() if (found := _id_in(one))), None)
            note_read(session, actor, f"api {call.path}", subject, unquote_plus(call.query.decode("latin-1")))
        yield session, actor


def _id_in(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


HERE: Final = ApiPlace(acting)
"""This host's region, as the official whose token it is."""


@asynccontextmanager
async def as_vendor(call: Call) -> AsyncIterator[tuple[AsyncSession, Actor]]:
    """One transaction in the region that the address names, as the vendor's member whose token it is."""
    member = await acting_member(call.account_id)
    proof = await proving.proof_of(call)
    actor = vendor_actor(member.account_id, member.name, member.vendor_id, member.role, proof)
    async with tenancy.inside(await _region_named(call)) as session:
        yield session, actor


AS_VENDOR: Final = ApiPlace(as_vendor)


def nationally_as(find: Callable[[AsyncSession, UUID], Awaitable[Who]]) -> ApiPlace[Who]:
    """The national schemas, as whom `find` makes of the account; it refuses those who are nobody there."""

    @asynccontextmanager
    async def enter(call: Call) -> AsyncIterator[tuple[AsyncSession, Who]]:
        account_id, proof = call.account_id, await proving.proof_of(call)
        async with tenancy.national() as session:
            carry_proof(session, proof)
            yield session, await find(session, account_id)

    return ApiPlace(enter)


async def _themselves(_session: AsyncSession, account_id: UUID) -> UUID:
    return account_id


NATIONALLY: Final = nationally_as(_themselves)
AS_MEMBER: Final = nationally_as(member_for)
AS_VERIFIER: Final = nationally_as(verifier_for)


@asynccontextmanager
async def _where_they_are(call: Call) -> AsyncIterator[tuple[AsyncSession, UUID]]:
    account_id = call.account_id
    async with tenancy.inside(call.tenant) if call.tenant else tenancy.national() as session:
        yield session, account_id


ON_THIS_HOST: Final[ApiPlace[Any]] = ApiPlace(_where_they_are)
"""The region or the nation, as the account alone."""


async def _region_named(call: Call) -> Tenant:
    tenant = await registry.by_slug(call.values["region"])
    if tenant is None:
        raise NotVisible
    return tenant
