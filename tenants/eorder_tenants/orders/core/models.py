"""An order and its lines, its deliveries with inspection and handover, its invoices and payments, and its journal.

An order has deliveries (delivery → inspection → handover); an invoice bills handovers; a payment pays an invoice.
"""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eorder_platform.directory.models import LOCAL_TAX_ALLOWED, TaxClass
from eorder_platform.identity.proving import Factor
from eorder_platform.money import line_amount
from eorder_platform.tables import (
    APPEND_ONLY,
    COUNTS_UP,
    Base,
    CreatedAt,
    Guard,
    Id,
    Moment,
    Quantity,
    Rupiah,
    one_of,
    writable,
)
from eorder_tenants.budgets.ledger import Draw
from eorder_tenants.budgets.models import BudgetLine, Package
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.organisation.models import WorkUnit


class Status(StrEnum):
    """Where an order, one of its deliveries or an invoice stands (domain.md 2.4), in the order of the way.

    Each is declared here with its words and its tone (how pages mark it: "" not begun, wait, go, ok, bad);
    lifecycle.py declares what may follow. An order that has deliveries stands where the part stands that is furthest
    behind (parts.py).
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "wait") -> "Status":
        made = str.__new__(cls, value)
        made._value_, made.label, made.tone = value, label, tone
        return made

    DRAFT = "draft", "Draf", ""
    AWAITING_APPROVAL = "awaiting_approval", "Menunggu persetujuan PPK"
    ISSUED = "issued", "Menunggu jawaban penyedia"
    ACCEPTED = "accepted", "Diproses penyedia", "go"
    CANCELLATION_ASKED = "cancellation_asked", "Pembatalan diminta"
    PARTLY_DELIVERED = "partly_delivered", "Menunggu sisa kiriman", "go"
    ANNOUNCED = "announced", "Pengiriman dijadwalkan", "go"
    IN_DELIVERY = "in_delivery", "Dalam pengiriman", "go"
    DELIVERED = "delivered", "Pesanan tiba"
    INSPECTED = "inspected", "Menunggu persetujuan hasil pemeriksaan"
    HANDOVER_PENDING = "handover_pending", "Menunggu serah terima"
    HANDED_OVER = "handed_over", "Sudah diserahterimakan", "ok"
    INVOICED = "invoiced", "Ditagihkan"
    PAYMENT_REQUESTED = "payment_requested", "Pembayaran diajukan"
    PAYMENT_APPROVED = "payment_approved", "Pembayaran disetujui"
    PAID = "paid", "Dibayar", "ok"
    COMPLETED = "completed", "Selesai", "ok"
    REJECTED = "rejected", "Ditolak", "bad"
    EXPIRED = "expired", "Batal otomatis", "bad"
    CANCELLED = "cancelled", "Dibatalkan", "bad"
    TERMINATED = "terminated", "Diakhiri", "bad"

    @property
    def is_final(self) -> bool:
        return self in FINAL

    @property
    def is_dead(self) -> bool:
        """Ended without a purchase."""
        return self in DEAD

    @property
    def is_in_fulfilment(self) -> bool:
        """Accepted and not ended: where it stands follows from its deliveries and invoices."""
        return self in FULFILMENT

    @property
    def place(self) -> int:
        """How far along the way."""
        return PLACES[self]


PLACES = {status: place for place, status in enumerate(Status)}
DEAD = frozenset({Status.REJECTED, Status.EXPIRED, Status.CANCELLED, Status.TERMINATED})
FINAL = DEAD | {Status.COMPLETED}
FULFILMENT = frozenset(
    status
    for status in Status
    if Status.ACCEPTED.place <= status.place <= Status.PAID.place and status is not Status.CANCELLATION_ASKED
)


DELIVERY_STATUSES = (
    Status.ANNOUNCED,
    Status.IN_DELIVERY,
    Status.DELIVERED,
    Status.INSPECTED,
    Status.HANDOVER_PENDING,
    Status.HANDED_OVER,
    Status.CANCELLED,
)
INVOICE_STATUSES = (
    Status.HANDED_OVER,
    Status.INVOICED,
    Status.PAYMENT_REQUESTED,
    Status.PAYMENT_APPROVED,
    Status.PAID,
)


JOURNALLED: Final = Guard(
    "journalled",
    "coalesce(new.event_sequence, 0) < coalesce(old.event_sequence, 0) or"
    " (new.status <> old.status and coalesce(new.event_sequence, 0) <= coalesce(old.event_sequence, 0))",
)
"""Whatever changes where it stands was written into the journal first, and points to that entry."""
JUDGED_ONCE: Final = Guard(
    "judged_once",
    "(old.agreed_at is not null and new.agreed_at is distinct from old.agreed_at)"
    " or (old.contested_at is not null and new.contested_at is distinct from old.contested_at)",
)
BILLED: Final = Guard(
    "billed_once", "old.invoice_id is not null and new.invoice_id is distinct from old.invoice_id"
)
SENT: Final = Guard(
    "sent_stays",
    "(old.status <> 'handed_over' and (new.number, new.invoiced_on, new.invoiced_at, new.submitted_by)"
    " is distinct from (old.number, old.invoiced_on, old.invoiced_at, old.submitted_by))"
    " or (old.status <> 'handed_over' and new.tax_invoice_number is distinct from old.tax_invoice_number"
    " and (old.status <> 'invoiced' or old.tax_invoice_number is not null))"
    " or (old.status not in ('handed_over', 'paid') and new.payee is distinct from old.payee)"
    " or (old.status not in ('handed_over', 'payment_approved') and (new.gross_rupiah, new.withheld_rupiah,"
    " new.penalty_rupiah, new.net_rupiah) is distinct from (old.gross_rupiah, old.withheld_rupiah,"
    " old.penalty_rupiah, old.net_rupiah))",
)
"""What an invoice says changes while it is sent back, but for a tax invoice that it lacks; its amounts with the payment
too, by the taxes of that day."""


ORDERED: Final = Guard(
    "ordered_stays",
    "old.issued_at is not null and ((new.number, new.vendor_name, new.vendor_scale, new.vendor_form, new.package_id,"
    " new.budget_line_id, new.approved_by, new.approved_for, new.submitted_at, new.issued_at) is distinct from"
    " (old.number, old.vendor_name, old.vendor_scale, old.vendor_form, old.package_id, old.budget_line_id,"
    " old.approved_by, old.approved_for, old.submitted_at, old.issued_at) or ((new.agreed_rupiah, new.agreed_vat,"
    " new.delivery_due_on, new.delivery_address, new.delivery_region_code, new.shipping_rupiah) is distinct from"
    " (old.agreed_rupiah, old.agreed_vat, old.delivery_due_on, old.delivery_address, old.delivery_region_code,"
    " old.shipping_rupiah) and new.event_sequence <= old.event_sequence))",
)
"""Who sold what to whom out of which money stays as it was signed; its terms change with an entry of the journal."""
DECIDED: Final = Guard(
    "decided_with_entry",
    "(new.requested_by, new.requested_at, new.approved_by, new.approved_at, new.requested_for, new.approved_for)"
    " is distinct from (old.requested_by, old.requested_at, old.approved_by, old.approved_at, old.requested_for,"
    " old.approved_for) and new.event_sequence <= old.event_sequence",
)
"""Whoever asks for a payment or approves it is written into the journal by the same step."""
ARRIVED: Final = Guard(
    "arrived_stays",
    "old.status in ('inspected', 'handover_pending', 'handed_over')"
    " and new.delivered_at is distinct from old.delivered_at",
)
"""When something arrived decides its penalty: nothing changes it once it was inspected."""


def _of_event(*columns: str, name: str, to_status: bool = False) -> ForeignKeyConstraint:
    """Points to the journal's entry; looked up at the commit, because the entry is written beside the change."""
    entry = [
        "order_event.order_id",
        "order_event.sequence",
        *(["order_event.to_status"] if to_status else []),
    ]
    return ForeignKeyConstraint(
        columns, entry, name=name, deferrable=True, initially="DEFERRED", use_alter=True
    )


