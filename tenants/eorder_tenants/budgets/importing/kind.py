"""What every kind of file declares: its columns, its key, how rows compare with what is stored, how they are stored."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.sentences import as_json, from_json
from eorder_tenants.budgets.importing.cells import bare
from eorder_tenants.budgets.importing.columns import Column, Value
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor


class Change(StrEnum):
    """What confirming a row would do."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Row:
    """A row that was read without a problem; `number` is where the person finds it in the spreadsheet."""

    number: int
    values: dict[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True)
class Problem:
    """One bad cell (or row: no column), with what stood there and the sentence for the person."""

    row: int
    column: str | None
    value: str
    sentence: str

    @classmethod
    def of(cls, kept: dict[str, Any]) -> "Problem":
        """The problem behind what :meth:`as_dict` wrote."""
        return cls(**{**kept, "sentence": from_json(kept["sentence"])})

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"sentence": as_json(self.sentence)}


@dataclass
class Comparison:
    """The rows against the database: one change a row, and what only the database could know to be wrong."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Kind:
    """One kind of file. No two rows of a file share their `key`."""

    name: str
    title: str
    explanation: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    compare: Callable[[AsyncSession, Sequence[Row]], Awaitable[Comparison]]
    store: Callable[[AsyncSession, Actor, Sequence[Row], ImportBatch], Awaitable[None]]
    """Stores the rows of a file without problems; rows that are stored already change nothing."""

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def known_titles(self) -> frozenset[str]:
        """The titles that its columns answer to, each as :func:`bare` has it."""
        return frozenset().union(*(column.titles for column in self.columns))

    def has_column_called(self, header: str) -> bool:
        """Does one of its columns answer to that title?"""
        return bare(header) in self.known_titles

    def problem(self, row: Row, name: str | None, sentence: str) -> Problem:
        """A problem of a row found after reading; `name` is the column's name in the program."""
        if name is None:
            return Problem(row.number, None, "", sentence)
        value = row.values[name]
        return Problem(row.number, self.column(name).header, "" if value is None else str(value), sentence)


def change_of(stored: Any, values: dict[str, Value]) -> Change:
    """New where nothing is stored; else whether any attribute differs from the row."""
    if stored is None:
        return Change.NEW
    same = all(getattr(stored, name) == value for name, value in values.items())
    return Change.UNCHANGED if same else Change.CHANGED
