"""What a session has still to write when its transaction ends, as one statement instead of one for each row.

At the end of a step an order's row changes, its journal and its outbox get a row and the form's key its address. The
ORM sends four statements for that, and everybody waits for the rows that the step has locked until the last one is
answered. What is more than a few plain rows (many, a deletion, a relation that was changed, a value that only the
database knows) is left to the ORM, which the commit asks in any case.
"""

import json
from collections.abc import Mapping, Sequence
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
    Uuid,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapper
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.sql.schema import CallableColumnDefault, ScalarElementColumnDefault

from eorder_platform import straight
from eorder_platform.tables import Base

MOST_ROWS: Final = 16
_CHANGES: Final = "changes at the end"
_PLAIN: Final = (ARRAY, BigInteger, Boolean, Date, DateTime, Integer, JSONB, Numeric, Text, Uuid)
"""Types whose values the driver takes as they are, JSON as its text."""


Model = TypeVar("Model", bound=Base)


class _Write(NamedTuple):
    """One row to insert (`keys` empty) or to change: the table, the columns written, and those that find the row."""

    table: str
    columns: tuple[str, ...]
    keys: tuple[str, ...]


class _Columns(NamedTuple):
    """A mapped class: its columns by attribute, and its attributes that are relations."""

    by_attribute: dict[str, Column[Any]]
    relations: frozenset[str]


def change(session: AsyncSession, table: str, values: Mapping[str, Any], found_by: Mapping[str, Any]) -> None:
    """Change a row of a table that has no class, with all the rest that is written when the transaction ends."""
    write = _Write(table, tuple(values), tuple(found_by))
    session.info.setdefault(_CHANGES, []).append((write, [*values.values(), *found_by.values()]))


async def write(session: AsyncSession) -> None:
    """Write everything at once if it is plain; the session holds nothing more afterwards."""
    changes: list[tuple[_Write, list[Any]]] = session.info.pop(_CHANGES, [])
    objects = _of_objects(session)
    writes = [*changes, *(objects or ())]
    if not writes:
        return
    values = [value for _, some in writes for value in some]
    with session.no_autoflush:
        written = await straight.value(session, _statement(tuple(write for write, _ in writes)), *values)
    if written != len(writes):
        raise StaleDataError(f"{len(writes)} rows were to be written, {written} were there")
    if objects:
        session.expunge_all()


def _of_objects(session: AsyncSession) -> list[tuple[_Write, list[Any]]] | None:
    """What the session's objects have still to write; None where that is left to the ORM."""
    if session.deleted:
        return None
    writes = [_insertion(one) or _LEFT for one in session.new]
    writes += [_change(one) or _LEFT for one in session.dirty]
    writes = [one for one in writes if one is not _UNCHANGED]
    return None if len(writes) > MOST_ROWS or _LEFT in writes else writes


async def insert_unless_taken(session: AsyncSession, new: Model, unique: str) -> Model | None:
    """Insert this row now, ahead of everything else; None where another row has its value of the column `unique`.

    Whoever inserts the same value at the same moment waits for the other's commit. What is returned is the session's.
    """
    insertion = _insertion(new)
    assert insertion, f"{new!r} is more than a plain row"
    write, values = insertion
    sql = f"{_sql(write, 0)} on conflict ({unique}) do nothing returning {straight.columns(type(new), write.table)}"
    with session.no_autoflush:
        found = await straight.row(session, sql, *values)
    return straight.object_of(session, type(new), found) if found else None


_LEFT: Final[tuple[_Write, list[Any]]] = (_Write("", (), ()), [])
_UNCHANGED: Final[tuple[_Write, list[Any]]] = (_Write("unchanged", (), ()), [])


def _insertion(new: Any) -> tuple[_Write, list[Any]] | None:
    state = inspect(new)
    columns, relations = _columns(state.mapper)
    if any(state.dict.get(name) for name in relations):
        return None
    facts = {}
    for name, column in columns.items():
        if name in state.dict:
            facts[name] = state.dict[name]
        elif isinstance(column.default, ScalarElementColumnDefault):
            facts[name] = column.default.arg
        elif isinstance(column.default, CallableColumnDefault):
            facts[name] = column.default.arg(cast(Any, None))
        elif column.default is not None or column.server_default is not None:
            return None
        else:
            facts[name] = None
    if not all(isinstance(column.type, _PLAIN) for column in columns.values()):
        return None
    state.dict.update(facts)
    names = tuple(column.name for column in columns.values())
    return _Write(_table(state.mapper), names, ()), [_plain(columns[name], facts[name]) for name in columns]


def _change(old: Any) -> tuple[_Write, list[Any]] | None:
    state = inspect(old)
    columns, relations = _columns(state.mapper)
    if relations & state.committed_state.keys():
        return None
    changed = [name for name, before in state.committed_state.items() if before != state.dict.get(name)]
    if not changed:
        return _UNCHANGED
    keys = state.mapper.primary_key
    if any(
        columns[name].primary_key or not isinstance(columns[name].type, _PLAIN) or name not in state.dict
        for name in changed
    ) or any(column.onupdate is not None for column in columns.values()):
        return None
    write = _Write(
        _table(state.mapper),
        tuple(columns[name].name for name in changed),
        tuple(column.name for column in keys),
    )
    return write, [*(_plain(columns[name], state.dict[name]) for name in changed), *state.identity]


def _plain(column: Column[Any], value: Any) -> Any:
    return json.dumps(value) if value is not None and isinstance(column.type, JSONB) else value


def _table(mapper: Mapper[Any]) -> str:
    return mapper.local_table.fullname  # type: ignore[attr-defined, no-any-return]


@lru_cache(maxsize=128)
def _columns(mapper: Mapper[Any]) -> _Columns:
    named = {mapper.get_property_by_column(column).key: column for column in mapper.columns}
    return _Columns(named, frozenset(mapper.relationships.keys()))


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