class Order(Base):
    """Purchase from one vendor for one work unit (pesanan). `version` grows with every change.

    Amounts are what the whole order costs: base (goods + shipping, before tax), vat, gross (what the region pays),
    withheld (taxes the treasurer keeps back), penalty (for lateness) and net (what the vendor receives).
    `assessment` holds how they came about (taxes/assessment.py, to_facts). They are estimates until the purchase order
    is signed, follow what was accepted with each handover, and are final with the last payment. `budget_rupiah` is
    what the order holds, has committed or has realised in the budget, `realised_rupiah` the part that was paid;
    `carried_rupiah` the part that its line's year could not pay any more (CarriedPayable): a later year's line pays it;
    `merged_receipt_maximum` the value of that rule at submission. `agreed_rupiah` is the gross amount that was signed,
    `agreed_vat` whether it has VAT in it: nothing exceeds it before an addendum is signed, whatever becomes of the
    vendor or of the law. The moments from `delivered_at` to `paid_at` are those at which the whole order had come that
    far. `closed_short_at`: from then on no further delivery is expected. `warnings`: how often the clock warned the
    vendor for lateness; `warned_until`: the time they then have.
    `approved_for`: whom the person who approved stood in for; the other signatures say so in the same way (`…_for`),
    and count as that person's too (SOD4).
    `vendor_scale` and `vendor_form`: the vendor's size and legal form when the purchase order was signed.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint(
            "least(base_rupiah, vat_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, budget_rupiah) >= 0",
            name="not_negative",
        ),
        CheckConstraint("status in ('draft', 'cancelled') or gross_rupiah > 0", name="worth_something"),
        CheckConstraint("approved_by <> drafted_by", name="approver_is_not_drafter"),
        CheckConstraint("approved_for <> drafted_by", name="stood_in_apart"),
        CheckConstraint(one_of("cancellation_side", ("buyer", "vendor")), name="cancellation_side"),
        CheckConstraint("status = 'draft' or event_sequence is not null", name="journalled"),
        _of_event("id", "event_sequence", "status", name="fk_orders_event", to_status=True),
        UniqueConstraint("id", "drafted_by", "approved_by", name="uq_orders_approver"),
        UniqueConstraint("id", "signed", name="uq_orders_signed"),
        CheckConstraint("realised_rupiah between 0 and budget_rupiah", name="realised"),
        CheckConstraint("carried_rupiah between 0 and agreed_rupiah", name="carried"),
        CheckConstraint("greatest(gross_rupiah, budget_rupiah) <= agreed_rupiah", name="agreed"),
        CheckConstraint("issued_at is null or num_nulls(vendor_scale, vendor_form) = 0", name="vendor_then"),
        CheckConstraint(
            "status = 'draft' or (number is not null and package_id is not null)", name="submitted"
        ),
        Index("ix_orders_status", "status", "work_unit_id"),
        Index("ix_orders_vendor_id", "vendor_id", "status"),
        Index("ix_orders_drafted_by", "drafted_by", "status"),
        UniqueConstraint("id", "drafted_by", name="uq_orders_drafter"),
        Index("ix_orders_package_id", "package_id", "vendor_id", "submitted_at"),
        Index("ix_orders_due_at", "due_at", postgresql_where="due_at is not null"),
        Index("ix_orders_issued_at", "issued_at", "id", postgresql_where="issued_at is not null"),
        {
            "info": writable(
                keeps=("id", "work_unit_id", "vendor_id", "drafted_by", "created_at"),
                deletes=True,
                guards=(JOURNALLED, ORDERED),
            )
        },
    )

    id: Mapped[Id]
    number: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str]
    status: Mapped[str] = mapped_column(default=Status.DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    round: Mapped[int] = mapped_column(default=1)
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("vendor_participation.vendor_id"))
    vendor_name: Mapped[str]
    vendor_scale: Mapped[str | None]
    vendor_form: Mapped[str | None]
    package_id: Mapped[UUID | None] = mapped_column(ForeignKey("package.id"))
    budget_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_line.id"))
    delivery_address: Mapped[str] = mapped_column(default="")
    delivery_region_code: Mapped[str]
    delivery_due_on: Mapped[date | None]
    delivery_contact_phone: Mapped[str] = mapped_column(default="", server_default="")
    note: Mapped[str] = mapped_column(default="")
    shipping_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    base_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    vat_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    gross_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    withheld_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    penalty_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    net_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    budget_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    realised_rupiah: Mapped[Rupiah] = mapped_column(default=0, server_default="0")
    carried_rupiah: Mapped[Rupiah] = mapped_column(default=0, server_default="0")
    merged_receipt_maximum: Mapped[Rupiah] = mapped_column(default=0)
    agreed_rupiah: Mapped[Rupiah | None]
    agreed_vat: Mapped[bool | None]
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    due_at: Mapped[datetime | None]
    warnings: Mapped[int] = mapped_column(default=0, server_default="0")
    warned_until: Mapped[datetime | None]
    zone = ""
    """No column: its office's, put here with its parts (parts.py)."""

    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    approved_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    cancellation_side: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]
    submitted_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    signed: Mapped[bool] = mapped_column(Computed("issued_at is not null", persisted=True))
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_short_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    event_sequence: Mapped[int | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="raise",
        order_by="OrderLine.position",
        back_populates="order",
        primaryjoin="Order.id == foreign(OrderLine.order_id)",
        cascade="save-update, merge, delete, delete-orphan",
        passive_deletes=True,
    )
    deliveries: Mapped[list["Delivery"]] = relationship(
        lazy="raise", order_by="Delivery.sequence", back_populates="order"
    )
    invoices: Mapped[list["Invoice"]] = relationship(
        lazy="raise", order_by="Invoice.id", back_populates="order"
    )
    payables: Mapped[list["CarriedPayable"]] = relationship(
        lazy="raise", order_by="CarriedPayable.fiscal_year", viewonly=True
    )
    participation: Mapped[VendorParticipation] = relationship(lazy="raise", viewonly=True)
    work_unit: Mapped[WorkUnit] = relationship(lazy="raise", viewonly=True)
    package: Mapped[Package | None] = relationship(lazy="raise", viewonly=True)
    budget_line: Mapped[BudgetLine | None] = relationship(lazy="raise", viewonly=True)

    @property
    def next_event(self) -> int:
        """The number of the journal's entry that the step under way will write; the caller holds the order's lock."""
        return (self.event_sequence or 0) + 1

    @property
    def draw(self) -> Draw:
        """What the order holds, has committed or has realised on its own budget line."""
        assert self.budget_line_id and self.package_id
        return Draw(self.budget_line_id, self.package_id, self.budget_rupiah - self.carried_rupiah)


