"""An order, its lines, its inspection, and the append-only journal of everything that happened to it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eorder_platform.directory.models import TaxClass
from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Id, Moment, Quantity, Rupiah, one_of


class Status(StrEnum):
    """Where an order stands (domain.md 2.4); lifecycle.py declares what may follow."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    ISSUED = "issued"
    ACCEPTED = "accepted"
    IN_DELIVERY = "in_delivery"
    DELIVERED = "delivered"
    INSPECTED = "inspected"
    HANDED_OVER = "handed_over"
    INVOICED = "invoiced"
    PAID = "paid"
    COMPLETED = "completed"
    REJECTED = "rejected"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Order(Base):
    """Purchase from one vendor for one work unit (pesanan). `version` grows with every change.

    Amounts are what the whole order costs: base (goods + shipping, before tax), vat, gross (what the region pays),
    withheld (taxes the treasurer keeps back) and net (what the vendor receives). `assessment` holds how they came
    about (taxes/assessment.py, to_facts) and is never recomputed after signature.
    """

    __tablename__ = "orders"
    __table_args__ = (
        CheckConstraint(one_of("status", Status), name="status"),
        CheckConstraint("net_rupiah + withheld_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint("base_rupiah >= 0 and vat_rupiah >= 0 and withheld_rupiah >= 0 and net_rupiah >= 0", name="not_negative"),
        CheckConstraint("approved_by <> drafted_by", name="approver_is_not_drafter"),
        CheckConstraint("inspected_by <> drafted_by", name="receiver_is_not_drafter"),
        CheckConstraint(
            "paid_by <> drafted_by and paid_by <> approved_by and paid_by <> inspected_by", name="treasurer_is_alone"
        ),
        CheckConstraint("payment_approved_by <> payment_requested_by", name="payment_has_two"),
        CheckConstraint("status = 'draft' or (number is not null and package_id is not null)", name="submitted"),
        Index("ix_orders_status", "status", "work_unit_id"),
        Index("ix_orders_vendor_id", "vendor_id", "status"),
        Index("ix_orders_drafted_by", "drafted_by", "status"),
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
    net_rupiah: Mapped[Rupiah] = mapped_column(default=0)
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    due_at: Mapped[datetime | None]
    drafted_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    inspected_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
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
    handed_over_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]

    lines: Mapped[list["OrderLine"]] = relationship(lazy="raise", order_by="OrderLine.position", back_populates="order")


class OrderLine(Base):
    """One product of an order, with its price as it was when ordered. Quantities of the inspection come later."""

    __tablename__ = "order_line"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity"),
        CheckConstraint("unit_price_rupiah > 0", name="price"),
        CheckConstraint(one_of("tax_class", TaxClass), name="tax_class"),
        CheckConstraint("accepted_quantity + rejected_quantity = quantity", name="inspected"),
        UniqueConstraint("order_id", "offer_id"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id", ondelete="CASCADE"))
    position: Mapped[int]
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id"))
    name: Mapped[str]
    unit: Mapped[str]
    tax_class: Mapped[str]
    quantity: Mapped[Quantity]
    unit_price_rupiah: Mapped[Rupiah]
    total_rupiah: Mapped[Rupiah]
    accepted_quantity: Mapped[Quantity | None]
    rejected_quantity: Mapped[Quantity | None]
    inspection_note: Mapped[str | None]

    order: Mapped[Order] = relationship(lazy="raise", back_populates="lines")


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
