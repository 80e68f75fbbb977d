"""Who a region is: its work units, its officials and the roles they were appointed to."""

from datetime import date
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Table,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, CreatedAt, Guard, Id, Recorded, one_of, writable


class Role(StrEnum):
    """Roles in a region (domain.md 1.1); the official Indonesian term stands beside each."""

    TENANT_ADMIN = "tenant_admin"  # admin daerah
    PROCUREMENT_OFFICER = "procurement_officer"  # Pejabat Pengadaan (PP)
    COMMITMENT_OFFICER = "commitment_officer"  # Pejabat Pembuat Komitmen (PPK)
    RECEIVER = "goods_receiver"  # pemeriksa / penerima barang
    TREASURER = "treasurer"  # Bendahara Pengeluaran
    BUDGET_USER = "budget_user"  # Pengguna Anggaran (PA)
    AUDITOR = "internal_auditor"  # Inspektorat / APIP


SHORTENED: Final = Guard("only_shortened", "new.valid_to is null or new.valid_to > old.valid_to")
"""A period may end earlier than was granted, never later: what follows is granted anew, with its own letter."""

ENDED_EARLIER: Final = Guard(
    "only_shortened",
    "new.valid_to is distinct from old.valid_to and (new.valid_to is null or new.valid_to > old.valid_to)",
)
"""The same where something else of the row may change as well."""

TAKEN_BACK: Final = Guard("taken_back_for_good", "old.taken_back and not new.taken_back")
WITHDRAWN: Final = Guard(
    "withdrawn_for_good",
    "old.withdrawn_on is not null and new.withdrawn_on is distinct from old.withdrawn_on",
)


class WorkUnit(Base):
    """Work unit (satuan kerja) of a regional agency; `phone` is the office's, "" or "+6221…"."""

    __tablename__ = "work_unit"
    __table_args__ = {"info": writable(keeps=("id", "code"))}

    id: Mapped[Id]
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    short_name: Mapped[str]
    address: Mapped[str]
    city: Mapped[str]
    region_code: Mapped[str] = mapped_column(ForeignKey("nusantara.region.code"))
    tax_id: Mapped[str | None]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)


class Official(Base):
    """A person of this region; `id` is the account's id in the national schema (no foreign key crosses).

    `phone` is their telephone at the office, "" or "+62…": vendors see it whose order they have in hand.
    """

    __tablename__ = "official"
    __table_args__ = {"info": writable(keeps=("id", "created_at"))}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    civil_servant_id: Mapped[str | None] = mapped_column(unique=True)
    email: Mapped[str] = mapped_column(unique=True)
    position: Mapped[str]
    phone: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]


class RoleAssignment(Base):
    """An official's appointment to a role, in one work unit or (unit empty) in the whole region, for a period.

    Once granted it stays: it may be ended early, or `taken_back` before it began, which is as if it had never held.
    `recorded_at` is when the database took it in; nobody can write another: an appointment that was entered after its
    first day shows.
    """

    __tablename__ = "role_assignment"
    __table_args__ = (
        CheckConstraint(one_of("role", Role), name="role"),
        CheckConstraint("valid_to is null or valid_to >= valid_from or taken_back", name="period"),
        Index(
            "uq_role_assignment",
            "official_id",
            "role",
            "work_unit_id",
            "valid_from",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("not taken_back"),
        ),
        Index("ix_role_assignment_role", "role", "work_unit_id"),
        {
            "info": writable(
                changes=("valid_to", "taken_back"),
                guards=(SHORTENED, TAKEN_BACK),
                set_by_database=("recorded_at",),
            )
        },
    )

    id: Mapped[Id]
    official_id: Mapped[UUID] = mapped_column(ForeignKey("official.id"), index=True)
    role: Mapped[str]
    work_unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("work_unit.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    letter_number: Mapped[str]
    granted_by: Mapped[UUID | None]
    taken_back: Mapped[bool] = mapped_column(default=False, server_default=false())
    recorded_at: Mapped[Recorded]


class RuleOverride(Base):
    """A region's own value for a rule that the nation lets it set (for example its order cap).

    Once written it stays: it may be ended early, or taken back on a day before its first (`withdrawn_on`), which is as
    if it had never been written. `recorded_at` as of an appointment.
    """

    __tablename__ = "rule_override"
    __table_args__ = (
        CheckConstraint("valid_to is null or valid_to >= valid_from", name="period"),
        CheckConstraint("withdrawn_on < valid_from", name="withdrawn"),
        Index(
            "uq_rule_override",
            "key",
            "valid_from",
            unique=True,
            postgresql_where=text("withdrawn_on is null"),
        ),
        {
            "info": writable(
                changes=("valid_to", "withdrawn_on"),
                guards=(ENDED_EARLIER, WITHDRAWN),
                set_by_database=("recorded_at",),
            )
        },
    )

    id: Mapped[Id]
    key: Mapped[str]
    value: Mapped[int] = mapped_column(BigInteger)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    legal_basis: Mapped[str]
    changed_by: Mapped[UUID | None]
    withdrawn_on: Mapped[date | None]
    recorded_at: Mapped[Recorded]


class RegionalHoliday(Base):
    """A day on which this region's offices are closed besides the national holidays."""

    __tablename__ = "regional_holiday"
    __table_args__ = {"info": writable(changes=("name",), deletes=True)}

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str]


class IdempotencyKey(Base):
    """A form that was carried out: the second click is led to what the first one made."""

    __tablename__ = "idempotency_key"
    __table_args__ = {"info": writable(changes=("location",), deletes=True)}

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


FORM_KEYS: Final = cast(Table, IdempotencyKey.__table__)
