"""The connection to Valkey (or Redis) that sessions and limits use; what cannot be reached is said plainly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Final

import redis.asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from eorder_platform.errors import Unavailable
from eorder_platform.settings import settings

AWAY: Final = (
    "Layanan masuk sedang tidak tersedia. Halaman publik tetap dapat dibaca;"
    " coba masuk lagi beberapa saat lagi."
)


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """The client of this process; connections are made when they are needed.

    One that was cut off is made anew at once, and no more than that is tried: the library's own patience (ten
    attempts over seconds) would keep every visitor with an old cookie waiting while Valkey is away.
    """
    return redis.Redis.from_url(
        settings().redis_url,
        decode_responses=True,
        socket_connect_timeout=1,
        socket_timeout=2,
        max_connections=50,
        retry=Retry(NoBackoff(), 1),
    )


@asynccontextmanager
async def answering() -> AsyncIterator[redis.Redis]:
    """The client; when Valkey does not answer within the block, :class:`Unavailable` says so."""
    try:
        yield client()
    except (RedisError, OSError) as error:
        raise Unavailable(AWAY) from error
