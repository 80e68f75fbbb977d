"""An upload beside what is stored, without storing what it says: what would change is counted."""

from collections import Counter
from collections.abc import Sequence
from pathlib import PurePath
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_tenants.budgets.importing.contents import Contents
from eorder_tenants.budgets.importing.kind import Change, Comparison, Problem, Row
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator

PROBLEMS_KEPT: Final = 1_000
"""A file that is wrong throughout is put right in its source, not cell by cell."""


async def preview(session: AsyncSession, actor: Actor, file_name: str, contents: Contents) -> ImportBatch:
    """Store what a file says as a batch to be looked at; nothing else changes. Only the administrator brings files in.

    Bad rows and cells do not refuse the preview: they are its `problems`, and a batch that has any cannot be
    confirmed. The summary counts rows that are new, changed, unchanged and bad.
    """
    require_administrator(actor)
    comparison = await contents.kind.compare(session, contents.rows)
    problems = sorted(contents.problems + comparison.problems, key=lambda one: one.row)
    batch = ImportBatch(
        id=new_id(),
        kind=contents.kind.name,
        file_name=PurePath(file_name.replace("\\", "/")).name[:200] or "berkas",
        digest=contents.digest,
        rows=_as_stored(contents.rows, comparison),
        problems=[problem.as_dict() for problem in problems[:PROBLEMS_KEPT]],
        summary=_summary(contents, problems, comparison),
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


def _as_stored(rows: Sequence[Row], comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {"number": row.number, "values": row.values, "change": change}
        for row, change in zip(rows, comparison.changes, strict=True)
    ]


def _summary(contents: Contents, problems: Sequence[Problem], comparison: Comparison) -> dict[str, Any]:
    bad, table = {problem.row for problem in problems}, contents.table
    counts = Counter(
        change for row, change in zip(contents.rows, comparison.changes, strict=True) if row.number not in bad
    )
    return {
        "rows": len(table.rows),
        **{change.value: counts[change] for change in Change},
        "bad": len(bad),
        "problems": len(problems),
        "ignored_columns": list(contents.ignored)[:20],
        "sheet": table.sheet,
        "unread_sheets": list(table.unread)[:20],
        "hidden_rows": list(table.hidden)[:20],
    }
