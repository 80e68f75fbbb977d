"""What the nation knows of regions' orders: copies written by jobs, for vendors' inboxes and the national figures, and
what regions agree on before they commit: what a person was paid in a year, which numbers of invoices are used.

Each row binds a vendor to a region; the database refuses one that binds a sandbox to a real vendor (decision 0036)."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Computed, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, Moment, Rupiah, one_of
from eorder_platform.trying_out import same_world

ONE_WORLD: Final = same_world("vendor_id", "tenant_id")


class OrderProjection(Base):
    """An order as the nation sees it; `version` is the order's own, so that a late job never turns time back.

    `vendor_scale` and `vendor_form` are what the vendor was when the order was signed. Written by writing.py only.
    `search` has the number in its parts, so that any of them finds it. `products`: the names of what was ordered, for
    the vendor's own inbox.
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
    products: Mapped[str] = mapped_column(default="", server_default="")
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


class BillProjection(Base):
    """What a region owes its vendor for an order, or paid: an invoice, or a handover that nobody billed yet.

    Whole rupiah; `base_rupiah` is the price before tax, of which `vat_rupiah` and `local_tax_rupiah` are added to make
    the gross amount. `kept` holds what the treasurer keeps back for the state by its name: "vat" and kinds of income
    tax (taxes/withholding.py); estimates until it is paid, final then. `pay_by`: the day by which it had to be paid,
    from the first request on; `expected_by`: the same, counted ahead from the day it was billed. `term_days` are the
    region's business days for a payment, by `term_basis`; `check_days` those before, for checking the bill.
    `receipt_id`: the payment's receipt among the region's papers. Written by writing.py only, all bills of an order
    together with the order.
    """

    __tablename__ = "bill_projection"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "order_id"],
            ["pusat.order_projection.tenant_id", "pusat.order_projection.order_id"],
            name="fk_bill_projection_order",
        ),
        CheckConstraint("net_rupiah + withheld_rupiah + penalty_rupiah = gross_rupiah", name="amounts"),
        CheckConstraint(ONE_WORLD, name="world"),
        Index("ix_bill_projection_vendor", "vendor_id", "handed_over_at"),
        Index("ix_bill_projection_order", "tenant_id", "order_id"),
        {"schema": PUSAT},
    )

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    number: Mapped[str | None]
    status: Mapped[str]
    lacks_tax_invoice: Mapped[bool] = mapped_column(default=False)
    is_carried: Mapped[bool] = mapped_column(default=False)
    base_rupiah: Mapped[Rupiah]
    vat_rupiah: Mapped[Rupiah]
    local_tax_rupiah: Mapped[Rupiah]
    gross_rupiah: Mapped[Rupiah]
    withheld_rupiah: Mapped[Rupiah]
    penalty_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    kept: Mapped[dict[str, int]] = mapped_column(JSONB)
    handed_over_at: Mapped[Moment]
    invoiced_at: Mapped[datetime | None]
    pay_by: Mapped[datetime | None]
    expected_by: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    check_days: Mapped[int]
    term_days: Mapped[int]
    term_basis: Mapped[str]
    receipt_id: Mapped[UUID | None]


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
