"""Bare asyncpg connections for hot reads: no ORM, no transaction, no statement but the one that was asked.

They stand beside the engines' pools because a page of the catalogue spends more time in a pool's bookkeeping than in
its statement, and because they connect with settings of their own: they cannot write, and those for searching plan
every statement for its values. (One plan for all words was up to fifty times slower: a word may stand in one offer or
in every one.)

As on the engines' connections, a column of jsonb is read as what it holds; json that a statement makes stays text.

Behind a pooler in transaction mode nothing can be set on a connection: there each read is a transaction that cannot
write, planned for its values because no statement is kept.
"""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import asyncpg

from eorder_platform.database import BROKEN, Login, address_of, in_one_piece
from eorder_platform.settings import settings
from eorder_platform.tenancy.nesting import holding

AT_ONCE: Final = 6
"""Reads of one login that run at the same time in one process; further ones wait their turn."""

READ_ONLY: Final = {"default_transaction_read_only": "on"}
PLANNED_ONCE: Final = {**READ_ONLY, "plan_cache_mode": "force_generic_plan"}
PLANNED_EACH_TIME: Final = {**READ_ONLY, "plan_cache_mode": "force_custom_plan", "statement_timeout": "5s"}


def _jsonb(value: Any) -> bytes:
    """As PostgreSQL takes it in binary form, which alone stands inside rows: a version before the text."""
    return b"\x01" + json.dumps(value).encode()


def _read_jsonb(sent: bytes) -> Any:
    return json.loads(sent[1:])


class _Connections:
    """The connections of one login for one purpose; as many stay open as the settings say for a pool."""

    def __init__(self, login: Login, server_settings: dict[str, str]) -> None:
        self._login, self._server_settings = login, server_settings
        self._idle: list[asyncpg.Connection] = []
        self._turns = asyncio.Semaphore(AT_ONCE)
        self.in_use = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[asyncpg.Connection]:
        with holding(self._login):
            async with self._turns:
                self.in_use += 1
                connection: asyncpg.Connection | None = None
                try:
                    connection = self._open_one() or await self._connect()
                    if settings().pooled:
                        async with connection.transaction(readonly=True):
                            yield connection
                    else:
                        yield connection
                except BROKEN:
                    # cancelled in the middle or cut off: nobody knows in which state it is
                    if connection is not None:
                        connection.terminate()
                    raise
                finally:
                    self.in_use -= 1
                    if connection is not None and not connection.is_closed():
                        self._keep(connection)

    async def close(self) -> None:
        """A server or pooler that does not answer is not waited for: the driver hangs up by itself then."""
        while self._idle:
            with suppress(TimeoutError, OSError, asyncpg.InterfaceError):
                await self._idle.pop().close(timeout=2)

    def _open_one(self) -> asyncpg.Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _connect(self) -> asyncpg.Connection:
        url = address_of(self._login)
        connection = await asyncpg.connect(
            host=url.host,
            port=url.port,
            database=url.database,
            user=url.username,
            password=url.password,
            timeout=5,
            statement_cache_size=0 if settings().pooled else 200,
            server_settings=None if settings().pooled else self._server_settings,
        )
        async with in_one_piece(connection):
            await connection.set_type_codec(
                "jsonb", schema="pg_catalog", encoder=_jsonb, decoder=_read_jsonb, format="binary"
            )
        return connection

    def _keep(self, connection: asyncpg.Connection) -> None:
        if len(self._idle) < settings().pool_size and not connection.is_in_transaction():
            self._idle.append(connection)
        else:
            connection.terminate()


class ReadingConnections:
    """All of this process, the newest use last; above the ceiling of pools those idle longest are closed."""

    def __init__(self) -> None:
        self._open: OrderedDict[tuple[Login, bool], _Connections] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    def of(self, login: Login, *, searching: bool = False) -> _Connections:
        """The connections of that login for plain reads, or for searching."""
        key = (login, searching)
        found = self._open.get(key)
        if found is None:
            self._close_the_oldest()  # before the new one is there, which is idle too
            found = self._open[key] = _Connections(login, PLANNED_EACH_TIME if searching else PLANNED_ONCE)
        self._open.move_to_end(key)
        return found

    async def close(self) -> None:
        """Close every idle connection of this process."""
        while self._open:
            _, connections = self._open.popitem()
            await connections.close()

    def _close_the_oldest(self) -> None:
        idle = [key for key, connections in self._open.items() if connections.in_use == 0]
        for key in idle[: max(0, len(self._open) + 1 - settings().pools_ceiling)]:
            task = asyncio.get_running_loop().create_task(self._open.pop(key).close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


reading_connections = ReadingConnections()
