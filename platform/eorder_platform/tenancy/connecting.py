"""The only ways to a database connection: inside one tenant, or in the national schemas. There is no third."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import pending, straight
from eorder_platform.database import Login, home, plans_once, pools
from eorder_platform.errors import Suspended
from eorder_platform.tenancy.nesting import holding, is_held
from eorder_platform.tenancy.reading_connections import reading_connections
from eorder_platform.tenancy.tenant import Tenant

NATIONAL_ROLE = "eorder_pusat"
AFTER_COMMIT = "after_commit"
AFTER_ROLLBACK = "after_rollback"
EVEN_IF_REFUSED = "even_if_refused"
INSUFFICIENT_PRIVILEGE = "42501"

log = structlog.get_logger()


@asynccontextmanager
async def inside(tenant: Tenant, *, planning_once: bool = False) -> AsyncIterator[AsyncSession]:
    """One transaction as the tenant's own role; committed at the end of the block, rolled back by any exception.

    `session.info["tenant"]` names the tenant. Callbacks of :func:`after_commit` run once it is committed.
    A write that the database refuses because the region is suspended raises :class:`Suspended`.
    `planning_once`: nothing is searched for in it (database.Connection).
    """
    try:
        async with _transaction(tenant.login, planning_once=planning_once) as session:
            session.info["tenant"] = tenant
            yield session
    except (DBAPIError, asyncpg.InsufficientPrivilegeError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if getattr(cause, "sqlstate", None) == INSUFFICIENT_PRIVILEGE and await _is_suspended(tenant):
            raise Suspended from error
        raise


@asynccontextmanager
async def national(*, planning_once: bool = False) -> AsyncIterator[AsyncSession]:
    """One transaction in `pusat` and `nusantara`, as the national role; it sees no tenant's schema."""
    async with _transaction(_national_login(), planning_once=planning_once) as session:
        yield session


def reading(tenant: Tenant) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A bare read-only connection as the tenant's role, for hot reads of one statement without transaction or ORM."""
    return reading_connections.of(tenant.login).one()


@asynccontextmanager
async def looking(tenant: Tenant) -> AsyncIterator[straight.Reader]:
    """The same for pages of several statements and objects; `info["tenant"]` is as in a session of :func:`inside`.

    Each statement sees what is committed when it begins, as there.
    """
    async with reading(tenant) as connection:
        yield straight.Reader(connection, tenant=tenant)


def searching(tenant: Tenant) -> AbstractAsyncContextManager[asyncpg.Connection]:
    """The same for statements whose best plan depends on what is asked for: words, price ranges."""
    return reading_connections.of(tenant.login, searching=True).one()


def reading_national() -> AbstractAsyncContextManager[asyncpg.Connection]:
    """A bare read-only connection as the national role, for reads of one statement."""
    return reading_connections.of(_national_login()).one()


def searching_national() -> AbstractAsyncContextManager[asyncpg.Connection]:
    """The same for searches over all regions."""
    return reading_connections.of(_national_login(), searching=True).one()


async def close_connections() -> None:
    """Close every connection of this process."""
    await reading_connections.close()
    await pools.close()


def after_commit(session: AsyncSession, callback: Callable[[], Awaitable[object]]) -> None:
    """Run `callback` when the session's transaction has been committed; never when it was rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


def after_rollback(session: AsyncSession, callback: Callable[[], Awaitable[object]]) -> None:
    """Run `callback` when the session's transaction has been undone by an exception, which goes on afterwards.

    What it writes it writes in a transaction of its own. Where that fails the log says so, and the exception stays the
    one that people see.
    """
    session.info.setdefault(AFTER_ROLLBACK, []).append(callback)


def even_if_refused(session: AsyncSession, work: Callable[[AsyncSession], Awaitable[object]]) -> None:
    """Let `work` write as the last thing of this transaction; or in one of its own, once this was rolled back.

    For a journal that a refusal must not undo. What `work` refuses is the answer then.
    """
    session.info.setdefault(EVEN_IF_REFUSED, []).append(work)


async def _is_suspended(tenant: Tenant) -> bool:
    """As the database says now; the tenant at hand may come from a copy of the registry that is seconds old."""
    async with reading(tenant) as connection:
        status = await connection.fetchval("select status from nusantara.tenant where id = $1", tenant.id)
    return bool(status == "suspended")


def is_national_held() -> bool:
    """Whether this task is within a national transaction, and must not ask for another connection there."""
    return is_held(_national_login())


def _national_login() -> Login:
    return Login(home(), NATIONAL_ROLE)


@asynccontextmanager
async def _transaction(login: Login, *, planning_once: bool = False) -> AsyncIterator[AsyncSession]:
    session = AsyncSession(pools.engine(login), expire_on_commit=False)
    try:
        with holding(login):
            async with session, session.begin():
                if planning_once:
                    await _begin_planning_once(session)
                yield session
                for work in session.info.pop(EVEN_IF_REFUSED, []):
                    await work(session)
                await pending.write(session)
    except Exception:
        await _undone(session)
        for work in session.info.pop(EVEN_IF_REFUSED, []):
            async with _transaction(login) as own:
                await work(own)
        raise
    for callback in session.info.pop(AFTER_COMMIT, []):
        await callback()


async def _undone(session: AsyncSession) -> None:
    for callback in session.info.pop(AFTER_ROLLBACK, []):
        try:
            await callback()
        except Exception:
            log.exception("what follows a rollback failed")


async def _begin_planning_once(session: AsyncSession) -> None:
    once = plans_once.set(True)
    try:
        await session.connection()
    finally:
        plans_once.reset(once)
