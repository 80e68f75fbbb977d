"""Sanctions on vendors: what everybody may read of a decision in `nusantara`, the case that led to it in `pusat`."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import APPEND_ONLY, NUSANTARA, PUSAT, Base, CreatedAt, Id, one_of


class Level(StrEnum):
    """How far a sanction goes (domain.md 3.9); a warning is only recorded and published."""

    WARNING = "warning"
    SUSPENSION = "suspension"
    BLACKLIST = "blacklist"


class Ground(StrEnum):
    """What a sanction rests on."""

    BREACH = "breach"
    OTHER_GOODS = "other_goods"
    FALSE_FACTS = "false_facts"
    FRAUD = "fraud"
    COLLUSION = "collusion"


DISHONEST: Final = frozenset({Ground.FRAUD, Ground.COLLUSION})
"""Grounds on which a blacklisting lasts longer, and a debt is paid only with a note of the inspectorate (APIP)."""


class Outcome(StrEnum):
    """How a case ended: a sanction was imposed or not, its proposer took it back, or nobody decided in time."""

    IMPOSED = "imposed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class Ending(StrEnum):
    """How a sanction ended: on its day, earlier, or as if it had never been."""

    EXPIRED = "expired"
    LIFTED = "lifted"
    ANNULLED = "annulled"


class Side(StrEnum):
    """Whose paper a file is."""

    PROPOSAL = "proposal"
    OBJECTION = "objection"
    OPINION = "opinion"


class Sanction(Base):
    """A decision that was published (sanksi): regions and citizens read all of it. It has the id of its case.

    `reasons` is quoted in the letter and on the public page. A warning holds for no period. `ended_at` is written by
    the clock at the end of the period too, so that what holds is told by one column.
    """

    __tablename__ = "sanction"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("ground", Ground), name="ground"),
        CheckConstraint("(level = 'warning') = (valid_until is null)", name="period"),
        CheckConstraint("valid_until > decided_at", name="until"),
        CheckConstraint(one_of("ended_how", Ending), name="ended_how"),
        CheckConstraint("(ended_at is null) = (ended_how is null)", name="ended"),
        CheckConstraint("ended_how not in ('lifted', 'annulled') or ended_reason is not null", name="reason"),
        CheckConstraint("ended_how <> 'expired' or coalesce(ended_at >= valid_until, false)", name="expired"),
        Index("ix_sanction_decided_at", "decided_at"),
        Index("ix_sanction_running", "valid_until", postgresql_where="ended_at is null"),
        {"schema": NUSANTARA},
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), index=True)
    level: Mapped[str]
    ground: Mapped[str]
    reasons: Mapped[str]
    decided_at: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    ended_reason: Mapped[str | None]


class SanctionedVendor(Base):
    """A business that a sanction reaches: the one it was decided on, and those with the same tax number or owner."""

    __tablename__ = "sanctioned_vendor"
    __table_args__ = {"schema": NUSANTARA}

    sanction_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.sanction.id"), primary_key=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"), primary_key=True, index=True)


class SanctionCase(Base):
    """A proposed sanction on its way: notice, objection, opinion of the inspectorate (APIP), decision.

    Who proposed never decides, who decided never lifts, and nobody imposes anything before the vendor was heard or
    the days for it are over: the database holds all three.
    """

    __tablename__ = "sanction_case"
    __table_args__ = (
        CheckConstraint(one_of("level", Level), name="level"),
        CheckConstraint(one_of("ground", Ground), name="ground"),
        CheckConstraint("(level = 'warning') = (months is null)", name="months"),
        CheckConstraint(one_of("outcome", Outcome), name="outcome"),
        CheckConstraint("(outcome is null) = (decided_at is null)", name="decided"),
        CheckConstraint(
            "outcome not in ('imposed', 'refused') or coalesce(decided_by <> proposed_by, false)",
            name="second_person",
        ),
        CheckConstraint("outcome not in ('imposed', 'refused') or reasons is not null", name="reasons"),
        CheckConstraint(
            "outcome <> 'imposed' or objected_at is not null or coalesce(decided_at > objection_due_at, false)",
            name="heard",
        ),
        CheckConstraint("outcome <> 'imposed' or opinion is not null", name="opinion"),
        CheckConstraint("(opinion is null) = (opinion_at is null)", name="opinion_at"),
        CheckConstraint("coalesce(objected_at <= objection_due_at, true)", name="objected_in_time"),
        CheckConstraint(
            "lifted_by is null or coalesce(lifted_by <> decided_by, false)", name="lifted_by_another"
        ),
        Index("uq_sanction_case_open", "vendor_id", unique=True, postgresql_where="outcome is null"),
        Index("ix_sanction_case_vendor_id", "vendor_id", "proposed_at"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    number: Mapped[str] = mapped_column(unique=True)
    vendor_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.vendor.id"))
    level: Mapped[str]
    ground: Mapped[str]
    months: Mapped[int | None]
    facts: Mapped[str]
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    proposed_at: Mapped[CreatedAt]
    objection_due_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    objection: Mapped[str | None]
    objected_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    objected_at: Mapped[datetime | None]
    opinion: Mapped[str | None]
    opinion_from: Mapped[str | None]
    opinion_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    opinion_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    reasons: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    decided_at: Mapped[datetime | None]
    lifted_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))


class SanctionFile(Base):
    """A paper of one side; its content lies among the nation's files (files.py), redrawn or looked into."""

    __tablename__ = "sanction_file"
    __table_args__ = (
        CheckConstraint(one_of("side", Side), name="side"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.sanction_case.id"), index=True)
    side: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    added_by: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    added_at: Mapped[CreatedAt]


class SanctionEvent(Base):
    """The journal of a case, one row for each turn; without an account the clock did it."""

    __tablename__ = "sanction_event"
    __table_args__ = (
        Index("ix_sanction_event_case_id", "case_id", "at"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    case_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.sanction_case.id"))
    at: Mapped[CreatedAt]
    action: Mapped[str]
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    actor_name: Mapped[str]
    note: Mapped[str | None]


class SanctionKey(Base):
    """By what a sanctioned business is known again: keyed hashes of its tax number and of its owner's number."""

    __tablename__ = "sanction_key"
    __table_args__ = ({"schema": PUSAT, "info": APPEND_ONLY},)

    case_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.sanction_case.id"), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(primary_key=True, index=True)


class SanctionCounter(Base):
    """The last number of a year."""

    __tablename__ = "sanction_counter"
    __table_args__ = ({"schema": PUSAT},)

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_number: Mapped[int]
