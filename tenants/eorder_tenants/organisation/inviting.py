"""Sending an official a new invitation, because the first was lost or its seven days are over."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import outbox
from eorder_platform.errors import NotVisible
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.models import Official


async def invite_again(session: AsyncSession, actor: Actor, official_id: UUID) -> None:
    """Have a new link mailed; it ends the one before. Who has a password already is not mailed."""
    require_administrator(actor)
    official = await session.get(Official, official_id)
    if official is None or not official.active:
        raise NotVisible("Pejabat ini tidak ditemukan.")
    outbox.write(session, "organisation.invite", official_id=official.id)
