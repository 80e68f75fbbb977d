"""What the nation says of a person to a program: under which name, and in which signed words."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from eorder_platform import clock, secrecy
from eorder_platform.identity.models import Account
from eorder_platform.identity.openid import keys
from eorder_platform.identity.openid.regional import issuer
from eorder_platform.identity.openid.scopes import Scope
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose

ID_TOKEN_VALIDITY: Final = timedelta(minutes=10)
LOGOUT_TOKEN_VALIDITY: Final = timedelta(minutes=2)
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
WEAK: Final = "urn:eorder:acr:1"
STRONG: Final = "urn:eorder:acr:2"
"""One factor; a factor stronger than a password as well."""
STRONGER: Final = frozenset({"hwk", "swk", "otp", "mfa", "face", "fpt"})


@dataclass(frozen=True)
class SignInFacts:
    """What an ID token says of a sign-in. `auth_time`: seconds since 1970."""

    auth_time: int
    methods: tuple[str, ...]
    sid: str
    nonce: str = ""


def acr_of(methods: tuple[str, ...]) -> str:
    """How strong the proof was."""
    return STRONG if STRONGER & set(methods) else WEAK


def subject_of(program_id: UUID, account_id: UUID) -> str:
    """The name of a person with one program; another program gets another, and neither tells the account."""
    return secrecy.keyed_hash(f"{program_id}:{account_id}", Purpose.SUBJECT)


async def id_token(program_id: UUID, account_id: UUID, facts: SignInFacts, access_token: str) -> str:
    """Signed: who signed in, when, how; for that program alone."""
    now = int(clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": issuer(),
        "sub": subject_of(program_id, account_id),
        "aud": program_id.hex,
        "iat": now,
        "exp": now + int(ID_TOKEN_VALIDITY.total_seconds()),
        "auth_time": facts.auth_time,
        "acr": acr_of(facts.methods),
        "amr": [*facts.methods],
        "at_hash": _half_hash(access_token),
    }
    if facts.sid:
        claims["sid"] = facts.sid
    if facts.nonce:
        claims["nonce"] = facts.nonce
    return await _signed(claims, "JWT")


async def logout_token(program_id: UUID, account_id: UUID, sid: str) -> str:
    """Signed: this sign-in is over (OpenID Connect Back-Channel Logout 1.0, 2.4)."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": issuer(),
        "sub": subject_of(program_id, account_id),
        "aud": program_id.hex,
        "iat": now,
        "exp": now + int(LOGOUT_TOKEN_VALIDITY.total_seconds()),
        "jti": new_id().hex,
        "sid": sid,
        "events": {LOGOUT_EVENT: {}},
    }
    return await _signed(claims, "logout+jwt")


async def own_id_token(text: str) -> dict[str, Any] | None:
    """The claims of an ID token that we signed, even one that is over; None of any other text."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    if len(text) > 8192:
        return None
    try:
        published: Any = await keys.public_keys()
        claims = jwt.decode(text, KeySet.import_key_set(published), algorithms=[keys.ALGORITHM]).claims
    except (JoseError, ValueError, TypeError):
        return None
    return claims if claims.get("iss") == issuer() and "events" not in claims else None


def user_info(program_id: UUID, account: Account, scopes: frozenset[str]) -> dict[str, Any]:
    """What a program may know of a person by the scopes that they allowed it."""
    said: dict[str, Any] = {"sub": subject_of(program_id, account.id)}
    if Scope.PROFILE in scopes:
        said |= {"name": account.name, "locale": account.language}
    if Scope.EMAIL in scopes:
        said |= {"email": account.email, "email_verified": account.email_confirmed}
    return said


async def _signed(claims: dict[str, Any], kind: str) -> str:
    from joserfc import jwt

    key = await keys.signing_key()
    return jwt.encode(
        {"alg": keys.ALGORITHM, "kid": key.kid, "typ": kind}, claims, key, algorithms=[keys.ALGORITHM]
    )


def _half_hash(text: str) -> str:
    half = hashlib.sha256(text.encode()).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode()
