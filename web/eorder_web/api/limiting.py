"""How often a program may ask, by place and client: the library `limits` counts in Valkey, told in RateLimit headers.

A round trip for each read would cost as much as the read: a process takes leave for several requests at once and counts
them off itself. While Valkey is away nobody is counted; what a token allows cannot be looked up then either way.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import structlog

from eorder_platform.settings import settings
from eorder_web.api.calls import Call
from eorder_web.api.problems import HttpProblem

log = structlog.get_logger()

WINDOW_SECONDS: Final = 60
LEASES: Final = 30
"""A process asks Valkey at most so many times for a client's whole allowance."""
MOST_CLIENTS: Final = 10_000
AWAY_SECONDS: Final = 5


@dataclass
class _Leave:
    """What this process may still answer for a client, and how the whole allowance stood when it was asked."""

    left: int
    remaining: int
    until: float


class RateLimits:
    """The counters of one process."""

    def __init__(self) -> None:
        self._leaves: OrderedDict[tuple[str, str], _Leave] = OrderedDict()
        self._away_until = 0.0

    async def count(self, call: Call) -> list[tuple[bytes, bytes]]:
        """Count this request; the headers that tell how many are left. Above the allowance: 429 with Retry-After."""
        most = settings().api_requests_a_minute
        who = call.caller.client_id if call.caller else f"@{call.address}"
        now = time.time()
        leave = self._leaves.get((call.place, who))
        if leave is None or leave.left <= 0 or leave.until <= now:
            leave = await self._take(call.place, who, most, now)
            self._leaves[call.place, who] = leave
            self._leaves.move_to_end((call.place, who))
            if len(self._leaves) > MOST_CLIENTS:
                self._leaves.popitem(last=False)
        seconds = max(1, round(leave.until - now))
        if leave.left <= 0:
            raise HttpProblem(
                429,
                "too-many",
                "Terlalu sering",
                "Program ini bertanya terlalu sering. Tunggu sebentar, lalu lanjutkan.",
                headers={
                    "Retry-After": str(seconds),
                    **{name.decode(): value.decode() for name, value in _told(most, 0, seconds)},
                },
            )
        leave.left -= 1
        leave.remaining -= 1
        return _told(most, max(leave.remaining, 0), seconds)

    async def _take(self, place: str, who: str, most: int, now: float) -> _Leave:
        """Leave for the next few requests, as many as are left; for all of them while Valkey does not answer."""
        if now < self._away_until:
            return _Leave(most, most, now + AWAY_SECONDS)
        item, limiter = _item(most), _limiter()
        some = max(1, most // LEASES)
        try:
            for lease in (some, 1):
                if await limiter.hit(item, place, who, cost=lease):
                    break
            else:
                lease = 0
            stats = await limiter.get_window_stats(item, place, who)
        except Exception as error:  # whatever the client library makes of a server that is away
            log.warning("rate limits are not counted", error=str(error))
            self._away_until = now + AWAY_SECONDS
            return _Leave(most, most, now + AWAY_SECONDS)
        return _Leave(lease, int(stats.remaining) + lease, max(float(stats.reset_time), now + 1))


def _told(most: int, remaining: int, seconds: int) -> list[tuple[bytes, bytes]]:
    """draft-ietf-httpapi-ratelimit-headers."""
    return [
        (b"ratelimit-policy", f'"api";q={most};w={WINDOW_SECONDS}'.encode()),
        (b"ratelimit", f'"api";r={remaining};t={seconds}'.encode()),
    ]


@lru_cache(maxsize=4)
def _item(most: int) -> Any:
    from limits import RateLimitItemPerMinute

    return RateLimitItemPerMinute(most, namespace="api")


@lru_cache(maxsize=1)
def _limiter() -> Any:
    from limits.aio.storage import RedisStorage
    from limits.aio.strategies import FixedWindowRateLimiter

    storage = RedisStorage(f"async+{settings().redis_url}", implementation="redispy")
    return FixedWindowRateLimiter(storage)
