"""The parts of an order in fulfilment, and where the order stands because of them.

An order stands where the part stands that is furthest behind: what is not announced yet, each delivery until its
handover, each handover until it is billed, each invoice until it is paid.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from eorder_platform import clock, straight
from eorder_platform.business_days import END_OF_DAY
from eorder_platform.tables import Base
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import (
    FULFILMENT,
    CarriedPayable,
    Delivery,
    DeliveryLine,
    Handover,
    Inspection,
    Invoice,
    Order,
    Payment,
    Status,
)
from eorder_tenants.orders.core.steps import Subject
from eorder_tenants.organisation.actors import Letter


@dataclass(frozen=True)
class Billing:
    """What was handed over and waits to be billed: for the first time, or anew because `returned` was sent back."""

    handovers: tuple[Handover, ...]
    returned: Invoice | None
    due_at: datetime | None
    id: UUID | None = None
    status: str = Status.HANDED_OVER


Part = Delivery | Billing | Invoice
VENDORS_TURN: Final = (Status.ACCEPTED, Status.PARTLY_DELIVERED, Status.ANNOUNCED, Status.IN_DELIVERY)
"""Where the vendor has still to bring what was ordered."""
UNPAID: Final = tuple(status for status in FULFILMENT if status is not Status.PAID)
"""The deadlines of what was paid already count for the whole order only once all of it was."""


_NOBODY: Final[frozenset[UUID]] = frozenset()


@dataclass(frozen=True)
class Case:
    """An order and the part of it that a step is taken on; the facts that separation of duties asks for.

    `letter`: by which the step is taken, where not by an own appointment. `by_hand`: signatures count for those alone
    who made them, not for those they stood in for.
    `factor`: with which the person proved themselves, where the step is signed.
    """

    order: Order
    part: Part | None = None
    factor: str | None = None
    letter: Letter | None = None
    by_hand: bool = False

    @property
    def directly(self) -> "Case":
        """The same, with every signature counted for whoever made it alone."""
        return replace(self, by_hand=True)

    @property
    def acts_for(self) -> UUID | None:
        """For whom the step is taken, where by a letter of somebody's."""
        return self.letter.delegator_id if self.letter else None

    def _hands(self, *signed: tuple[UUID | None, UUID | None]) -> frozenset[UUID]:
        """Everybody for whom these signatures count, each by whom it was made and for whom."""
        return frozenset(one for pair in signed for one in (pair[:1] if self.by_hand else pair) if one)

    @property
    def subject(self) -> Subject:
        match self.part:
            case Delivery():
                return Subject.DELIVERY
            case Billing():
                return Subject.BILLING
            case Invoice():
                return Subject.INVOICE
            case _:
                return Subject.ORDER

    @property
    def status(self) -> Status:
        return Status(self.part.status if self.part else self.order.status)

    @property
    def due_at(self) -> datetime | None:
        """Until when what waits here is due. An order's row says the nearest of all parts, whosever turn that is."""
        if self.part:
            return self.part.due_at
        if self.status in VENDORS_TURN and self.order.zone:
            return delivery_deadline(self.order, self.order.zone)
        return self.order.due_at

    @property
    def calls(self) -> int:
        """How often the clock called for what this waits for; on the way to the office it calls the order's vendor."""
        if isinstance(self.part, Invoice) or (
            isinstance(self.part, Delivery) and self.status not in VENDORS_TURN
        ):
            return self.part.calls
        return 0 if isinstance(self.part, Billing) else self.order.warnings

    @property
    def delivery(self) -> Delivery:
        assert isinstance(self.part, Delivery)
        return self.part

    @property
    def invoice(self) -> Invoice:
        assert isinstance(self.part, Invoice)
        return self.part

    @property
    def deliveries(self) -> list[Delivery]:
        """Those that the step concerns."""
        match self.part:
            case Delivery():
                return [self.part]
            case Billing(handovers=handovers):
                wanted = {one.delivery_id for one in handovers}
                return [one for one in self.order.deliveries if one.id in wanted]
            case Invoice(id=invoice_id):
                return [
                    d for d in self.order.deliveries if d.handover and d.handover.invoice_id == invoice_id
                ]
            case _:
                return self.order.deliveries

    @property
    def handovers(self) -> list[Handover]:
        """Those of the deliveries that the step concerns."""
        return [one.handover for one in self.deliveries if one.handover]

    @property
    def lacks_money(self) -> bool:
        """Whether any of it is carried from a year that is over, and no line of a later one was named."""
        return any(source_of(self.order, one) is None for one in self.handovers)

    @property
    def drafted_by(self) -> UUID:
        return self.order.drafted_by

    @property
    def approved_by(self) -> frozenset[UUID]:
        return self._hands((self.order.approved_by, self.order.approved_for))

    @property
    def inspected_by(self) -> frozenset[UUID]:
        """Who inspected any delivery of the order: duties are separated over the whole of it."""
        made = [one.inspection for one in self.order.deliveries]
        return self._hands(*((one.inspected_by, one.inspected_for) for one in made if one))

    @property
    def handed_over_by(self) -> frozenset[UUID]:
        signed = [one.handover for one in self.order.deliveries]
        return self._hands(*((one.handed_over_by, one.handed_over_for) for one in signed if one))

    @property
    def paid_by(self) -> frozenset[UUID]:
        """Who asked for or made any payment of the order."""
        asked = [(one.requested_by, one.requested_for) for one in self.order.invoices]
        made = [one.payment for one in self.order.invoices]
        return self._hands(*asked, *((one.paid_by, one.paid_for) for one in made if one))

    @property
    def payment_requested_by(self) -> frozenset[UUID]:
        billed = self.part
        return (
            self._hands((billed.requested_by, billed.requested_for))
            if isinstance(billed, Invoice)
            else _NOBODY
        )

    @property
    def payment_approved_by(self) -> frozenset[UUID]:
        billed = self.part
        return (
            self._hands((billed.approved_by, billed.approved_for)) if isinstance(billed, Invoice) else _NOBODY
        )

    @property
    def gross_rupiah(self) -> int:
        return self.order.gross_rupiah

    @property
    def merged_receipt_maximum(self) -> int:
        return self.order.merged_receipt_maximum

    @property
    def cancellation_side(self) -> str | None:
        return self.order.cancellation_side

    @property
    def payee(self) -> Mapping[str, Any]:
        return self.order.participation.payee


