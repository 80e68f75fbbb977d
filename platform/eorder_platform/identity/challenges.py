"""What a device signs to show a passkey: random, for one browser and one purpose, once, within five minutes."""

import hashlib
import secrets
from enum import StrEnum
from typing import Final

from eorder_platform.valkey import answering

LASTS_SECONDS: Final = 5 * 60
BYTES: Final = 32


class Use(StrEnum):
    """What the answer is for; it fits nothing else."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    PROVE = "prove"


async def new_challenge(use: Use, holder: str) -> bytes:
    """A fresh one for `holder`: the session, or the visitor who has none yet, at its place."""
    challenge = secrets.token_bytes(BYTES)
    async with answering() as valkey:
        await valkey.set(_key(challenge), _bound(use, holder), ex=LASTS_SECONDS)
    return challenge


async def take_challenge(challenge: bytes, use: Use, holder: str) -> bool:
    """Whether it was given to this holder for this use, and comes for the first time. Gone whatever the answer."""
    async with answering() as valkey:
        bound = await valkey.getdel(_key(challenge))
    return bound is not None and secrets.compare_digest(str(bound), _bound(use, holder))


def _key(challenge: bytes) -> str:
    return f"national:challenge:{hashlib.sha256(challenge).hexdigest()}"


def _bound(use: Use, holder: str) -> str:
    return f"{use}:{hashlib.sha256(holder.encode()).hexdigest()}"
