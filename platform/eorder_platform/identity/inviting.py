"""Invitations: an account is made for a person by their office, and they set the password themselves, once.

The link carries a random token; the database keeps only its hash. A new invitation to the same person, a password
that was set, or seven days end it.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, outbox
from eorder_platform.errors import NotVisible
from eorder_platform.identity.factors import forget_factors
from eorder_platform.identity.models import Account, Invitation
from eorder_platform.identity.passwords import check_new_password, hash_password
from eorder_platform.identity.recovering import take_password
from eorder_platform.trying_out import new_account_id

VALIDITY: Final = timedelta(days=7)
NO_PASSWORD: Final = "!"
"""Stands where a hash would: no password fits it."""


@dataclass(frozen=True)
class Invited:
    """Whom a link was sent to."""

    account_id: UUID
    name: str
    email: str


async def find_or_invite(session: AsyncSession, email: str, name: str, host: str) -> UUID:
    """The account of that e-mail; a new one is invited to set a password at `host` by the job `identity.invite`.

    So is one that nobody holds (:attr:`Account.is_vacant`): its password no longer counts, and only who reads the
    mailbox sets the next one.
    """
    found = select(Account).where(func.lower(Account.email) == email.lower()).with_for_update()
    account = await session.scalar(found)
    if account is None:
        invited = await invite_stranger(session, email, name, host)
        if invited is not None:
            return invited
        account = (await session.scalars(found)).one()  # made by somebody else since it was looked for
    if not account.is_vacant:
        return account.id
    account.password_hash = NO_PASSWORD
    await forget_factors(session, account.id)
    if account.closed_at is not None:
        account.active, account.closed_at = True, None
    outbox.write(session, "identity.invite", account_id=account.id, host=host)
    return account.id


async def invite_stranger(session: AsyncSession, email: str, name: str, host: str) -> UUID | None:
    """A new account for that e-mail, invited likewise; None where one has it, also one made at this very moment."""
    made = insert(Account).values(
        id=new_account_id(email),
        email=email,
        name=name,
        password_hash=NO_PASSWORD,
        created_at=clock.now(),
    )
    account_id: UUID | None = await session.scalar(made.on_conflict_do_nothing().returning(Account.id))
    if account_id is not None:
        outbox.write(session, "identity.invite", account_id=account_id, host=host)
    return account_id


async def issue_token(session: AsyncSession, account_id: UUID) -> tuple[Invited, str] | None:
    """A fresh token for somebody who has no password yet, ending earlier ones; None for anybody else."""
    account = await session.get(Account, account_id)
    if account is None or account.password_hash != NO_PASSWORD:
        return None
    token = secrets.token_urlsafe(32)
    fresh = {"token_hash": _hash(token), "expires_at": clock.now() + VALIDITY}
    await session.execute(
        insert(Invitation)
        .values(account_id=account_id, **fresh)
        .on_conflict_do_update(index_elements=["account_id"], set_=fresh)
    )
    return Invited(account.id, account.name, account.email), token


async def invited_by(session: AsyncSession, token: str) -> Invited:
    """Whom this link was sent to; NotVisible for a link that is unknown, used or expired."""
    row = (
        await session.execute(
            select(Account.id, Account.name, Account.email)
            .join(Invitation, Invitation.account_id == Account.id)
            .where(Invitation.token_hash == _hash(token), Invitation.expires_at > clock.now())
        )
    ).one_or_none()
    if row is None:
        raise NotVisible(
            "Undangan ini sudah dipakai, kedaluwarsa, atau diganti undangan yang lebih baru."
            " Tautan baru dapat diminta lewat “Lupa kata sandi” di halaman masuk."
        )
    return Invited(*row)


async def accept_invitation(session: AsyncSession, token: str, password: str) -> Invited:
    """Set the first password and end the invitation; refuses a weak password on "password"."""
    invited = await invited_by(session, token)
    check_new_password(password, of=(invited.email, invited.name))
    password_hash = await hash_password(password)
    used = await session.execute(
        delete(Invitation).where(Invitation.token_hash == _hash(token)).returning(Invitation.account_id)
    )
    if used.first() is None:  # the same link was used in another window just now
        raise NotVisible("Undangan ini sudah dipakai.")
    await take_password(session, await session.get_one(Account, invited.account_id), password_hash)
    return invited


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
