"""An order, its lines, its inspection, and the append-only journal of everything that happened to it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eorder_platform.directory.models import LOCAL_TAX_ALLOWED, TaxClass
from eorder_platform.money import line_amount
from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Id, Moment, Quantity, Rupiah, one_of
from eorder_tenants.budgets.ledger import Draw
from eorder_tenants.budgets.models import BudgetLine, Package
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.organisation.models import WorkUnit


class Status(StrEnum):
    """Where an order stands (domain.md 2.4); lifecycle.py declares what may follow."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    CANCELLATION_ASKED = "cancellation_asked"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    INSPECTED = "inspected"
    HANDOVER_PENDING = "handover_pending"
    HANDED_OVER = "handed_over"
    INVOICED = "invoiced"
    PAYMENT_REQUESTED = "payment_requested"
    PAYMENT_APPROVED = "payment_approved"
    PAID = "paid"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def is_final(self) -> bool:
        return self in FINAL

    @property
    def is_dead(self) -> bool:
        """Ended without a purchase."""
        return self in DEAD


_LABELS = {
    Status.DRAFT: "Draf",
    Status.AWAITING_APPROVAL: "Menunggu persetujuan PPK",
    Status.ISSUED: "Menunggu jawaban penyedia",
    Status.ACCEPTED: "Diproses penyedia",
    Status.CANCELLATION_ASKED: "Pembatalan diminta",
    Status.IN_DELIVERY: "Dalam pengiriman",
    Status.DELIVERED: "Pesanan tiba",
    Status.INSPECTED: "Menunggu persetujuan hasil pemeriksaan",
    Status.HANDOVER_PENDING: "Menunggu serah terima",
    Status.HANDED_OVER: "Sudah diserahterimakan",
    Status.INVOICED: "Ditagihkan",
    Status.PAYMENT_REQUESTED: "Pembayaran diajukan",
    Status.PAYMENT_APPROVED: "Pembayaran disetujui",
    Status.PAID: "Dibayar",
    Status.COMPLETED: "Selesai",
    Status.REJECTED: "Ditolak",
    Status.EXPIRED: "Batal otomatis",
    Status.CANCELLED: "Dibatalkan",
}
DEAD = frozenset({Status.REJECTED, Status.EXPIRED, Status.CANCELLED})
FINAL = DEAD | {Status.COMPLETED}


NEW_DRAFT = text("status = 'draft' and number is null")
"""A draft that was never submitted: only such a one is added to, and there is one for each officer, vendor and unit."""


