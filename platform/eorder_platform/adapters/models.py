"""What was asked about a business and what was answered: evidence beside a person's decision, never the decision."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.adapters.systems import Outcome, Reason, System
from eorder_platform.tables import PUSAT, Base, CreatedAt, Facts, Id, one_of


class Inquiry(Base):
    """A question to another authority about a vendor; `outcome` is missing until somebody asked.

    `facts_hash` is the keyed hash of what was asked, so that an answer about facts of before is known as such; the
    facts themselves stand with the vendor. `next_at`: when the worker asks again, because nobody answered. An answer
    that says something bears its evidence: the database takes no yes without one.

    said: {name: text} as interfaces/ gives it, nothing secret.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        CheckConstraint(one_of("system", System), name="system"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint(one_of("reason", Reason), name="reason"),
        CheckConstraint("(outcome is null) = (answered_at is null)", name="answered"),
        CheckConstraint(
            "coalesce(outcome, '') not in ('confirmed', 'contradicted') or evidence <> ''", name="evidence"
        ),
        CheckConstraint("(outcome = 'unavailable') = (reason is not null)", name="why"),
        Index("ix_inquiry_vendor_id", "vendor_id", "system", "asked_at"),
        Index("ix_inquiry_next_at", "next_at", postgresql_where="next_at is not null"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    system: Mapped[str]
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    facts_hash: Mapped[str]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    asked_at: Mapped[CreatedAt]
    outcome: Mapped[str | None]
    reason: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="", server_default="")
    stand_in: Mapped[bool] = mapped_column(default=False, server_default="false")
    evidence: Mapped[str] = mapped_column(default="", server_default="")
    said: Mapped[Facts] = mapped_column(default=dict, server_default="{}")
    answered_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    next_at: Mapped[datetime | None]
