"""What the nation knows of regions' orders: copies written by jobs, for vendors' inboxes and the national figures, and
what regions agree on before they commit: what a person was paid in a year, which numbers of invoices are used.

Each row binds a vendor to a region; the database refuses one that binds a sandbox to a real vendor (decision 0036)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, Moment, Rupiah, one_of
from eorder_platform.trying_out import same_world

ONE_WORLD: Final = same_world("vendor_id", "tenant_id")


class OrderProjection(Base):
    """An order as the nation sees it; `version` is the order's own, so that a late job never turns time back.

    `vendor_scale` and `vendor_form` are what the vendor was when the order was signed. Written by writing.py only.
    `search` has the number in its parts, so that any of them finds it.
    """

    __tablename__ = "order_projection"
    __table_args__ = (
        CheckConstraint(ONE_WORLD, name="world"),
        Index("ix_order_projection_vendor", "vendor_id", "changed_at"),
        Index(
            "ix_order_projection_issued", "issued_at", "order_id", postgresql_where="issued_at is not null"
        ),
        Index(
            "ix_order_projection_tenant", "tenant_id", "issued_at", postgresql_where="issued_at is not null"
        ),
        Index("ix_order_projection_search", "search", postgresql_using="gin"),
        {"schema": PUSAT},
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    vendor_name: Mapped[str]
    vendor_scale: Mapped[str]
    vendor_form: Mapped[str]
    number: Mapped[str]
    title: Mapped[str]
    work_unit_name: Mapped[str]
    status: Mapped[str]
    gross_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    paid_rupiah: Mapped[Rupiah] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int]
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('simple', translate(number, '-/.', '   ') || ' ' || title || ' ' || vendor_name"
            " || ' ' || work_unit_name)",
            persisted=True,
        ),
    )


class PersonYear(Base):
    """A natural person's year of payments; whoever books one takes the next place in it."""

    __tablename__ = "person_year"
    __table_args__ = ({"schema": PUSAT},)

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_place: Mapped[int]


class PersonPayment(Base):
    """What a region paid to a natural person for an invoice: their turnover, before tax.

    Written by turnover.py only.
    """

    __tablename__ = "person_payment"
    __table_args__ = (
        UniqueConstraint("vendor_id", "year", "place", name="uq_person_payment_place"),
        CheckConstraint("turnover_rupiah >= 0", name="turnover"),
        CheckConstraint(ONE_WORLD, name="world"),
        {"schema": PUSAT},
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    year: Mapped[int]
    place: Mapped[int]
    turnover_rupiah: Mapped[Rupiah]
    booked_at: Mapped[Moment]


class InvoiceNumber(Base):
    """A number that serves on invoices of this order and of no other: the serial of a tax invoice, or the vendor's own.

    Written by invoice_numbers.py only.
    """

    __tablename__ = "invoice_number"
    __table_args__ = (
        CheckConstraint(one_of("kind", ("tax_invoice", "own")), name="kind"),
        CheckConstraint(ONE_WORLD, name="world"),
        {"schema": PUSAT},
    )

    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"))
    order_id: Mapped[UUID]
    claimed_at: Mapped[Moment]
