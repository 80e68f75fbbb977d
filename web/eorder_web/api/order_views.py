"""An order as the API shows it: the same facts as its page, to an official of its region and to its vendor."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_tenants.orders.core.checking import Choice
from eorder_tenants.orders.core.models import (
    Delivery,
    Handover,
    Inspection,
    Invoice,
    Order,
    OrderEvent,
    Payment,
)
from eorder_tenants.orders.core.steps import Subject
from eorder_tenants.orders.reading.choices import choices_for
from eorder_tenants.orders.reading.context import beside_of
from eorder_tenants.organisation.actors import Actor
from eorder_web.look.translating import _
from eorder_web.orders.pages import payee_seen_by


class OrderLineView(msgspec.Struct, frozen=True):
    """One product of the order with its price as it was when ordered, before tax."""

    id: UUID
    offer_id: UUID
    name: str
    unit: str
    tax_class: str
    quantity: Decimal
    unit_price_rupiah: int
    total_rupiah: int
    accepted_quantity: Decimal | None
    rejected_quantity: Decimal | None
    closed_quantity: Decimal


class DeliveryLineView(msgspec.Struct, frozen=True):
    """How much of a line came with a delivery, and how it was found."""

    order_line_id: UUID
    quantity: Decimal
    delivered_quantity: Decimal | None
    accepted_quantity: Decimal | None
    rejected_quantity: Decimal | None
    cause: str | None
    note: str | None


class InspectionView(msgspec.Struct, frozen=True):
    """The receiver's judgement."""

    id: UUID
    inspected_at: datetime
    function_fits: bool
    time_fits: bool
    note: str
    agreed_at: datetime | None


class HandoverView(msgspec.Struct, frozen=True):
    """The handover of a delivery; whole rupiah."""

    id: UUID
    handed_over_at: datetime
    late_days: int
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    invoice_id: UUID | None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery. Its `id` is the `part_id` of the steps that are taken on it."""

    id: UUID
    sequence: int
    status: str
    expected_on: date
    expected_at: time | None
    carrier: str
    driver: str
    note: str
    due_at: datetime | None
    announced_at: datetime
    departed_at: datetime | None
    delivered_at: datetime | None
    lines: list[DeliveryLineView]
    inspection: InspectionView | None
    handover: HandoverView | None


class PaymentView(msgspec.Struct, frozen=True):
    """A payment that was made; whole rupiah."""

    id: UUID
    method: str
    reference: str
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    paid_at: datetime


class InvoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice. Its `id` is the `part_id` of the steps that are taken on it."""

    id: UUID
    number: str
    status: str
    invoiced_on: date
    tax_invoice_number: str | None
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    due_at: datetime | None
    pay_by: datetime | None
    payment: PaymentView | None


class PaperView(msgspec.Struct, frozen=True):
    """A signed document; `is_printed`: its PDF can be fetched."""

    id: UUID
    kind: str
    number: str
    signed_at: datetime
    verification_code: str
    is_printed: bool


class EventView(msgspec.Struct, frozen=True):
    """One entry of the journal; `letter`: the number of the letter by which they stood in for `on_behalf_of`."""

    sequence: int
    at: datetime
    action: str
    done: str
    from_status: str | None
    to_status: str
    actor_name: str
    role: str
    reason: str | None
    letter: str | None = None
    on_behalf_of: str | None = None


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """A step that the caller's office has on this order now: where to POST it, or why this person may not.

    `awaited`: the order waits for it. `declares`: what `declared: true` in the body says. `letter`: the number of the
    letter by which this person would take it, where it is not their own to take. `signs`: it asks for proof of the
    person (the header Proof-Code).
    """

    name: str
    label: str
    href: str
    allowed: bool
    why_not: str | None
    awaited: bool
    part_id: UUID | None
    due_at: datetime | None
    declares: str
    letter: str | None = None
    signs: bool = False


