"""Reading an upload without storing what it says: every bad cell is named, and what would change is counted."""

import asyncio
import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.errors import Refused
from eorder_platform.ids import new_id
from eorder_platform.sentences import Sentence, term
from eorder_tenants.budgets.importing.columns import Column
from eorder_tenants.budgets.importing.kind import Change, Comparison, Kind, Problem, Row
from eorder_tenants.budgets.importing.reading import Cell, Table, read_table
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator

PROBLEMS_KEPT: Final = 1_000
"""A file that is wrong throughout is put right in its source, not cell by cell."""


async def preview(
    session: AsyncSession, actor: Actor, kind: Kind, file_name: str, content: bytes
) -> ImportBatch:
    """Store what a file says as a batch to be looked at; nothing else changes. Only the administrator brings files in.

    Refused on "file" where it is no table or lacks a column. Bad rows and cells do not refuse the preview: they are
    its `problems`, and a batch that has any cannot be confirmed. The summary counts rows that are new, changed,
    unchanged and bad.
    """
    require_administrator(actor)
    table = await asyncio.to_thread(read_table, content)
    columns, ignored = _match(kind, table)
    rows, problems = _read_rows(table, columns)
    problems += _repeated(kind, rows)
    comparison = await kind.compare(session, rows)
    problems = sorted(problems + comparison.problems, key=lambda one: one.row)
    batch = ImportBatch(
        id=new_id(),
        kind=kind.name,
        file_name=PurePath(file_name.replace("\\", "/")).name[:200] or "berkas",
        digest=hashlib.sha256(content).hexdigest(),
        rows=_as_stored(rows, comparison),
        problems=[problem.as_dict() for problem in problems[:PROBLEMS_KEPT]],
        summary=_summary(table, rows, problems, comparison, ignored),
        uploaded_by=actor.official_id,
    )
    session.add(batch)
    await session.flush()
    return batch


def rows_of(batch: ImportBatch) -> list[Row]:
    """The rows that a batch kept."""
    return [Row(one["number"], one["values"]) for one in batch.rows]


def problems_of(batch: ImportBatch) -> list[Problem]:
    """What a batch found wrong in its file."""
    return [Problem.of(one) for one in batch.problems]


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


def _as_stored(rows: Sequence[Row], comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {"number": row.number, "values": row.values, "change": change}
        for row, change in zip(rows, comparison.changes, strict=True)
    ]


def _summary(
    table: Table,
    rows: Sequence[Row],
    problems: Sequence[Problem],
    comparison: Comparison,
    ignored: Sequence[str],
) -> dict[str, Any]:
    bad = {problem.row for problem in problems}
    counts = Counter(
        change for row, change in zip(rows, comparison.changes, strict=True) if row.number not in bad
    )
    return {
        "rows": len(table.rows),
        **{change.value: counts[change] for change in Change},
        "bad": len(bad),
        "problems": len(problems),
        "ignored_columns": list(ignored)[:20],
        "sheet": table.sheet,
        "unread_sheets": list(table.unread)[:20],
    }
