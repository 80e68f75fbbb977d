"""What a vendor bills and what a region pays, with every tax the treasurer withheld."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import APPEND_ONLY, Base, CreatedAt, Id, Moment, Rupiah


class Invoice(Base):
    """The vendor's invoice (tagihan) of a handed-over order; one for each order, rewritten when it was sent back.

    `payee` is the vendor's participation.payee when it was sent: payment goes to that bank account or not at all.
    """

    __tablename__ = "invoice"
    __table_args__ = (
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    number: Mapped[str]
    invoiced_on: Mapped[date]
    tax_invoice_number: Mapped[str | None]
    gross_rupiah: Mapped[Rupiah]
    withheld_rupiah: Mapped[Rupiah]
    penalty_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB)
    payee: Mapped[dict[str, Any]] = mapped_column(JSONB)
    submitted_by: Mapped[UUID]
    created_at: Mapped[CreatedAt]


class Payment(Base):
    """A payment that the treasurer made and recorded (bukti bayar); one for each order, never changed."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
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
    created_at: Mapped[CreatedAt]
