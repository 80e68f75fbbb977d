"""Signing in with e-mail and password, and making and changing accounts."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import guessing
from eorder_platform.identity.addresses import check_email
from eorder_platform.identity.events import NOWHERE, Kind, Where, record
from eorder_platform.identity.models import Account, NationalRole
from eorder_platform.identity.passwords import (
    check_new_password,
    hash_password,
    is_right_password,
    needs_renewal,
)
from eorder_platform.trying_out import new_account_id

WRONG = "E-mail atau kata sandi tidak cocok. Periksa lagi keduanya."


@dataclass(frozen=True)
class SignedIn:
    """A person whose password was right; `is_first`: they never signed in before."""

    account_id: UUID
    name: str
    email: str
    language: str
    is_first: bool = False


async def check_password(email: str, password: str, address: str, browser: str = "") -> SignedIn:
    """Whose e-mail and password are these? One sentence refuses a wrong e-mail and a wrong password alike.

    `address` and `browser` say where the attempt comes from (guessing.py).
    """
    email = email.strip()
    limits = guessing.of_signing_in(email, address, browser)
    await guessing.count_attempt(limits)
    async with tenancy.national() as session:
        account = await session.scalar(select(Account).where(func.lower(Account.email) == email.lower()))
    known = account.password_hash if account is not None and account.active else None
    if not await is_right_password(password, known) or account is None:
        raise Refused(WRONG, "password")
    await guessing.forgive(limits)
    async with tenancy.national() as session:
        account = await session.get_one(Account, account.id)
        is_first, account.last_signed_in_at = account.last_signed_in_at is None, clock.now()
        if needs_renewal(account.password_hash):
            account.password_hash = await hash_password(password)
    return SignedIn(account.id, account.name, account.email, account.language, is_first)


async def known_account(account_id: UUID) -> SignedIn | None:
    """Who came from the nation's sign-in; None once the account may not be used."""
    async with tenancy.national() as session:
        account = await session.get(Account, account_id)
    if account is None or not account.active:
        return None
    return SignedIn(account.id, account.name, account.email, account.language)


async def create_account(session: AsyncSession, email: str, name: str, password: str) -> Account:
    """A new account in a national transaction; refuses a weak password and an e-mail that is none or in use."""
    email = check_email(email)
    check_new_password(password, of=(email, name))
    return await create_account_with_hash(session, email, name, await hash_password(password))


async def create_account_with_hash(
    session: AsyncSession, email: str, name: str, password_hash: str
) -> Account:
    """The same for a password that was hashed already (the demo has many people with one password)."""
    account = Account(
        id=new_account_id(email), email=email.strip(), name=name.strip(), password_hash=password_hash
    )
    session.add(account)
    try:
        await session.flush()  # the unique index answers, not a look-up that another request may overtake
    except IntegrityError as error:
        raise Refused(
            "E-mail ini sudah dipakai. Masuk dengan akun itu, atau gunakan e-mail lain.", "email"
        ) from error
    return account


async def account_with(session: AsyncSession, email: str) -> Account | None:
    """The account of this e-mail, in whatever case it is written."""
    account: Account | None = await session.scalar(
        select(Account).where(func.lower(Account.email) == email.strip().lower())
    )
    return account


async def change_password(account_id: UUID, old: str, new: str, where: Where = NOWHERE) -> None:
    """Change one's own password; the old one is asked again, and guessing at it is slowed down."""
    async with tenancy.national() as session:
        account = await session.get_one(Account, account_id)
        check_new_password(new, "new_password", of=(account.email, account.name))
    await check_own_password(account_id, old, "old_password", "Kata sandi lama tidak cocok.")
    async with tenancy.national() as session:
        (await session.get_one(Account, account_id)).password_hash = await hash_password(new)
        await record(session, account_id, Kind.PASSWORD_CHANGED, where)


async def check_own_password(account_id: UUID, password: str, field: str, wrong: str) -> None:
    """Asked again before what cannot be taken back: `wrong` refuses beside the field, guessing is slowed down."""
    limits = [guessing.Limit(f"old password:{account_id}", guessing.OWN_ATTEMPTS)]
    await guessing.count_attempt(limits)
    async with tenancy.national() as session:
        account = await session.get_one(Account, account_id)
    if not await is_right_password(password, account.password_hash):
        raise Refused(wrong, field)
    await guessing.forgive(limits)


async def national_roles(session: AsyncSession, account_id: UUID) -> frozenset[str]:
    """Roles of an account in the national agency."""
    return frozenset(
        await session.scalars(select(NationalRole.role).where(NationalRole.account_id == account_id))
    )