AS_SIGNED: Final = Guard(
    "lines_stay",
    "old.signed and (new.position, new.name, new.unit, new.tax_class, new.charges_local_tax, new.quantity,"
    " new.unit_price_rupiah, new.total_rupiah) is distinct from (old.position, old.name, old.unit, old.tax_class,"
    " old.charges_local_tax, old.quantity, old.unit_price_rupiah, old.total_rupiah)",
)
"""What was ordered at which price stays as it was signed; only how much of it came is written on it."""
NOT_TAKEN_OUT: Final = Guard("lines_do_not_go", "old.signed", of="delete")


class OrderLine(Base):
    """One product of an order, with its price as it was when ordered.

    `signed` repeats the order's own, by its foreign key: nobody may write it, so that no line joins a signed order.
    `accepted_quantity` and `rejected_quantity` add up over the inspections, None before the first; `closed_quantity`
    is what will not come any more, because the order was closed short.
    """

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_rupiah > 0", name="price"),
        CheckConstraint(one_of("tax_class", TaxClass), name="tax_class"),
        CheckConstraint(LOCAL_TAX_ALLOWED, name="local_tax"),
        CheckConstraint("accepted_quantity + closed_quantity <= quantity", name="accepted"),
        CheckConstraint("least(accepted_quantity, rejected_quantity, closed_quantity) >= 0", name="counted"),
        UniqueConstraint("order_id", "offer_id", name="uq_order_line_offer"),
        ForeignKeyConstraint(
            ["order_id", "signed"],
            ["orders.id", "orders.signed"],
            name="fk_order_line_order",
            ondelete="CASCADE",
            onupdate="CASCADE",
        ),
        {
            "info": writable(
                keeps=("id", "order_id", "offer_id", "signed"),
                deletes=True,
                guards=(AS_SIGNED, NOT_TAKEN_OUT),
                set_by_database=("signed",),
            )
        },
    )

    id: Mapped[Id]
    order_id: Mapped[UUID]
    signed: Mapped[bool] = mapped_column(server_default=false())
    position: Mapped[int]
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    name: Mapped[str]
    unit: Mapped[str]
    tax_class: Mapped[str]
    charges_local_tax: Mapped[bool] = mapped_column(default=False, server_default=false())
    quantity: Mapped[Quantity]
    unit_price_rupiah: Mapped[Rupiah]
    total_rupiah: Mapped[Rupiah]
    accepted_quantity: Mapped[Quantity | None]
    rejected_quantity: Mapped[Quantity | None]
    closed_quantity: Mapped[Quantity] = mapped_column(default=Decimal(0), server_default="0")
    inspection_note: Mapped[str | None]

    order: Mapped[Order] = relationship(
        lazy="raise", back_populates="lines", primaryjoin="Order.id == foreign(OrderLine.order_id)"
    )

    @property
    def due_quantity(self) -> Decimal:
        """What is to be paid: everything ordered but what will not come any more."""
        return self.quantity - (self.closed_quantity or 0)

    @property
    def due_rupiah(self) -> int:
        """The price before tax of what is to be paid."""
        return line_amount(self.due_quantity, self.unit_price_rupiah)


