"""Passkeys (WebAuthn): a device signs for its person after finger, face or PIN; nothing that can be typed or mailed.

They belong to the nation's host (the RP ID), so the hosts of regions below it may ask for them too; a region with a
domain of its own cannot, and its people sign in through the nation. The library is loaded where one is used.
"""

import json
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import Refused
from eorder_platform.identity.challenges import Use, new_challenge, take_challenge
from eorder_platform.identity.models import Account, Passkey
from eorder_platform.identity.proving import Factor
from eorder_platform.ids import new_id
from eorder_platform.settings import settings
from eorder_platform.texts import fitting

MOST: Final = 10
RP_NAME: Final = "e-Order Nusantara"
LONGEST_ANSWER: Final = 20_000
WRONG: Final = "Kunci sandi tidak diterima. Coba lagi, atau pakai kode aplikasi."
COUNTED_BACK: Final = (
    "Kunci sandi ini menghitung mundur, seperti salinan. Demi keamanan tidak diterima; hapus dan pasang lagi."
)


def may_be_asked_at(host: str) -> bool:
    """Whether browsers let that host ask for the nation's passkeys: it is the nation's, or below it.

    A name of one word (localhost) counts as a suffix that many share, so what is below it may not.
    """
    nation = settings().national_host
    return host == nation or ("." in nation and host.endswith(f".{nation}"))


async def registration(session: AsyncSession, account_id: UUID, holder: str) -> str:
    """What the browser is asked for to make a passkey for this account: JSON of PublicKeyCredentialCreationOptions."""
    import webauthn
    from webauthn.helpers import structs

    account = await session.get_one(Account, account_id)
    known = await session.scalars(select(Passkey).where(Passkey.account_id == account_id))
    options = webauthn.generate_registration_options(
        rp_id=settings().national_host,
        rp_name=RP_NAME,
        user_id=account.id.bytes,
        user_name=account.email,
        user_display_name=account.name,
        challenge=await new_challenge(Use.REGISTER, holder),
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
    )
    return webauthn.options_to_json(options)


async def register(
    session: AsyncSession, account_id: UUID, answer: str, name: str, holder: str, origin: str
) -> Passkey:
    """Keep the passkey that a browser made; refused where the answer is not to this holder's own question."""
    import webauthn
    from webauthn.helpers.exceptions import WebAuthnException

    sent = _read(answer)
    challenge = await _challenge_of(sent, Use.REGISTER, holder)
    try:
        made = webauthn.verify_registration_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=settings().national_host,
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused(WRONG) from error
    await session.get_one(Account, account_id, with_for_update=True)
    count = await session.scalar(
        select(func.count()).select_from(Passkey).where(Passkey.account_id == account_id)
    )
    if (count or 0) >= MOST:
        raise Refused("Paling banyak %(most)s kunci sandi. Hapus dahulu yang tidak dipakai lagi.", most=MOST)
    if await session.scalar(select(Passkey.id).where(Passkey.credential_id == made.credential_id)):
        raise Refused("Kunci sandi ini sudah terpasang.")
    row = Passkey(
        id=new_id(),
        account_id=account_id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        synced=bool(made.credential_backed_up),
        name=fitting(name, "name"),
    )
    session.add(row)
    await session.flush()
    return row


async def question(session: AsyncSession, use: Use, holder: str, account_id: UUID | None = None) -> str:
    """What the browser is asked for to show a passkey: of this account, or whichever it has for us (to sign in)."""
    import webauthn
    from webauthn.helpers import structs

    known = (
        await session.scalars(select(Passkey.credential_id).where(Passkey.account_id == account_id))
        if account_id
        else ()
    )
    options = webauthn.generate_authentication_options(
        rp_id=settings().national_host,
        challenge=await new_challenge(use, holder),
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=one) for one in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


async def show(
    session: AsyncSession,
    use: Use,
    answer: str,
    holder: str,
    origin: str,
    account_id: UUID | None = None,
) -> tuple[Account, Factor]:
    """Whose passkey answered, and of which kind it is.

    Refused: an answer to somebody else's question, to none, or a second time; another account's passkey than
    `account_id`'s; a counter that does not grow (a copied key); an account that may not be used.
    """
    import webauthn
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.exceptions import WebAuthnException

    sent = _read(answer)
    challenge = await _challenge_of(sent, use, holder)
    try:
        credential_id = base64url_to_bytes(str(sent["rawId"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(WRONG) from error
    key = await session.scalar(
        select(Passkey).where(Passkey.credential_id == credential_id).with_for_update()
    )
    if key is None or (account_id is not None and key.account_id != account_id):
        raise Refused(WRONG)
    try:
        shown = webauthn.verify_authentication_response(
            credential=sent,
            expected_challenge=challenge,
            expected_rp_id=settings().national_host,
            expected_origin=origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refused(WRONG) from error
    if shown.new_sign_count <= key.sign_count and (shown.new_sign_count or key.sign_count):
        raise Refused(COUNTED_BACK)
    account = await session.get_one(Account, key.account_id)
    if not account.active:
        raise Refused(WRONG)
    key.sign_count, key.last_used_at = shown.new_sign_count, clock.now()
    key.synced = bool(shown.credential_backed_up)
    return account, Factor.SYNCED if key.synced else Factor.DEVICE


async def remove(session: AsyncSession, account_id: UUID, passkey_id: UUID) -> str:
    """Take a passkey of this account away; returns what it was called, empty where the account has none of that id."""
    key = await session.get(Passkey, passkey_id, with_for_update=True)
    if key is None or key.account_id != account_id:
        return ""
    await session.delete(key)
    return key.name


def _read(answer: str) -> dict[str, Any]:
    try:
        sent = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise Refused(WRONG)
    return sent


async def _challenge_of(sent: dict[str, Any], use: Use, holder: str) -> bytes:
    """The question that this answers, taken: it is nobody's any more."""
    from webauthn.helpers import base64url_to_bytes

    try:
        client = json.loads(base64url_to_bytes(str(sent["response"]["clientDataJSON"])))
        challenge = base64url_to_bytes(str(client["challenge"]))
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(WRONG) from error
    if not await take_challenge(challenge, use, holder):
        raise Refused(WRONG)
    return challenge
