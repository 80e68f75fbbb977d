"""Who and what a region is, for those who work in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotVisible
from eorder_platform.reference.law import rules_in_force
from eorder_platform.rules import Rule
from eorder_platform.searching import containing
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.holding import holds_from, holds_on
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import Official, Role, RoleAssignment, RuleOverride, WorkUnit

OFFICIALS_A_PAGE: Final = 20


@dataclass(frozen=True)
class Held:
    """An appointment that holds today or will; `recorded_later`: the day it was entered, where that came afterwards."""

    id: UUID
    role: Role
    unit: str | None
    valid_from: date
    valid_to: date | None
    letter_number: str
    has_begun: bool
    recorded_later: date | None


@dataclass(frozen=True)
class ListedOfficial:
    """An official with the appointments of today and later."""

    id: UUID
    name: str
    civil_servant_id: str | None
    email: str
    position: str
    phone: str
    active: bool
    appointments: Sequence[Held]


@dataclass(frozen=True)
class ListedUnit:
    """A work unit and how many people hold a role in it today."""

    id: UUID
    code: str
    name: str
    short_name: str
    city: str
    phone: str
    active: bool
    people: int


@dataclass(frozen=True)
class OverridableRule:
    """A rule that the region may set: what the nation says, what counts today, the national maximum, and what the
    region has written, newest first."""

    national: Rule
    today: Rule
    maximum: int | None
    deviations: Sequence[RuleOverride]

    @property
    def is_own(self) -> bool:
        """Does the region's own value count today?"""
        return self.today.valid_from != self.national.valid_from or self.today.value != self.national.value


async def work_units(session: AsyncSession, actor: Actor) -> list[ListedUnit]:
    """Every unit of the region, in the order of the codes."""
    require_administrator(actor)
    people = (
        select(RoleAssignment.work_unit_id, func.count(RoleAssignment.official_id.distinct()).label("people"))
        .where(holds_on(_today(session)))
        .group_by(RoleAssignment.work_unit_id)
        .subquery()
    )
    rows = await session.execute(
        select(
            WorkUnit.id,
            WorkUnit.code,
            WorkUnit.name,
            WorkUnit.short_name,
            WorkUnit.city,
            WorkUnit.phone,
            WorkUnit.active,
            func.coalesce(people.c.people, 0),
        )
        .outerjoin(people, people.c.work_unit_id == WorkUnit.id)
        .order_by(WorkUnit.code)
    )
    return [ListedUnit(*row) for row in rows]


async def offices_of(session: AsyncSession, actor: Actor) -> list[str]:
    """The work units by which somebody is known: those that their appointments name."""
    unit_ids = {unit for _, unit in actor.appointments if unit is not None}
    return list(await session.scalars(select(WorkUnit.short_name).where(WorkUnit.id.in_(unit_ids))))


async def officials(
    session: AsyncSession, actor: Actor, search: str = "", page: int = 1
) -> tuple[list[ListedOfficial], int]:
    """A page of officials by name, with how many there are in all; the search looks at name, NIP, e-mail, position."""
    require_administrator(actor)
    wanted = _mentioning(search)
    count = await session.scalar(select(func.count()).select_from(wanted.subquery()))
    found = list(
        await session.scalars(
            wanted.order_by(Official.name, Official.id)
            .limit(OFFICIALS_A_PAGE)
            .offset(OFFICIALS_A_PAGE * (max(page, 1) - 1))
        )
    )
    return await _with_appointments(session, found), int(count or 0)


async def officials_behind(
    session: AsyncSession, actor: Actor, search: str, after: tuple[str, UUID] | None, most: int
) -> list[ListedOfficial]:
    """So many of them behind that one, by name and id, for programs that read all in steps."""
    require_administrator(actor)
    wanted = _mentioning(search)
    if after is not None:
        wanted = wanted.where(tuple_(Official.name, Official.id) > after)
    found = await session.scalars(wanted.order_by(Official.name, Official.id).limit(most))
    return await _with_appointments(session, list(found))


def _mentioning(search: str) -> Select[Official]:
    wanted = select(Official)
    if search.strip():
        like = containing(search.strip())
        columns = (Official.name, Official.civil_servant_id, Official.email, Official.position)
        wanted = wanted.where(or_(*(column.ilike(like) for column in columns)))
    return wanted


async def official_named(session: AsyncSession, actor: Actor, official_id: UUID) -> ListedOfficial | None:
    """One official as the list shows them."""
    require_administrator(actor)
    official = await session.get(Official, official_id)
    return (await _with_appointments(session, [official]))[0] if official is not None else None


async def official_of(session: AsyncSession, actor: Actor, assignment_id: UUID) -> UUID:
    """Whose appointment is this?"""
    require_administrator(actor)
    assignment = await session.get(RoleAssignment, assignment_id)
    if assignment is None:
        raise NotVisible("Penugasan ini tidak ditemukan.")
    return assignment.official_id


async def holders(session: AsyncSession, role: Role, work_unit_id: UUID) -> list[Official]:
    """The officials who hold a role for that unit today, for it or for the whole region; by name."""
    found = await session.scalars(
        select(Official)
        .join(RoleAssignment, RoleAssignment.official_id == Official.id)
        .where(
            Official.active,
            RoleAssignment.role.in_(
                [role, *([Role.DELEGATED_BUDGET_USER] if role is Role.BUDGET_USER else [])]
            ),
            or_(RoleAssignment.work_unit_id.is_(None), RoleAssignment.work_unit_id == work_unit_id),
            holds_on(_today(session)),
        )
        .distinct()
        .order_by(Official.name, Official.id)
    )
    return list(found)


async def overridable_rules(session: AsyncSession, actor: Actor) -> list[OverridableRule]:
    """Every rule of today that the region may set itself, by key."""
    require_administrator(actor)
    today, book = _today(session), await rulebook(session)
    own = list(await session.scalars(select(RuleOverride).order_by(RuleOverride.valid_from.desc())))
    in_force = {rule.key: rule for rule in await rules_in_force(session) if rule.holds_on(today)}
    return [
        OverridableRule(
            national=rule,
            today=book.rule(key, on=today),
            maximum=in_force[f"{key}_maximum"].value if f"{key}_maximum" in in_force else None,
            deviations=[one for one in own if one.key == key],
        )
        for key, rule in in_force.items()
        if rule.tenant_may_override
    ]


async def _with_appointments(session: AsyncSession, found: Sequence[Official]) -> list[ListedOfficial]:
    today = _today(session)
    rows = await session.execute(
        select(RoleAssignment, WorkUnit.short_name)
        .outerjoin(WorkUnit, WorkUnit.id == RoleAssignment.work_unit_id)
        .where(
            RoleAssignment.official_id.in_([official.id for official in found]),
            holds_from(today),
        )
        .order_by(RoleAssignment.valid_from, RoleAssignment.role)
    )
    held: dict[UUID, list[Held]] = {}
    tenant: Tenant = session.info["tenant"]
    for row, unit in rows:
        begun = row.valid_from <= today
        recorded = row.recorded_at.astimezone(ZoneInfo(tenant.zone)).date()
        later = recorded if recorded > row.valid_from else None
        held.setdefault(row.official_id, []).append(
            Held(row.id, Role(row.role), unit, row.valid_from, row.valid_to, row.letter_number, begun, later)
        )
    return [
        ListedOfficial(
            *(one.id, one.name, one.civil_servant_id, one.email, one.position, one.phone, one.active),
            held.get(one.id, []),
        )
        for one in found
    ]


def _today(session: AsyncSession) -> date:
    tenant: Tenant = session.info["tenant"]
    return clock.today(tenant.zone)
