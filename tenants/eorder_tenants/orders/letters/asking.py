"""Asking for a letter by which somebody stands in (SOD9): the absent official asks, the budget user issues it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.errors import NotAllowed, NotVisible, Problem, Refused
from eorder_platform.ids import new_id
from eorder_platform.overtaken import unless_overtaken
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import too_long
from eorder_tenants.orders.letters.scope import scopes_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import KEPT_APART
from eorder_tenants.organisation.holding import holds_within
from eorder_tenants.organisation.law import rulebook
from eorder_tenants.organisation.models import (
    DELEGABLE,
    Delegation,
    LetterKind,
    Official,
    Role,
    RoleAssignment,
    WorkUnit,
)
from eorder_tenants.organisation.proving import signing_as

DAYS_AT_MOST: Final = {
    LetterKind.ABSENT: "stand_in_days_maximum",
    LetterKind.VACANT: "vacant_office_days_maximum",
}
"""The rule that says how long a letter of each kind may last."""
ONE_AT_A_TIME: Final = "one_stand_in_at_a_time"
NUMBER_TAKEN: Final = "uq_delegation_number"


@dataclass(frozen=True)
class WantedLetter:
    """Who stands in for whom, in which role of which unit, from when until when, by which letter of the office.

    `delegator_id`: None for a vacant office. `scopes`: keys of the stages whose steps are handed over.
    `maximum_rupiah`: the most that an order may be worth, None for no limit besides the absent official's own.
    """

    kind: LetterKind
    role: Role
    work_unit_id: UUID
    delegate_id: UUID
    delegator_id: UUID | None
    first_day: date
    last_day: date
    number: str
    scopes: frozenset[str]
    maximum_rupiah: int | None = None


async def ask_letter(session: AsyncSession, actor: Actor, wanted: WantedLetter) -> Delegation:
    """Ask for a letter; who may issue it does so in the same act.

    The absent official asks for themselves; the budget user of the unit for anybody of it, and alone for a vacant
    office. ProofNeeded: who issues it so, without fresh proof of the person. NotAllowed: who only stands in themselves
    (SOD9), and everybody else. Refused beside the field: oneself, an official of another unit or without an
    appointment, an administrator or auditor, a day that is over, a longer time than the rule or the absent official's
    own appointment, an office that somebody holds (Plt), another letter about the same office in these days, no duty.
    """
    _require_a_say(actor, wanted)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    rules = await rulebook(session)
    unit = await session.get(WorkUnit, wanted.work_unit_id)
    if unit is None or not unit.active:
        raise NotVisible("Unit kerja ini tidak ditemukan.")
    office, problems = await _office(session, wanted)
    problems += _problems_with_days(wanted, office, rules, today)
    problems += await _problems_with_delegate(session, wanted, today)
    problems += _problems_with_form(wanted)
    if problems:
        raise Refused.several(problems)
    letter = Delegation(
        id=new_id(),
        number=wanted.number.strip(),
        kind=wanted.kind,
        role=wanted.role,
        work_unit_id=wanted.work_unit_id,
        delegate_id=wanted.delegate_id,
        delegator_id=office.official_id if office else None,
        appointment_id=office.id if office else None,
        appointment_role=office.role if office else None,
        duties=[name for one in scopes_of(wanted.role) if one.key in wanted.scopes for name in one.duties],
        maximum_rupiah=wanted.maximum_rupiah,
        first_day=wanted.first_day,
        last_day=wanted.last_day,
        asked_by=actor.official_id,
    )
    if may_issue(actor, wanted.work_unit_id, wanted.delegate_id):
        await signing_as(session, actor)
        letter.issued_by, letter.issued_at = actor.official_id, clock.now()
    await _write(session, letter)
    outbox.write(
        session, "orders.tell_letter", letter_id=letter.id, what="issued" if letter.issued_at else "asked"
    )
    return letter


def may_issue(actor: Actor, work_unit_id: UUID, delegate_id: UUID | None) -> bool:
    """A budget user of the unit by their own appointment, and never the one who stands in."""
    return actor.holds(Role.BUDGET_USER, work_unit_id) and actor.id != delegate_id


def _require_a_say(actor: Actor, wanted: WantedLetter) -> None:
    if wanted.role not in DELEGABLE:
        raise NotAllowed("Peran ini tidak dapat dilimpahkan dengan surat.")
    if actor.holds(Role.BUDGET_USER, wanted.work_unit_id):
        return
    if actor.id == wanted.delegator_id and actor.holds(wanted.role, wanted.work_unit_id):
        return
    if actor.serves(wanted.role, wanted.work_unit_id):
        raise NotAllowed("Anda sendiri bertindak dengan surat. Tugas itu tidak dapat dilimpahkan lagi.")
    raise NotAllowed("Surat diminta oleh pemegang tugas itu sendiri, atau oleh Pengguna Anggaran unitnya.")


async def _office(session: AsyncSession, wanted: WantedLetter) -> tuple[RoleAssignment | None, list[Problem]]:
    """The appointment that the letter hangs on: the absent official's own, which lasts longest."""
    roles = [wanted.role, *([Role.DELEGATED_BUDGET_USER] if wanted.role is Role.BUDGET_USER else [])]
    held = (
        select(RoleAssignment)
        .join(Official, Official.id == RoleAssignment.official_id)
        .where(
            Official.active,
            RoleAssignment.role.in_(roles),
            RoleAssignment.work_unit_id.is_(None) | (RoleAssignment.work_unit_id == wanted.work_unit_id),
        )
        .order_by(RoleAssignment.valid_to.desc().nulls_first(), RoleAssignment.id)
    )
    if wanted.kind is LetterKind.VACANT:
        during = holds_within(wanted.first_day, wanted.last_day)
        if await session.scalar(held.where(during, RoleAssignment.work_unit_id.is_not(None)).limit(1)):
            return None, [("kind", "Jabatan ini ada yang memegang pada masa itu. Terbitkan surat Plh.")]
        return None, []
    mine = held.where(
        RoleAssignment.official_id == wanted.delegator_id, holds_within(wanted.first_day, wanted.first_day)
    )
    found = (await session.scalars(mine.limit(1))).first()
    if found is None:
        return None, [("first_day", "Pada hari itu tugas ini tidak dipegang pejabat yang diwakili.")]
    return found, []


