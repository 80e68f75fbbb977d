"""The year closes: what was handed over and can no longer be paid from its line goes to the list of carried payables.

Each order is a transaction of its own, as its deadlines are (expiring.py). Whether anything of it is carried is asked
under its lock, so that a payment request of the last minute and the closing never both happen.
"""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, straight
from eorder_platform.rules import RuleBook
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core import stepping
from eorder_tenants.orders.core.carrying import carry, cause_on
from eorder_tenants.orders.core.fiscal_year import LAST_PAYMENT_REQUEST, last_day
from eorder_tenants.orders.core.models import Handover, Invoice, Order, Status, WhyCarried
from eorder_tenants.orders.core.parts import UNPAID, handed_over_on, load_parts, settle
from eorder_tenants.orders.paying.funding import CARRY
from eorder_tenants.organisation.actors import SYSTEM, SYSTEM_ACTOR
from eorder_tenants.organisation.due import Due
from eorder_tenants.organisation.law import deadline, rulebook


async def orders_to_close(session: AsyncSession) -> list[Due]:
    """Every order of which something was handed over, is unpaid, and may have to be carried."""
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    year = today.year if today > last_day(rules, LAST_PAYMENT_REQUEST, today.year) else today.year - 1
    asked = today.year - 1
    approved = today.year - 1 if _window_is_over(rules, today) else today.year - 2
    found = await straight.rows(session, _UNPAID, year, asked, approved, list(UNPAID))
    return [Due(order_id, number) for order_id, number in found]


async def close_year(session: AsyncSession, order_id: UUID) -> WhyCarried | None:
    """Carry what of this order its year cannot pay any more, and tell why; None where nothing (more) is."""
    found = (
        select(Order)
        .where(Order.id == order_id)
        .options(*stepping.WHOLE)
        .with_for_update(of=Order, skip_locked=True)
        .execution_options(populate_existing=True)
    )
    order = (await session.scalars(found)).one_or_none()
    if order is None:
        return None
    await load_parts(session, order)
    tenant: Tenant = session.info["tenant"]
    rules, today = await rulebook(session), clock.today(tenant.zone)
    causes = [
        (one, cause)
        for one in (delivery.handover for delivery in order.deliveries)
        if one and (cause := cause_on(order, one, rules, today, handed_over_on(one, tenant)))
    ]
    if not causes:
        return None
    with session.no_autoflush:
        await carry(session, SYSTEM_ACTOR, order, CARRY, causes)
        before = Status(order.status)
        for invoice in _asked_for(order, [one for one, _ in causes]):
            invoice.status, invoice.calls = CARRY.target, 0
            invoice.due_at = await deadline(session, rules, "invoice_check_days", clock.now())
            invoice.requested_by = invoice.approved_by = invoice.requested_at = invoice.approved_at = None
            invoice.requested_for = invoice.approved_for = None
            invoice.event_sequence = order.next_event
        stepping.touch(order)
        settle(order, tenant.zone)
        details = {"carried": str(causes[0][1]), "rule": LAST_PAYMENT_REQUEST}
        await stepping.write_down(
            session, SYSTEM_ACTOR, order, CARRY, before=before, role=SYSTEM, details=details
        )
    return causes[0][1]


def _asked_for(order: Order, handovers: list[Handover]) -> list[Invoice]:
    """The invoices of these that had been asked for or approved already: they are asked for anew."""
    ids = {one.invoice_id for one in handovers}
    beyond = (Status.PAYMENT_REQUESTED, Status.PAYMENT_APPROVED)
    return [one for one in order.invoices if one.id in ids and one.status in beyond]


def _window_is_over(rules: RuleBook, today: date) -> bool:
    """May no payment of last year be recorded any more?"""
    return (today - today.replace(month=1, day=1)).days >= rules.value("backdating_days", on=today)


_UNPAID: Final = """
select distinct o.id, o.number from handover h join orders o on o.id = h.order_id
join budget_line own on own.id = o.budget_line_id
left join invoice i on i.id = h.invoice_id
left join payment p on p.invoice_id = i.id
left join lateral (
    select c.new_fiscal_year, true as carried from carried_payable c where c.handover_id = h.id
    order by c.fiscal_year desc limit 1
) c on true
where o.status = any($4) and p.id is null and h.gross_rupiah > 0
    and (c.carried is null or c.new_fiscal_year is not null)
    and coalesce(c.new_fiscal_year, own.fiscal_year) <= case i.status
        when 'payment_requested' then $2::integer when 'payment_approved' then $3::integer else $1::integer end
order by o.id
"""
