"""What a file of one kind says, cell by cell, before the database is asked: every bad cell is named."""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from eorder_platform.errors import Refused
from eorder_platform.sentences import Sentence, term
from eorder_tenants.budgets.importing import reading
from eorder_tenants.budgets.importing.cells import Cell
from eorder_tenants.budgets.importing.columns import Column
from eorder_tenants.budgets.importing.kind import Kind, Problem, Row
from eorder_tenants.budgets.importing.reading import Table


@dataclass(frozen=True)
class Contents:
    """The rows without a problem, the `problems` of the others, the headers that nobody asked for (`ignored`)."""

    kind: Kind
    table: Table
    rows: Sequence[Row]
    problems: list[Problem]
    ignored: Sequence[str]
    digest: str


async def read_apart(kind: Kind, content: bytes) -> Contents:
    """The same as :func:`contents_of`: the file in a process of its own, its cells beside the event loop."""
    table = await reading.read_apart(content, kind.known_titles)
    return await asyncio.to_thread(_contents, kind, table, content)


def contents_of(kind: Kind, content: bytes) -> Contents:
    """What the bytes of a file say. Refused on "file" where it is no table or lacks a column."""
    return _contents(kind, reading.read_table(content, kind.has_column_called), content)


def _contents(kind: Kind, table: Table, content: bytes) -> Contents:
    columns, ignored = _match(kind, table)
    rows, problems = _read_rows(table, columns)
    problems += _repeated(kind, rows)
    return Contents(kind, table, rows, problems, ignored, hashlib.sha256(content).hexdigest())


def _match(kind: Kind, table: Table) -> tuple[dict[int, Column], list[str]]:
    """Which column stands where, and the headers that nobody asked for; refused where one is missing or double."""
    places: dict[int, Column] = {}
    ignored: list[str] = []
    problems: list[tuple[str | None, str]] = []
    for place, header in enumerate(table.headers):
        column = next((column for column in kind.columns if column.answers_to(header)), None)
        if column is None:
            ignored += [header] if header else []
        elif column in places.values():
            problems.append(("file", Sentence("Kolom “%(header)s” ada dua kali.", header=column.header)))
        else:
            places[place] = column
    missing = [one.header for one in kind.columns if one.required and one not in places.values()]
    if missing:
        names = ", ".join(f"“{header}”" for header in missing)
        text = "Kolom %(names)s tidak ada. Gunakan contoh berkas “%(kind)s”."
        if table.unread:
            text = "Kolom %(names)s tidak ada pada lembar “%(sheet)s”. Gunakan contoh berkas “%(kind)s”."
        facts = {"sheet": table.sheet} if table.unread else {}
        problems.append(("file", Sentence(text, names=names, kind=term(kind.title), **facts)))
    if problems:
        raise Refused.several(problems)
    return places, ignored


def _read_rows(table: Table, columns: dict[int, Column]) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in table.rows:
        values: dict[str, Any] = {}
        bad: list[Problem] = []
        for place, column in columns.items():
            cell = cells[place] if place < len(cells) else Cell()
            try:
                values[column.name] = column.value_of(cell)
            except Refused as refusal:
                bad.append(Problem(number, column.header, cell.text[:120], refusal.message))
        if bad:
            problems += bad
        else:
            rows.append(Row(number, values))
    return rows, problems


def _repeated(kind: Kind, rows: list[Row]) -> list[Problem]:
    first: dict[tuple[Any, ...], int] = {}
    problems = []
    for row in rows:
        earlier = first.setdefault(tuple(row[name] for name in kind.key), row.number)
        if earlier != row.number:
            problems.append(
                kind.problem(row, kind.key[-1], Sentence("Baris ini mengulang baris %(row)s.", row=earlier))
            )
    return problems
