"""The keys with which the nation signs what it says of who signed in: rotated with an overlap, private halves sealed.

A new key is published a while before it signs, and an old one a while after, so that whoever keeps a copy of the key
set meets no signature that it cannot check.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock, secrecy, tenancy
from eorder_platform.identity.openid.models import SigningKey
from eorder_platform.ids import new_id
from eorder_platform.secrecy import Purpose

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

ALGORITHM: Final = "RS256"
"""The one that every relying party must know (OpenID Connect Core 15.1)."""
BITS: Final = 2048
PUBLISHED_BEFORE: Final = timedelta(minutes=15)
PUBLISHED_AFTER: Final = timedelta(days=1)
TRUSTED_SECONDS: Final = 30.0
"""How long a process goes by its copy of the keys; far less than a key is published before it signs."""


@dataclass(frozen=True)
class _Known:
    id: UUID
    public: dict[str, Any]
    sealed: bytes
    signs_from: datetime
    withdrawn_at: datetime | None


_copy: tuple[float, list[_Known]] = (float("-inf"), [])
_opened: dict[UUID, "RSAKey"] = {}


async def public_keys() -> dict[str, Any]:
    """The key set (JWKS) as it is published now."""
    known, now = await _known(), clock.now()
    return {"keys": [one.public for one in known if one.withdrawn_at is None or one.withdrawn_at > now]}


async def signing_key() -> "RSAKey":
    """The private key that signs now."""
    known = await _known()
    now = clock.now()
    able = [one for one in known if one.signs_from <= now] or known[:1]
    newest = max(able, key=lambda one: one.signs_from)
    if newest.id not in _opened:
        from joserfc.jwk import RSAKey

        text = secrecy.decrypt(newest.sealed, Purpose.SIGNING_KEY, newest.id)
        _opened[newest.id] = RSAKey.import_key(json.loads(text))
    return _opened[newest.id]


async def rotate(session: AsyncSession, *, at_once: bool = False) -> str:
    """A new key, which signs once it was published for a while; the ones before are withdrawn a day after that.

    `at_once` is for a key that somebody else may hold: the new one signs now and the old ones are no longer published.
    Returns the new key's id.
    """
    now = clock.now()
    signs_from = now if at_once else now + PUBLISHED_BEFORE
    published: ColumnElement[bool] = SigningKey.withdrawn_at.is_(None)
    if at_once:
        published |= SigningKey.withdrawn_at > now
    held = select(SigningKey).where(published).with_for_update()
    for old in await session.scalars(held):
        old.withdrawn_at = now if at_once else signs_from + PUBLISHED_AFTER
    new = await _new_key(signs_from)
    session.add(new)
    forget()
    return str(new.public["kid"])


def forget() -> None:
    """Read anew at the next question."""
    global _copy
    _copy = (float("-inf"), [])


async def _known() -> list[_Known]:
    global _copy
    read_at, keys = _copy
    if time.monotonic() - read_at < TRUSTED_SECONDS and keys:
        return keys
    async with tenancy.national() as session:
        found = list(await session.scalars(select(SigningKey).order_by(SigningKey.signs_from)))
        if not found:
            found = [await _new_key(clock.now())]
            session.add(found[0])
    keys = [
        _Known(one.id, one.public, one.private_encrypted, one.signs_from, one.withdrawn_at) for one in found
    ]
    _copy = (time.monotonic(), keys)
    return keys


async def _new_key(signs_from: datetime) -> SigningKey:
    from joserfc.jwk import RSAKey

    key = await asyncio.to_thread(RSAKey.generate_key, BITS, private=True)
    row_id = new_id()
    facts = {"kid": str(key.thumbprint()), "use": "sig", "alg": ALGORITHM}
    private = {**key.as_dict(private=True), **facts}
    return SigningKey(
        id=row_id,
        public={**key.as_dict(private=False), **facts},
        private_encrypted=secrecy.encrypt(json.dumps(private), Purpose.SIGNING_KEY, row_id),
        signs_from=signs_from,
        withdrawn_at=None,
    )
