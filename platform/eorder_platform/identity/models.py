"""Accounts belong to the nation; roles belong to where they act (here: the national agency)."""

from datetime import datetime
from enum import StrEnum
from typing import Final, cast
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Table, text
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import APPEND_ONLY, PUSAT, Base, CreatedAt, Facts, Id, Moment, one_of
from eorder_platform.trying_out import TEST_DOMAIN, is_test_sql


class NationalRoleName(StrEnum):
    """Roles in the national agency (LKPP): domain.md 1.1."""

    AGENCY_ADMIN = "agency_admin"
    VERIFIER = "verifier"


class Account(Base):
    """A person who may sign in. One person, one account, any number of roles anywhere.

    `email_confirmed` is False for who registered in the days when nobody had to show first that the mailbox is theirs.
    `factor_asked_at`: since when they have been asked for a second factor that they do not have.
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
    factor_asked_at: Mapped[datetime | None]

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


class AuthenticatorApp(Base):
    """The one app that makes an account's codes (TOTP, RFC 6238); `secret` is sealed.

    A step is thirty seconds since 1970. No code of `last_step` or of one before it counts again.
    """

    __tablename__ = "authenticator_app"
    __table_args__ = ({"schema": PUSAT},)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    last_step: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """One of the codes on paper; only its keyed hash is kept, and when it was used."""

    __tablename__ = "recovery_code"
    __table_args__ = ({"schema": PUSAT},)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), primary_key=True)
    code_hash: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[CreatedAt]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A passkey (WebAuthn credential). `synced`: its owner's cloud holds copies; `sign_count`: as the device counts."""

    __tablename__ = "passkey"
    __table_args__ = (Index("ix_passkey_account_id", "account_id"), {"schema": PUSAT})

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigInteger)
    synced: Mapped[bool]
    name: Mapped[str]
    created_at: Mapped[CreatedAt]
    last_used_at: Mapped[datetime | None]


class AccountEvent(Base):
    """What happened to an account's ways of signing in; its person reads it, and hears of it by mail.

    `by`: who did it, where it was somebody else. `details`: browser and address, in words.
    """

    __tablename__ = "account_event"
    __table_args__ = (
        Index("ix_account_event_account_id", "account_id", "at"),
        {"schema": PUSAT, "info": APPEND_ONLY},
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    at: Mapped[Moment]
    kind: Mapped[str]
    by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    details: Mapped[Facts]


class AccountRecovery(Base):
    """A lost account on its way back: asked for, confirmed by two administrators, a day's wait, taken (or stopped)."""

    __tablename__ = "account_recovery"
    __table_args__ = (
        CheckConstraint("second_by <> first_by", name="two_people"),
        CheckConstraint("first_by <> account_id and second_by <> account_id", name="not_for_oneself"),
        CheckConstraint("num_nulls(first_by, first_at) in (0, 2)", name="confirmed"),
        CheckConstraint("second_by is null or first_by is not null", name="in_order"),
        CheckConstraint("num_nulls(second_by, second_at, opens_at) in (0, 3)", name="opened"),
        CheckConstraint("used_at is null or (opens_at is not null and used_at >= opens_at)", name="waited"),
        CheckConstraint("used_at is null or stopped_at is null", name="one_end"),
        Index(
            "uq_account_recovery_open",
            "account_id",
            unique=True,
            postgresql_where=text("used_at is null and stopped_at is null"),
        ),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    reason: Mapped[str]
    asked_at: Mapped[Moment]
    first_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    first_at: Mapped[datetime | None]
    second_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    second_at: Mapped[datetime | None]
    opens_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    used_at: Mapped[datetime | None]
