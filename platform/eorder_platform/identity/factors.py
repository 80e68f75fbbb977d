"""Which factors an account has, and taking one: the code that somebody typed, whatever kind it is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import Refused
from eorder_platform.identity import authenticator, guessing, recovery_codes, sessions
from eorder_platform.identity.events import Kind, Where, record
from eorder_platform.identity.models import AuthenticatorApp, Passkey, RecoveryCode
from eorder_platform.identity.proving import CODE_FIELD, Factor, proof_in

EMPTY: Final = "Ketik kode enam angka dari aplikasi, atau satu kode pemulihan."
NONE_SET: Final = "Akun ini belum memiliki kode aplikasi atau kunci sandi. Pasang dahulu di halaman akun."
A_CLICK_MINUTES: Final = 1
"""For so long the second click of a form counts the factor that the first one took."""

OF_ALL_STRANGERS: Final = 15
"""Wrong codes of one account, from wherever: three of a million are right at a time."""

Then = Callable[[Factor], Awaitable[None]]


@dataclass(frozen=True)
class Factors:
    """What an account can show beside its password. `codes_left`: None where none were made."""

    app_since: datetime | None
    app_used_at: datetime | None
    passkeys: Sequence[Passkey]
    codes_left: int | None

    @property
    def has_app(self) -> bool:
        return self.app_since is not None

    @property
    def names(self) -> tuple[str, ...]:
        """As a session keeps them: `app`, `passkey`."""
        return (*(["app"] if self.has_app else []), *(["passkey"] if self.passkeys else []))

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; the codes on paper alone are none."""
        return self.has_app or bool(self.passkeys)


async def factors_of(session: AsyncSession, account_id: UUID) -> Factors:
    """The factors of an account."""
    app = await session.get(AuthenticatorApp, account_id)
    keys = await session.scalars(
        select(Passkey).where(Passkey.account_id == account_id).order_by(Passkey.created_at)
    )
    left = await recovery_codes.codes_left(session, account_id)
    return Factors(app.created_at if app else None, app.last_used_at if app else None, keys.all(), left)


async def take_code(
    account_id: UUID, typed: str, where: Where, then: Then | None = None, *, browser: str = ""
) -> Factor:
    """Use up the code that was typed: of the app, or of the paper. Refused on its field; guessing is slowed down.

    `then` happens while nobody else can use the same code. `browser`: one that this person has signed in with before.
    """
    if not typed.strip():
        raise Refused(EMPTY, CODE_FIELD)
    limits = limits_of(account_id, where, browser)
    try:
        await guessing.count_attempt(limits)
    except Refused as slowed:
        raise Refused.several([(CODE_FIELD, slowed.message)]) from slowed
    async with tenancy.national() as session:
        if recovery_codes.is_code(typed):
            await recovery_codes.use_code(session, account_id, typed)
            await record(session, account_id, Kind.PAPER_USED, where)
            factor = Factor.PAPER
        else:
            if not (await factors_of(session, account_id)).has_app:
                raise Refused(NONE_SET, CODE_FIELD)
            await authenticator.check_code(session, account_id, typed)
            factor = Factor.APP
        if then is not None:
            await then(factor)
    await guessing.forgive(limits)
    return factor


async def prove_session(
    place: str, token: str, account_id: UUID, typed: str, where: Where, *, browser: str = ""
) -> None:
    """Show a factor in a session. The second click of one form is not refused for the code that the first one took."""

    async def prove(factor: Factor) -> None:
        await sessions.prove(place, token, factor)

    try:
        await take_code(account_id, typed, where, prove, browser=browser)
    except authenticator.Used:
        known = proof_in(await sessions.find(place, token))
        if known is None or not known.is_fresh(A_CLICK_MINUTES):
            raise
        await guessing.forgive(limits_of(account_id, where, browser))


async def forget_factors(session: AsyncSession, account_id: UUID) -> None:
    """Nothing of what it could show counts any more: whoever has the account now sets up their own."""
    for table in (AuthenticatorApp, Passkey, RecoveryCode):
        await session.execute(delete(table).where(table.account_id == account_id))
    await changed(session, account_id)


async def changed(session: AsyncSession, account_id: UUID) -> None:
    """Once this transaction is committed every session of the account knows its factors as they are in it."""
    await session.flush()
    names = (await factors_of(session, account_id)).names

    async def remember() -> None:
        await sessions.remember_factors(account_id, names)

    tenancy.after_commit(session, remember)


def limits_of(account_id: UUID, where: Where, browser: str = "") -> list[guessing.Limit]:
    """What a wrong code counts for: a browser that the person has used before by itself, any other for where it is
    and for all strangers together, so that whoever knows the password and guesses codes keeps no owner out."""
    if browser:
        return [guessing.Limit(f"factor:{account_id}:browser:{browser}", guessing.OWN_ATTEMPTS)]
    return [
        guessing.Limit(f"factor:{account_id}:{where.address}", guessing.OWN_ATTEMPTS),
        guessing.Limit(f"factor:{account_id}", OF_ALL_STRANGERS),
    ]
