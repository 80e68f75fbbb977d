"""A list out of the database: a page of it with how many there are in all, by one statement, or all of it in steps."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, fields
from typing import Any, Final, Generic, TypeVar, cast

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

Row = TypeVar("Row")

PAGE_SIZE: Final = 25
STEP: Final = 1_000


@dataclass(frozen=True)
class Listed(Generic[Row]):
    """What a list shows, not asked for yet.

    `rows` selects columns that are named as the fields of `row`. The largest `newest` come first: expressions that are
    never null and together tell any two rows apart.
    """

    row: type[Row]
    rows: Select[*tuple[Any, ...]]
    newest: tuple[SQLColumnExpression[Any], ...]


@dataclass(frozen=True)
class Found(Generic[Row]):
    """One page of a list, with how many rows the whole list has."""

    rows: list[Row]
    total: int
    page: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def every_word(search: str, *columns: SQLColumnExpression[Any]) -> list[ColumnElement[bool]]:
    """Each word that was typed stands in one of the columns; signs are looked for as they stand."""
    return [or_(*(column.icontains(word, autoescape=True) for column in columns)) for word in search.split()]


async def page_of(session: AsyncSession, listed: Listed[Row], number: int = 1) -> Found[Row]:
    """One page, counted from 1; beyond the last one, the first."""
    statement = _ordered(listed).add_columns(func.count().over().label("total"))
    page = await session.execute(statement.limit(PAGE_SIZE).offset((max(number, 1) - 1) * PAGE_SIZE))
    rows = [dict(one) for one in page.mappings()]
    if not rows and number > 1:
        return await page_of(session, listed)
    total = rows[0]["total"] if rows else 0
    return Found([_row(listed, one) for one in rows], total, max(number, 1))


async def all_of(
    enter: Callable[[], AbstractAsyncContextManager[AsyncSession]], listed: Listed[Row], most: int
) -> AsyncIterator[list[Row]]:
    """The list from its first row on, at most so many, in steps that each enter a transaction of their own.

    So memory stays flat, and whoever reads slowly holds no connection; a row that comes in meanwhile moves no other.
    """
    keys = [f"key_{place}" for place in range(len(listed.newest))]
    statement = _ordered(listed).add_columns(
        *(one.label(key) for one, key in zip(listed.newest, keys, strict=True))
    )
    step, left = statement, most
    while left > 0:
        async with enter() as session:
            rows = [dict(one) for one in (await session.execute(step.limit(min(STEP, left)))).mappings()]
        if rows:
            yield [_row(listed, one) for one in rows]
        if len(rows) < STEP:
            return
        left -= len(rows)
        step = statement.where(tuple_(*listed.newest) < tuple(rows[-1][key] for key in keys))


async def some_of(
    session: AsyncSession, listed: Listed[Row], after: Sequence[Any] | None, most: int
) -> tuple[list[Row], list[tuple[Any, ...]]]:
    """So many rows behind the one whose keys are `after` (from the first row on without any), and the keys of each.

    Keys are the values of `newest`; :func:`key_types` says of which type.
    """
    keys = [f"key_{place}" for place in range(len(listed.newest))]
    statement = _ordered(listed).add_columns(
        *(one.label(key) for one, key in zip(listed.newest, keys, strict=True))
    )
    if after is not None:
        statement = statement.where(tuple_(*listed.newest) < tuple(after))
    rows = [dict(one) for one in (await session.execute(statement.limit(most))).mappings()]
    return [_row(listed, one) for one in rows], [tuple(one[key] for key in keys) for one in rows]


def key_types(listed: Listed[Any]) -> tuple[type[Any], ...]:
    """Of which Python types the keys of a list are."""
    return tuple(cast(ColumnElement[Any], one).type.python_type for one in listed.newest)


def _ordered(listed: Listed[Any]) -> Select[*tuple[Any, ...]]:
    return listed.rows.order_by(*(one.desc() for one in listed.newest))


def _row(listed: Listed[Row], found: dict[str, Any]) -> Row:
    names = [one.name for one in fields(listed.row)]  # type: ignore[arg-type]
    return listed.row(**{name: found[name] for name in names})
