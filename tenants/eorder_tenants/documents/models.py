"""Signed documents and the counters that number them without a gap."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import COUNTS_UP, Base, Facts, Guard, Id, Moment, one_of, writable
from eorder_tenants.documents.facts import DocumentKind

SIGNED: Final = Guard(
    "signed_stays",
    "(new.facts - 'signatories') is distinct from (old.facts - 'signatories')"
    " or not coalesce(new.facts -> 'signatories' @>"
    " jsonb_path_query_array(old.facts, '$.signatories[*] ? (@.signed_at != null)'), true)",
)
"""Of what was signed nothing changes but that another party signs as well; a signature that stands stays."""


class DocumentCounter(Base):
    """The last number given for (unit, kind, year); raised in the signing transaction, so a failure burns none.

    `kind` is a DocumentKind, or "invoice" for the invoices that the vendors of this unit send.
    """

    __tablename__ = "document_counter"
    __table_args__ = {"info": writable(changes=("last_number",), guards=(COUNTS_UP,))}

    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class OrderDocument(Base):
    """A signed document: its facts as signed, and the PDF made from them (file_key, content_hash) by a job.

    What it says is in the journal: an entry of the order names `facts_hash`, again after a countersignature.
    `part_id` is the delivery or the payment it is about, None for the purchase order. `number` is unique in the region
    whatever its pattern. `verification_code` is the secret-free code of the QR.
    """

    __tablename__ = "order_document"
    __table_args__ = (
        CheckConstraint(one_of("kind", DocumentKind), name="kind"),
        UniqueConstraint("work_unit_id", "kind", "year", "sequence", name="uq_order_document_sequence"),
        Index("ix_order_document_order_id", "order_id", "kind"),
        UniqueConstraint("verification_code"),
        ForeignKeyConstraint(
            ["order_id", "facts_hash"],
            ["order_event.order_id", "order_event.document_hash"],
            name="fk_order_document_event",
            deferrable=True,
            initially="DEFERRED",
            use_alter=True,
        ),
        {
            "info": writable(
                changes=("facts", "facts_hash", "file_key", "content_hash", "rendered_at"), guards=(SIGNED,)
            )
        },
    )

    id: Mapped[Id]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    part_id: Mapped[UUID | None]
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    kind: Mapped[str]
    year: Mapped[int]
    sequence: Mapped[int]
    number: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[Facts]
    facts_hash: Mapped[str]
    verification_code: Mapped[str]
    signed_at: Mapped[Moment]
    signed_by: Mapped[UUID]
    file_key: Mapped[str | None]
    content_hash: Mapped[str | None]
    rendered_at: Mapped[datetime | None]
