"""Effects outside the database: rows written in the transaction, sent as jobs right after it, swept up if lost.

A use case calls :func:`write`. When its transaction commits, the row's id goes to the broker; what that loses
(a crash, Valkey down or flushed) the relay finds in the table. A job takes ids, may run twice without harm,
and its row is marked done only after it returned.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import dramatiq
import redis
import structlog
from sqlalchemy import Index, delete, extract, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from eorder_platform import clock, tenancy
from eorder_platform.broker import broker
from eorder_platform.ids import new_id
from eorder_platform.tables import PUSAT, Base, CreatedAt, Facts, Id, writable
from eorder_platform.tenancy import Tenant, registry

RESEND_AFTER: Final = timedelta(seconds=20)
RESEND_RARELY: Final = timedelta(minutes=10)
RESEND_AT_MOST: Final = 500
MAXIMUM_ATTEMPTS: Final = 12
KEEP_DONE: Final = timedelta(days=30)
_WRITTEN: Final = "outbox rows"
NATION: Final = ""
"""Stands for the national outbox where a tenant's slug is expected."""

log = structlog.get_logger()
_jobs: dict[str, Callable[..., Awaitable[None]]] = {}
_sending: ContextVar[bool] = ContextVar("sending", default=True)


class _OutboxColumns:
    id: Mapped[Id]
    job: Mapped[str]
    arguments: Mapped[Facts]
    created_at: Mapped[CreatedAt]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None]


class Outbox(_OutboxColumns, Base):
    """A tenant's effects still to be carried out, and those done lately."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "created_at", postgresql_where="done_at is null"),
        {"info": writable(changes=("sent_at", "done_at", "attempts", "last_error"), deletes=True)},
    )


class NationalOutbox(_OutboxColumns, Base):
    """The same for what happens in the national schemas."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_open", "created_at", postgresql_where="done_at is null"),
        {"schema": PUSAT},
    )


Job = Callable[..., Awaitable[None]]


def tenant_job(name: str) -> Callable[[Job], Job]:
    """Declare `async def job(tenant, *, ids…)` to be run for rows that tenants write under this name."""

    def declare(function: Job) -> Job:
        async def for_tenant(slug: str, arguments: dict[str, Any]) -> None:
            tenant = await registry.by_slug(slug)
            if tenant is None:
                raise LookupError(f"job {name} names no tenant of the registry: {slug!r}")
            await function(tenant, **arguments)

        _jobs[name] = for_tenant
        return function

    return declare


def national_job(name: str) -> Callable[[Job], Job]:
    """Declare `async def job(*, ids…)` to be run for rows written in a national transaction under this name."""

    def declare(function: Job) -> Job:
        async def for_nation(slug: str, arguments: dict[str, Any]) -> None:
            if slug != NATION:
                raise LookupError(f"job {name} is national but was sent for {slug!r}")
            await function(**arguments)

        _jobs[name] = for_nation
        return function

    return declare


def write(session: AsyncSession, job: str, **ids: Any) -> None:
    """Write an effect in the session's transaction: the named job with these ids (UUIDs become text)."""
    tenant: Tenant | None = session.info.get("tenant")
    table = Outbox if tenant else NationalOutbox
    row = table(id=new_id(), job=job, arguments={name: _plain(value) for name, value in ids.items()})
    session.add(row)
    written = session.info.get(_WRITTEN)
    if written is None:
        slug, written = (tenant.slug if tenant else NATION), session.info.setdefault(_WRITTEN, [])
        tenancy.after_commit(session, lambda: _send(slug, [written]))
    written.append(str(row.id))


@dramatiq.actor(broker=broker, queue_name="outbox", max_retries=5, min_backoff=500, max_backoff=60_000)
async def carry_out(slug: str, *row_ids: str) -> None:
    """Run the jobs of the rows that one transaction wrote; a row that is done already is left alone.

    One that fails keeps none of the others back; the message is then tried again for it.
    """
    failed: list[Exception] = []
    for row_id in row_ids:
        try:
            await _carry_out(slug, row_id)
        except Exception as error:
            failed.append(error)
    if failed:
        raise failed[0]


async def carry_out_open(slug: str, jobs: Collection[str]) -> int:
    """Carry out the open rows of these jobs here and now, without the broker (the demo); returns how many.

    Rows that ask for the same are one job: it is run once, and the others are marked done with it.
    """
    table = _table(slug)
    async with _transaction(slug) as session:
        lying = select(table).where(table.done_at.is_(None), table.job.in_(list(jobs)))
        rows = list(await session.scalars(lying.order_by(table.created_at, table.id)))
    alike: dict[tuple[str, str], list[UUID]] = {}
    for row in rows:
        alike.setdefault((row.job, str(sorted(row.arguments.items()))), []).append(row.id)
    for ids in alike.values():
        await _carry_out(slug, str(ids[0]))
        async with _transaction(slug) as session:
            await session.execute(update(table).where(table.id.in_(ids[1:])).values(done_at=clock.now()))
    return len(rows)


