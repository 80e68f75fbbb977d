"""Letters as pages show them, found through the person who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from eorder_platform import clock, straight
from eorder_platform.errors import NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.letters.scope import Scope, covered
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.holding import holds_on
from eorder_tenants.organisation.models import (
    DELEGABLE,
    Delegation,
    LetterKind,
    Official,
    Role,
    RoleAssignment,
    WorkUnit,
)

MOST_SHOWN: Final = 200


class LetterState(StrEnum):
    """How far a letter is."""

    ASKED = "asked"
    COMING = "coming"
    HOLDS = "holds"
    ENDED = "ended"


@dataclass(frozen=True)
class ShownLetter:
    """A letter with the names of everybody in it."""

    row: Delegation
    state: LetterState
    unit: WorkUnit
    delegate: Official
    delegator: Official | None
    issuer: Official | None
    ender: Official | None

    @property
    def kind(self) -> LetterKind:
        return LetterKind(self.row.kind)

    @property
    def role(self) -> Role:
        return Role(self.row.role)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        return covered(self.role, self.row.duties)


@dataclass(frozen=True)
class Office:
    """A role in a unit that may be handed over: whose, and until when they are appointed; nobody's is vacant."""

    role: Role
    unit_id: UUID
    unit_name: str
    official_id: UUID | None = None
    official_name: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Candidate:
    """Somebody of the unit who could stand in, with their position."""

    id: UUID
    name: str
    position: str


async def letters_of(session: AsyncSession, actor: Actor) -> list[ShownLetter]:
    """Letters, newest first: one's own, those of the units where one issues them, and all for who watches."""
    found = _letters().order_by(Delegation.recorded_at.desc(), Delegation.id).limit(MOST_SHOWN)
    if not _sees_all(actor):
        units = actor.units(Role.BUDGET_USER)
        concerns = (
            (Delegation.delegate_id == actor.id)
            | (Delegation.delegator_id == actor.id)
            | (Delegation.asked_by == actor.id)
        )
        if units is None:
            pass
        else:
            found = found.where(concerns | Delegation.work_unit_id.in_(units))
    return [_shown(session, row) for row in await session.execute(found)]


async def letter_named(session: AsyncSession, actor: Actor, letter_id: UUID) -> ShownLetter:
    """One letter: for those whom it concerns, everybody of its unit, and those who watch the region."""
    row = (await session.execute(_letters().where(Delegation.id == letter_id))).first()
    if row is None:
        raise NotVisible("Surat ini tidak ditemukan.")
    letter: Delegation = row[0]
    known = {letter.delegate_id, letter.delegator_id, letter.asked_by}
    of_unit = any(unit in (None, letter.work_unit_id) for _, unit in actor.appointments)
    if actor.id not in known and not of_unit and not _sees_all(actor):
        raise NotVisible("Surat ini tidak ditemukan.")
    return _shown(session, row)


class ToIssue(NamedTuple):
    """A letter that was asked for and waits for whoever may issue it."""

    id: UUID
    number: str
    delegate_name: str


async def letters_to_issue(session: straight.Reads, actor: Actor) -> list[ToIssue]:
    """Those that wait for this budget user, the first day first; whoever is none is asked for nothing."""
    units = [unit for role, unit in actor.appointments if role is Role.BUDGET_USER]
    if not units:
        return []
    tenant: Tenant = session.info["tenant"]
    led = [unit for unit in units if unit is not None]
    found = await straight.rows(
        session, _TO_ISSUE, clock.today(tenant.zone), led, None in units, actor.official_id
    )
    return [ToIssue(*row) for row in found]


_TO_ISSUE: Final = """
select d.id, d.number, o.name from delegation d join official o on o.id = d.delegate_id
where d.issued_at is null and d.ended_at is null and d.last_day >= $1
    and (d.work_unit_id = any($2) or $3) and d.delegate_id <> $4
order by d.first_day, d.id limit 20
"""


async def letter_by_id(session: AsyncSession, letter_id: UUID) -> ShownLetter:
    """For jobs, which nobody asks."""
    return _shown(session, (await session.execute(_letters().where(Delegation.id == letter_id))).one())


