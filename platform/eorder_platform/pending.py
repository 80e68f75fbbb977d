"""What a session has still to write when its transaction ends, as one statement instead of one for each row.

At the end of a step an order's row changes, its journal and its outbox get a row and the form's key its address. The
ORM sends four statements for that, and everybody waits for the rows that the step has locked until the last one is
answered. What is more than a few plain rows (many, a deletion, a row that changes hands, a value that only the
database knows) is left to the ORM, which the commit asks in any case.

The same rows are always written in the same words, whatever the order in which they were thought of: PostgreSQL plans
each text anew on every connection.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar, cast

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Integer,
    Numeric,
    Text,
    Time,
    Uuid,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstanceState, Mapper, RelationshipDirection, RelationshipProperty
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from eorder_platform import straight
from eorder_platform.tables import Base

MOST_ROWS: Final = 16
_CHANGES: Final = "changes at the end"
_PLAIN: Final = (ARRAY, BigInteger, Boolean, Date, DateTime, Integer, JSONB, Numeric, Text, Time, Uuid)
"""Types whose values the driver takes as they are, JSON as its text."""


Model = TypeVar("Model", bound=Base)


class _Write(NamedTuple):
    """One row to insert (`keys` empty) or to change: the table, the columns written, and those that find the row."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


_Row = tuple[_Write, list[Any]]
"""What is written and its values."""


class _Left(Exception):
    """There is something that is left to the ORM."""


class _Relation(NamedTuple):
    """A relation that writes: its name, whether this row points to the other one, and (own, other) attributes."""

    name: str
    points: bool
    pairs: tuple[tuple[str, str], ...]


class _Shape(NamedTuple):
    """A mapped class: its table, columns by attribute, defaults, JSON, what a change may not touch, relations."""

    table: str
    columns: dict[str, str]
    defaults: dict[str, Any]
    json: frozenset[str]
    fixed: frozenset[str]
    is_plain: bool
    keys: tuple[str, ...]
    relations: tuple[_Relation, ...]
    names: frozenset[str]
    """Of all relations, those that only show something too."""


def change(session: AsyncSession, table: str, values: Mapping[str, Any], found_by: Mapping[str, Any]) -> None:
    """Change a row of a table that has no class, with all the rest that is written when the transaction ends."""
    write = _Write(table, tuple(values), tuple(found_by))
    session.info.setdefault(_CHANGES, []).append((write, [*values.values(), *found_by.values()]))


async def write(session: AsyncSession) -> int | None:
    """Write everything at once if it is plain; afterwards the session's objects stand as their rows do.

    Returns how many rows were written, None where rows are left to the ORM.
    """
    changes: list[_Row] = session.info.pop(_CHANGES, [])
    objects = _of_objects(session)
    writes = sorted([*changes, *(objects or ())], key=_words)
    if not writes:
        return None if objects is None else 0
    values = [value for _, some in writes for value in some]
    with session.no_autoflush:
        written = await straight.value(session, _statement(tuple(write for write, _ in writes)), *values)
    if written != len(writes):
        raise StaleDataError(f"{len(writes)} rows were to be written, {written} were there")
    if objects:
        written_now = {inspect(one) for one in (*session.new, *session.dirty)}
        session.sync_session._register_persistent(written_now)  # as the ORM's own flush ends
    return None if objects is None else len(writes)


async def write_now(session: AsyncSession) -> None:
    """Write what is pending before the end, for what must come after all of it; what is not plain by the ORM."""
    if await write(session) is None:
        await session.flush()


def _words(row: _Row) -> _Write:
    return row[0]


def _of_objects(session: AsyncSession) -> list[_Row] | None:
    """What the session's objects have still to write; None where that is left to the ORM."""
    if session.deleted:
        return None
    new, dirty = list(session.new), list(session.dirty)
    try:
        for one in new:
            _fill(inspect(one))
        for one in new:
            _connect(inspect(one), new)
        for one in dirty:
            _connect(inspect(one), new)
        rows = [_insertion(inspect(one)) for one in new]
        rows += [row for one in dirty if (row := _change(inspect(one)))]
    except _Left:
        return None
    return rows if len(rows) <= MOST_ROWS else None


async def insert_unless_taken(session: AsyncSession, new: Model, unique: str) -> Model | None:
    """Insert this row now, ahead of everything else; None where another row has its value of the column `unique`.

    Whoever inserts the same value at the same moment waits for the other's commit. What is returned is the session's.
    """
    _fill(inspect(new))
    write, values = _insertion(inspect(new))
    sql = f"{_sql(write, 0)} on conflict ({unique}) do nothing returning {straight.columns(type(new), write.table)}"
    with session.no_autoflush:
        found = await straight.row(session, sql, *values)
    return straight.object_of(session, type(new), found) if found else None


