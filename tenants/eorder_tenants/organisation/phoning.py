"""Under which number an office is reached: an official's own, or that of their work unit where they have none."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.identity_numbers import parse_phone
from eorder_platform.errors import NotVisible
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.models import Official, WorkUnit


async def own_phone(session: AsyncSession, actor: Actor) -> str:
    """The number that stands with this official; empty where none does."""
    return (await session.get_one(Official, actor.official_id)).phone


async def change_own_phone(session: AsyncSession, actor: Actor, typed: str) -> None:
    """An official says their own number; empty takes it away. No Indonesian number: refused beside "phone"."""
    (await session.get_one(Official, actor.official_id)).phone = _kept(typed)


async def change_phone(session: AsyncSession, actor: Actor, official_id: UUID, typed: str) -> None:
    """The administrator says an official's number."""
    require_administrator(actor)
    official = await session.get(Official, official_id)
    if official is None:
        raise NotVisible("Pejabat ini tidak ditemukan.")
    official.phone = _kept(typed)


async def change_unit_phone(session: AsyncSession, actor: Actor, unit_id: UUID, typed: str) -> None:
    """The administrator says a work unit's number."""
    require_administrator(actor)
    unit = await session.get(WorkUnit, unit_id)
    if unit is None:
        raise NotVisible("Unit kerja ini tidak ditemukan.")
    unit.phone = _kept(typed)


def _kept(typed: str) -> str:
    return parse_phone(typed) if typed.strip() else ""
