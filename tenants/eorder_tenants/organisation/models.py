"""Who a region is: its work units, its officials and the roles they were appointed to."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import Base, CreatedAt, Guard, Id, Recorded, Rupiah, days_of, one_of, writable


class Role(StrEnum):
    """Roles in a region (domain.md 1.1); the official Indonesian term stands beside each."""

    TENANT_ADMIN = "tenant_admin"  # admin daerah
    PROCUREMENT_OFFICER = "procurement_officer"  # Pejabat Pengadaan (PP)
    COMMITMENT_OFFICER = "commitment_officer"  # Pejabat Pembuat Komitmen (PPK)
    RECEIVER = "goods_receiver"  # pemeriksa / penerima barang
    TREASURER = "treasurer"  # Bendahara Pengeluaran
    BUDGET_USER = "budget_user"  # Pengguna Anggaran (PA)
    DELEGATED_BUDGET_USER = "delegated_budget_user"  # Kuasa Pengguna Anggaran (KPA)
    AUDITOR = "internal_auditor"  # Inspektorat / APIP, BPK, KPK


DELEGABLE: Final = (Role.COMMITMENT_OFFICER, Role.RECEIVER, Role.TREASURER, Role.BUDGET_USER)
"""What a letter may hand over. A draft belongs to whoever began it, and who watches a region is not stood in for."""


class LetterKind(StrEnum):
    """Why somebody stands in; the official term stands beside each."""

    ABSENT = "plh"  # pelaksana harian: the holder is away for a while
    VACANT = "plt"  # pelaksana tugas: nobody holds the office


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
        UniqueConstraint("id", "official_id", "role", name="uq_role_assignment_holder"),
        CheckConstraint(f"role <> '{Role.AUDITOR}' or valid_to is not null", name="audit_has_an_end"),
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


ISSUED_ONCE: Final = Guard(
    "issued_once",
    "(new.issued_by, new.issued_at) is distinct from (old.issued_by, old.issued_at)"
    " and (old.issued_at is not null or old.ended_at is not null)",
)
ENDED_ONCE: Final = Guard(
    "ended_once",
    "old.ended_at is not null and (new.ended_by, new.ended_at) is distinct from (old.ended_by, old.ended_at)",
)
ONE_AT_A_TIME: Final = (
    "int8range(('x' || substr(md5(coalesce(appointment_id, work_unit_id)::text || role), 1, 10))::bit(40)::bigint"
    " * 4194304 + (first_day - date '2000-01-01'),"
    " ('x' || substr(md5(coalesce(appointment_id, work_unit_id)::text || role), 1, 10))::bit(40)::bigint"
    " * 4194304 + (last_day - date '2000-01-01'), '[]')"
)
"""The days of a letter as a range of whole numbers that only letters about the same office share: what an exclusion
over one range can compare without an extension of the database. An office is an appointment, or one that is vacant."""


class Delegation(Base):
    """A letter by which somebody stands in for an official (Plh), or in a vacant office (Plt): SOD9.

    From `first_day` to `last_day`, both whole days of the region, once it was issued and until it is `ended`. `duties`
    are steps by their names in the journal, `maximum_rupiah` the most that an order may be worth. A Plh letter hangs on
    an appointment of the absent person, never on another letter: who stands in cannot hand on. A letter is asked for,
    issued once, ended once, and never changed.
    """

    __tablename__ = "delegation"
    __table_args__ = (
        CheckConstraint(one_of("kind", LetterKind), name="kind"),
        CheckConstraint(one_of("role", DELEGABLE), name="role"),
        CheckConstraint("first_day <= last_day", name="period"),
        CheckConstraint("cardinality(duties) > 0", name="duties"),
        CheckConstraint("maximum_rupiah > 0", name="maximum"),
        CheckConstraint("delegate_id <> delegator_id and delegate_id <> issued_by", name="not_to_oneself"),
        CheckConstraint(
            "num_nulls(delegator_id, appointment_id, appointment_role) = case kind when 'plh' then 0 else 3 end",
            name="for_whom",
        ),
        CheckConstraint(
            f"appointment_role = role or appointment_role = '{Role.DELEGATED_BUDGET_USER}'"
            f" and role = '{Role.BUDGET_USER}'",
            name="own_office",
        ),
        CheckConstraint("num_nulls(issued_by, issued_at) in (0, 2)", name="issued"),
        CheckConstraint("num_nulls(ended_by, ended_at) in (0, 2)", name="ended"),
        ForeignKeyConstraint(
            ["appointment_id", "delegator_id", "appointment_role"],
            ["role_assignment.id", "role_assignment.official_id", "role_assignment.role"],
            name="fk_delegation_appointment",
        ),
        ExcludeConstraint(
            (text(ONE_AT_A_TIME), "&&"),
            name="one_stand_in_at_a_time",
            where=text("ended_at is null"),
            using="gist",
        ),
        UniqueConstraint("id", "delegate_id", name="uq_delegation_delegate"),
        UniqueConstraint("number", "work_unit_id", name="uq_delegation_number"),
        Index("ix_delegation_delegate_id", "delegate_id", "last_day"),
        Index("ix_delegation_work_unit_id", "work_unit_id", "last_day"),
        {
            "info": writable(
                changes=("issued_by", "issued_at", "ended_by", "ended_at"),
                guards=(ISSUED_ONCE, ENDED_ONCE),
                set_by_database=("recorded_at",),
            )
        },
    )

    id: Mapped[Id]
    number: Mapped[str]
    kind: Mapped[str]
    role: Mapped[str]
    work_unit_id: Mapped[UUID] = mapped_column(ForeignKey("work_unit.id"))
    delegate_id: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    delegator_id: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    appointment_id: Mapped[UUID | None]
    appointment_role: Mapped[str | None]
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    maximum_rupiah: Mapped[Rupiah | None]
    first_day: Mapped[date]
    last_day: Mapped[date]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    issued_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    issued_at: Mapped[datetime | None]
    ended_by: Mapped[UUID | None] = mapped_column(ForeignKey("official.id"))
    ended_at: Mapped[datetime | None]
    recorded_at: Mapped[Recorded]


class AuditRead(Base):
    """An auditor opened a page of the region: who, when, which page, and about what (`subject_id`: an order, a vendor).

    `recorded_at` is the database's own clock. Nobody changes or deletes a row.
    """

    __tablename__ = "audit_read"
    __table_args__ = (
        Index("ix_audit_read_recorded_at", "recorded_at"),
        Index("ix_audit_read_subject_id", "subject_id"),
        {"info": writable(set_by_database=("recorded_at",), while_suspended=True)},
    )

    id: Mapped[Id]
    official_id: Mapped[UUID] = mapped_column(ForeignKey("official.id"))
    page: Mapped[str]
    subject_id: Mapped[UUID | None]
    detail: Mapped[str] = mapped_column(default="", server_default="")
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
        ExcludeConstraint(
            (text(days_of("key", "valid_from", "valid_to")), "&&"),
            name="one_value_a_day",
            where=text("withdrawn_on is null"),
            using="gist",
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