async def load_parts(session: straight.Reads, order: Order) -> None:
    """Put the order's deliveries and invoices on it, as they stand now; nothing is asked before it was accepted."""
    found = await straight.together(session, PARTS, order.id) if order.accepted_at else ()
    attach_parts(session, order, *found)


def attach_parts(
    session: straight.Reads,
    order: Order,
    delivered: Sequence[Sequence[Any]] = (),
    inspected: Sequence[Sequence[Any]] = (),
    billed: Sequence[Sequence[Any]] = (),
    carried: Sequence[Sequence[Any]] = (),
) -> None:
    """Put on the order what :data:`PARTS` answered: deliveries, their lines, invoices, what years could not pay."""
    tenant: Tenant = session.info["tenant"]
    order.zone = tenant.zone
    deliveries: list[Delivery] = []
    lines: dict[UUID, list[DeliveryLine]] = {}
    invoices: list[Base | None] = []
    for found in delivered:
        delivery, inspection, handover = straight.objects_of(session, (Delivery, Inspection, Handover), found)
        assert isinstance(delivery, Delivery)
        straight.attach(delivery, {"inspection": inspection, "handover": handover})
        deliveries.append(delivery)
    for found in inspected:
        line = straight.object_of(session, DeliveryLine, found)
        lines.setdefault(line.delivery_id, []).append(line)
    for found in billed:
        invoice, payment = straight.objects_of(session, (Invoice, Payment), found)
        assert invoice
        straight.attach(invoice, {"payment": payment})
        invoices.append(invoice)
    for delivery in deliveries:
        straight.attach(delivery, {"lines": lines[delivery.id]})
    payables = [straight.object_of(session, CarriedPayable, found) for found in carried]
    straight.attach(order, {"deliveries": deliveries, "invoices": invoices, "payables": payables})


