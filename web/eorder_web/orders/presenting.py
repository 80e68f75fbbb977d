"""An order as its page shows it: the stages, the people, the amounts, the deliveries. Pure; it asks no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import Delivery, Order, OrderEvent, OrderLine, Status
from eorder_tenants.orders.core.parts import delivery_deadline
from eorder_tenants.orders.core.steps import declared
from eorder_tenants.orders.fulfilling.handing_over import Expected
from eorder_tenants.orders.lifecycle import LIFECYCLE
from eorder_tenants.taxes.assessment import Assessment
from eorder_web.look.formatting import datetime_short
from eorder_web.look.translating import _, ngettext


@dataclass(frozen=True)
class StageShown:
    """One diamond of the order's way."""

    name: str
    state: str
    when: str = ""
    who: str = ""


@dataclass(frozen=True)
class Part:
    """One person's part in the order, for the panel of separated duties."""

    role: str
    name: str
    state: str
    you: bool


@dataclass(frozen=True)
class Entry:
    """One line of the journal."""

    text: str
    at: datetime
    who: str


@dataclass(frozen=True)
class Amount:
    """One line under the order's table."""

    label: str
    amount: int
    grand: bool = False


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
class DeliveryShown:
    """One delivery with its papers and what may be done with it; `act`: it waits for the reader."""

    delivery: Delivery
    status: tuple[str, str]
    lines: list[tuple[OrderLine, Decimal, Decimal | None, str]]
    documents: list[OrderDocument]
    choices: list[Choice]
    late_days: int

    @property
    def act(self) -> Choice | None:
        return next((one for one in self.choices if one.step.awaited and one.allowed), None)


def status_tag(status: str) -> tuple[str, str]:
    """(tone, text) for `ui.status`."""
    known = Status(status)
    return known.tone, _(known.label)


def stages(order: Order, zone: str) -> list[StageShown]:
    """Six stages: what is done with its moment, what is going on with its deadline, where a dead order ended."""
    status, found = Status(order.status), list[StageShown]()
    current_reached = False
    for stage in LIFECYCLE:
        at: datetime | None = getattr(order, stage.passed)
        if status in stage.statuses:
            current_reached = True
            when = f"{_('Batas')} {datetime_short(order.due_at, zone)}" if order.due_at else ""
            found.append(StageShown(_(stage.name), "now", when, _so_far(order, stage.passed)))
        elif not current_reached and at is not None:
            found.append(StageShown(_(stage.name), "done", datetime_short(at, zone)))
        elif not current_reached and status.is_dead:
            current_reached = True
            when = datetime_short(order.closed_at, zone) if order.closed_at else ""
            found.append(StageShown(_(status.label), "bad", when))
        else:
            found.append(StageShown(_(stage.name), "next", "", _so_far(order, stage.passed)))
    return found


def _so_far(order: Order, passed: str) -> str:
    """How many of several deliveries have passed a stage."""
    live = [one for one in order.deliveries if one.is_live]
    if len(live) < 2 and order.status != Status.PARTLY_DELIVERED:
        return ""
    paid = {invoice.id for invoice in order.invoices if invoice.payment}
    done = {
        "delivered_at": [one for one in live if one.delivered_at],
        "handed_over_at": [one for one in live if one.handover],
        "paid_at": [one for one in live if one.handover and one.handover.invoice_id in paid],
    }.get(passed)
    return "" if done is None else _("%(n)s dari %(all)s pengiriman", n=len(done), all=len(live))


def people(order: Order, names: Mapping[UUID, str], you: UUID | None) -> list[Part]:
    """Who did what so far; a place that is still empty shows who is missing."""
    inspectors = [one.inspected_by for one in order.deliveries if one.inspected_by]
    treasurers = [one.payment.paid_by if one.payment else one.requested_by for one in order.invoices]
    parts: tuple[tuple[str, list[UUID | None]], ...] = (
        ("Pejabat Pengadaan", [order.drafted_by]),
        ("PPK", [order.approved_by]),
        ("Penerima barang", list(inspectors)),
        ("Bendahara", treasurers),
        ("Pengguna Anggaran", [one.approved_by for one in order.invoices]),
    )
    found = []
    for role, persons in parts:
        present = list(dict.fromkeys(one for one in persons if one))
        text = ", ".join(names.get(one, "") for one in present)
        found.append(Part(_(role), text, "done" if present else "", you in present))
    return found


def journal_entries(events: Iterable[OrderEvent]) -> list[Entry]:
    """The journal, newest first, each with its reason."""
    return [
        Entry(_done(event) + (f": “{event.reason}”" if event.reason else ""), event.at, event.actor_name)
        for event in sorted(events, key=lambda event: -event.sequence)
    ]


