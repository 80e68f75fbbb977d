"""The job broker: Dramatiq on Valkey, set so that a killed worker's jobs are taken over within 15 seconds.

The defaults (heartbeat 60 s, maintenance by chance 1 in 1,000 commands) leave such jobs lying for minutes.
"""

from typing import Final

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO
from redis.backoff import NoBackoff
from redis.retry import Retry

from eorder_platform.settings import settings

HEARTBEAT_MILLISECONDS: Final = 3_000
MAINTENANCE_CHANCE: Final = 200_000
"""Of 1,000,000 commands; see the module."""

broker = RedisBroker(
    url=settings().redis_url,
    namespace="eorder",
    heartbeat_timeout=HEARTBEAT_MILLISECONDS,
    maintenance_chance=MAINTENANCE_CHANCE,
    socket_connect_timeout=2,
    socket_timeout=15,
    retry=Retry(NoBackoff(), 1),  # whoever has just written must not wait for a Valkey that is away
)
broker.add_middleware(AsyncIO())
dramatiq.set_broker(broker)
