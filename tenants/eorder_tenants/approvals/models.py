"""What the region's watchers are shown: attempts that separation of duties refused."""

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, Id, Recorded, one_of, writable


class FlagCode(StrEnum):
    """Red flags by their number in the dossier of the field."""

    SELF_APPROVAL = "RF15"


class RedFlag(Base):
    """A red flag: who tried which step on which order, through which letter, and what they were told.

    No verdict: the attempt was refused. One a day for the same attempt, however often it is repeated; `why` is the
    sentence (sentences.as_json).
    """

    __tablename__ = "red_flag"
    __table_args__ = (
        CheckConstraint(one_of("code", FlagCode), name="code"),
        ForeignKeyConstraint(
            ["delegation_id", "actor_id"],
            ["delegation.id", "delegation.delegate_id"],
            name="fk_red_flag_delegation",
        ),
        UniqueConstraint("code", "order_id", "step", "actor_id", "on_day", name="uq_red_flag_once_a_day"),
        Index("ix_red_flag_recorded_at", "recorded_at"),
        {"info": writable(set_by_database=("recorded_at",))},
    )

    id: Mapped[Id]
    code: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    step: Mapped[str]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    actor_name: Mapped[str]
    delegation_id: Mapped[UUID | None]
    why: Mapped[Any] = mapped_column(JSONB)
    on_day: Mapped[date]
    recorded_at: Mapped[Recorded]
