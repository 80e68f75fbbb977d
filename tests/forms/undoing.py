"""Transactions that come to their commit and are then undone: a form can be sent a hundred times, each time anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event

HAS_WRITTEN = "select pg_current_xact_id_if_assigned() is not null"
"""Whether the transaction at hand has put in, changed, locked or taken away a row."""


@dataclass
class Stored:
    """Of each transaction that was committed since `forget`: whether it had written."""

    written: list[bool] = field(default_factory=list)

    def forget(self) -> None:
        self.written.clear()


@contextmanager
def undone() -> Iterator[Stored]:
    """Every commit of this process checks its deferred constraints, says whether it had written, and undoes it."""
    stored = Stored()

    def instead(connection: Connection) -> None:
        connection.exec_driver_sql("set constraints all immediate")
        stored.written.append(connection.exec_driver_sql(HAS_WRITTEN).scalar_one())
        connection.exec_driver_sql("rollback")

    event.listen(Engine, "commit", instead)
    try:
        yield stored
    finally:
        event.remove(Engine, "commit", instead)
