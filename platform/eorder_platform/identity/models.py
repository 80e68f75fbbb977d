"""Accounts belong to the nation; roles belong to where they act (here: the national agency)."""

from datetime import datetime
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, CreatedAt, one_of
from eorder_platform.trying_out import TEST_DOMAIN, is_test_sql


class NationalRoleName(StrEnum):
    """Roles in the national agency (LKPP): domain.md 1.1."""

    AGENCY_ADMIN = "agency_admin"
    VERIFIER = "verifier"


class Account(Base):
    """A person who may sign in. One person, one account, any number of roles anywhere.

    `email_confirmed` is False for who registered in the days when nobody had to show first that the mailbox is theirs.
    """

    __tablename__ = "account"
    __table_args__ = (
        Index("uq_account_email", text("lower(email)"), unique=True),
        CheckConstraint("closed_at is null or not active", name="closed"),
        CheckConstraint(f"({is_test_sql('id')}) = (lower(email) like '%{TEST_DOMAIN}')", name="world"),
        {"schema": PUSAT},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str]
    language: Mapped[str] = mapped_column(default="id")
    active: Mapped[bool] = mapped_column(default=True)
    closed_at: Mapped[datetime | None]
    email_confirmed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[CreatedAt]
    last_signed_in_at: Mapped[datetime | None]

    @property
    def is_vacant(self) -> bool:
        """Never confirmed, or closed by its person: it is whoever's reads the mailbox, and they alone may take it."""
        return not self.email_confirmed or self.closed_at is not None


class Invitation(Base):
    """The one open invitation of an account that has no password yet; only the hash of its token is kept."""

    __tablename__ = "invitation"
    __table_args__ = ({"schema": PUSAT},)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]


class NationalRole(Base):
    """An account's role in the national agency; a sandbox's test people hold none."""

    __tablename__ = "national_role"
    __table_args__ = (
        CheckConstraint(one_of("role", NationalRoleName), name="role"),
        CheckConstraint(f"not ({is_test_sql('account_id')})", name="world"),
        {"schema": PUSAT},
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[CreatedAt]


class RegionalOfficial(Base):
    """An account that is a region's official, or was; what they hold there the region alone knows.

    A sandbox may have real people beside its test people; a real region has no test people.
    """

    __tablename__ = "regional_official"
    __table_args__ = (
        CheckConstraint(f"not ({is_test_sql('account_id')}) or {is_test_sql('tenant_id')}", name="world"),
        {"schema": PUSAT},
    )

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("nusantara.tenant.id"), primary_key=True)


class NationalIdempotencyKey(Base):
    """A form on the national host that was carried out: the second click is led to what the first one made."""

    __tablename__ = "idempotency_key"
    __table_args__ = ({"schema": PUSAT},)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    location: Mapped[str]
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


NATIONAL_FORM_KEYS: Final = cast(Table, NationalIdempotencyKey.__table__)
