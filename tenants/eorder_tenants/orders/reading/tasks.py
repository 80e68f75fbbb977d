"""The task list (Kotak tugas): what waits for a person, of every order they may see, as one statement with plain rows.

The statement finds what stands where an awaited step of theirs begins and brings the facts that separation of duties
asks for; whether the step is theirs is asked of the same rules as everywhere (core/checking.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple
from uuid import UUID

from eorder_platform import straight
from eorder_platform.business_days import END_OF_DAY
from eorder_platform.directory.models import VendorRole
from eorder_tenants.orders.core.checking import Forbidden, is_party, may
from eorder_tenants.orders.core.models import FULFILMENT, Status
from eorder_tenants.orders.core.parts import VENDORS_TURN
from eorder_tenants.orders.core.steps import Party, Step, Subject
from eorder_tenants.orders.core.visibility import VISIBLE, sight_of
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.organisation.actors import Actor, Letter
from eorder_tenants.organisation.models import Role

TASKS_AT_MOST: Final = 300


class Task(NamedTuple):
    """An order that waits for this person: for which step on it or on which delivery, since when and until when.

    `delivery` is its number where the order has several; `letter`: by which it is theirs, where it is another's.
    """

    order_id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    gross_rupiah: int
    status: Status
    step: Step
    delivery: int | None
    since: datetime
    until: datetime | None
    letter: Letter | None = None


async def tasks_of(session: straight.Reads, actor: Actor) -> list[Task]:
    """What waits for this very person in this region, the nearest deadline first, then what waits longest.

    Orders that separation of duties keeps from them are not their tasks, although their role is asked for.
    """
    return [
        _task(one, step, letter)
        for one in await _waiting_for(session, actor)
        for step, letter in _steps_for(actor, one)
    ]


async def tasks_by_letter(
    session: straight.Reads, office: Actor, delegate: Actor, letter: Letter
) -> list[tuple[Task, Actor | Forbidden]]:
    """What waits for an office now, each with what the letter would make of it in the hands of that person."""
    by_letter = replace(delegate, appointments=frozenset(), letters=(letter,))
    return [
        (_task(one, step, letter), may(by_letter, one, one, step))
        for one in await _waiting_for(session, office)
        for step in _awaited()[one.subject, one.status]
        if is_party(office, one, step, one.calls) and is_party(by_letter, one, step, one.calls)
    ]


async def _waiting_for(session: straight.Reads, actor: Actor) -> "list[_Waiting]":
    """What stands where an awaited step of their roles or letters begins."""
    wanted, tenant = list(_wanted(actor)), session.info["tenant"]
    if not wanted:
        return []
    found = await straight.rows(
        session,
        _statement(tuple(sorted({subject for subject, *_ in wanted}))),
        TASKS_AT_MOST,
        *sight_of(actor),
        *map(list, zip(*wanted, strict=True)),
        tenant.zone,
    )
    return [_Waiting(*row) for row in found]


class _Waiting(NamedTuple):
    """An order or a part of one where it waits: a row of the statement, for the rules what a Case is."""

    order_id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    gross_rupiah: int
    changed_at: datetime
    work_unit_id: UUID
    vendor_id: UUID
    drafted_by: UUID
    approvers: Sequence[UUID]
    merged_receipt_maximum: int
    cancellation_side: str | None
    members: Sequence[str] | None
    subject: Subject
    status: Status
    due_at: datetime | None
    sequence: int | None
    calls: int
    payment_requesters: Sequence[UUID] | None
    payment_approvers: Sequence[UUID] | None
    inspectors: Sequence[UUID] | None
    receivers: Sequence[UUID] | None
    payers: Sequence[UUID] | None

    @property
    def payee(self) -> Mapping[str, Any]:
        return {"member_account_ids": self.members or ()}

    @property
    def lacks_money(self) -> bool:
        """To find the money is the task of whoever would ask for it: the order's page leads on."""
        return False

    @property
    def approved_by(self) -> frozenset[UUID]:
        return frozenset(self.approvers)

    @property
    def payment_requested_by(self) -> frozenset[UUID]:
        return frozenset(self.payment_requesters or ())

    @property
    def payment_approved_by(self) -> frozenset[UUID]:
        return frozenset(self.payment_approvers or ())

    @property
    def inspected_by(self) -> frozenset[UUID]:
        return frozenset(self.inspectors or ())

    @property
    def handed_over_by(self) -> frozenset[UUID]:
        return frozenset(self.receivers or ())

    @property
    def paid_by(self) -> frozenset[UUID]:
        return frozenset(self.payers or ())


