"""Slow-down on guessing: after a few wrong passwords an account, and an address, must wait ever longer."""

import hashlib
from typing import Final

from eorder_platform.errors import Refused
from eorder_platform.valkey import answering

FREE_ATTEMPTS: Final = 5
FREE_ATTEMPTS_OF_AN_ADDRESS: Final = 30
"""An office shares one address, so it gets more."""
LONGEST_WAIT_SECONDS: Final = 15 * 60
REMEMBERED_SECONDS: Final = 60 * 60


async def count_attempt(email: str, address: str) -> None:
    """Count an attempt before the password is looked at, so that many at once are no way around the wait.

    Refuse it while the e-mail or the address has to wait. From the sixth on, each doubles the wait: 2, 4, 8 seconds …
    15 minutes.
    """
    async with answering() as valkey:
        waits = [await valkey.ttl(f"{key}:wait") for key in _keys(email, address)]
        _refuse_within(max(waits))
        for key, free in zip(
            _keys(email, address), (FREE_ATTEMPTS, FREE_ATTEMPTS_OF_AN_ADDRESS), strict=True
        ):
            attempts = await valkey.incr(key)
            await valkey.expire(key, REMEMBERED_SECONDS)
            if attempts > free:
                wait = min(2 ** min(attempts - free, 20), LONGEST_WAIT_SECONDS)
                if not await valkey.set(f"{key}:wait", "1", ex=wait, nx=True):
                    _refuse_within(wait)  # somebody else's attempt began the wait this very moment


async def forgive(email: str, address: str) -> None:
    """The password was right: the e-mail starts anew, and the attempt no longer counts against the address."""
    async with answering() as valkey:
        account, office = _keys(email, address)
        await valkey.delete(account, f"{account}:wait", f"{office}:wait")
        await valkey.decr(office)


def _refuse_within(seconds: int) -> None:
    if seconds > 0:
        raise Refused(f"Terlalu banyak percobaan masuk. Coba lagi dalam {_words(seconds)}.")


def _keys(email: str, address: str) -> tuple[str, str]:
    def digest(text: str) -> str:
        return hashlib.sha256(text.lower().encode()).hexdigest()[:32]

    return f"national:guessing:account:{digest(email)}", f"national:guessing:address:{digest(address)}"


def _words(seconds: int) -> str:
    return f"{seconds} detik" if seconds < 90 else f"{round(seconds / 60)} menit"
