"""Between the password and the second step: who is on their way in, for ten minutes, in one browser at one place."""

import asyncio
import hashlib
import json
import secrets
from dataclasses import asdict
from typing import Final
from uuid import UUID

from eorder_platform.identity.signing_in import SignedIn
from eorder_platform.valkey import answering

LASTS_SECONDS: Final = 10 * 60
A_CLICK_SECONDS: Final = 30
LOOKS, A_LOOK_SECONDS = 10, 0.05


async def begin(place: str, known: SignedIn) -> str:
    """The password was right; returns the token that the browser keeps until the second step."""
    token = secrets.token_urlsafe(32)
    async with answering() as valkey:
        await valkey.set(_key(place, token), json.dumps(asdict(known), default=str), ex=LASTS_SECONDS)
    return token


async def find(place: str, token: str) -> SignedIn | None:
    """Whose password was right in this browser; None where nobody's was, or it is too long ago."""
    if not token:
        return None
    async with answering() as valkey:
        text = await valkey.get(_key(place, token))
    if text is None:
        return None
    known = json.loads(text)
    return SignedIn(**{**known, "account_id": UUID(known["account_id"])})


async def finish(place: str, token: str, session_token: str) -> None:
    """They are in; the second click of the same form finds for a moment into which session."""
    async with answering() as valkey:
        await valkey.delete(_key(place, token))
        await valkey.set(f"{_key(place, token)}:in", session_token, ex=A_CLICK_SECONDS)


async def finished(place: str, token: str) -> str | None:
    """The session into which the first click led, if there was one just now; it may be at it still."""
    for _ in range(LOOKS):
        async with answering() as valkey:
            found = await valkey.get(f"{_key(place, token)}:in") if token else None
        if found:
            return str(found)
        await asyncio.sleep(A_LOOK_SECONDS)
    return None


def _key(place: str, token: str) -> str:
    return f"{place}:halfway:{hashlib.sha256(token.encode()).hexdigest()}"