@lru_cache(maxsize=1)
def _awaited() -> dict[tuple[str, str], list[Step]]:
    """The steps that somebody waits for, by what they are taken on and where that stands, in the order of the way."""
    found: dict[tuple[str, str], list[Step]] = {}
    for step in steps():
        for source in step.sources if step.awaited else ():
            found.setdefault((step.subject, source), []).append(step)
    return found


def _steps_for(actor: Actor, waiting: _Waiting) -> Iterator[tuple[Step, Letter | None]]:
    for step in _awaited()[waiting.subject, waiting.status]:
        if is_party(actor, waiting, step, waiting.calls):
            found = may(actor, waiting, waiting, step)
            if not isinstance(found, Forbidden):
                yield step, found.letter


def _task(waiting: _Waiting, step: Step, letter: Letter | None) -> Task:
    return Task(
        order_id=waiting.order_id,
        number=waiting.number,
        title=waiting.title,
        vendor_name=waiting.vendor_name,
        work_unit_name=waiting.work_unit_name,
        gross_rupiah=waiting.gross_rupiah,
        status=Status(waiting.status),
        step=step,
        delivery=waiting.sequence,
        since=waiting.changed_at,
        until=waiting.due_at,
        letter=letter,
    )


def _wanted(actor: Actor) -> Iterator[tuple[str, str, UUID | None, bool]]:
    """What of which status waits for this actor by role, in which unit, and whether only once the clock has called.

    None stands for all units.
    """
    for (subject, status), awaited in _awaited().items():
        at_once = _units(actor, [party for step in awaited for party in step.by])
        called = _units(actor, [party for step in awaited for party in step.later])
        for unit in {None} if None in at_once else at_once:
            yield subject, status, unit, False
        for unit in set() if None in at_once else called - at_once:
            yield subject, status, unit, True


def _units(actor: Actor, parties: Sequence[Party]) -> set[UUID | None]:
    units: set[UUID | None] = set()
    for party in parties:
        if isinstance(party, Role):
            held = actor.units(party)
            units |= {None} if held is None else held
            units |= {letter.work_unit_id for letter in actor.letters if letter.role is party}
        elif isinstance(party, VendorRole) and actor.vendor_id and actor.vendor_role == party:
            units.add(None)
    return units