def last_word(events: Iterable[OrderEvent]) -> tuple[str, str] | None:
    """(what was done, why), where the newest step was taken for a reason: whoever opens the order reads it first."""
    newest = max(events, key=lambda event: event.sequence, default=None)
    if newest is None or not newest.reason:
        return None
    return _done(newest), newest.reason


def _done(event: OrderEvent) -> str:
    text, number = _(declared[event.action].done), event.details.get("delivery")
    return f"{text} ({_('pengiriman %(n)s', n=number)})" if number and number > 1 else text


def amounts(order: Order, expected: Expected | None = None) -> list[Amount]:
    """From the goods to what the vendor receives; between inspection and handover as the handover would have it.

    Of an order that came to nothing nobody is paid, and nothing is withheld.
    """
    assessed = expected.assessment if expected else assessment_of(order)
    penalty = expected.penalty if expected else order.penalty_rupiah
    if assessed is None:
        return [Amount(_("Nilai pesanan"), order.gross_rupiah, grand=True)]
    listed = [Amount(_("Subtotal"), assessed.base - assessed.shipping)]
    if assessed.shipping:
        listed.append(Amount(_("Ongkos kirim"), assessed.shipping))
    listed += [Amount(_(tax.label), tax.amount) for tax in assessed.vat_lines]
    listed += [Amount(_(tax.label), tax.amount) for tax in assessed.local_tax_lines]
    total = _("Nilai yang diterima") if expected else _("Nilai pesanan")
    listed.append(Amount(total, assessed.gross, grand=True))
    if Status(order.status).is_dead:
        return listed
    if assessed.vat_withheld:
        listed.append(Amount(_("PPN dipungut bendahara"), -assessed.vat_withheld))
    listed += [
        Amount(f"{_(tax.label)} {_('dipotong bendahara')}", -tax.amount) for tax in assessed.income_tax_lines
    ]
    if penalty:
        listed.append(Amount(_("Denda keterlambatan"), -penalty))
    listed.append(Amount(_("Dibayar ke penyedia"), assessed.net_to_vendor - penalty))
    return listed


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
    order: Order, zone: str, choices: Iterable[Choice], documents: Iterable[OrderDocument]
) -> list[DeliveryShown]:
    """The deliveries: first what waits for the reader, then the newest."""
    offered, papers = list(choices), list(documents)
    names = {line.id: line for line in order.lines}
    deadline = delivery_deadline(order, zone).date() if order.delivery_due_on else None
    shown = []
    for delivery in order.deliveries:
        concerned = {delivery.id, delivery.handover.invoice_id if delivery.handover else None} - {None}
        lines = sorted(delivery.lines, key=lambda one: names[one.order_line_id].position)
        come = delivery.delivered_at.date() if delivery.delivered_at else delivery.expected_on
        late = (come - deadline).days if deadline else 0
        shown.append(
            DeliveryShown(
                delivery=delivery,
                status=_delivery_status(order, delivery),
                lines=[
                    (names[one.order_line_id], one.quantity, one.accepted_quantity, one.note or "")
                    for one in lines
                ],
                documents=[one for one in papers if one.part_id in concerned],
                choices=[one for one in offered if one.case.part is delivery],
                late_days=delivery.handover.late_days if delivery.handover else max(0, late),
            )
        )
    return sorted(shown, key=lambda one: (one.act is None, -one.delivery.sequence))


def _delivery_status(order: Order, delivery: Delivery) -> tuple[str, str]:
    if delivery.handover:
        invoice = next((one for one in order.invoices if one.id == delivery.handover.invoice_id), None)
        if invoice:
            return status_tag(invoice.status)
    return status_tag(delivery.status)


def assessment_of(order: Order) -> Assessment | None:
    """The taxes as they stand on the order, or None while nothing was assessed."""
    facts: dict[str, Any] = order.assessment
    return Assessment.from_facts(facts) if facts else None


def awaited(choices: Iterable[Choice]) -> Choice | None:
    """The step that the order waits for and this person may take."""
    return next((choice for choice in choices if choice.step.awaited and choice.allowed), None)


def anchor_of(choice: Choice) -> str:
    """Where on the page the step is taken."""
    part = choice.case.part
    return f"#kirim-{part.sequence}" if isinstance(part, Delivery) else "#keputusan"


def counted_lines(order: Order) -> str:
    return ngettext("%(n)s baris", "%(n)s baris", len(order.lines))
