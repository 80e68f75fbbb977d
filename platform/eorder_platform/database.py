"""Engines: one small pool for each (placement, role), kept in a least-recently-used order with a ceiling.

A pool connects *as* the role, so the role decides what the connection may see; nothing is set per transaction.
All pools share one cache of compiled statements: every engine speaks to the same kind of server.
"""

import asyncio
import hashlib
import hmac
import time
from collections import OrderedDict
from collections.abc import MutableMapping
from contextlib import AbstractAsyncContextManager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import asyncpg
from sqlalchemy import URL, ExceptionContext, event, make_url
from sqlalchemy.dialects import registry as dialects
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.exc import InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import LRUCache
from sqlalchemy.util.concurrency import await_

from eorder_platform.settings import settings

CONNECTION_MAXIMUM_AGE_SECONDS: Final = 900
IDLE_POOL_SECONDS: Final = 300
BROKEN: Final = (asyncio.CancelledError, asyncpg.InterfaceError, asyncpg.PostgresConnectionError, OSError)
"""After these nobody knows in which state a connection is."""
DATABASE_AWAY: Final = (
    InterfaceError,
    OperationalError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CannotConnectNowError,
    asyncpg.CrashShutdownError,
    OSError,
)
"""What is raised while a server cannot be reached, stops or begins."""
_compiled: MutableMapping[Any, Any] = LRUCache(1000)


class OneDialect(PGDialect_asyncpg):
    """Every engine's dialect counts as the same key of the shared cache of compiled statements."""

    supports_statement_cache = True

    def __hash__(self) -> int:
        return hash(OneDialect)

    def __eq__(self, other: object) -> bool:
        return type(other) is OneDialect

    def do_begin(self, dbapi_connection: Any) -> None:
        """Begin at once and not with SQLAlchemy's first statement: the first may go straight to the driver."""
        await_(dbapi_connection.dbapi_connection._start_transaction())

    async def setup_asyncpg_json_codec(self, conn: Any) -> None:
        async with in_one_piece(conn._connection):
            await super().setup_asyncpg_json_codec(conn)  # type: ignore[no-untyped-call]

    async def setup_asyncpg_jsonb_codec(self, conn: Any) -> None:
        async with in_one_piece(conn._connection):
            await super().setup_asyncpg_jsonb_codec(conn)  # type: ignore[no-untyped-call]


def in_one_piece(connection: asyncpg.Connection) -> AbstractAsyncContextManager[Any]:
    """A pooler may give every transaction another server: what takes several turns is one transaction."""
    return connection.transaction() if settings().pooled else nullcontext()


plans_once: ContextVar[bool] = ContextVar("plans_once", default=False)
"""Whether the transaction that begins now only looks things up by their keys."""


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection whose transactions may say that each of their statements has one plan, whatever its values.

    PostgreSQL plans a statement anew for its first five times on a connection, and an act of somebody has statements
    that take longer to plan than to carry out. What searches is planned for what it searches for: see `plans_once`.
    Said in the same breath as BEGIN, so that it costs no round trip.
    """

    async def execute(self, query: str, *values: Any, **options: Any) -> str:
        if query == "BEGIN;" and plans_once.get() and not settings().pooled:
            query = "BEGIN; SET LOCAL plan_cache_mode = force_generic_plan"
        status: str = await super().execute(query, *values, **options)
        return status


dialects.register("postgresql.eorder", __name__, "OneDialect")


@dataclass(frozen=True, slots=True)
class Login:
    """Who connects and where: a role, the generation of its password, and the placement it lives on."""

    placement: str
    role: str
    generation: int = 1


@lru_cache(maxsize=1)
def placements() -> dict[str, URL]:
    """Name → address without credentials, in the order of the setting; the first is home (nusantara, pusat)."""
    named = (part.split("=", 1) for part in settings().placements.split())
    return {name: make_url(address).set(drivername="postgresql+eorder") for name, address in named}


def home() -> str:
    """The placement that holds `pusat` and the leading copy of `nusantara`."""
    return next(iter(placements()))


def password_of(role: str, generation: int) -> str:
    """The password of a role: derived, so that it is stored nowhere and rotates with its generation."""
    message = f"{role}:{generation}".encode()
    return hmac.new(settings().master_key.encode(), message, hashlib.sha256).hexdigest()


def address_of(login: Login) -> URL:
    """The complete address for a login; the one place where a DSN is made."""
    return placements()[login.placement].set(
        username=login.role, password=password_of(login.role, login.generation)
    )


@dataclass(slots=True)
class _Pool:
    engine: AsyncEngine
    used_at: float


class Pools:
    """The engines of this process, newest use last; those idle for long, or idle above the ceiling, are closed."""

    def __init__(self) -> None:
        self._pools: OrderedDict[Login, _Pool] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    def engine(self, login: Login) -> AsyncEngine:
        """The engine of that login; above the ceiling the one idle longest is closed."""
        now = time.monotonic()
        pool = self._pools.get(login)
        if pool is None:
            pool = self._pools[login] = _Pool(_engine(login), now)
        pool.used_at = now
        self._pools.move_to_end(login)
        self._close_the_idle(now)
        return pool.engine

    async def close(self) -> None:
        """Close every pool of this process."""
        while self._pools:
            _, pool = self._pools.popitem()
            await pool.engine.dispose()

    def _close_the_idle(self, now: float) -> None:
        surplus, idle = len(self._pools) - settings().pools_ceiling, []
        for login, pool in self._pools.items():
            if surplus <= 0 and now - pool.used_at < IDLE_POOL_SECONDS:
                break
            if pool.used_at < now and pool.engine.pool.checkedout() == 0:  # type: ignore[attr-defined]
                idle.append(login)
                surplus -= 1
        for login in idle:
            task = asyncio.get_running_loop().create_task(self._pools.pop(login).engine.dispose())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)


def _engine(login: Login) -> AsyncEngine:
    engine = create_async_engine(
        address_of(login),
        pool_size=settings().pool_size,
        max_overflow=0,  # a connection beyond the pool costs ten times what a step of an order does
        pool_recycle=CONNECTION_MAXIMUM_AGE_SECONDS,
        pool_timeout=20,
        execution_options={"compiled_cache": _compiled},
        hide_parameters=True,  # an error's text goes into logs; what people typed does not
        connect_args={"timeout": 5, "connection_class": Connection, **statement_keeping()},
    )
    event.listen(engine.sync_engine, "checkout", _leave_the_dead)
    event.listen(engine.sync_engine, "handle_error", _without_its_rows)
    return engine


def statement_keeping() -> dict[str, Any]:
    """How many prepared statements a connection of the engine keeps; behind a pooler none, and they have no name."""
    if settings().pooled:
        return {
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
            "prepared_statement_name_func": str,
        }
    return {"statement_cache_size": 200}


def _leave_the_dead(connection: Any, record: Any, fairy: Any) -> None:
    """After a restart of PostgreSQL nobody is handed a connection of before; its whole pool connects anew.

    The driver has seen the server hang up, so that asking it costs no round trip, as a ping of each would.
    """
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError("the server has closed this connection")


def _without_its_rows(context: ExceptionContext) -> None:
    """For the same reason: PostgreSQL ends what it says with the row that it refused, or with the key that is taken."""
    told = context.original_exception.__cause__
    detail = getattr(told, "detail", None)
    if not detail:
        return
    told.detail = None  # type: ignore[union-attr]
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None:
            error.args = (str(error.args[0]).replace(f"\nDETAIL:  {detail}", ""), *error.args[1:])


pools = Pools()
