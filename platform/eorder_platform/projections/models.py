"""National copies of regional facts, written by jobs: the vendor's inbox over all regions and the national figures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Computed, ForeignKey, Index
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, Rupiah


class OrderProjection(Base):
    """An order as the nation sees it; `version` is the order's own, so that a late job never turns time back.

    `vendor_scale` and `vendor_form` are what the vendor was when the order was signed. Written by writing.py only.
    `search` has the number in its parts, so that any of them finds it.
    """

    __tablename__ = "order_projection"
    __table_args__ = (
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
