"""What the directory tells of people by itself (SCIM 2.0): who is gone has no rights and no session from then on.

It never makes anybody an official and never gives a role: it ends people, and lets back in whom it had ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Conflict, NotVisible
from eorder_platform.identity.departing import end_sessions
from eorder_platform.ids import new_id
from eorder_platform.overtaken import unless_overtaken
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.models import Official
from eorder_tenants.organisation.staff.linking import NIP, Person, official_behind
from eorder_tenants.organisation.staff.models import DirectoryUser

MOST_AT_ONCE = 100


@dataclass(frozen=True)
class Told:
    """What the directory says of one person."""

    user_name: str
    name: str = ""
    email: str = ""
    civil_servant_id: str = ""
    external_id: str | None = None
    active: bool = True


async def take_in(session: AsyncSession, told: Told) -> DirectoryUser:
    """A person whom the directory has not told of before; Conflict for a userName that it has."""
    if await _by_name(session, told.user_name) is not None:
        raise _taken()
    user = DirectoryUser(id=new_id(), user_name=told.user_name)
    async with unless_overtaken(session, {"uq_directory_user_name": _taken()}):
        await _write_down(session, user, told, was_active=True)
        session.add(user)
    return user


async def change(session: AsyncSession, user_id: UUID, told: Told) -> DirectoryUser:
    """What it says of them now; who is not active any more is out."""
    user = await user_of(session, user_id, lock=True)
    same = await _by_name(session, told.user_name)
    if same is not None and same.id != user.id:
        raise _taken()
    async with unless_overtaken(session, {"uq_directory_user_name": _taken()}):
        was_active, user.user_name = user.active, told.user_name
        await _write_down(session, user, told, was_active=was_active)
    return user


async def remove(session: AsyncSession, user_id: UUID) -> None:
    """The directory knows them no longer."""
    user = await user_of(session, user_id, lock=True)
    await _let(session, user, active=False)
    await session.delete(user)


async def user_of(session: AsyncSession, user_id: UUID, *, lock: bool = False) -> DirectoryUser:
    """One person of the directory; NotVisible where it has told of nobody by that id."""
    user = await session.get(DirectoryUser, user_id, with_for_update=True if lock else None)
    if user is None:
        raise NotVisible
    return user


async def users(
    session: AsyncSession, user_name: str | None, start: int, count: int
) -> tuple[int, Sequence[DirectoryUser]]:
    """How many there are, and those from that place (1 is the first) on."""
    wanted = select(DirectoryUser)
    if user_name is not None:
        wanted = wanted.where(func.lower(DirectoryUser.user_name) == user_name.lower())
    total = await session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    page = wanted.order_by(DirectoryUser.id).offset(max(start, 1) - 1).limit(max(0, min(count, MOST_AT_ONCE)))
    return total, list(await session.scalars(page))


async def _write_down(session: AsyncSession, user: DirectoryUser, told: Told, *, was_active: bool) -> None:
    user.external_id, user.name, user.email = told.external_id, told.name, told.email
    user.civil_servant_id = told.civil_servant_id if NIP.fullmatch(told.civil_servant_id) else None
    user.active, user.changed_at = told.active, clock.now()
    official = await official_behind(session, Person(user.civil_servant_id or "", told.email), active=False)
    user.official_id = official.id if official is not None else None
    if told.active != was_active:
        await _let(session, user, active=told.active)


async def _let(session: AsyncSession, user: DirectoryUser, *, active: bool) -> None:
    """Their rights and sessions here follow the directory."""
    official = (
        await session.get(Official, user.official_id, with_for_update=True) if user.official_id else None
    )
    if official is None:
        return
    tenant: Tenant = session.info["tenant"]
    official.active = active
    if not active:
        end_sessions(session, official.id, tenant.slug)


def _taken() -> Conflict:
    return Conflict("Nama pengguna itu sudah ada.")


async def _by_name(session: AsyncSession, user_name: str) -> DirectoryUser | None:
    found: DirectoryUser | None = await session.scalar(
        select(DirectoryUser).where(func.lower(DirectoryUser.user_name) == user_name.lower())
    )
    return found
