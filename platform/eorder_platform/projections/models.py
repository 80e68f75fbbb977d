"""National copies of regional facts, written by jobs: the vendor's inbox over all regions and the national figures."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, Rupiah


class OrderProjection(Base):
    """An order as the nation sees it; `version` is the order's own, so that a late job never turns time back."""

    __tablename__ = "order_projection"
    __table_args__ = (
        Index("ix_order_projection_vendor", "vendor_id", "changed_at"),
        Index("ix_order_projection_issued", "issued_at"),
        {"schema": PUSAT},
    )

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)
    order_id: Mapped[UUID] = mapped_column(primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    number: Mapped[str]
    title: Mapped[str]
    work_unit_name: Mapped[str]
    status: Mapped[str]
    gross_rupiah: Mapped[Rupiah]
    net_rupiah: Mapped[Rupiah]
    due_at: Mapped[datetime | None]
    issued_at: Mapped[datetime | None]
    handed_over_at: Mapped[datetime | None]
    invoiced_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]
    version: Mapped[int]
