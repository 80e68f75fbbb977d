"""One step of an order: locked, seen, not outdated, allowed; then status, clock, journal and projection together."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from eorder_platform import clock, outbox
from eorder_platform.business_days import END_OF_OFFICE
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Sentence, term
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import journal
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.visibility import visible_to
from eorder_tenants.orders.lifecycle import KEEP_RUNNING, UNTIL_DELIVERY, Action, Transition, check, role_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.law import deadline, rulebook

LONGEST_REASON = 1000


async def begin(
    session: AsyncSession, actor: Actor, action: Action, order_id: UUID, version: int | None
) -> Order:
    """The order, locked until the transaction ends, for a step that this actor may take on what he saw.

    With lines, vendor's standing, unit, package and budget line. A stranger's order: NotVisible. Changed since
    `version`: Conflict, saying by whom. Not his to do: NotAllowed. Not in this status: Conflict. Only the system,
    which saw nothing, passes no version.
    """
    order = await locked(session, actor, order_id)
    if version is not None and order.version != version:
        raise Conflict(await _who_was_first(session, order))
    check(actor, order, action)
    return order


async def locked(session: AsyncSession, actor: Actor, order_id: UUID) -> Order:
    """The order as it stands now, locked until the transaction ends; NotVisible for strangers."""
    order = (
        await session.scalars(
            select(Order)
            .where(Order.id == order_id, visible_to(actor))
            .options(*WHOLE)
            .with_for_update(of=Order)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
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
    order: Order,
    action: Action,
    *,
    reason: str | None = None,
    document_hash: str | None = None,
    details: dict[str, Any] | None = None,
    rules: RuleBook | None = None,
) -> Order:
    """Take the step that :func:`begin` opened: the new status with its clock and stamp, the journal, the projection.

    `rules` spares reading the law again where the use case has it already.
    """
    transition = check(actor, order, action)
    said = _reason(reason, transition)
    role = role_of(actor, order, transition)
    order.status = transition.target
    if transition.stamp:
        setattr(order, transition.stamp, clock.now())
    touch(order)
    with session.no_autoflush:  # the row is written once, by the commit
        order.due_at = await _due_at(session, order, transition, rules)
        await journal.append(
            session,
            actor,
            order,
            action=action,
            from_status=transition.source,
            role=role,
            reason=said,
            document_hash=document_hash,
            details=details,
        )
    outbox.write(session, "orders.project", order_id=order.id)
    return order


def touch(order: Order) -> None:
    """Every change makes a new version, so that whoever looked earlier is told."""
    order.version += 1
    order.changed_at = clock.now()


async def _due_at(
    session: AsyncSession, order: Order, transition: Transition, rules: RuleBook | None
) -> datetime | None:
    if transition.clock is None:
        return None
    if transition.clock == KEEP_RUNNING:
        return order.due_at
    tenant: Tenant = session.info["tenant"]
    if transition.clock == UNTIL_DELIVERY:
        assert order.delivery_due_on
        return datetime.combine(order.delivery_due_on, END_OF_OFFICE, ZoneInfo(tenant.zone)).astimezone(UTC)
    rules = rules or await rulebook(session)
    rule = rules.rule(transition.clock, on=clock.today(tenant.zone))
    return await deadline(session, rule, clock.now())


def _reason(reason: str | None, transition: Transition) -> str | None:
    said = (reason or "").strip()
    if transition.reason and len(said) < 5:
        raise Refused("Tulis alasannya agar pihak lain memahaminya.", "reason")
    if len(said) > LONGEST_REASON:
        raise Refused("Alasan paling panjang %(most)s huruf.", "reason", most=LONGEST_REASON)
    return said or None


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
        what=term(Action(last.action).done),
    )
