"""Who acts: an official with appointments, a vendor's member, or the system. Use cases take an Actor and ask it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import clock, straight
from eorder_platform.errors import NotAllowed
from eorder_platform.identity.proving import Proof
from eorder_platform.tenancy import Tenant
from eorder_tenants.organisation.holding import HOLDS_IN_SQL
from eorder_tenants.organisation.models import LetterKind, Role

VENDOR = "vendor"
SYSTEM = "system"


@dataclass(frozen=True)
class Letter:
    """A letter that holds now, by which somebody stands in: for whom (None: the office is vacant), and in what.

    `since` is the first day on which it gives them anything: its own, or the one on which it was issued.
    """

    id: UUID
    number: str
    kind: LetterKind
    role: Role
    work_unit_id: UUID
    delegator_id: UUID | None
    delegator_name: str
    duties: frozenset[str]
    maximum_rupiah: int | None
    since: date
    until: date

    def covers(self, role: object, work_unit_id: UUID, step: str) -> bool:
        """Does it hand over that step of that role, in that unit?"""
        return self.role is role and self.work_unit_id == work_unit_id and step in self.duties


@dataclass(frozen=True)
class Actor:
    """A person in this region (or the system), with what the database says now of their appointments.

    `appointments` pairs a role with the work unit it holds for, or None for the whole region. `letters`: by which they
    may stand in for others; `letter`: by which of them they act. `as_kpa`: the units in which they are commitment
    officer because the region lets its KPA be (rule `kpa_as_ppk`). `proof`: the factor stronger than a password that
    they showed last (proving.py asks for a fresh one).
    """

    id: UUID | None
    name: str
    appointments: frozenset[tuple[Role, UUID | None]] = frozenset()
    vendor_id: UUID | None = None
    vendor_role: str | None = None
    letters: tuple[Letter, ...] = ()
    letter: Letter | None = None
    as_kpa: frozenset[UUID | None] = frozenset()
    proof: Proof | None = None

    def holds(self, role: Role, work_unit_id: UUID | None = None) -> bool:
        """Do they hold that role, for that unit or for the whole region? Without a unit: anywhere at all."""
        return any(
            held is role and (work_unit_id is None or unit is None or unit == work_unit_id)
            for held, unit in self.appointments
        )

    def units(self, role: Role) -> frozenset[UUID] | None:
        """The units for which they hold a role; None stands for all of them."""
        held = {unit for one, unit in self.appointments if one is role}
        return None if None in held else frozenset(unit for unit in held if unit is not None)

    def serves(self, role: Role, work_unit_id: UUID | None = None) -> bool:
        """Do they hold that role, or stand in for somebody who does? What they may *do* is asked step by step."""
        return self.holds(role, work_unit_id) or any(
            one.role is role and work_unit_id in (None, one.work_unit_id) for one in self.letters
        )

    @property
    def acts_for(self) -> UUID | None:
        """Whom they stand in for while they act by a letter."""
        return self.letter.delegator_id if self.letter else None

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, _ in self.appointments)

    @property
    def official_id(self) -> UUID:
        """His id as an official; refused for anybody else."""
        if self.id is None or self.vendor_id is not None or not self.appointments:
            raise NotAllowed("Tindakan ini hanya untuk pejabat yang memiliki penugasan di daerah ini.")
        return self.id


def vendor_actor(
    account_id: UUID, name: str, vendor_id: UUID, vendor_role: str, proof: Proof | None = None
) -> Actor:
    """A vendor's member, whose membership the national schema has confirmed."""
    return Actor(account_id, name, vendor_id=vendor_id, vendor_role=vendor_role, proof=proof)


SYSTEM_ACTOR = Actor(None, "Sistem")


async def actor_for(session: straight.Reads, account_id: UUID, proof: Proof | None = None) -> Actor:
    """The official behind an account: appointments valid on today's date in the region's zone, letters valid now.

    A letter needs more than its own days: that its person still holds an appointment of their own, and that whoever
    they stand in for is still what the letter says. What ended a second ago is not found.
    """
    tenant: Tenant = session.info["tenant"]
    found = await straight.rows(session, _HOLDS, account_id, clock.today(tenant.zone), clock.now())
    zone = ZoneInfo(tenant.zone)
    own = [(Role(one["role"]), one["work_unit_id"]) for one in found if one["letter_id"] is None]
    letters = [letter_of(one, zone) for one in found if one["letter_id"] is not None]
    by_rule = bool(found) and found[0]["kpa_as_ppk"]
    appointments, as_kpa = as_budget_users(own, by_rule=by_rule)
    return Actor(
        account_id,
        found[0]["name"] if found else "",
        appointments,
        letters=tuple(letters) if own else (),
        as_kpa=as_kpa,
        proof=proof,
    )


