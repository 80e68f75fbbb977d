"""Statements straight to the driver, inside a session's transaction, for what every step of an order asks.

SQLAlchemy spends three times on a statement what the driver and the network do, and on an object of the ORM more than
on its row; a step asks a dozen times (infra/benchmarks/README.md). So the hot statements are text that goes to asyncpg
as it is, on the session's own connection: the same transaction, the same role, the same isolation. What the session
has still to write is written first, as before any other statement of it.

A page that only reads needs no session at all: a :class:`Reader` answers the same questions on a bare connection that
cannot write (tenancy.looking), and opening one costs a fortieth of a transaction.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast

import asyncpg
from sqlalchemy import inspect
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper, SessionTransaction
from sqlalchemy.orm.attributes import instance_state, set_committed_value

from eorder_platform.database import BROKEN
from eorder_platform.tables import Base

_CONNECTION: Final = "straight"
Model = TypeVar("Model", bound=Base)


class Reader:
    """What reads as a session does, by the statements of this module alone, on a connection that cannot write.

    `info` holds what a session's would. Its objects belong to no session: nothing that is changed on them is written,
    and a relation that was not read with them raises where somebody asks for it.
    """

    def __init__(self, connection: asyncpg.Connection, **info: Any) -> None:
        self.connection = connection
        self.info: dict[Any, Any] = info
        self.objects: dict[Any, Base] = {}


Reads = AsyncSession | Reader
"""Whoever only asks takes either."""


async def rows(session: Reads, sql: str, *values: object) -> list[asyncpg.Record]:
    """All rows that the statement answers; `$1`, `$2` … stand for the values."""
    if isinstance(session, Reader):
        driver = session.connection
    else:
        if session.autoflush and (session.new or session.dirty or session.deleted):
            await session.flush()
        driver = await _driver(session)
    try:
        found: list[asyncpg.Record] = await driver.fetch(sql, *values)
    except BROKEN:
        # cancelled in the middle or cut off: nobody knows in which state it is; whoever lent a reader's ends it too
        if not isinstance(session, Reader):
            await (await session.connection()).invalidate()
        raise
    except asyncpg.PostgresError as error:
        error.detail = None  # it shows the row that was refused, and an error's text goes into logs
        raise
    return found


async def row(session: Reads, sql: str, *values: object) -> asyncpg.Record | None:
    """The first row, or None."""
    found = await rows(session, sql, *values)
    return found[0] if found else None


async def value(session: Reads, sql: str, *values: object) -> Any:
    """The first column of the first row, or None."""
    found = await rows(session, sql, *values)
    return found[0][0] if found else None


async def together(
    session: Reads, statements: tuple[str, ...], *values: object
) -> Sequence[Sequence[Sequence[Any]]]:
    """The rows of several statements about the same values, in one round trip; each row is a tuple of its columns."""
    found = await row(session, _joined(statements), *values)
    assert found is not None
    return tuple(found)[: len(statements)]


@lru_cache(maxsize=64)
def _joined(statements: tuple[str, ...]) -> str:
    return f"select {beside(statements)}"


def beside(statements: Sequence[str]) -> str:
    """Columns for a SELECT: the rows that each of these statements answers, and :data:`MORE_COLUMNS` behind them."""
    rows = (f"array(select row(q.*) from ({one}) q)" for one in statements)
    return ", ".join((*rows, *_INSIDE_ROWS))


_INSIDE_ROWS: Final = ("null::uuid[]", "null::text[]")
"""Types that stand inside rows: the driver asks how to read a type only where it stands as a column by itself."""
MORE_COLUMNS: Final = len(_INSIDE_ROWS)
"""That follow those of :func:`beside`."""


async def _driver(session: AsyncSession) -> asyncpg.Connection:
    """The driver's connection, looked up once for a transaction or savepoint: that is when a savepoint begins."""
    transaction, driver = session.info.get(_CONNECTION, (None, None))
    if transaction is None or transaction is not _innermost(session):
        driver = (await (await session.connection()).get_raw_connection()).driver_connection
        session.info[_CONNECTION] = _innermost(session), driver
    return driver


def _innermost(session: AsyncSession) -> SessionTransaction | None:
    return session.sync_session.get_nested_transaction() or session.sync_session.get_transaction()


class _Shape(NamedTuple):
    """What of a mapped class stands in a row: its columns, the attributes that they are, and those of its key."""

    mapper: Mapper[Any]
    columns: tuple[str, ...]
    attributes: tuple[str, ...]
    keys: tuple[str, ...]


def columns(model: type[Base], alias: str, *, without: Sequence[str] = ()) -> str:
    """The columns of a model for a SELECT, in the order in which :func:`object_of` takes them back."""
    return ", ".join(f"{alias}.{name}" for name in _shape(model, tuple(without)).columns)


def objects_of(session: Reads, models: Sequence[type[Base]], found: Sequence[Any]) -> Iterator[Base | None]:
    """The objects of a row that holds the columns of several models; None where an outer join found nothing."""
    start = 0
    for model in models:
        end = start + len(_shape(model, ()).columns)
        part, start = found[start:end], end
        yield None if all(fact is None for fact in part) else object_of(session, model, part)


def object_of(
    session: Reads, model: type[Model], found: Sequence[Any], *, without: Sequence[str] = ()
) -> Model:
    """The session's object for a row of :func:`columns`, as if the session had just loaded it (populate_existing).

    It is the session's like any other: what is changed on it is written at the flush.
    """
    shape = _shape(model, tuple(without))
    facts = dict(zip(shape.attributes, found, strict=True))
    key = shape.mapper.identity_key_from_primary_key(tuple(facts[name] for name in shape.keys))
    known = session.objects if isinstance(session, Reader) else session.sync_session.identity_map
    standing = known.get(key)
    if standing is not None:
        for name, fact in facts.items():
            set_committed_value(standing, name, fact)
        return cast(Model, standing)
    made: Model = shape.mapper.class_manager.new_instance()
    state = instance_state(made)
    state.dict.update(facts)
    state.key = key
    if isinstance(session, Reader):
        session.objects[key] = made
    else:
        state.session_id = session.sync_session.hash_key
        # as the ORM's own loader does; `add` looks through every relation
        session.sync_session.identity_map._add_unpresent(state, key)
    return made


@lru_cache(maxsize=64)
def _shape(model: type[Base], without: tuple[str, ...]) -> _Shape:
    mapper: Mapper[Any] = inspect(model)
    chosen = [column for column in mapper.columns if column.name not in without]
    return _Shape(
        mapper,
        tuple(column.name for column in chosen),
        tuple(mapper.get_property_by_column(column).key for column in chosen),
        tuple(mapper.get_property_by_column(column).key for column in mapper.primary_key),
    )


def attach(owner: Base, relations: Mapping[str, object]) -> None:
    """Put what was read beside a row where the row's relations are; nothing of it counts as a change."""
    for name, related in relations.items():
        set_committed_value(owner, name, related)