def _problems_with_days(
    wanted: WantedLetter, office: RoleAssignment | None, rules: RuleBook, today: date
) -> list[Problem]:
    if wanted.first_day < today:
        return [("first_day", "Surat tidak berlaku surut. Mulai paling cepat hari ini.")]
    if wanted.last_day < wanted.first_day:
        return [("last_day", "Hari terakhir mendahului hari pertama.")]
    most = rules.value(DAYS_AT_MOST[wanted.kind], on=today)
    if (wanted.last_day - wanted.first_day).days >= most:
        refusal = Refused("Paling lama %(most)s hari.", "last_day", most=most)
        return refusal.problems
    if office and office.valid_to and wanted.last_day > office.valid_to:
        refusal = Refused(
            "Penugasan yang diwakili berakhir %(day)s, jadi surat ini juga.", "last_day", day=office.valid_to
        )
        return refusal.problems
    return []


async def _problems_with_delegate(session: AsyncSession, wanted: WantedLetter, today: date) -> list[Problem]:
    if wanted.delegate_id == wanted.delegator_id:
        return [("delegate_id", "Pejabat tidak mewakili dirinya sendiri.")]
    held = list(
        await session.scalars(
            select(RoleAssignment)
            .join(Official, Official.id == RoleAssignment.official_id)
            .where(
                Official.id == wanted.delegate_id,
                Official.active,
                holds_within(today, max(today, wanted.first_day)),
            )
        )
    )
    if any(one.role in KEPT_APART for one in held):
        return [("delegate_id", "Admin daerah dan auditor tidak mewakili siapa pun dalam pesanan.")]
    if not any(one.work_unit_id in (None, wanted.work_unit_id) for one in held):
        return [("delegate_id", "Pilih pejabat yang bertugas di unit kerja ini.")]
    return []


def _problems_with_form(wanted: WantedLetter) -> list[Problem]:
    problems = list[Problem]()
    number = wanted.number.strip()
    if len(number) < 3:
        problems.append(("number", "Tulis nomor suratnya."))
    elif sentence := too_long(number, "number"):
        problems.append(("number", sentence))
    if not wanted.scopes & {one.key for one in scopes_of(wanted.role)}:
        problems.append(("scopes", "Pilih paling sedikit satu tugas."))
    if wanted.maximum_rupiah is not None and wanted.maximum_rupiah <= 0:
        problems.append(("maximum", "Batas nilai lebih dari nol, atau kosongkan."))
    return problems


async def _write(session: AsyncSession, letter: Delegation) -> None:
    """The database alone knows whether another letter was first."""
    refusals = {
        ONE_AT_A_TIME: Refused("Sudah ada surat untuk tugas ini pada masa yang beririsan.", "first_day"),
        NUMBER_TAKEN: Refused("Nomor surat ini sudah dipakai.", "number"),
    }
    async with unless_overtaken(session, refusals):
        session.add(letter)