class Order(Base):
    """Purchase from one vendor for one work unit (pesanan). `version` grows with every change.

    Amounts are what the whole order costs: base (goods + shipping, before tax), vat, gross (what the region pays),
    withheld (taxes the treasurer keeps back), penalty (for lateness) and net (what the vendor receives).
    `assessment` holds how they came about (taxes/assessment.py, to_facts). They are estimates until the purchase order
    is signed, follow the accepted quantities at handover, and are final with the payment. `budget_rupiah` is what the
    order holds or has committed in the budget; `merged_receipt_maximum` the value of that rule at submission.
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
        CheckConstraint("inspected_by <> drafted_by", name="receiver_is_not_drafter"),
        CheckConstraint(
            "paid_by <> drafted_by and paid_by <> approved_by and paid_by <> inspected_by"
            " and paid_by <> handed_over_by",
            name="treasurer_is_alone",
        ),
        CheckConstraint(one_of("cancellation_side", ("buyer", "vendor")), name="cancellation_side"),
        CheckConstraint("payment_approved_by <> payment_requested_by", name="payment_has_two"),
        CheckConstraint(
            "status = 'draft' or (number is not null and package_id is not null)", name="submitted"
        ),
        Index("ix_orders_status", "status", "work_unit_id"),
        Index("ix_orders_vendor_id", "vendor_id", "status"),
        Index("ix_orders_drafted_by", "drafted_by", "status"),
        Index(
            "uq_orders_draft",
            "drafted_by",
            "vendor_id",
            "work_unit_id",
            unique=True,
            postgresql_where=NEW_DRAFT,
        ),
        Index("ix_orders_package_id", "package_id", "vendor_id", "submitted_at"),
        Index("ix_orders_due_at", "due_at", postgresql_where="due_at is not null"),
        Index("ix_orders_issued_at", "issued_at", "id", postgresql_where="issued_at is not null"),
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
    package_id: Mapped[UUID | None] = mapped_column(ForeignKey("package.id"))
    budget_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("budget_line.id"))
    delivery_address: Mapped[str] = mapped_column(default="")
    delivery_region_code: Mapped[str]
    delivery_due_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(default="")
    shipping_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    base_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    vat_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    gross_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    withheld_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    penalty_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    net_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    budget_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    merged_receipt_maximum: Mapped[Rupiah] = mapped_column(default=0)
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    due_at: Mapped[datetime | None]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    inspected_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    handed_over_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    cancellation_side: Mapped[str | None]
    payment_requested_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    payment_approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    paid_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    created_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]
    submitted_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    inspected_at: Mapped[datetime | None]
    inspection_agreed_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    payment_requested_at: Mapped[datetime | None]
    payment_approved_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        lazy="raise",
        order_by="OrderLine.position",
        back_populates="order",
        cascade="save-update, merge, delete, delete-orphan",
        passive_deletes=True,
    )
    participation: Mapped[VendorParticipation] = relationship(lazy="raise", viewonly=True)
    work_unit: Mapped[WorkUnit] = relationship(lazy="raise", viewonly=True)
    package: Mapped[Package | None] = relationship(lazy="raise", viewonly=True)
    budget_line: Mapped[BudgetLine | None] = relationship(lazy="raise", viewonly=True)

    @property
    def draw(self) -> Draw:
        """What the order holds or has committed in the budget."""
        assert self.budget_line_id and self.package_id
        return Draw(self.budget_line_id, self.package_id, self.budget_rupiah)


class OrderLine(Base):
    """One product of an order, with its price as it was when ordered. Quantities of the inspection come later."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_rupiah > 0", name="price"),
        CheckConstraint(one_of("tax_class", TaxClass), name="tax_class"),
        CheckConstraint(LOCAL_TAX_ALLOWED, name="local_tax"),
        CheckConstraint("accepted_quantity + rejected_quantity = quantity", name="inspected"),
        UniqueConstraint("order_id", "offer_id", name="uq_order_line_offer"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
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
    inspection_note: Mapped[str | None]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="lines")

    @property
    def due_quantity(self) -> Decimal:
        """What is to be paid: the accepted part once inspected, until then everything ordered."""
        return self.quantity if self.accepted_quantity is None else self.accepted_quantity

    @property
    def due_rupiah(self) -> int:
        """The price before tax of what is to be paid."""
        return line_amount(self.due_quantity, self.unit_price_rupiah)


class OrderCounter(Base):
    """The last order number of a year; orders are numbered for the whole region, documents for each unit."""

    __tablename__ = "order_counter"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]


class OrderEvent(Base):
    """One entry of the journal: who, in which role, did what, from which state to which, why and when.

    `hash` covers the entry and the previous entry's hash, so that a changed or missing entry shows.
    """

    __tablename__ = "order_event"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        CheckConstraint(one_of("to_status", Status), name="to_status"),
        Index("ix_order_event_at", "at"),
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


class OrderReminder(Base):
    """Whoever the order waits for was reminded of this deadline at this step: the key lets it happen once."""

    __tablename__ = "order_reminder"
    __table_args__ = (CheckConstraint(one_of("status", Status), name="status"), {"info": APPEND_ONLY})

    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    status: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[Moment] = mapped_column(primary_key=True)
    at: Mapped[Moment]
