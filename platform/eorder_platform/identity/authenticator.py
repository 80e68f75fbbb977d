"""Codes of an app (TOTP, RFC 6238): six digits for thirty seconds, one step of drift to either side, each used once."""

import hmac
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.identity.models import Account, AuthenticatorApp
from eorder_platform.identity.proving import CODE_FIELD
from eorder_platform.secrecy import Purpose, decrypt, encrypt

STEP_SECONDS: Final = 30
DRIFT_STEPS: Final = 1
DIGITS: Final = 6
A_CLICK: Final = timedelta(seconds=30)
BEGUN_SECONDS: Final = 15 * 60
"""How long a secret that is being set up waits for its first code."""
ISSUER: Final = "e-Order Nusantara"
WRONG: Final = "Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu ketik keenam angkanya."
USED: Final = "Kode ini sudah dipakai. Tunggu kode berikutnya di aplikasi."
NOT_BEGUN: Final = "Pemasangan ini sudah terlalu lama. Pindai kode QR yang baru, lalu ketik kodenya."


class Used(Refused):
    """The code is right and was taken already."""

    def __init__(self) -> None:
        super().__init__(USED, CODE_FIELD)


def new_secret() -> str:
    """A secret (base32) for an app that is being set up."""
    import pyotp

    return pyotp.random_base32()


def begun(account_id: UUID, secret: str) -> str:
    """The secret as the form carries it until its first code comes: sealed for this account, with its moment.

    It stands in that form alone: whoever saw another form of the account's knows nothing of this one.
    """
    made_at = int(clock.now().timestamp())
    return encrypt(f"{made_at}:{secret}", Purpose.AUTHENTICATOR, account_id).hex()


def begun_secret(account_id: UUID, sealed: str) -> str:
    """What :func:`begun` sealed; refused where it is none of this account's, or too old."""
    try:
        made_at, _, secret = decrypt(bytes.fromhex(sealed), Purpose.AUTHENTICATOR, account_id).partition(":")
        age_seconds = clock.now().timestamp() - int(made_at)
    except (InvalidTag, ValueError) as error:
        raise Refused(NOT_BEGUN, CODE_FIELD) from error
    if age_seconds > BEGUN_SECONDS:
        raise Refused(NOT_BEGUN, CODE_FIELD)
    return secret


async def confirm_app(session: AsyncSession, account_id: UUID, sealed: str, code: str) -> None:
    """The app makes the right code for the secret begun: from now on it counts, and one from before no more."""
    await session.get_one(Account, account_id, with_for_update=True)  # of two clicks one is first
    secret = begun_secret(account_id, sealed)
    known = await session.get(AuthenticatorApp, account_id, populate_existing=True)
    if _opened(known) == secret:
        raise Refused(NOT_BEGUN, CODE_FIELD)
    if (step := _step_of(secret, code)) is None:
        raise Refused(WRONG, CODE_FIELD)
    await keep_app(session, account_id, secret, step)


async def keep_app(session: AsyncSession, account_id: UUID, secret: str, last_step: int = 0) -> None:
    """This secret (base32) makes the account's codes; those up to `last_step` are used up."""
    if known := await session.get(AuthenticatorApp, account_id, with_for_update=True):
        await session.delete(known)
        await session.flush()  # the new row has the same key
    sealed = encrypt(secret, Purpose.AUTHENTICATOR, account_id)
    session.add(AuthenticatorApp(account_id=account_id, secret=sealed, last_step=last_step))
    await session.flush()


async def was_just_set_with(session: AsyncSession, account_id: UUID, code: str) -> bool:
    """Whether the account's app was set up with this very code a moment ago: the second click of one form."""
    app = await session.get(AuthenticatorApp, account_id)
    secret = _opened(app)
    if app is None or secret is None or clock.now() - app.created_at > A_CLICK:
        return False
    return _step_of(secret, code) == app.last_step


async def remove_app(session: AsyncSession, account_id: UUID) -> bool:
    """Its codes count no more; False where there was none."""
    known = await session.get(AuthenticatorApp, account_id, with_for_update=True)
    if known is not None:
        await session.delete(known)
    return known is not None


async def check_code(session: AsyncSession, account_id: UUID, code: str) -> None:
    """Take a code; refused on its field where it is wrong, and (:class:`Used`) where it was taken before.

    The row stays locked until the transaction ends, so that of two that come at once with one code one is first.
    """
    app = await session.get(AuthenticatorApp, account_id, with_for_update=True, populate_existing=True)
    secret = _opened(app)
    step = None if secret is None else _step_of(secret, code)
    if app is None or step is None:
        raise Refused(WRONG, CODE_FIELD)
    if step <= app.last_step:
        raise Used
    app.last_step, app.last_used_at = step, clock.now()


async def codes_under(
    session: AsyncSession, emails: Iterable[str], domains: Iterable[str] = ()
) -> list[tuple[str, str]]:
    """The next code that is not used up, for these accounts and those below these domains: (e-mail, code).

    Only the demo's page of letters asks.
    """
    wanted = or_(Account.email.in_(list(emails)), *(Account.email.endswith(domain) for domain in domains))
    found = await session.execute(
        select(Account.email, AuthenticatorApp)
        .join(AuthenticatorApp, AuthenticatorApp.account_id == Account.id)
        .where(wanted)
        .order_by(Account.email)
    )
    return [(email, _next_of(app)) for email, app in found]


def _next_of(app: AuthenticatorApp) -> str:
    secret, now = _opened(app), now_step()
    return code_at(secret, max(now, min(app.last_step + 1, now + DRIFT_STEPS))) if secret else ""


def code_at(secret: str, step: int) -> str:
    """The code of that step of thirty seconds."""
    import pyotp

    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).generate_otp(step)


def now_step() -> int:
    """The step of this moment."""
    return int(clock.now().timestamp()) // STEP_SECONDS


def provisioning_uri(secret: str, email: str) -> str:
    """What the QR code says to the app (otpauth://…)."""
    import pyotp

    return pyotp.TOTP(secret, digits=DIGITS, interval=STEP_SECONDS).provisioning_uri(
        name=email, issuer_name=ISSUER
    )


def is_code(typed: str) -> bool:
    """Does it look like a code of an app?"""
    return len(bare := "".join(typed.split())) == DIGITS and bare.isascii() and bare.isdigit()


def _step_of(secret: str, typed: str) -> int | None:
    """The step whose code this is, if any near now; the newest first, because an older one may be used up."""
    bare, now, found = "".join(typed.split()), now_step(), None
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), bare.encode()):
            found = step
    return found


def _opened(app: AuthenticatorApp | None) -> str | None:
    if app is not None:
        with suppress(InvalidTag):
            return decrypt(app.secret, Purpose.AUTHENTICATOR, app.account_id)
    return None
