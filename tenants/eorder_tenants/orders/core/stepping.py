"""One step of an order: locked, seen, not outdated, allowed; then status, clock, journal and projection together."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from eorder_platform import clock, outbox
from eorder_platform.errors import NotVisible, Outdated, Refused
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Sentence, term
from eorder_platform.tenancy import Tenant
from eorder_platform.texts import fitting
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.checking import ForbiddenByDuty, case_for, role_of
from eorder_tenants.orders.core.flagging import flag_once_undone
from eorder_tenants.orders.core.loading import locked_order
from eorder_tenants.orders.core.models import Delivery, Order, OrderEvent, Status
from eorder_tenants.orders.core.parts import Billing, Case, Part, before_delivery, delivery_deadline, settle
from eorder_tenants.orders.core.steps import KEEP_RUNNING, UNTIL_DELIVERY, Step, declared
from eorder_tenants.organisation.actors import Actor, Letter
from eorder_tenants.organisation.law import deadline, rulebook
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.proving import signing_as


async def begin(
    session: AsyncSession,
    actor: Actor,
    step: Step,
    order_id: UUID,
    version: int | None,
    part_id: UUID | None = None,
    further: tuple[str, ...] = (),
) -> Case:
    """The order, locked until the transaction ends, and what the step is taken on.

    With lines, vendor's standing, unit, package and budget line, deliveries and invoices. A stranger's order:
    NotVisible. Changed since `version`: Outdated, saying by whom. Not theirs to do: NotAllowed. Not in this status:
    Conflict. What is signed without fresh proof of the person: ProofNeeded. Only the system, which saw nothing, passes
    no version. `further`: what else is asked of the order in the same round trip (loading.py).
    """
    parts = any(source.is_in_fulfilment for source in step.sources)
    order = await locked(session, actor, order_id, parts=parts, further=further)
    return await begin_on(session, actor, step, order, version, part_id)


async def begin_on(
    session: AsyncSession,
    actor: Actor,
    step: Step,
    order: Order,
    version: int | None,
    part_id: UUID | None = None,
) -> Case:
    """:func:`begin` where the order was :func:`locked` already."""
    if version is not None and order.version != version:
        raise Outdated(await _who_was_first(session, order))
    try:
        case = case_for(actor, order, step, part_id)
    except ForbiddenByDuty as refusal:
        if refusal.separates:
            flag_once_undone(session, actor, step.name, refusal)
        raise
    if step.signs or step.may_sign:
        proof = await signing_as(session, actor, "" if step.signs else step.may_sign)
        return replace(case, factor=proof.factor if proof else None)
    return case


async def locked(
    session: AsyncSession, actor: Actor, order_id: UUID, *, parts: bool = True, further: tuple[str, ...] = ()
) -> Order:
    """The order as it stands now, locked until the transaction ends; NotVisible for strangers."""
    order = await locked_order(session, actor, order_id, parts=parts, further=further)
    if order is None:
        raise NotVisible("Pesanan ini tidak ditemukan.")
    return order


WHOLE = (
    selectinload(Order.lines),
    joinedload(Order.participation),
    joinedload(Order.work_unit),
    joinedload(Order.package),
    joinedload(Order.budget_line),
)


async def finish(
    session: AsyncSession,
    actor: Actor,
    case: Case,
    step: Step,
    *,
    part: Part | None = None,
    reason: str | None = None,
    document_hash: str | None = None,
    details: dict[str, Any] | None = None,
    rules: RuleBook | None = None,
) -> Order:
    """Take the step that :func:`begin` opened: the new status with its clock and stamp, the journal, the projection.

    `part` is what the step made, where it made one (a delivery, an invoice). `rules` spares reading the law again where
    the use case has it already.
    """
    order, tenant = case.order, session.info["tenant"]
    before = Status(order.status)
    given = _reason(reason, step)
    role = role_of(actor, order, step, case.letter)
    if role == Role.COMMITMENT_OFFICER and case.letter is None and _is_as_kpa(actor, order):
        details = {**(details or {}), "as": str(Role.DELEGATED_BUDGET_USER)}
    touch(order)
    stood_at = case.status
    with session.no_autoflush:  # the row is written once, by the commit
        stands = replace(case, part=part or case.part)
        due_at = await _due_at(session, stands, step, rules)
        if stands.part is None or isinstance(stands.part, Billing):
            order.status, order.due_at = step.target, due_at
        else:
            stands.part.status, stands.part.due_at = step.target, due_at
            if step.stays:
                stands.part.calls += 1
            elif part is not None or step.target is not stood_at:
                stands.part.calls = 0
        if isinstance(stands.part, Delivery):
            stands.part.last_step, stands.part.last_step_at = step.name, clock.now()
        if step.stamp:
            setattr(order, step.stamp, clock.now())
        if Status(order.status).is_in_fulfilment:
            settle(order, tenant.zone)
        event = await write_down(
            session,
            actor,
            order,
            step,
            before=before,
            role=role,
            reason=given,
            document_hash=document_hash,
            details={**(details or {}), "rule": step.rule} if step.rule else details,
            letter=case.letter,
            part_id=stands.part.id if stands.part else None,
            factor=case.factor,
        )
        if stands.part is not None and not isinstance(stands.part, Billing):
            stands.part.event_sequence = event.sequence
    if before is Status.ISSUED or Status(order.status).is_final:
        outbox.write(session, "orders.settle_secrets", vendor_id=order.vendor_id)
    return order


def _is_as_kpa(actor: Actor, order: Order) -> bool:
    return bool(actor.as_kpa & {order.work_unit_id, None})


async def write_down(
    session: AsyncSession,
    actor: Actor,
    order: Order,
    step: Step,
    *,
    before: Status,
    role: str,
    details: dict[str, Any] | None,
    reason: str | None = None,
    document_hash: str | None = None,
    part_id: UUID | None = None,
    letter: Letter | None = None,
    factor: str | None = None,
) -> OrderEvent:
    """The entry of the journal for a step that was taken, and the jobs that show and tell of it."""
    event = await journal.append(
        session,
        actor,
        order,
        action=step.name,
        from_status=before,
        role=role,
        reason=reason,
        document_hash=document_hash,
        details=details,
        letter=letter,
        factor=factor,
    )
    outbox.write(session, "orders.project", order_id=order.id)
    outbox.write(session, "orders.tell", order_id=order.id, sequence=event.sequence, part_id=part_id)
    return event


def touch(order: Order) -> None:
    """Every change makes a new version, so that whoever looked earlier is told."""
    order.version += 1
    order.changed_at = clock.now()


async def _due_at(session: AsyncSession, case: Case, step: Step, rules: RuleBook | None) -> datetime | None:
    if step.clock is None:
        return None
    if step.clock == KEEP_RUNNING:
        return case.due_at
    tenant: Tenant = session.info["tenant"]
    if step.clock == UNTIL_DELIVERY:
        return delivery_deadline(case.order, tenant.zone)
    due_at = await deadline(session, rules or await rulebook(session), step.clock, clock.now())
    return before_delivery(due_at, case.order, tenant.zone) if step.target is Status.ISSUED else due_at


def _reason(reason: str | None, step: Step) -> str | None:
    given = (reason or "").strip()
    if step.reason and len(given) < 5:
        raise Refused("Tulis alasannya agar pihak lain memahaminya.", "reason")
    return fitting(given, "reason") or None


async def _who_was_first(session: AsyncSession, order: Order) -> str:
    last = await journal.latest(session, order.id)
    if order.status == Status.DRAFT or last is None:
        return (
            "Draf ini sudah diubah di tempat lain. Periksa isinya yang terbaru, lalu ulangi bila masih perlu."
        )
    tenant: Tenant = session.info["tenant"]
    at: time = last.at.astimezone(ZoneInfo(tenant.zone)).time()
    return Sentence(
        "Pesanan ini sudah diubah oleh %(who)s pukul %(at)s (%(what)s). "
        "Periksa keadaannya yang terbaru, lalu ulangi bila masih perlu.",
        who=last.actor_name,
        at=at,
        what=term(declared[last.action].done),
    )