_DELIVERIES: Final = f"""
select {straight.columns(Delivery, "d")}, {straight.columns(Inspection, "i")}, {straight.columns(Handover, "h")}
from delivery d
left join inspection i on i.delivery_id = d.id and i.contested_at is null
left join handover h on h.delivery_id = d.id
where d.order_id = $1 order by d.sequence
"""
_DELIVERY_LINES: Final = f"""
select {straight.columns(DeliveryLine, "l")} from delivery_line l join delivery d on d.id = l.delivery_id
where d.order_id = $1 order by l.delivery_id, l.order_line_id
"""
_INVOICES: Final = f"""
select {straight.columns(Invoice, "i")}, {straight.columns(Payment, "p")}
from invoice i left join payment p on p.invoice_id = i.id
where i.order_id = $1 order by i.id
"""
_PAYABLES: Final = f"""
select {straight.columns(CarriedPayable, "c")} from carried_payable c where c.order_id = $1 order by c.fiscal_year, c.id
"""
PARTS: Final = (_DELIVERIES, _DELIVERY_LINES, _INVOICES, _PAYABLES)
"""What an order's parts are read by; $1 is the order."""


@dataclass(frozen=True)
class Source:
    """The budget line and package that pay for a handover, and their fiscal year."""

    budget_line_id: UUID
    package_id: UUID
    fiscal_year: int


def handed_over_on(handover: Handover, tenant: Tenant) -> date:
    """The day of a handover in the office's zone."""
    return handover.handed_over_at.astimezone(ZoneInfo(tenant.zone)).date()


def payable_of(order: Order, handover: Handover) -> CarriedPayable | None:
    """The newest carried payable of a handover: what of it stands last."""
    found = [one for one in order.payables if one.handover_id == handover.id]
    return found[-1] if found else None


def paid_by_later_years(order: Order) -> int:
    """How much of the order was paid from other lines than its own; whole rupiah."""
    paid = {one.id for one in order.invoices if one.payment}
    handovers = [one.handover for one in order.deliveries if one.handover and one.handover.invoice_id in paid]
    return sum(one.gross_rupiah for one in handovers if payable_of(order, one))


def own_source(order: Order) -> Source:
    """The line and package that the order was signed for."""
    assert order.budget_line_id and order.package_id and order.budget_line
    return Source(order.budget_line_id, order.package_id, order.budget_line.fiscal_year)


def source_of(order: Order, handover: Handover) -> Source | None:
    """Which money pays for a handover; None while it is carried and no line of a later year was named."""
    carried = payable_of(order, handover)
    if carried is None:
        return own_source(order)
    if (
        carried.new_budget_line_id is None
        or carried.new_package_id is None
        or carried.new_fiscal_year is None
    ):
        return None
    return Source(carried.new_budget_line_id, carried.new_package_id, carried.new_fiscal_year)


def cases_of(order: Order, subject: Subject) -> list[Case]:
    """The order itself, or its parts of one kind."""
    match subject:
        case Subject.ORDER:
            return [Case(order)]
        case Subject.DELIVERY:
            return [Case(order, one) for one in order.deliveries]
        case Subject.INVOICE:
            return [Case(order, one) for one in order.invoices]
        case Subject.BILLING:
            billing = billing_of(order)
            return [Case(order, billing)] if billing else []


def billing_of(order: Order) -> Billing | None:
    """What was handed over and not billed, with what was billed and sent back."""
    returned = next((one for one in order.invoices if one.status == Status.HANDED_OVER), None)
    waiting = [
        one
        for one in order.deliveries
        if one.handover and one.handover.invoice_id in (None, returned.id if returned else None)
    ]
    if not waiting:
        return None
    deadlines = [one.due_at for one in waiting if one.due_at and one.handover and not one.handover.invoice_id]
    if returned and returned.due_at:
        deadlines.append(returned.due_at)
    handovers = tuple(one.handover for one in waiting if one.handover)
    return Billing(handovers, returned, min(deadlines, default=None))


