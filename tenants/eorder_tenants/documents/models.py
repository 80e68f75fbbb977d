"""Signed documents and the counters that number them without a gap."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, Facts, Id, Moment, one_of


class DocumentKind(StrEnum):
    """Documents of an order (domain.md 6.1); `order` numbers the order itself and makes no paper."""

    ORDER = "order"
    PURCHASE_ORDER = "purchase_order"  # surat pesanan
    INSPECTION_REPORT = "inspection_report"  # berita acara pemeriksaan
    HANDOVER_REPORT = "handover_report"  # berita acara serah terima (BAST)
    INVOICE = "invoice"  # tagihan
    PAYMENT_RECEIPT = "payment_receipt"  # kuitansi


class DocumentCounter(Base):
    """The last number given for (unit, kind, year); raised in the signing transaction, so a failure burns none."""

    __tablename__ = "document_counter"

    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class OrderDocument(Base):
    """A signed document: its facts as signed, and the PDF made from them (file_key, content_hash) by a job."""

    __tablename__ = "order_document"
    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        UniqueConstraint("work_unit_id", "kind", "year", "sequence", name="uq_order_document_number"),
        UniqueConstraint("order_id", "kind"),
        UniqueConstraint("verification_code"),
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    kind: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str]
    facts: Mapped[Facts]
    facts_hash: Mapped[str]
    verification_code: Mapped[str]
    signed_at: Mapped[Moment]
    signed_by: Mapped[UUID]
    file_key: Mapped[str | None]
    content_hash: Mapped[str | None]
    rendered_at: Mapped[datetime | None]
