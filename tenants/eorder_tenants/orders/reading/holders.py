"""In whose hands an order is, who comes after them, how they are reached, and what happens where nobody does anything.

All of it follows from the lifecycle: the awaited steps of where the order and its parts stand, and of where those lead.
Ask for the order itself first (queries.order_for): it may not be visible.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import clock, straight
from eorder_platform.directory.models import VendorRole
from eorder_platform.rules import Rule, RuleBook
from eorder_platform.sentences import Sentence
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.checking import why_not
from eorder_tenants.orders.core.models import Order
from eorder_tenants.orders.core.parts import VENDORS_TURN, Case, cases_of
from eorder_tenants.orders.core.steps import KEEP_RUNNING, UNTIL_DELIVERY, Party, Step
from eorder_tenants.orders.fulfilling.inspecting import INSPECT
from eorder_tenants.orders.lifecycle import steps, steps_from
from eorder_tenants.orders.reading.choices import step_of_the_clock
from eorder_tenants.organisation.actors import (
    KPA_AS_PPK,
    LETTERS_THAT_HOLD,
    NO_LETTER,
    OF_LETTER,
    Actor,
    Letter,
    as_budget_users,
    letter_of,
)
from eorder_tenants.organisation.holding import HOLDS_IN_SQL
from eorder_tenants.organisation.models import Role

TURNS_AHEAD: Final = 2
KEPT_OUT: Final = (Role.TENANT_ADMIN, Role.AUDITOR)
"""Who holds one of these has no hand in orders, so it must be known of everybody (approvals/duties.py)."""


@dataclass(frozen=True)
class Reachable(Actor):
    """Somebody who has a hand in an order, with their telephone at the office, their unit's, or their business's."""

    phone: str = ""


@dataclass(frozen=True)
class Holder:
    """Whose turn it is or will be: the step, and who may take it (officials of the unit, or the vendor's owner).

    `now`: the order waits for it, `until` then. Of a later turn `days` is the rule that says how long it may last.
    """

    step: Step
    party: Party
    people: tuple[Reachable, ...]
    now: bool
    until: datetime | None = None
    days: Rule | None = None


@dataclass(frozen=True)
class Hands:
    """`turns`: everybody whose turn it is, then the two turns that follow the one furthest along.

    `receivers`: who may take the goods in. Both are empty at the end of the way.
    """

    turns: list[Holder]
    receivers: list[Reachable]


async def hands_of(session: straight.Reads, order: Order, rules: RuleBook) -> Hands:
    """In whose hands the order is; its parts must be loaded.

    Duties are minded: nobody is named whom separation of duties keeps from the step.
    """
    waiting = _waiting(order)
    if not waiting:
        return Hands([], [])
    last, case = waiting[-1]
    later = list(_later(last, {step for step, _ in waiting}))
    asked = [step for step, _ in waiting] + [step for step, _ in later]
    parties = {party for step in asked for party in (*step.by, *step.later)}
    officials = await officials_for(session, order, parties | {Role.RECEIVER})
    tenant: Tenant = session.info["tenant"]
    today, found = clock.today(tenant.zone), list[Holder]()
    for step, one in waiting:
        found.append(Holder(step, *_people(step, one, officials), now=True, until=one.due_at))
    for step, clock_name in later:
        days = rules.rule(clock_name, on=today) if clock_name else None
        found.append(Holder(step, *_people(step, case, officials), now=False, days=days))
    return Hands(found, _receivers(order, officials))


def if_idle(case: Case, rules: RuleBook) -> Sentence | None:
    """What follows where nobody does anything until the deadline; None where none runs."""
    if case.due_at is None or case.order.delivery_due_on is None:
        return None
    follows = step_of_the_clock(case)
    if follows and follows.warning:
        return Sentence(follows.warning)
    if case.status not in VENDORS_TURN:
        return None
    if case.order.warnings:
        return Sentence("Setelah itu PPK dapat mengakhiri pesanan; denda terus berjalan.")
    permil = rules.value("late_penalty_permil", on=case.order.delivery_due_on)
    text = (
        "Setelah itu Anda ditegur dan denda %(permil)s/1000 sehari berjalan, "
        "dari harga barang yang terlambat saja."
    )
    return Sentence(text, permil=permil)


def _waiting(order: Order) -> list[tuple[Step, Case]]:
    """The awaited steps, in the order of the way, each with the most urgent of what it waits on."""
    found = []
    for step in steps():
        if step.awaited:
            cases = [one for one in cases_of(order, step.subject) if one.status in step.sources]
            if cases:
                found.append((step, min(cases, key=lambda one: (one.due_at is None, one.due_at))))
    return found


def _later(step: Step, waiting: set[Step]) -> Iterable[tuple[Step, str | None]]:
    """The awaited steps that follow, each with the rule of its clock; where the same side goes on, its first alone."""
    left = TURNS_AHEAD
    while left:
        before, following = step, next((one for one in steps_from(step.target) if one.awaited), None)
        if following is None or following in waiting:
            return
        if _side(following) != _side(before):
            left -= 1
            ruled = before.clock not in (UNTIL_DELIVERY, KEEP_RUNNING)
            yield following, before.clock if ruled else None
        step = following


def _side(step: Step) -> frozenset[str]:
    """Who takes it, all of a vendor's members being one."""
    return frozenset("vendor" if isinstance(party, VendorRole) else str(party) for party in step.by)


def _receivers(order: Order, officials: list[Reachable]) -> list[Reachable]:
    duties = INSPECT.duties
    return [
        one
        for one in officials
        if one.holds(Role.RECEIVER) and all(duty(one, Case(order)) is None for duty in duties)
    ]


async def officials_for(session: straight.Reads, order: Order, parties: set[Party]) -> list[Reachable]:
    """The officials who hold one of these roles for the order's unit today, or stand in for one who does, by name."""
    roles = [party for party in parties if isinstance(party, Role)]
    if set(roles) & {Role.BUDGET_USER, Role.COMMITMENT_OFFICER}:
        roles.append(Role.DELEGATED_BUDGET_USER)
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    rows = await straight.rows(
        session, _OFFICIALS, [*roles, *KEPT_OUT], order.work_unit_id, today, clock.now()
    )
    held: dict[tuple[UUID, str, str], list[tuple[Role, UUID | None]]] = {}
    letters: dict[UUID, list[Letter]] = {}
    by_rule = bool(rows) and rows[0]["kpa_as_ppk"]
    for one in rows:
        appointed = held.setdefault((one["id"], one["name"], one["phone"]), [])
        if one["letter_id"] is None:
            appointed.append((Role(one["role"]), one["work_unit_id"]))
        else:
            letters.setdefault(one["id"], []).append(letter_of(one, ZoneInfo(tenant.zone)))
    found = list[Reachable]()
    for (official_id, name, phone), own in held.items():
        appointments, as_kpa = as_budget_users(own, by_rule=by_rule)
        stands_in = tuple(letters.get(official_id, ()))
        found.append(
            Reachable(official_id, name, appointments, letters=stands_in, as_kpa=as_kpa, phone=phone)
        )
    return found


_REACHED: Final = (
    "coalesce(nullif(o.phone, ''), (select u.phone from work_unit u where u.id = $2), '') as phone"
)
_OFFICIALS: Final = f"""
select o.id, o.name, {_REACHED}, a.role, a.work_unit_id, {KPA_AS_PPK.format(day="$3")} as kpa_as_ppk, {NO_LETTER}
from official o join role_assignment a on a.official_id = o.id
where o.active and a.role = any($1) and {HOLDS_IN_SQL.format(day="$3")}
    and (a.work_unit_id is null or a.work_unit_id = $2 or a.role in ({", ".join(f"'{one}'" for one in KEPT_OUT)}))
union all
select o.id, o.name, {_REACHED}, l.role, l.work_unit_id, {KPA_AS_PPK.format(day="$3")}, {OF_LETTER}
from delegation l join official o on o.id = l.delegate_id left join official absent on absent.id = l.delegator_id
where o.active and l.work_unit_id = $2 and l.role = any($1) and {LETTERS_THAT_HOLD.format(day="$3", now="$4")}
order by name, id
"""


def _people(step: Step, case: Case, officials: list[Reachable]) -> tuple[Party, tuple[Reachable, ...]]:
    """The first party to the step in which somebody may take it, by appointment or by letter."""
    order = case.order
    for party in step.parties(case.calls):
        if isinstance(party, VendorRole):
            payee = order.participation.payee
            owner = payee.get("owner_name") or order.vendor_name
            vendor = {"vendor_id": order.vendor_id, "vendor_role": party, "phone": payee.get("phone", "")}
            able = [Reachable(order.vendor_id, owner, **vendor)]
        else:
            able = [
                one for one in officials if isinstance(party, Role) and serves_at(one, party, order, step)
            ]
        people = tuple(one for one in able if why_not(one, case, step) is None)
        if people:
            return party, people
    return step.by[0], ()


def serves_at(person: Actor, role: Role, order: Order, step: Step) -> bool:
    """Do they hold that role for the order's unit, or a letter that covers the step in it?"""
    return person.holds(role, order.work_unit_id) or any(
        letter.covers(role, order.work_unit_id, step.name) for letter in person.letters
    )
