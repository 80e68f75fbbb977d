"""Slow-down: what is tried too often has to wait ever longer.

A stranger must not lock a person out by guessing at their account, so wrong guesses count first for the account *at an
address*, and for the account as a whole only after many; a browser in which the person has signed in before counts
by itself alone. Whoever is slowed down nevertheless has a way in through their mailbox (recovering.py).
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from eorder_platform.errors import Refused
from eorder_platform.sentences import Sentence, counted
from eorder_platform.signed_values import signer
from eorder_platform.valkey import answering

OWN_ATTEMPTS: Final = 5
ATTEMPTS_OF_AN_ADDRESS: Final = 30
"""An office shares one address, so it gets more."""
ATTEMPTS_OF_ALL_STRANGERS: Final = 50
FIRST_WAIT_SECONDS: Final = 2
LONGEST_WAIT_SECONDS: Final = 15 * 60
REMEMBERED_SECONDS: Final = 60 * 60


@dataclass(frozen=True)
class Limit:
    """So many attempts at `what` are free within the hour; each further one doubles the wait. `own`: a success there
    clears it; a limit that others share only takes the one attempt back."""

    what: str
    free: int
    own: bool = True

    @property
    def key(self) -> str:
        return f"national:guessing:{hashlib.sha256(self.what.encode()).hexdigest()[:32]}"


def of_signing_in(email: str, address: str, browser: str) -> Sequence[Limit]:
    """What an attempt to sign in counts for. `browser` is what :func:`known_browser` gave it, or empty."""
    email = email.lower()
    if is_known_browser(email, browser):
        return (Limit(f"browser:{browser}", OWN_ATTEMPTS),)
    return (
        Limit(f"account:{email}:{address}", OWN_ATTEMPTS),
        Limit(f"account:{email}", ATTEMPTS_OF_ALL_STRANGERS),
        Limit(f"address:{address}", ATTEMPTS_OF_AN_ADDRESS, own=False),
    )


def own_browser(email: str, browser: str) -> str:
    """What this browser kept, where this person signed in with it before; else empty."""
    return browser if is_known_browser(email, browser) else ""


def is_known_browser(email: str, browser: str) -> bool:
    """Did this person sign in with this browser before?"""
    return bool(signer(f"browser:{email.lower()}").validate(browser))


def known_browser(email: str) -> str:
    """What a browser keeps once that person has signed in there: it counts by itself from then on."""
    return signer(f"browser:{email.lower()}").sign(secrets.token_urlsafe(12)).decode()


async def count_attempt(limits: Sequence[Limit]) -> None:
    """Count an attempt before it is looked at, so that many at once are no way around the wait.

    Refused while one of the limits has to wait: after the free attempts 2, 4, 8 seconds … 15 minutes.
    """
    async with answering() as valkey:
        waits = [await valkey.ttl(f"{limit.key}:wait") for limit in limits]
        _refuse_within(max(waits))
        for limit in limits:
            attempts = await valkey.incr(limit.key)
            await valkey.expire(limit.key, REMEMBERED_SECONDS)
            if attempts > limit.free:
                wait = min(FIRST_WAIT_SECONDS << min(attempts - limit.free - 1, 20), LONGEST_WAIT_SECONDS)
                if not await valkey.set(f"{limit.key}:wait", "1", ex=wait, nx=True):
                    _refuse_within(wait)  # somebody else's attempt began the wait this very moment


async def forgive(limits: Sequence[Limit]) -> None:
    """The attempt was right: it no longer counts, and what is the person's own starts anew."""
    async with answering() as valkey:
        for limit in limits:
            await valkey.delete(f"{limit.key}:wait")
            if limit.own or await valkey.decr(limit.key) <= 0:
                await valkey.delete(limit.key)


def _refuse_within(seconds: int) -> None:
    if seconds > 0:
        raise Refused("Terlalu banyak percobaan. Coba lagi dalam %(wait)s.", wait=_words(seconds))


def _words(seconds: int) -> Sentence:
    return counted("%(n)s detik", seconds) if seconds < 90 else counted("%(n)s menit", round(seconds / 60))
