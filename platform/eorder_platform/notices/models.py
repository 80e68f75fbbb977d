"""Notices: what a person is told of, kept where they act; a vendor's nationally, an official's in their region."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, CreatedAt, Id, one_of, writable


class NoticeKind(StrEnum):
    """What a notice is about; people choose for each kind how they hear of it by mail."""

    PURCHASE_ORDER = "purchase_order"
    WAITING = "waiting"
    REMINDER = "reminder"
    ENDED = "ended"
    PAID = "paid"
    PROGRESS = "progress"
    COMMENT = "comment"


class By(StrEnum):
    """How a person hears of a kind of notice by mail; in the bell it stands in any case."""

    AT_ONCE = "at_once"
    DIGEST = "digest"
    NEVER = "never"


class Mail(StrEnum):
    """How far a notice's mail is; OPEN until its job has asked what the person wants."""

    OPEN = "open"
    DIGEST = "digest"
    SENT = "sent"
    NONE = "none"


REQUIRED: Final = frozenset({NoticeKind.PURCHASE_ORDER, NoticeKind.REMINDER})
"""Always mailed at once: with the purchase order the vendor's time to answer begins (domain.md 2.6), with a reminder
the little that is left of it."""
KEPT: Final = timedelta(days=400)
"""Then a notice is deleted: a fiscal year and the weeks in which its last orders are closed. It is no evidence; what it
told stands in the order's journal."""
DEFAULT: Final = dict.fromkeys(NoticeKind, By.AT_ONCE) | {NoticeKind.PROGRESS: By.DIGEST}
"""What holds where the person chose nothing."""


class _NoticeColumns:
    """`source` names what happened, so that nobody is told of it twice. Texts are sentences (sentences.as_json)."""

    id: Mapped[Id]
    account_id: Mapped[UUID]
    source: Mapped[str]
    kind: Mapped[str]
    headline: Mapped[Any] = mapped_column(JSONB)
    detail: Mapped[Any] = mapped_column(JSONB)
    due_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]
    mail: Mapped[str] = mapped_column(default=Mail.OPEN)


class Notice(_NoticeColumns, Base):
    """An official's notice, in their region; without an order it is about a letter of theirs."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "source", name="uq_notice_source"),
        CheckConstraint(one_of("kind", NoticeKind), name="kind"),
        CheckConstraint(one_of("mail", Mail), name="mail"),
        Index("ix_notice_newest", "account_id", "created_at"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at is null")),
        Index("ix_notice_digest", "account_id", postgresql_where=text("mail = 'digest'")),
        Index("ix_notice_created_at", "created_at"),
        {"info": writable(changes=("read_at", "mail"), deletes=True)},
    )

    order_id: Mapped[UUID | None]


class NationalNotice(_NoticeColumns, Base):
    """A notice of a vendor's member, whatever region it comes from: one bell over all of them."""

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account_id", "source", name="uq_notice_source"),
        CheckConstraint(one_of("kind", NoticeKind), name="kind"),
        CheckConstraint(one_of("mail", Mail), name="mail"),
        Index("ix_notice_newest", "account_id", "created_at"),
        Index("ix_notice_unread", "account_id", postgresql_where=text("read_at is null")),
        Index("ix_notice_digest", "account_id", postgresql_where=text("mail = 'digest'")),
        Index("ix_notice_created_at", "created_at"),
        {"schema": PUSAT},
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    order_id: Mapped[UUID]
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"))


class NoticeChoice(Base):
    """How a person wants to hear of a kind of notice by mail, where they chose."""

    __tablename__ = "notice_choice"
    __table_args__ = (
        CheckConstraint(one_of("kind", NoticeKind), name="kind"),
        CheckConstraint(one_of("by", By), name="by"),
        {"schema": PUSAT},
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