class Delivery(Base):
    """What the vendor announces to bring at once (pengiriman): when, with whom, and how much of each line.

    `expected_on` and `expected_at` are the office's own day and hour. Among the region's files, photo or PDF:
    `photo_key` shows the goods or the delivery note as it set out, `arrival_proof_key` that it arrived. `inspection` is
    the one that counts: a contested one is followed by another. A delivery that was withdrawn before it arrived, or
    taken back before its handover, is `cancelled`. `last_step`: what was done with it last, and when that was said; its
    side may undo some steps for `undo_minutes`, as the rule was then (fulfilling/undoing.py). `calls`: how often the
    clock called for what the delivery waits for now.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint(one_of("status", DELIVERY_STATUSES), name="status"),
        UniqueConstraint("order_id", "sequence", name="uq_delivery_sequence"),
        _of_event("order_id", "event_sequence", name="fk_delivery_event"),
        Index("ix_delivery_status", "status", "order_id"),
        {
            "info": writable(
                keeps=("id", "order_id", "sequence", "announced_at"), guards=(JOURNALLED, ARRIVED)
            )
        },
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    sequence: Mapped[int]
    status: Mapped[str]
    expected_on: Mapped[date]
    expected_at: Mapped[time | None]
    carrier: Mapped[str] = mapped_column(default="")
    driver: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    photo_key: Mapped[str | None]
    due_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0, server_default="0")
    announced_at: Mapped[CreatedAt]
    departed_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    arrival_proof_key: Mapped[str | None]
    last_step: Mapped[str | None]
    last_step_at: Mapped[datetime | None]
    undo_minutes: Mapped[int | None]
    event_sequence: Mapped[int]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="deliveries")
    lines: Mapped[list["DeliveryLine"]] = relationship(
        lazy="raise", back_populates="delivery", cascade="save-update, merge"
    )
    inspection: Mapped["Inspection | None"] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(Inspection.delivery_id == Delivery.id, Inspection.contested_at.is_(None))",
    )
    handover: Mapped["Handover | None"] = relationship(lazy="raise", back_populates="delivery")

    @property
    def is_live(self) -> bool:
        """Not withdrawn."""
        return self.status != Status.CANCELLED

    @property
    def undo_until(self) -> datetime | None:
        """Until when what was said of it last may be taken back, where it may."""
        if self.last_step_at is None or self.undo_minutes is None:
            return None
        return self.last_step_at + timedelta(minutes=self.undo_minutes)

    @property
    def inspected_by(self) -> UUID | None:
        return self.inspection.inspected_by if self.inspection else None


class DeliveryLine(Base):
    """How much of an order's line comes with a delivery; once inspected, how much of it came and was accepted.

    `delivered_quantity` is what was really unloaded, at most what was announced.
    """

    __tablename__ = "delivery_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("accepted_quantity + rejected_quantity = delivered_quantity", name="inspected"),
        CheckConstraint("delivered_quantity <= quantity", name="delivered"),
        CheckConstraint("least(accepted_quantity, rejected_quantity) >= 0", name="not_negative"),
        {"info": writable(keeps=("delivery_id", "order_line_id", "quantity"))},
    )

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"), primary_key=True)
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_line.id"), primary_key=True)
    quantity: Mapped[Quantity]
    delivered_quantity: Mapped[Quantity | None]
    accepted_quantity: Mapped[Quantity | None]
    rejected_quantity: Mapped[Quantity | None]
    cause: Mapped[str | None]
    note: Mapped[str | None]

    delivery: Mapped[Delivery] = relationship(lazy="raise", back_populates="lines")

    @property
    def payable_quantity(self) -> Decimal:
        """What the region pays for: the accepted part, until the inspection everything announced."""
        return self.quantity if self.accepted_quantity is None else self.accepted_quantity


class Inspection(Base):
    """The receiver's judgement of one delivery (pemeriksaan); `findings` by line as they were signed.

    SOD1: the receiver is not the person who drafted the order; `drafted_by` repeats it so that the database can say so.
    """

    __tablename__ = "inspection"
    __table_args__ = (
        CheckConstraint("inspected_by <> drafted_by", name="receiver_is_not_drafter"),
        CheckConstraint("inspected_for <> drafted_by", name="stood_in_apart"),
        ForeignKeyConstraint(
            ["order_id", "drafted_by"], ["orders.id", "orders.drafted_by"], name="fk_inspection_drafter"
        ),
        Index(
            "uq_inspection_delivery",
            "delivery_id",
            unique=True,
            postgresql_where=text("contested_at is null"),
        ),
        _of_event("order_id", "event_sequence", name="fk_inspection_event"),
        {"info": writable(changes=("agreed_at", "contested_at"), guards=(JUDGED_ONCE,))},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID]
    drafted_by: Mapped[UUID]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    inspected_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    inspected_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    inspected_at: Mapped[Moment]
    function_fits: Mapped[bool]
    time_fits: Mapped[bool]
    note: Mapped[str] = mapped_column(default="")
    findings: Mapped[dict[str, Any]] = mapped_column(JSONB)
    agreed_at: Mapped[datetime | None]
    contested_at: Mapped[datetime | None]
    event_sequence: Mapped[int]


class Handover(Base):
    """Handover report of one delivery (BAST): the accepted part, its amounts, and what lateness takes off.

    Its day is the tax point of its VAT. Amounts are final for VAT; income tax follows the day of payment.
    """

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint(
            "least(base_rupiah, vat_rupiah, withheld_rupiah, penalty_rupiah, net_rupiah, shipping_rupiah) >= 0",
            name="not_negative",
        ),
        UniqueConstraint("delivery_id", name="uq_handover_delivery"),
        UniqueConstraint("id", "order_id", name="uq_handover_id"),
        Index("ix_handover_order_id", "order_id"),
        Index("ix_handover_invoice_id", "invoice_id"),
        _of_event("order_id", "event_sequence", name="fk_handover_event"),
        {"info": writable(changes=("invoice_id",), guards=(BILLED,))},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("delivery.id"))
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoice.id"))
    handed_over_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    handed_over_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    handed_over_at: Mapped[Moment]
    late_days: Mapped[int]
    shipping_rupiah: Mapped[Rupiah]
    base_rupiah: Mapped[Rupiah]
    vat_rupiah: Mapped[Rupiah]
    gross_rupiah: Mapped[Rupiah]
    withheld_rupiah: Mapped[Rupiah]
    penalty_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB)
    event_sequence: Mapped[int]

    delivery: Mapped[Delivery] = relationship(lazy="raise", back_populates="handover")


class Invoice(Base):
    """The vendor's invoice (tagihan) of one or more handovers; rewritten when it was sent back.

    `payee` is the vendor's participation.payee when it was sent: payment goes to that bank account or not at all.
    `pay_by` is when it had to be paid, from the first request on: no second request moves it, only a new bill.
    `reminders`: how often the vendor reminded the office after that, `reminded_at` the last time.
    While it is sent back it is `handed_over`: what it bills waits to be billed again. `submitted_by` is None where the
    clock billed for a vendor who did not; `calls`: how often it called for what the invoice waits for now.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint(one_of("status", INVOICE_STATUSES), name="status"),
        CheckConstraint("approved_by <> requested_by", name="payment_has_two"),
        CheckConstraint(
            "approved_for <> requested_by and approved_for <> requested_for and approved_by <> requested_for",
            name="stood_in_apart",
        ),
        _of_event("order_id", "event_sequence", name="fk_invoice_event"),
        UniqueConstraint("id", "order_id", name="uq_invoice_order"),
        Index("ix_invoice_order_id", "order_id"),
        Index("ix_invoice_status", "status", "order_id"),
        {"info": writable(keeps=("id", "order_id", "created_at"), guards=(JOURNALLED, SENT, DECIDED))},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    number: Mapped[str]
    status: Mapped[str] = mapped_column(default=Status.INVOICED)
    due_at: Mapped[datetime | None]
    calls: Mapped[int] = mapped_column(default=0, server_default="0")
    invoiced_on: Mapped[date]
    invoiced_at: Mapped[Moment]
    tax_invoice_number: Mapped[str | None]
    gross_rupiah: Mapped[Rupiah]
    withheld_rupiah: Mapped[Rupiah]
    penalty_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payee: Mapped[dict[str, Any]] = mapped_column(JSONB)
    submitted_by: Mapped[UUID | None]
    requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    requested_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    requested_at: Mapped[datetime | None]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    approved_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    approved_at: Mapped[datetime | None]
    pay_by: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0, server_default="0")
    reminded_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    event_sequence: Mapped[int]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="invoices")
    payment: Mapped["Payment | None"] = relationship(lazy="raise", back_populates="invoice")


