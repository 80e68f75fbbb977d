"""Transactions that come to their commit and are then undone: a form can be sent a hundred times, each time anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine, event

WRITTEN = "select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) from pg_stat_xact_user_tables"
"""Rows that the transaction at hand has put in, changed or taken away."""


@dataclass
class Stored:
    """How many rows each of the transactions since `forget` would have left written."""

    rows: list[int] = field(default_factory=list)

    def forget(self) -> None:
        self.rows.clear()


@contextmanager
def undone() -> Iterator[Stored]:
    """Every commit of this process checks its deferred constraints, says how much it had written, and undoes it."""
    stored = Stored()

    def instead(connection: Connection) -> None:
        connection.exec_driver_sql("set constraints all immediate")
        stored.rows.append(int(connection.exec_driver_sql(WRITTEN).scalar_one()))
        connection.exec_driver_sql("rollback")

    event.listen(Engine, "commit", instead)
    try:
        yield stored
    finally:
        event.remove(Engine, "commit", instead)