@contextmanager
def unsent() -> Iterator[None]:
    """Within the block rows are written and nothing is sent; the relay or :func:`carry_out_open` finds them."""
    token = _sending.set(False)
    try:
        yield
    finally:
        _sending.reset(token)


async def _carry_out(slug: str, row_id: str) -> None:
    row = await _take(slug, UUID(row_id))
    if row is None:
        return
    job, arguments = row
    with structlog.contextvars.bound_contextvars(tenant=slug or "national", job=job, outbox=row_id):
        try:
            await _jobs[job](slug, arguments)
        except Exception as error:
            await _note(slug, row_id, last_error=f"{type(error).__name__}: {error}"[:500])
            raise
        await _note(slug, row_id, done_at=clock.now(), last_error=None)


async def _take(slug: str, row_id: UUID) -> tuple[str, dict[str, Any]] | None:
    """The job of a row that is still open. The attempt counts before it begins: a job may kill its worker."""
    table = _table(slug)
    still_open = table.id == row_id, table.done_at.is_(None), table.attempts < MAXIMUM_ATTEMPTS
    taken = update(table).where(*still_open).values(attempts=table.attempts + 1)
    async with _transaction(slug) as session:
        row = (await session.execute(taken.returning(table.job, table.arguments))).one_or_none()
    return None if row is None else (row.job, dict(row.arguments))


async def relay(slug: str) -> int:
    """Send again what lies open for longer than :data:`RESEND_AFTER`.

    The wait doubles with every attempt, so that a mail server that is away for an hour costs no mail; the last one
    is a day after the first. It grows with the row's age too, up to :data:`RESEND_RARELY`: a worker that was away
    all night does not find every row a thousand times. Returns how many rows were sent. Rows that failed
    :data:`MAXIMUM_ATTEMPTS` times stay for a person to see.
    """
    table = _table(slug)
    before = clock.now() - RESEND_AFTER
    waited_seconds = extract("epoch", literal(clock.now()) - table.sent_at)
    age_when_sent = extract("epoch", table.sent_at - table.created_at)
    waited = waited_seconds > func.greatest(
        RESEND_AFTER.total_seconds() * func.power(2.0, table.attempts),
        func.least(age_when_sent, RESEND_RARELY.total_seconds()),
    )
    async with _transaction(slug) as session:
        lost = select(table.id).where(
            table.done_at.is_(None),
            table.attempts < MAXIMUM_ATTEMPTS,
            or_(table.sent_at.is_(None), waited),
            table.created_at < before,
        )
        ids = list(await session.scalars(lost.order_by(table.created_at).limit(RESEND_AT_MOST)))
        if ids:
            await session.execute(update(table).where(table.id.in_(ids)).values(sent_at=clock.now()))
    await _send(slug, [[str(row_id)] for row_id in ids])
    return len(ids)


async def forget_done(slug: str) -> None:
    """Rows that were done longer than :data:`KEEP_DONE` ago have served their time."""
    table = _table(slug)
    async with _transaction(slug) as session:
        await session.execute(delete(table).where(table.done_at < clock.now() - KEEP_DONE))


async def open_rows(slug: str) -> int:
    """How many effects of this tenant (or of the nation) are still to be carried out."""
    async with _transaction(slug) as session:
        still_open = select(func.count()).select_from(_table(slug)).where(_table(slug).done_at.is_(None))
        return await session.scalar(still_open) or 0


def declared_jobs() -> frozenset[str]:
    """Names of every declared job; a test compares them with the names that use cases write."""
    return frozenset(_jobs)


async def _send(slug: str, messages: Sequence[Sequence[str]]) -> None:
    """Ids of rows to the broker, a message for each sequence of them."""
    if not _sending.get():
        return

    def enqueue() -> None:
        for row_ids in messages:
            carry_out.send(slug, *row_ids)

    try:
        await asyncio.to_thread(enqueue)
    except (redis.RedisError, OSError, dramatiq.errors.ConnectionError) as error:
        log.warning("broker unreachable; the relay will send", messages=len(messages), error=str(error))


async def _note(slug: str, row_id: str, **values: Any) -> None:
    table = _table(slug)
    async with _transaction(slug) as session:
        await session.execute(update(table).where(table.id == UUID(row_id)).values(**values))


def _table(slug: str) -> type[Outbox] | type[NationalOutbox]:
    return NationalOutbox if slug == NATION else Outbox


def _transaction(slug: str) -> Any:
    return tenancy.national() if slug == NATION else _InsideBySlug(slug)


class _InsideBySlug:
    """`tenancy.inside` for a slug that still has to be looked up."""

    def __init__(self, slug: str) -> None:
        self._slug = slug

    async def __aenter__(self) -> AsyncSession:
        tenant = await registry.by_slug(self._slug)
        if tenant is None:
            raise LookupError(f"no tenant {self._slug!r}")
        self._context = tenancy.inside(tenant)
        return await self._context.__aenter__()

    async def __aexit__(self, *error: Any) -> bool | None:
        return await self._context.__aexit__(*error)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value