def as_budget_users(
    held: Iterable[tuple[Role, UUID | None]], *, by_rule: bool
) -> tuple[frozenset[tuple[Role, UUID | None]], frozenset[UUID | None]]:
    """Appointments with what a KPA is by being one: budget user, and commitment officer where the region says so.

    Second, the units in which they are that by the rule alone (domain.md 1.1: under APBD a KPA may double as PPK).
    """
    own = frozenset(held)
    units = frozenset(unit for role, unit in own if role is Role.DELEGATED_BUDGET_USER)
    found = own | {(Role.BUDGET_USER, unit) for unit in units}
    if not by_rule:
        return found, frozenset()
    as_ppk = frozenset((Role.COMMITMENT_OFFICER, unit) for unit in units) - own
    return found | as_ppk, frozenset(unit for _, unit in as_ppk)


def letter_of(row: Mapping[str, Any], zone: ZoneInfo) -> Letter:
    """The letter in a row that has the columns of :data:`OF_LETTER`."""
    return Letter(
        id=row["letter_id"],
        number=row["number"],
        kind=LetterKind(row["kind"]),
        role=Role(row["role"]),
        work_unit_id=row["work_unit_id"],
        delegator_id=row["delegator_id"],
        delegator_name=row["delegator_name"] or "",
        duties=frozenset(row["duties"]),
        maximum_rupiah=row["maximum_rupiah"],
        since=max(row["first_day"], row["issued_at"].astimezone(zone).date()),
        until=row["last_day"],
    )


KPA_RULE: Final = "kpa_as_ppk"
KPA_AS_PPK: Final = f"""coalesce(
    (select value from rule_override r where r.key = '{KPA_RULE}' and r.withdrawn_on is null and r.valid_from <= {{day}}
        and (r.valid_to is null or r.valid_to >= {{day}}) order by r.valid_from desc limit 1),
    (select value from nusantara.rule r where r.key = '{KPA_RULE}' and r.valid_from <= {{day}}
        and (r.valid_to is null or r.valid_to >= {{day}}) order by r.valid_from desc limit 1), 0) = 1"""
"""Whether this region lets its KPA act as commitment officer on that day: a rule, asked without the whole book."""
LETTERS_THAT_HOLD: Final = (
    """
    l.issued_at <= {now} and (l.ended_at is null or l.ended_at > {now}) and l.first_day <= {day} and l.last_day >= {day}
    and (l.delegator_id is null or exists (
        select from official absent join role_assignment a on a.official_id = absent.id
        where absent.id = l.delegator_id and absent.active and a.id = l.appointment_id
            and """
    + HOLDS_IN_SQL
    + "))"
)
"""Of the letter `l`: it gives its person something at that moment of that day, as far as the others in it go."""
NO_LETTER: Final = """
    null::uuid as letter_id, null as number, null as kind, null::uuid as delegator_id, null as delegator_name,
    null::text[] as duties, null::bigint as maximum_rupiah, null::date as first_day, null::date as last_day,
    null::timestamptz as issued_at"""
OF_LETTER: Final = """
    l.id, l.number, l.kind, l.delegator_id, absent.name, l.duties, l.maximum_rupiah, l.first_day, l.last_day,
    l.issued_at"""
"""The columns from which :func:`letter_of` makes a letter, and their place where a row is an appointment."""
_HOLDS: Final = f"""
select o.name, a.role, a.work_unit_id, {KPA_AS_PPK.format(day="$2")} as kpa_as_ppk, {NO_LETTER}
from official o join role_assignment a on a.official_id = o.id
where o.id = $1 and o.active and {HOLDS_IN_SQL.format(day="$2")}
union all
select o.name, l.role, l.work_unit_id, false, {OF_LETTER}
from delegation l join official o on o.id = l.delegate_id left join official absent on absent.id = l.delegator_id
where l.delegate_id = $1 and o.active and {LETTERS_THAT_HOLD.format(day="$2", now="$3")}
order by letter_id nulls first
"""