def remaining_of(order: Order) -> dict[UUID, Decimal]:
    """By line: what still has to be announced. What was rejected counts again once its delivery was handed over."""
    left = {line.id: line.due_quantity for line in order.lines}
    for delivery in order.deliveries:
        if delivery.is_live:
            settled = delivery.handover is not None
            for line in delivery.lines:
                left[line.order_line_id] -= line.payable_quantity if settled else line.quantity
    return {line_id: max(quantity, Decimal(0)) for line_id, quantity in left.items()}


def has_remainder(order: Order) -> bool:
    return any(remaining_of(order).values())


def close_rest(order: Order) -> None:
    """What neither came nor is on its way will not come any more."""
    order.closed_short_at = clock.now()
    left = remaining_of(order)
    for line in order.lines:
        line.closed_quantity += left[line.id]


def settle(order: Order, zone: str) -> None:
    """Write on an order in fulfilment where it stands now, since when, and until when the next step is due."""
    waiting = list(_waiting(order, zone))
    status = min((status for status, _ in waiting), key=lambda one: one.place, default=Status.PAID)
    order.status = status
    order.due_at = min((due for at, due in waiting if due and at in (status, *UNPAID)), default=None)
    for column, milestone, moments in MILESTONES:
        come = status.place >= milestone.place
        setattr(order, column, max(moments(order), default=None) if come else None)


def delivery_deadline(order: Order, zone: str) -> datetime:
    """The end of the office's day on which everything must have arrived; after a warning, of the time it gave."""
    assert order.delivery_due_on
    promised = datetime.combine(order.delivery_due_on, END_OF_DAY, ZoneInfo(zone)).astimezone(UTC)
    return order.warned_until or promised


def before_delivery(due_at: datetime, order: Order, zone: str) -> datetime:
    """A vendor's deadline to answer, moved before the last day on which everything must have arrived.

    Whoever accepts on that day can hardly keep it, and the office could order from nobody else in time. Where even the
    day before is over or of no use, they have the rest of today.
    """
    assert order.delivery_due_on
    here, today = ZoneInfo(zone), clock.today(zone)
    until = due_at.astimezone(here)
    day = min(until.date(), max(order.delivery_due_on - timedelta(days=1), today))
    moved = datetime.combine(day, until.time(), here)
    return (moved if moved > clock.now() else datetime.combine(day, END_OF_DAY, here)).astimezone(UTC)


def _waiting(order: Order, zone: str) -> Iterable[tuple[Status, datetime | None]]:
    live = [one for one in order.deliveries if one.is_live]
    if has_remainder(order):
        yield Status.PARTLY_DELIVERED if live else Status.ACCEPTED, delivery_deadline(order, zone)
    for delivery in live:
        if delivery.status in VENDORS_TURN:
            yield Status(delivery.status), delivery_deadline(order, zone)
        elif delivery.status != Status.HANDED_OVER:
            yield Status(delivery.status), delivery.due_at
    if billing := billing_of(order):
        yield Status.HANDED_OVER, billing.due_at
    for invoice in order.invoices:
        yield Status(invoice.status), invoice.due_at


Moments = Callable[[Order], list[datetime]]
MILESTONES: Final[tuple[tuple[str, Status, Moments], ...]] = (
    (
        "delivered_at",
        Status.DELIVERED,
        lambda order: [one.delivered_at for one in order.deliveries if one.is_live and one.delivered_at],
    ),
    (
        "handed_over_at",
        Status.HANDED_OVER,
        lambda order: [one.handover.handed_over_at for one in order.deliveries if one.handover],
    ),
    ("invoiced_at", Status.INVOICED, lambda order: [one.invoiced_at for one in order.invoices]),
    ("paid_at", Status.PAID, lambda order: [one.payment.paid_at for one in order.invoices if one.payment]),
)
"""Columns of the order: when all of it had come that far."""
