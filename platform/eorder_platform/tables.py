"""Declarative base and the few column types that every table shares.

A table belongs to one of three kinds of schema, told by `schema`:
``nusantara`` (shared directory), ``pusat`` (national and private), or none: the schema of the tenant
whose role is connected (found by the role's own search_path).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, MetaData, Numeric, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from eorder_platform import clock
from eorder_platform.ids import new_id

NUSANTARA = "nusantara"
PUSAT = "pusat"

APPEND_ONLY = {"append_only": True}
"""Table info: no role but the owner may UPDATE or DELETE its rows."""


@dataclass(frozen=True)
class Guard:
    """A change of a row that the database refuses whoever asks, told from the row's old and new self alone.

    `of`: "update" or, where the condition is about the old row that would go, "delete".
    """

    name: str
    when: str
    of: str = "update"

    def trigger(self, table: str) -> str:
        """SQL of the trigger. Its function is the same for all (revision n0100) and names the guard."""
        return (
            f"create trigger {self.name} before {self.of} on {table} for each row when ({self.when})"
            f" execute function {NUSANTARA}.refuse_change()"
        )


COUNTS_UP = Guard("counts_up", "new.last_number <= old.last_number")
"""A counter that goes back would give a number twice."""


def writable(
    *,
    changes: Iterable[str] = (),
    keeps: Iterable[str] = (),
    deletes: bool = False,
    guards: Iterable[Guard] = (),
    set_by_database: Iterable[str] = (),
    while_suspended: bool = False,
) -> dict[str, Any]:
    """Table info of a region's table: rows are added; of them may change the columns `changes`, or all but `keeps`.

    Neither: no column changes. Rows go only where it says `deletes`. What is `set_by_database` takes its default and
    nothing else; a later column of such a table needs a revision that renews rights. `while_suspended`: rows are added
    even then, because reading goes on. The grants follow from this (ownership.py).
    """
    return {
        "changes": frozenset(changes),
        "keeps": frozenset(keeps),
        "deletes": deletes,
        "guards": tuple(guards),
        "set_by_database": frozenset(set_by_database),
        "while_suspended": while_suspended,
    }


Id = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=new_id)]
Rupiah = Annotated[int, mapped_column(BigInteger)]
Quantity = Annotated[Decimal, mapped_column(Numeric(12, 3))]
Moment = Annotated[datetime, mapped_column(DateTime(timezone=True))]
CreatedAt = Annotated[datetime, mapped_column(DateTime(timezone=True), default=clock.now)]
Recorded = Annotated[datetime, mapped_column(DateTime(timezone=True), server_default=func.now())]
"""When the database itself took a row in, by its own clock; see :func:`writable`."""
Facts = Annotated[dict[str, Any], mapped_column(JSONB)]


class Base(DeclarativeBase):
    """All models of the house in one MetaData; see the module."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map = {str: Text, UUID: Uuid, datetime: DateTime(timezone=True)}


def days_of(what: str, first: str, last: str) -> str:
    """SQL of a period as a range of whole numbers that only periods of the same `what` (a text) share.

    An exclusion over this one range keeps them apart without an extension of the database. `last` may be null: no end.
    """
    place = f"('x' || substr(md5({what}), 1, 10))::bit(40)::bigint * 4194304"
    return (
        f"int8range({place} + ({first} - date '0001-01-01'),"
        f" {place} + (coalesce({last}, date '9999-12-31') - date '0001-01-01'), '[]')"
    )


def one_of(column: str, values: Iterable[str]) -> str:
    """SQL of a CHECK that a text column holds one of the values (text + CHECK instead of ENUM types)."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} in ({listed})"
