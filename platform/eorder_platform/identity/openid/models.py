"""Programs outside that the agency registered, what people allow them, and the tokens that came of it."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform.tables import PUSAT, Base, CreatedAt, Id, one_of

Texts = list[str]


class ProgramKind(StrEnum):
    """What kind of program it is; the agency chooses at registering."""

    REGIONAL_APP = "regional_app"
    PLANNING = "planning"
    FINANCE = "finance"
    BANK = "bank"
    BROKER = "broker"
    STAFF_TOOL = "staff_tool"


class Program(Base):
    """A program outside (a client, in OAuth's words). Its client id is its id in hexadecimal.

    It proves itself by a secret (of which the hash is kept) or by a signature under one of its public keys.
    `regions`: slugs of those in which it may act, empty for all. `redirect_addresses` fit letter by letter.
    `grants`: which ways to a token it may go: for a person, for itself, or both.
    """

    __tablename__ = "program"
    __table_args__ = (
        CheckConstraint(one_of("kind", ProgramKind), name="kind"),
        CheckConstraint("secret_hash is not null or public_keys is not null", name="proof"),
        CheckConstraint("acts_for_people or acts_for_itself", name="acts"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    name: Mapped[str]
    operator: Mapped[str]
    homepage: Mapped[str]
    kind: Mapped[str]
    secret_hash: Mapped[str | None]
    public_keys: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    redirect_addresses: Mapped[Texts] = mapped_column(ARRAY(Text))
    sign_out_addresses: Mapped[Texts] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    back_channel_address: Mapped[str | None]
    scopes: Mapped[Texts] = mapped_column(ARRAY(Text))
    regions: Mapped[Texts] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    acts_for_people: Mapped[bool] = mapped_column(default=True)
    acts_for_itself: Mapped[bool] = mapped_column(default=False)
    proves_possession: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    registered_by: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    created_at: Mapped[CreatedAt]
    secret_changed_at: Mapped[datetime | None]
    deactivated_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class Permission(Base):
    """What one person allows one program (a consent), until a day; what is taken back stays to be seen.

    `asked`: what the program asked for when `scopes` were allowed; what was left out is not asked about again.
    """

    __tablename__ = "program_permission"
    __table_args__ = (
        Index(
            "uq_program_permission_current",
            "account_id",
            "program_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
        ),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    program_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.program.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"))
    scopes: Mapped[Texts] = mapped_column(ARRAY(Text))
    asked: Mapped[Texts] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    regions: Mapped[Texts] = mapped_column(ARRAY(Text))
    given_at: Mapped[CreatedAt]
    valid_until: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class StoredToken(Base):
    """A token that was given out: its hash, whose it is, what it allows.

    `family`: all tokens that came of one authorization (of its code, or of its refresh tokens); they end together.
    `facts`: of a refresh token what the next ID token says again (auth_time, acr, amr, nonce).
    """

    __tablename__ = "program_token"
    __table_args__ = (
        CheckConstraint("kind in ('access', 'refresh')", name="kind"),
        Index("ix_program_token_family", "family"),
        Index("ix_program_token_permission_id", "permission_id"),
        Index("ix_program_token_sid", "sid", postgresql_where=text("sid <> ''")),
        Index("ix_program_token_expires_at", "expires_at"),
        Index("ix_program_token_program_id", "program_id"),
        {"schema": PUSAT},
    )

    id: Mapped[Id]
    kind: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.program.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.account.id"))
    permission_id: Mapped[UUID | None] = mapped_column(ForeignKey("pusat.program_permission.id"))
    family: Mapped[UUID]
    sid: Mapped[str] = mapped_column(default="")
    scopes: Mapped[Texts] = mapped_column(ARRAY(Text))
    regions: Mapped[Texts] = mapped_column(ARRAY(Text))
    key_thumbprint: Mapped[str | None]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ProgramSignIn(Base):
    """A program that was told of a sign-in, and is to be told of its end (back-channel logout)."""

    __tablename__ = "program_sign_in"
    __table_args__ = ({"schema": PUSAT},)

    sid: Mapped[str] = mapped_column(primary_key=True)
    program_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.program.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("pusat.account.id"), index=True)
    created_at: Mapped[CreatedAt] = mapped_column(index=True)


class SigningKey(Base):
    """A key pair with which the nation signs ID tokens; the private half is sealed.

    Its public half is published from `created_at` until `withdrawn_at`; of those whose day has come the newest signs.
    """

    __tablename__ = "signing_key"
    __table_args__ = ({"schema": PUSAT},)

    id: Mapped[Id]
    public: Mapped[dict[str, Any]] = mapped_column(JSONB)
    private_encrypted: Mapped[bytes] = mapped_column(LargeBinary)
    signs_from: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