class Payment(Base):
    """A payment that the treasurer made and recorded (bukti bayar); one for each invoice, never changed.

    `paid_at` is when the money left (tanggal valuta), `created_at` when that was recorded.
    SOD2, SOD4: `kept_out` are the persons who ordered, approved, received or approved the payment; none of them pays.
    `drafted_by` and `approved_by` repeat the order's own, so that the database can say so of these two by itself.
    """

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint("paid_by <> all (kept_out)", name="treasurer_is_alone"),
        CheckConstraint("paid_by <> drafted_by and paid_by <> approved_by", name="payer_did_not_order"),
        CheckConstraint(
            "paid_for <> all (kept_out) and paid_for <> drafted_by and paid_for <> approved_by",
            name="stood_in_apart",
        ),
        ForeignKeyConstraint(
            ["order_id", "drafted_by", "approved_by"],
            ["orders.id", "orders.drafted_by", "orders.approved_by"],
            name="fk_payment_approver",
        ),
        ForeignKeyConstraint(
            ["invoice_id", "order_id"], ["invoice.id", "invoice.order_id"], name="fk_payment_invoice"
        ),
        _of_event("order_id", "event_sequence", name="fk_payment_event"),
        UniqueConstraint("invoice_id", name="uq_payment_invoice"),
        Index("ix_payment_order_id", "order_id"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    invoice_id: Mapped[UUID]
    method: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    gross_rupiah: Mapped[Rupiah]
    withheld_rupiah: Mapped[Rupiah]
    penalty_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    paid_at: Mapped[Moment]
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payee: Mapped[dict[str, Any]] = mapped_column(JSONB)
    paid_by: Mapped[UUID]
    paid_for: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    kept_out: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    drafted_by: Mapped[UUID]
    approved_by: Mapped[UUID]
    event_sequence: Mapped[int]
    created_at: Mapped[CreatedAt]

    invoice: Mapped[Invoice] = relationship(lazy="raise", back_populates="payment")


class WhyCarried(StrEnum):
    """Why a year's budget line could not pay what was handed over."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "WhyCarried":
        made = str.__new__(cls, value)
        made._value_, made.label = value, label
        return made

    HANDED_OVER_LATER = "handed_over_later", "Diserahterimakan tahun berikutnya"
    NOT_REQUESTED = "not_requested", "Pembayaran belum diajukan sampai batas akhir tahun"
    NOT_PAID = "not_paid", "Belum dibayar sampai akhir tahun"


ASSIGNED: Final = Guard("assigned_once", "old.assigned_at is not null")
"""Whose money pays is decided once; a year that passes again makes another row."""


class CarriedPayable(Base):
    """What was handed over and its year's line cannot pay any more (utang belanja, daftar luncuran).

    One a handover and a year that passed: `budget_line_id`, `package_id` and `fiscal_year` could not pay it. From the
    assignment on the line and package of a later year do; until then it cannot be paid. Whole rupiah, gross.
    """

    __tablename__ = "carried_payable"
    __table_args__ = (
        CheckConstraint("amount_rupiah > 0", name="amount"),
        CheckConstraint(one_of("cause", WhyCarried), name="cause"),
        CheckConstraint("new_fiscal_year > fiscal_year", name="later_year"),
        CheckConstraint(
            "num_nulls(new_budget_line_id, new_package_id, new_fiscal_year, assigned_by, assigned_at) in (0, 5)",
            name="assigned",
        ),
        ForeignKeyConstraint(
            ["handover_id", "order_id"],
            ["handover.id", "handover.order_id"],
            name="fk_carried_payable_handover",
        ),
        ForeignKeyConstraint(
            ["budget_line_id", "fiscal_year"],
            ["budget_line.id", "budget_line.fiscal_year"],
            name="fk_carried_payable_line",
        ),
        ForeignKeyConstraint(
            ["new_budget_line_id", "new_fiscal_year"],
            ["budget_line.id", "budget_line.fiscal_year"],
            name="fk_carried_payable_new_line",
        ),
        _of_event("order_id", "event_sequence", name="fk_carried_payable_event"),
        UniqueConstraint("handover_id", "fiscal_year", name="uq_carried_payable_year"),
        Index("ix_carried_payable_order_id", "order_id"),
        {
            "info": writable(
                changes=(
                    "new_budget_line_id",
                    "new_package_id",
                    "new_fiscal_year",
                    "assigned_by",
                    "assigned_at",
                ),
                guards=(ASSIGNED,),
            )
        },
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    handover_id: Mapped[UUID]
    vendor_id: Mapped[UUID]
    amount_rupiah: Mapped[Rupiah]
    cause: Mapped[str]
    budget_line_id: Mapped[UUID]
    package_id: Mapped[UUID] = mapped_column(ForeignKey("package.id"))
    fiscal_year: Mapped[int]
    carried_at: Mapped[Moment]
    event_sequence: Mapped[int]
    new_budget_line_id: Mapped[UUID | None]
    new_package_id: Mapped[UUID | None] = mapped_column(ForeignKey("package.id"))
    new_fiscal_year: Mapped[int | None]
    assigned_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    assigned_at: Mapped[datetime | None]


class OrderCounter(Base):
    """The last order number of a year; orders are numbered for the whole region, documents for each unit."""

    __tablename__ = "order_counter"
    __table_args__ = {"info": writable(changes=("last_number",), guards=(COUNTS_UP,))}

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class OrderEvent(Base):
    """One entry of the journal: who, in which role, did what, from which state to which, why and when.

    `delegation_id` is the letter by which they acted for somebody else; its number, kind and that person's name stand
    in `details` under "letter".

    `hash` covers the entry and the previous entry's hash, so that a changed or missing entry shows. `factor`: with what
    the person proved themselves, where they signed.
    """

    __tablename__ = "order_event"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        UniqueConstraint("order_id", "sequence", "to_status", name="uq_order_event_status"),
        UniqueConstraint("order_id", "sequence", "action", name="uq_order_event_action"),
        UniqueConstraint("order_id", "document_hash", name="uq_order_event_document"),
        CheckConstraint(one_of("to_status", Status), name="to_status"),
        CheckConstraint(one_of("factor", Factor), name="factor"),
        Index("ix_order_event_at", "at"),
        ForeignKeyConstraint(
            ["delegation_id", "actor_id"],
            ["delegation.id", "delegation.delegate_id"],
            name="fk_order_event_delegation",
        ),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    sequence: Mapped[int]
    at: Mapped[Moment]
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str]
    role: Mapped[str]
    delegation_id: Mapped[UUID | None]
    reason: Mapped[str | None]
    document_hash: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    previous_hash: Mapped[str]
    hash: Mapped[str]
    factor: Mapped[str | None]


class OrderReminder(Base):
    """Whoever the order waits for was reminded of this deadline at this step: the key lets it happen once."""

    __tablename__ = "order_reminder"
    __table_args__ = (CheckConstraint(one_of("status", Status), name="status"), {"info": APPEND_ONLY})

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[Moment] = mapped_column(primary_key=True)
    at: Mapped[Moment]
