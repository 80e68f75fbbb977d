"""The deliveries of an order as its page shows them: cards, figures of each line, penalties. Pure: no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from eorder_platform import formatting
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import Delivery, DeliveryLine, Invoice, Order, OrderLine, Status
from eorder_tenants.orders.reading.costs import Cost
from eorder_web.look.formatting import date_short, quantity
from eorder_web.look.translating import _, spoken
from eorder_web.orders.presenting import status_tag
from eorder_web.orders.standing_in import signed_by

PAPERS_TO_COME: Final = (DocumentKind.INSPECTION_REPORT, DocumentKind.HANDOVER_REPORT)
"""What every delivery has in the end."""


@dataclass(frozen=True)
class LineProgress:
    """How far one line of the order has come; `left` = ordered − accepted, what will not come any more taken off."""

    line: OrderLine
    scheduled: Decimal
    arrived: Decimal
    accepted: Decimal
    rejected: Decimal
    left: Decimal

    @property
    def shares(self) -> tuple[float, float, float]:
        """In percent of what was ordered: accepted, arrived and not inspected, on its way."""
        whole = float(self.line.quantity)
        waiting = max(self.arrived - self.accepted - self.rejected, Decimal(0))
        coming = max(self.scheduled - self.arrived, Decimal(0))
        accepted = float(self.accepted) * 100 / whole
        inspected = min(float(waiting) * 100 / whole, 100 - accepted)
        return accepted, inspected, min(float(coming) * 100 / whole, 100 - accepted - inspected)


@dataclass(frozen=True)
class LineShown:
    """One line of a delivery: how much of it ("8 dari 10 rim") and what became of the rest."""

    name: str
    amount: str
    rest: str


@dataclass(frozen=True)
class DeliveryShown:
    """One delivery with its papers and what may be done with it; `act`: it waits for the reader.

    `missing`: the papers that it will have. `cost` is None where it was withdrawn.
    """

    delivery: Delivery
    status: tuple[str, str]
    lines: list[LineShown]
    documents: list[OrderDocument]
    missing: list[DocumentKind]
    choices: list[Choice]
    cost: Cost | None
    inspector: str

    @property
    def act(self) -> Choice | None:
        return next((one for one in self.choices if one.step.awaited and one.allowed), None)

    @property
    def hour(self) -> str:
        """The hour at which it is expected, as the office reads its clock; empty where none was named."""
        at = self.delivery.expected_at
        return formatting.time_short(at, spoken()) if at else ""

    @property
    def is_over(self) -> bool:
        """Handed over or withdrawn: nothing happens to the delivery itself any more."""
        return self.delivery.status in (Status.HANDED_OVER, Status.CANCELLED)


def progress(order: Order) -> list[LineProgress]:
    """How far each line has come, over all deliveries."""
    zero = Decimal(0)
    found = []
    for line in order.lines:
        pieces = [
            (delivery, one)
            for delivery in order.deliveries
            if delivery.is_live
            for one in delivery.lines
            if one.order_line_id == line.id
        ]
        arrived = [
            one.delivered_quantity if one.delivered_quantity is not None else one.quantity
            for delivery, one in pieces
            if delivery.status not in (Status.ANNOUNCED, Status.IN_DELIVERY)
        ]
        accepted = sum((one.accepted_quantity or zero for _delivery, one in pieces), zero)
        found.append(
            LineProgress(
                line=line,
                scheduled=sum((one.quantity for _delivery, one in pieces), zero),
                arrived=sum(arrived, zero),
                accepted=accepted,
                rejected=sum((one.rejected_quantity or zero for _delivery, one in pieces), zero),
                left=line.due_quantity - accepted,
            )
        )
    return found


def deliveries_shown(
    order: Order,
    zone: str,
    choices: Iterable[Choice],
    documents: Iterable[OrderDocument],
    costs: Mapping[UUID, Cost],
    names: Mapping[UUID, str],
) -> list[DeliveryShown]:
    """The deliveries: first what waits for the reader, the longest first, then the newest."""
    offered, papers = list(choices), list(documents)
    ordered = {line.id: line for line in order.lines}
    shown = []
    for delivery in order.deliveries:
        invoice = invoice_of(order, delivery)
        concerned = {delivery.id, invoice.id if invoice else None} - {None}
        own = [one for one in papers if one.part_id in concerned]
        lines = sorted(delivery.lines, key=lambda one: ordered[one.order_line_id].position)
        signed = delivery.inspection
        shown.append(
            DeliveryShown(
                delivery=delivery,
                status=_status(delivery, invoice, zone),
                lines=[_line(ordered[one.order_line_id], one) for one in lines],
                documents=own,
                missing=[
                    kind
                    for kind in PAPERS_TO_COME
                    if delivery.is_live and all(one.kind != kind for one in own)
                ],
                choices=[one for one in offered if one.case.part is delivery],
                cost=costs.get(delivery.id),
                inspector=signed_by(signed.inspected_by, signed.inspected_for, names) if signed else "",
            )
        )
    waiting = [one for one in shown if one.act]
    return waiting + [one for one in reversed(shown) if not one.act]


def invoice_of(order: Order, delivery: Delivery) -> Invoice | None:
    """The invoice that bills this delivery."""
    invoice_id = delivery.handover.invoice_id if delivery.handover else None
    return next((one for one in order.invoices if one.id == invoice_id), None)


def late_costs(costs: Mapping[UUID, Cost]) -> list[Cost]:
    """The deliveries whose lateness takes something off, the earliest first."""
    return sorted((one for one in costs.values() if one.penalty), key=lambda one: one.delivery.sequence)


def _status(delivery: Delivery, invoice: Invoice | None, zone: str) -> tuple[str, str]:
    if invoice is None:
        return status_tag(delivery.status)
    if invoice.payment:
        return "ok", _("Dibayar %(when)s", when=date_short(invoice.payment.paid_at, zone))
    return status_tag(invoice.status)


def _line(line: OrderLine, coming: DeliveryLine) -> LineShown:
    announced, accepted = coming.quantity, coming.accepted_quantity
    if accepted is None or accepted == announced:
        return LineShown(line.name, f"{quantity(announced)} {line.unit}", "")
    some = _("%(accepted)s dari %(all)s", accepted=quantity(accepted), all=quantity(announced))
    rejected = coming.rejected_quantity or Decimal(0)
    said = [_("%(n)s ditolak", n=quantity(rejected))] if rejected else []
    if missing := announced - accepted - rejected:
        said.append(_("%(n)s kurang", n=quantity(missing)))
    note = f": {_(coming.note)}" if coming.note and rejected else ""
    return LineShown(line.name, f"{some} {line.unit}", ", ".join(said) + note)
