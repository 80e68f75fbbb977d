"""Limits that a role can set aside for itself, kept from outside: who overstays is cut off.

PostgreSQL lets every role change its own statement and transaction timeouts within a session; only the number of
connections and temporary files are out of its hands. So somebody else has to look, with the owner's login.
"""

import asyncio
from collections.abc import Callable
from typing import Final

import asyncpg

from eorder_platform.database import in_one_piece
from eorder_platform.tenancy.ownership import connect_as_owner

LOOK_EVERY_SECONDS: Final = 0.5
LONGEST_STATEMENT_SECONDS: Final = 40
LONGEST_TRANSACTION_SECONDS: Final = 310
MOST_LOCKS: Final = 2_000
"""Of one connection; the fullest use case takes some hundred."""

_CUT_OFF: Final = """
select a.usename, pg_terminate_backend(a.pid) from pg_stat_activity a
where a.usename like 'eorder\\_t\\_%' and a.datname = current_database() and a.backend_type = 'client backend' and (
    a.state = 'active' and a.query_start < clock_timestamp() - make_interval(secs => $1)
    or a.xact_start < clock_timestamp() - make_interval(secs => $2)
    or a.pid in (select pid from pg_locks group by pid having count(*) > $3))
"""


async def cut_off_who_overstays(connection: asyncpg.Connection) -> list[str]:
    """The roles of the connections that were just ended, once for each connection."""
    async with in_one_piece(connection):
        found = await connection.fetch(
            _CUT_OFF, LONGEST_STATEMENT_SECONDS, LONGEST_TRANSACTION_SECONDS, MOST_LOCKS
        )
    return [role for role, _ in found]


async def watch(placement: str, tell: Callable[[str, str], None]) -> None:
    """Look twice a second, for ever; `tell` hears of each connection that was ended."""
    connection = await connect_as_owner(placement)
    try:
        while True:
            for role in await cut_off_who_overstays(connection):
                tell(placement, role)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
    finally:
        await connection.close()
