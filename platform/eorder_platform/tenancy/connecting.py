"""The only ways to a database connection: inside one tenant, or in the national schemas. There is no third."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.database import Login, home, pools
from eorder_platform.tenancy.tenant import Tenant

NATIONAL_ROLE = "eorder_pusat"
AFTER_COMMIT = "after_commit"


@asynccontextmanager
async def inside(tenant: Tenant) -> AsyncIterator[AsyncSession]:
    """One transaction as the tenant's own role; committed at the end of the block, rolled back by any exception.

    `session.info["tenant"]` names the tenant. Callbacks of :func:`after_commit` run once it is committed.
    """
    async with _transaction(tenant.login) as session:
        session.info["tenant"] = tenant
        yield session


@asynccontextmanager
async def national() -> AsyncIterator[AsyncSession]:
    """One transaction in `pusat` and `nusantara`, as the national role; it sees no tenant's schema."""
    async with _transaction(_national_login()) as session:
        yield session


@asynccontextmanager
async def reading(tenant: Tenant) -> AsyncIterator[asyncpg.Connection]:
    """A bare connection as the tenant's role, for hot reads of one statement without transaction or ORM."""
    async with _bare(tenant.login) as connection:
        yield connection


@asynccontextmanager
async def reading_national() -> AsyncIterator[asyncpg.Connection]:
    """A bare connection as the national role, for reads of one statement."""
    async with _bare(_national_login()) as connection:
        yield connection


def after_commit(session: AsyncSession, callback: Callable[[], Awaitable[None]]) -> None:
    """Run `callback` when the session's transaction has been committed; never when it was rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(callback)


def _national_login() -> Login:
    return Login(home(), NATIONAL_ROLE)


@asynccontextmanager
async def _transaction(login: Login) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(pools.engine(login), expire_on_commit=False) as session:
        async with session.begin():
            yield session
    for callback in session.info.pop(AFTER_COMMIT, []):
        await callback()


@asynccontextmanager
async def _bare(login: Login) -> AsyncIterator[asyncpg.Connection]:
    wrapped = await pools.engine(login).raw_connection()
    try:
        yield cast(Any, wrapped.driver_connection)
    finally:
        wrapped.close()