async def offices_of(session: AsyncSession, actor: Actor) -> list[Office]:
    """What one may ask a letter for: one's own offices; a budget user also the unit's others, and vacant ones."""
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    mine = {(role, unit) for role, unit in actor.appointments if role in DELEGABLE and unit is not None}
    mine -= {(Role.COMMITMENT_OFFICER, unit) for unit in actor.as_kpa}
    leads = {unit for role, unit in actor.appointments if role is Role.BUDGET_USER and unit is not None}
    wanted = {unit for _, unit in mine} | leads
    if not wanted:
        return []
    units = list(
        await session.scalars(select(WorkUnit).where(WorkUnit.id.in_(wanted)).order_by(WorkUnit.name))
    )
    held = await session.execute(
        select(RoleAssignment, Official.name)
        .join(Official, Official.id == RoleAssignment.official_id)
        .where(
            Official.active,
            RoleAssignment.role.in_([*DELEGABLE, Role.DELEGATED_BUDGET_USER]),
            RoleAssignment.work_unit_id.in_(wanted),
            holds_on(today),
        )
        .order_by(Official.name)
    )
    holders: dict[tuple[Role, UUID], list[tuple[UUID, str, date | None]]] = {}
    for row, name in held:
        role = Role.BUDGET_USER if row.role == Role.DELEGATED_BUDGET_USER else Role(row.role)
        assert row.work_unit_id
        holders.setdefault((role, row.work_unit_id), []).append((row.official_id, name, row.valid_to))
    found = list[Office]()
    for unit in units:
        for role in DELEGABLE:
            there = holders.get((role, unit.id), [])
            theirs = [one for one in there if unit.id in leads or one[0] == actor.id]
            found += [Office(role, unit.id, unit.name, *one) for one in theirs]
            if not there and unit.id in leads:
                found.append(Office(role, unit.id, unit.name))
    return sorted(found, key=lambda one: one.official_id != actor.id)


async def candidates(session: AsyncSession, office: Office) -> list[Candidate]:
    """The officials of the unit who may stand in, by name; never the holder, nor who watches or administers."""
    tenant: Tenant = session.info["tenant"]
    apart = (Role.TENANT_ADMIN, Role.AUDITOR)
    rows = await session.execute(
        select(Official.id, Official.name, Official.position)
        .join(RoleAssignment, RoleAssignment.official_id == Official.id)
        .where(
            Official.active,
            Official.id != office.official_id if office.official_id else Official.active,
            RoleAssignment.role.not_in(apart),
            RoleAssignment.work_unit_id.is_(None) | (RoleAssignment.work_unit_id == office.unit_id),
            holds_on(clock.today(tenant.zone)),
        )
        .distinct()
        .order_by(Official.name)
    )
    return [Candidate(*row) for row in rows]


def _sees_all(actor: Actor) -> bool:
    return actor.holds(Role.TENANT_ADMIN) or actor.holds(Role.AUDITOR)


_Delegator, _Issuer, _Ender = aliased(Official), aliased(Official), aliased(Official)


def _letters() -> Any:
    return (
        select(Delegation, WorkUnit, Official, _Delegator, _Issuer, _Ender)
        .join(WorkUnit, WorkUnit.id == Delegation.work_unit_id)
        .join(Official, Official.id == Delegation.delegate_id)
        .outerjoin(_Delegator, _Delegator.id == Delegation.delegator_id)
        .outerjoin(_Issuer, _Issuer.id == Delegation.issued_by)
        .outerjoin(_Ender, _Ender.id == Delegation.ended_by)
    )


def _shown(session: AsyncSession, found: Sequence[Any]) -> ShownLetter:
    tenant: Tenant = session.info["tenant"]
    row, unit, delegate, delegator, issuer, ender = found
    return ShownLetter(row, state_of(row, clock.now(), tenant), unit, delegate, delegator, issuer, ender)


def state_of(letter: Delegation, now: datetime, tenant: Tenant) -> LetterState:
    """As it stands by itself; whether those in it still serve is asked where it is used (actors.py)."""
    today = clock.today(tenant.zone)
    if (letter.ended_at is not None and letter.ended_at <= now) or letter.last_day < today:
        return LetterState.ENDED
    if letter.issued_at is None:
        return LetterState.ASKED
    return LetterState.HOLDS if letter.first_day <= today else LetterState.COMING
