"""What a year's budget line cannot pay any more is carried to the next (utang belanja), with cause and old line.

Written in the transaction in which it becomes so: at a handover dated in a later year, and once the year's last day for
payment requests has passed. The old line gets its commitment back; one of a later year takes it on (paying/funding.py).
"""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.rules import RuleBook
from eorder_platform.sentences import Rupiah, Sentence, term
from eorder_tenants.budgets import ledger
from eorder_tenants.budgets.ledger import Draw
from eorder_tenants.orders.core.budget import cause_of
from eorder_tenants.orders.core.fiscal_year import LAST_PAYMENT_REQUEST, last_day
from eorder_tenants.orders.core.models import CarriedPayable, Handover, Invoice, Order, Status, WhyCarried
from eorder_tenants.orders.core.parts import own_source, payable_of, source_of
from eorder_tenants.orders.core.steps import Step
from eorder_tenants.organisation.actors import Actor


async def carry(
    session: AsyncSession,
    actor: Actor,
    order: Order,
    step: Step,
    handovers: Sequence[tuple[Handover, WhyCarried]],
) -> None:
    """Put these on the list of carried payables, and give what their lines had bound for them back.

    The order's own line gives back what the order no longer costs as well, in the same movement. The caller finishes
    the step afterwards: its entry in the journal tells of it.
    """
    unused = order.budget_rupiah - order.gross_rupiah
    amounts = {own_source(order): unused} if unused else {}
    await session.flush()  # what is carried points to its handover
    for handover, cause in handovers:
        source = source_of(order, handover)
        assert source
        amounts[source] = amounts.get(source, 0) + handover.gross_rupiah
        if payable_of(order, handover) is None:
            order.carried_rupiah += handover.gross_rupiah
        payable = CarriedPayable(
            order_id=order.id,
            handover_id=handover.id,
            vendor_id=order.vendor_id,
            amount_rupiah=handover.gross_rupiah,
            cause=cause,
            budget_line_id=source.budget_line_id,
            package_id=source.package_id,
            fiscal_year=source.fiscal_year,
            carried_at=clock.now(),
            event_sequence=order.next_event,
            new_budget_line_id=None,
            new_package_id=None,
            new_fiscal_year=None,
            assigned_by=None,
            assigned_at=None,
        )
        session.add(payable)
        order.payables.append(payable)
    order.round += 1
    order.budget_rupiah -= unused
    draws = [Draw(one.budget_line_id, one.package_id, amount) for one, amount in amounts.items()]
    await ledger.carry(session, actor, cause_of(order, step), draws)


def cause_on(
    order: Order, handover: Handover, rules: RuleBook, today: date, handed_over_on: date
) -> WhyCarried | None:
    """Why its line cannot pay this handover from today on; None while it can, and where nothing is to be paid.

    What was asked for in time waits for the end of the year; what was approved in it waits as long as a payment of its
    last days may still be recorded (rule backdating_days), because a transfer of 31 December is of that year.
    """
    source = source_of(order, handover)
    invoice = next((one for one in order.invoices if one.id == handover.invoice_id), None)
    if source is None or not handover.gross_rupiah or (invoice and invoice.payment):
        return None
    if handed_over_on.year > source.fiscal_year:
        return WhyCarried.HANDED_OVER_LATER
    if today <= last_day(rules, LAST_PAYMENT_REQUEST, source.fiscal_year):
        return None
    end = date(source.fiscal_year, 12, 31)
    match _status(invoice):
        case Status.PAYMENT_REQUESTED:
            return WhyCarried.NOT_PAID if today > end else None
        case Status.PAYMENT_APPROVED:
            until = end + timedelta(days=rules.value("backdating_days", on=today))
            return WhyCarried.NOT_PAID if today > until else None
        case _:
            return WhyCarried.NOT_REQUESTED


def _status(invoice: Invoice | None) -> Status | None:
    return Status(invoice.status) if invoice else None


def told_of(order: Order) -> list[Sentence]:
    """For a page of the order: what of it is carried from which year and why, and which year's money pays it."""
    return [_told(one) for one in order.payables if one.new_fiscal_year or _is_newest(order, one)]


def _is_newest(order: Order, payable: CarriedPayable) -> bool:
    return not any(
        one.handover_id == payable.handover_id and one.fiscal_year > payable.fiscal_year
        for one in order.payables
    )


def _told(payable: CarriedPayable) -> Sentence:
    amount, year = Rupiah(payable.amount_rupiah), str(payable.fiscal_year)
    if payable.new_fiscal_year:
        text = "%(amount)s adalah utang belanja %(year)s yang dibebankan ke anggaran %(later)s."
        return Sentence(text, amount=amount, year=year, later=str(payable.new_fiscal_year))
    text = (
        "%(amount)s dicatat sebagai utang belanja %(year)s: %(cause)s. Dapat dibayar setelah dibebankan ke anggaran"
        " tahun berjalan."
    )
    return Sentence(text, amount=amount, year=year, cause=term(WhyCarried(payable.cause).label))
