"""What a person allows a program: given on the nation's page, seen and taken back on their account's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid import access_tokens
from eorder_platform.identity.openid.models import Permission, Program
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id

LENGTHS_DAYS: Final = (90, 365, 30)
"""How long a permission may hold; the first is what is proposed."""
UNUSED_ENDS_AFTER: Final = timedelta(days=90)


@dataclass(frozen=True)
class Given:
    """What a person ticked. `regions`: slugs, of those that the program may act in; empty for all of them."""

    scopes: frozenset[Scope]
    regions: frozenset[str]
    days: int


async def current(session: AsyncSession, account_id: UUID, program_id: UUID) -> Permission | None:
    """What this person allows this program today."""
    held = select(Permission).where(
        Permission.account_id == account_id,
        Permission.program_id == program_id,
        Permission.ended_at.is_(None),
        Permission.valid_until > clock.now(),
    )
    found: Permission | None = await session.scalar(held)
    return found


async def give(
    session: AsyncSession, account_id: UUID, program: Program, asked: Sequence[Scope], given: Given
) -> Permission:
    """Replace what was allowed before, and end the tokens that came of it; the same once more only lasts longer.

    No more than the program asked for.

    Refused: a length that was not offered, nothing ticked, a region in which the program may not act.
    """
    scopes = [scope for scope in Scope if scope in given.scopes & frozenset(asked)]
    if given.days not in LENGTHS_DAYS:
        raise Refused("Pilih salah satu lama izin.", "days")
    if not scopes:
        raise Refused("Pilih paling sedikit satu hal, atau jangan izinkan.", "scopes")
    if program.regions and not given.regions <= frozenset(program.regions):
        raise Refused("Program ini tidak bekerja di wilayah itu.", "regions")
    await session.get(Account, account_id, with_for_update=True)  # a second click waits for the first
    regions = sorted(given.regions or program.regions)
    valid_until = clock.now() + timedelta(days=given.days)
    before = select(Permission).where(
        Permission.account_id == account_id,
        Permission.program_id == program.id,
        Permission.ended_at.is_(None),
    )
    for old in await session.scalars(before.with_for_update()):
        if (old.scopes, old.regions, old.asked) == (
            scopes,
            regions,
            [*asked],
        ) and old.valid_until > clock.now():
            old.valid_until = valid_until
            return old
        old.ended_at = clock.now()
        await access_tokens.end_permission(session, old.id)
    await session.flush()  # the unique index of current permissions must see the old one ended
    permission = Permission(
        id=new_id(),
        program_id=program.id,
        account_id=account_id,
        scopes=scopes,
        asked=[*asked],
        regions=regions,
        given_at=clock.now(),
        valid_until=valid_until,
    )
    session.add(permission)
    await session.flush()
    return permission


async def take_back(session: AsyncSession, account_id: UUID, permission_id: UUID) -> str:
    """From now on the program may nothing more for this person; returns its name. Twice changes nothing."""
    own = select(Permission).where(Permission.id == permission_id, Permission.account_id == account_id)
    permission = await session.scalar(own.with_for_update())
    if permission is None:
        raise NotVisible
    if permission.ended_at is None:
        permission.ended_at = clock.now()
    await access_tokens.end_permission(session, permission.id)
    return (await session.get_one(Program, permission.program_id)).name


async def allowed_by(session: AsyncSession, account_id: UUID) -> Sequence[tuple[Permission, Program]]:
    """Every program that may act for this person today, the newest first."""
    held = (
        select(Permission, Program)
        .join(Program, Program.id == Permission.program_id)
        .where(
            Permission.account_id == account_id,
            Permission.ended_at.is_(None),
            Permission.valid_until > clock.now(),
            Program.active,
        )
        .order_by(Permission.given_at.desc())
    )
    return [(permission, program) for permission, program in await session.execute(held)]


def ends_unused_on(permission: Permission) -> datetime:
    """When it ends by itself unless the program is used before; never after its last day."""
    return min((permission.last_used_at or permission.given_at) + UNUSED_ENDS_AFTER, permission.valid_until)


async def end_unused(session: AsyncSession) -> int:
    """Permissions that no program used for a quarter of a year are over; returns how many."""
    before = clock.now() - UNUSED_ENDS_AFTER
    idle = select(Permission).where(Permission.ended_at.is_(None), Permission.given_at < before)
    ended = 0
    for permission in await session.scalars(idle):
        if ends_unused_on(permission) <= clock.now():
            permission.ended_at = clock.now()
            await access_tokens.end_permission(session, permission.id)
            ended += 1
    return ended
