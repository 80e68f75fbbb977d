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


async def refuse_while_waiting(email: str, address: str) -> None:
    """Refuse the attempt while the e-mail or the address has to wait."""
    async with answering() as valkey:
        waits = [await valkey.ttl(f"{key}:wait") for key in _keys(email, address)]
    longest = max(waits)
    if longest > 0:
        raise Refused(f"Terlalu banyak percobaan masuk. Coba lagi dalam {_words(longest)}.")


async def count_failure(email: str, address: str) -> None:
    """Note a wrong password; from the sixth on, each doubles the wait: 2, 4, 8 seconds … 15 minutes."""
    async with answering() as valkey:
        for key, free in zip(
            _keys(email, address), (FREE_ATTEMPTS, FREE_ATTEMPTS_OF_AN_ADDRESS), strict=True
        ):
            failures = await valkey.incr(key)
            await valkey.expire(key, REMEMBERED_SECONDS)
            if failures > free:
                wait = min(2 ** min(failures - free, 20), LONGEST_WAIT_SECONDS)
                await valkey.set(f"{key}:wait", "1", ex=wait)


async def forget_failures(email: str, address: str) -> None:
    """The right password was given: the e-mail starts anew (the address keeps its count)."""
    async with answering() as valkey:
        account, _ = _keys(email, address)
        await valkey.delete(account, f"{account}:wait")


def _keys(email: str, address: str) -> tuple[str, str]:
    def digest(text: str) -> str:
        return hashlib.sha256(text.lower().encode()).hexdigest()[:32]

    return f"national:guessing:account:{digest(email)}", f"national:guessing:address:{digest(address)}"


def _words(seconds: int) -> str:
    return f"{seconds} detik" if seconds < 90 else f"{round(seconds / 60)} menit"