class PersonView(msgspec.Struct, frozen=True):
    """An official who took part, by what they did."""

    id: UUID
    name: str


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    """An order with all that its page shows. Amounts are whole rupiah; `version` is what If-Match takes."""

    id: UUID
    version: int
    number: str | None
    title: str
    status: str
    status_text: str
    work_unit_id: UUID
    work_unit_name: str
    vendor_id: UUID
    vendor_name: str
    package_id: UUID | None
    budget_line_id: UUID | None
    delivery_address: str
    delivery_region_code: str
    delivery_due_on: date | None
    delivery_contact_phone: str
    note: str
    shipping_rupiah: int
    base_rupiah: int
    vat_rupiah: int
    gross_rupiah: int
    withheld_rupiah: int
    penalty_rupiah: int
    net_rupiah: int
    due_at: datetime | None
    created_at: datetime
    changed_at: datetime
    submitted_at: datetime | None
    issued_at: datetime | None
    accepted_at: datetime | None
    handed_over_at: datetime | None
    paid_at: datetime | None
    closed_at: datetime | None
    lines: list[OrderLineView]
    deliveries: list[DeliveryView]
    invoices: list[InvoiceView]
    documents: list[PaperView]
    people: list[PersonView]
    payee: dict[str, str]
    events: list[EventView]
    steps: list[StepView]


async def order_view(session: AsyncSession, actor: Actor, order: Order, at: str) -> OrderView:
    """The order as this person may read it; `at` is its own address, below which its steps stand."""
    beside = await beside_of(session, actor, order)
    own = {name: getattr(order, name) for name in OrderView.__struct_fields__ if hasattr(order, name)}
    of_vendor = actor.vendor_id is not None
    return OrderView(
        **{
            **own,
            "status_text": _(_status_label(order.status)),
            "work_unit_name": order.work_unit.name,
            "lines": [_same(OrderLineView, one) for one in order.lines],
            "deliveries": [_delivery(one) for one in order.deliveries],
            "invoices": [_invoice(one) for one in order.invoices],
            "documents": [
                PaperView(
                    one.id,
                    one.kind,
                    one.number,
                    one.signed_at,
                    one.verification_code,
                    one.file_key is not None,
                )
                for one in beside.documents
            ],
            "people": [] if of_vendor else [PersonView(*one) for one in sorted(beside.names.items())],
            "payee": {} if of_vendor else _payee(actor, order),
            "events": [_event(one) for one in beside.entries],
            "steps": steps_shown(choices_for(actor, order), at),
        }
    )


def steps_shown(choices: Sequence[Choice], at: str) -> list[StepView]:
    """Those that have an address of their own."""
    return [
        StepView(
            name=one.step.name,
            label=_(one.label),
            href=f"{at}/{one.step.noun}",
            allowed=one.allowed,
            why_not=_(one.why_not) if one.why_not else None,
            awaited=one.step.awaited,
            part_id=one.case.part.id if one.case.part and one.step.subject is not Subject.ORDER else None,
            due_at=one.case.due_at,
            declares=_(one.step.declares) if one.step.declares else "",
            letter=one.letter.number if one.letter else None,
            signs=one.step.signs,
        )
        for one in choices
        if one.step.noun
    ]


def _status_label(status: str) -> str:
    from eorder_tenants.orders.core.models import Status

    return Status(status).label


def _payee(actor: Actor, order: Order) -> dict[str, str]:
    """Text facts alone: what the page shows of whom the money goes to."""
    shown = ("owner_name", "tax_id", "bank_name", "bank_account", "bank_account_holder", "address", "phone")
    facts = payee_seen_by(actor, order)
    return {name: str(facts[name]) for name in shown if facts.get(name)}


def _event(one: OrderEvent) -> EventView:
    from eorder_tenants.orders.core.steps import declared

    return EventView(
        one.sequence,
        one.at,
        one.action,
        _(declared[one.action].done),
        one.from_status,
        one.to_status,
        one.actor_name,
        one.role,
        one.reason,
        one.details.get("letter", {}).get("number"),
        one.details.get("letter", {}).get("for"),
    )


def _delivery(one: Delivery) -> DeliveryView:
    own = {name: getattr(one, name) for name in DeliveryView.__struct_fields__}
    return DeliveryView(
        **{
            **own,
            "lines": [_same(DeliveryLineView, line) for line in one.lines],
            "inspection": _maybe(InspectionView, one.inspection),
            "handover": _maybe(HandoverView, one.handover),
        }
    )


def _invoice(one: Invoice) -> InvoiceView:
    own = {name: getattr(one, name) for name in InvoiceView.__struct_fields__}
    return InvoiceView(**{**own, "payment": _maybe(PaymentView, one.payment)})


def _maybe(view: Any, row: Inspection | Handover | Payment | None) -> Any:
    return None if row is None else _same(view, row)


def _same(view: Any, row: Any) -> Any:
    """The view whose fields are columns of the row."""
    return view(**{name: getattr(row, name) for name in view.__struct_fields__})
