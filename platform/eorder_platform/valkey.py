"""The connection to Valkey (or Redis) that sessions and limits use; what cannot be reached is said plainly."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import lru_cache

import redis.asyncio as redis
from redis.exceptions import RedisError

from eorder_platform.errors import Unavailable
from eorder_platform.settings import settings


@lru_cache(maxsize=1)
def client() -> redis.Redis:
    """The client of this process; connections are made when they are needed."""
    return redis.Redis.from_url(
        settings().redis_url,
        decode_responses=True,
        socket_connect_timeout=1,
        socket_timeout=2,
        max_connections=50,
    )


@asynccontextmanager
async def answering() -> AsyncIterator[redis.Redis]:
    """The client; when Valkey does not answer within the block, :class:`Unavailable` says so."""
    try:
        yield client()
    except (RedisError, OSError) as error:
        raise Unavailable(
            "Layanan masuk sedang tidak tersedia. Halaman publik tetap dapat dibaca;"
            " coba masuk lagi beberapa saat lagi."
        ) from error