def _fill(state: InstanceState[Any]) -> None:
    """Give a new row the values that its class has for what nobody said."""
    shape, facts = _shape(state.mapper), state.dict
    if not shape.is_plain:
        raise _Left
    for name in shape.columns.keys() - facts.keys():
        default = shape.defaults.get(name)
        if isinstance(default, ScalarElementColumnDefault):
            facts[name] = default.arg
        elif isinstance(default, CallableColumnDefault):
            facts[name] = default.arg(cast(Any, None))
        elif default is None:
            facts[name] = None
        else:
            raise _Left


def _connect(state: InstanceState[Any], new: Sequence[object]) -> None:
    """Write the keys of the rows that new rows were put beside; a row that stood already changes hands by the ORM."""
    for relation in _shape(state.mapper).relations:
        if state.key is None:
            related = state.dict.get(relation.name)
        elif relation.name in state.committed_state:
            history = state.attrs[relation.name].history
            if history.deleted:
                raise _Left
            related = history.added
        else:
            continue
        for other in _each(related):
            beside = inspect(other)
            pointing, to = (state, beside) if relation.points else (beside, state)
            for own, others in relation.pairs:
                here, there = (own, others) if relation.points else (others, own)
                if pointing.dict.get(here) == to.dict.get(there):
                    continue
                if pointing.key is not None or pointing.obj() not in new:
                    raise _Left
                pointing.dict[here] = to.dict[there]


def _each(related: Any) -> Iterable[Any]:
    if related is None:
        return ()
    return [one for one in related if one is not None] if isinstance(related, list | tuple) else (related,)


def _insertion(state: InstanceState[Any]) -> _Row:
    shape, facts = _shape(state.mapper), state.dict
    values = [
        json.dumps(facts[name]) if name in shape.json and facts[name] is not None else facts[name]
        for name in shape.columns
    ]
    return _Write(shape.table, tuple(shape.columns.values()), ()), values


def _change(state: InstanceState[Any]) -> _Row | None:
    shape, facts = _shape(state.mapper), state.dict
    changed = sorted(
        name
        for name, before in state.committed_state.items()
        if name not in shape.names and before != facts.get(name)
    )
    if not changed:
        return None
    if not shape.is_plain or not shape.fixed.isdisjoint(changed) or not facts.keys() >= set(changed):
        raise _Left
    values = [
        json.dumps(facts[name]) if name in shape.json and facts[name] is not None else facts[name]
        for name in changed
    ]
    write = _Write(shape.table, tuple(shape.columns[name] for name in changed), shape.keys)
    return write, [*values, *cast(Any, state.identity)]


@lru_cache(maxsize=128)
def _shape(mapper: Mapper[Any]) -> _Shape:
    named: dict[str, Column[Any]] = {
        mapper.get_property_by_column(column).key: column for column in mapper.columns
    }
    return _Shape(
        table=mapper.local_table.fullname,  # type: ignore[attr-defined]
        columns={name: column.name for name, column in named.items()},
        defaults={
            name: column.default or column.server_default
            for name, column in named.items()
            if column.default is not None or column.server_default is not None
        },
        json=frozenset(name for name, column in named.items() if isinstance(column.type, JSONB)),
        fixed=frozenset(name for name, column in named.items() if column.primary_key),
        is_plain=all(isinstance(one.type, _PLAIN) and one.onupdate is None for one in named.values()),
        keys=tuple(column.name for column in mapper.primary_key),
        relations=tuple(_relation(mapper, one) for one in mapper.relationships if not one.viewonly),
        names=frozenset(mapper.relationships.keys()),
    )


def _relation(mapper: Mapper[Any], one: RelationshipProperty[Any]) -> _Relation:
    assert one.direction is not RelationshipDirection.MANYTOMANY
    pairs = [
        (mapper.get_property_by_column(own).key, one.mapper.get_property_by_column(others).key)
        for own, others in cast(Any, one.local_remote_pairs)
    ]
    return _Relation(one.key, one.direction is RelationshipDirection.MANYTOONE, tuple(pairs))


@lru_cache(maxsize=512)
def _statement(writes: Sequence[_Write]) -> str:
    """One CTE for each row; the whole answers how many rows were written."""
    parts, place = [], 0
    for number, write in enumerate(writes):
        parts.append(f"w{number} as ({_sql(write, place)} returning 1)")
        place += len(write.columns) + len(write.keys)
    counted = " + ".join(f"(select count(*) from w{number})" for number in range(len(writes)))
    return f"with {', '.join(parts)} select {counted}"


def _sql(write: _Write, place: int) -> str:
    """The statement that writes the row; its values begin behind that place."""
    values = [f"${place + offset + 1}" for offset in range(len(write.columns) + len(write.keys))]
    if write.keys:
        pairs = [
            f'"{name}" = {value}' for name, value in zip((*write.columns, *write.keys), values, strict=True)
        ]
        changed, found = pairs[: len(write.columns)], pairs[len(write.columns) :]
        return f"update {write.table} set {', '.join(changed)} where {' and '.join(found)}"
    names = ", ".join(f'"{name}"' for name in write.columns)
    return f"insert into {write.table} ({names}) values ({', '.join(values)})"