@lru_cache(maxsize=16)
def _statement(subjects: tuple[str, ...]) -> str:
    """Each row is one order or part: what is wanted names a status for one unit or for all, never both."""
    return f"""
with wanted as (
    select w.subject, w.status, w.unit, w.called
    from unnest($7::text[], $8::text[], $9::uuid[], $10::boolean[]) as w (subject, status, unit, called)
),
office as (select $11::text as zone),
part as ({" union all ".join(_PARTS[Subject(one)] for one in subjects)})
select o.id, o.number, o.title, o.vendor_name, u.name, o.gross_rupiah, o.changed_at,
    o.work_unit_id, o.vendor_id, o.drafted_by,
    array_remove(array[o.approved_by, o.approved_for], null), o.merged_receipt_maximum, o.cancellation_side,
    p.payee -> 'member_account_ids', part.subject, part.status, part.due_at, part.sequence, part.calls,
    part.requested, part.approved, signed.inspected_by, signed.handed_over_by, payers.paid_by
from part
join orders o on o.id = part.order_id
join work_unit u on u.id = o.work_unit_id
join vendor_participation p on p.vendor_id = o.vendor_id
left join lateral (
    select array_agg(one.by_hand) filter (where one.of = 'i' and one.by_hand is not null) as inspected_by,
        array_agg(one.by_hand) filter (where one.of = 'h' and one.by_hand is not null) as handed_over_by
    from delivery d
    left join inspection i on i.delivery_id = d.id and i.contested_at is null
    left join handover h on h.delivery_id = d.id,
    lateral (values ('i', i.inspected_by), ('i', i.inspected_for), ('h', h.handed_over_by), ('h', h.handed_over_for))
        as one (of, by_hand)
    where d.order_id = o.id
) signed on true
left join lateral (
    select array_agg(person) filter (where person is not null) as paid_by
    from invoice i left join payment y on y.invoice_id = i.id,
    unnest(array[i.requested_by, i.requested_for, y.paid_by, y.paid_for]) as person
    where i.order_id = o.id
) payers on true
where (part.unit is null or part.unit = o.work_unit_id) and (part.calls > 0 or not part.called) and {VISIBLE}
order by part.due_at nulls last, o.changed_at, o.id, part.sequence
limit $1
"""


_BILLABLE: Final = ", ".join(f"'{one}'" for one in FULFILMENT if one.place <= Status.HANDED_OVER.place)
"""Where an order may stand that has something to bill: it stands where its hindmost part does."""
_TO_COME: Final = ", ".join(f"'{one}'" for one in VENDORS_TURN)
_PARTS: Final[dict[Subject, str]] = {
    # the row of an order says the nearest deadline of all its parts; what is still to come has its own (parts.Case)
    Subject.ORDER: f"""
    select w.subject, w.unit, w.called, o.id as order_id, null::uuid as id, o.status,
        case when o.status in ({_TO_COME})
            then coalesce(o.warned_until, (o.delivery_due_on + time '{END_OF_DAY}') at time zone office.zone)
            else o.due_at end as due_at,
        null::integer as sequence, o.warnings as calls, null::uuid[] as requested, null::uuid[] as approved
    from office, wanted w join orders o on o.status = w.status and (w.unit is null or o.work_unit_id = w.unit)
    where w.subject = 'order'
    """,
    Subject.DELIVERY: """
    select w.subject, w.unit, w.called, d.order_id, d.id, d.status, d.due_at,
        case when exists (select from delivery other where other.order_id = d.order_id and other.id <> d.id)
            then d.sequence end as sequence,
        d.calls, null::uuid[] as requested, null::uuid[] as approved
    from wanted w join delivery d on d.status = w.status
    where w.subject = 'delivery'
    """,
    Subject.INVOICE: """
    select w.subject, w.unit, w.called, i.order_id, i.id, i.status, i.due_at, null::integer as sequence, i.calls,
        array_remove(array[i.requested_by, i.requested_for], null) as requested,
        array_remove(array[i.approved_by, i.approved_for], null) as approved
    from wanted w join invoice i on i.status = w.status
    where w.subject = 'invoice'
    """,
    # as parts.billing_of says: what was never billed, and what the first invoice that was sent back billed
    Subject.BILLING: f"""
    select w.subject, w.unit, w.called, o.id as order_id, back.id, w.status,
        min(least(case when h.invoice_id is null then d.due_at end, back.due_at)) as due_at,
        null::integer as sequence, 0 as calls, null::uuid[] as requested, null::uuid[] as approved
    from wanted w
    join orders o on o.status in ({_BILLABLE}) and (w.unit is null or o.work_unit_id = w.unit)
    join handover h on h.order_id = o.id
    join delivery d on d.id = h.delivery_id
    left join lateral (
        select i.id, i.due_at from invoice i
        where i.order_id = o.id and i.status = 'handed_over' order by i.id limit 1
    ) back on true
    where w.subject = 'billing' and (h.invoice_id is null or h.invoice_id = back.id)
    group by w.subject, w.unit, w.called, w.status, o.id, back.id
    """,
}
