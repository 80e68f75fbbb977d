"""What a region may spend and has spent, for those who work in it: found through the units of the person who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute, defer

from eorder_platform.errors import NotVisible
from eorder_platform.searching import containing
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch, LedgerEntry, Package
from eorder_tenants.budgets.reconciling import Position
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_tenants.organisation.models import Official, WorkUnit

LINES_A_PAGE: Final = 20
ENTRIES_SHOWN: Final = 200
BATCHES_SHOWN: Final = 50


@dataclass(frozen=True)
class ListedLine:
    """A budget line with what its packages were allotted and have used. `position.ceiling` is the line's own."""

    id: UUID
    unit: str
    sub_activity_code: str
    sub_activity_name: str
    account_code: str
    account_name: str
    funding_source: str
    position: Position
    allotted: int
    overcommitted: bool


@dataclass(frozen=True)
class Share:
    """What one package may draw from one budget line; shown on the page of either."""

    balance_id: UUID
    package_id: UUID
    package_name: str
    rup_code: str
    line_id: UUID
    account_code: str
    account_name: str
    funding_source: str
    position: Position
    overcommitted: bool


@dataclass(frozen=True)
class LineSearch:
    """What to look for: words in codes and names, a unit, a year; pages count from one."""

    fiscal_year: int
    words: str = ""
    work_unit_id: UUID | None = None
    page: int = 1


@dataclass(frozen=True)
class FoundLines:
    """A page of budget lines, how many there are, and their figures together."""

    lines: Sequence[ListedLine]
    count: int
    total: Position


@dataclass(frozen=True)
class Movement:
    """A ledger entry as its page shows it; an actor who is no official is the vendor's member, none the system."""

    at: datetime
    credit: str
    debit: str
    amount: int
    reason: str
    official: str | None
    actor_id: UUID | None
    order_id: UUID | None
    account_code: str


async def lines_visible_to(session: AsyncSession, actor: Actor, search: LineSearch) -> FoundLines:
    """A page of the budget lines of the actor's units."""
    wanted = _wanted(actor, search)
    all_lines = wanted.subquery()
    columns = (all_lines.c.ceiling, all_lines.c.held, all_lines.c.committed, all_lines.c.realised)
    count, *sums = (
        await session.execute(
            select(func.count(), *(func.coalesce(func.sum(column), 0) for column in columns)).select_from(
                all_lines
            )
        )
    ).one()
    rows = await session.execute(
        wanted.order_by(
            WorkUnit.short_name, BudgetLine.sub_activity_code, BudgetLine.account_code, BudgetLine.id
        )
        .limit(LINES_A_PAGE)
        .offset(LINES_A_PAGE * (max(search.page, 1) - 1))
    )
    lines = [_listed(row) for row in rows]
    return FoundLines(lines, int(count), _position(sums))


LineKeys = tuple[str, str, str, UUID]
"""By which the lines are continued: unit, sub-activity, account, id."""


async def lines_behind(
    session: AsyncSession, actor: Actor, search: LineSearch, after: LineKeys | None, most: int
) -> tuple[list[ListedLine], list[LineKeys]]:
    """So many of the lines behind that one, for programs that read all in steps, and the keys of each."""
    keys = (WorkUnit.short_name, BudgetLine.sub_activity_code, BudgetLine.account_code, BudgetLine.id)
    wanted = _wanted(actor, search)
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > after)
    lines = [_listed(row) for row in await session.execute(wanted.order_by(*keys).limit(most))]
    return lines, [(one.unit, one.sub_activity_code, one.account_code, one.id) for one in lines]


def _wanted(actor: Actor, search: LineSearch) -> Select[*tuple[Any, ...]]:
    used = (
        select(
            BudgetBalance.budget_line_id.label("line_id"),
            func.sum(BudgetBalance.ceiling).label("allotted"),
            func.sum(BudgetBalance.held).label("held"),
            func.sum(BudgetBalance.committed).label("committed"),
            func.sum(BudgetBalance.realised).label("realised"),
            func.bool_or(BudgetBalance.overcommitted).label("overcommitted"),
        )
        .group_by(BudgetBalance.budget_line_id)
        .subquery()
    )
    wanted = (
        select(
            BudgetLine.id,
            WorkUnit.short_name,
            BudgetLine.sub_activity_code,
            BudgetLine.sub_activity_name,
            BudgetLine.account_code,
            BudgetLine.account_name,
            BudgetLine.funding_source,
            BudgetLine.ceiling_rupiah.label("ceiling"),
            func.coalesce(used.c.held, 0).label("held"),
            func.coalesce(used.c.committed, 0).label("committed"),
            func.coalesce(used.c.realised, 0).label("realised"),
            func.coalesce(used.c.allotted, 0).label("allotted"),
            func.coalesce(used.c.overcommitted, False).label("overcommitted"),
        )
        .join(WorkUnit, WorkUnit.id == BudgetLine.work_unit_id)
        .outerjoin(used, used.c.line_id == BudgetLine.id)
        .where(_of_units(actor, BudgetLine.work_unit_id), BudgetLine.fiscal_year == search.fiscal_year)
    )
    if search.work_unit_id is not None:
        wanted = wanted.where(BudgetLine.work_unit_id == search.work_unit_id)
    for word in search.words.split()[:8]:
        wanted = wanted.where(_mentions(word))
    return wanted


async def line_visible_to(session: AsyncSession, actor: Actor, line_id: UUID) -> tuple[BudgetLine, WorkUnit]:
    """One budget line of the actor's units, with its unit."""
    row = (
        await session.execute(
            select(BudgetLine, WorkUnit)
            .join(WorkUnit, WorkUnit.id == BudgetLine.work_unit_id)
            .where(BudgetLine.id == line_id, _of_units(actor, BudgetLine.work_unit_id))
        )
    ).one_or_none()
    if row is None:
        raise NotVisible("Baris anggaran ini tidak ditemukan.")
    return row[0], row[1]


async def package_visible_to(
    session: AsyncSession, actor: Actor, package_id: UUID
) -> tuple[Package, WorkUnit]:
    """One package of the actor's units, with its unit."""
    row = (
        await session.execute(
            select(Package, WorkUnit)
            .join(WorkUnit, WorkUnit.id == Package.work_unit_id)
            .where(Package.id == package_id, _of_units(actor, Package.work_unit_id))
        )
    ).one_or_none()
    if row is None:
        raise NotVisible("Paket ini tidak ditemukan.")
    return row[0], row[1]


async def shares_of_line(session: AsyncSession, line_id: UUID) -> list[Share]:
    """What each package draws from a line, the largest first."""
    return await _shares(session, BudgetBalance.budget_line_id == line_id)


async def shares_of_package(session: AsyncSession, package_id: UUID) -> list[Share]:
    """What a package draws from each line, the largest first."""
    return await _shares(session, BudgetBalance.package_id == package_id)


async def movements_of(session: AsyncSession, package_id: UUID) -> list[Movement]:
    """The newest ledger entries of a package."""
    rows = await session.execute(
        select(
            LedgerEntry.at,
            LedgerEntry.credit,
            LedgerEntry.debit,
            LedgerEntry.amount,
            LedgerEntry.reason,
            Official.name,
            LedgerEntry.actor_id,
            LedgerEntry.order_id,
            BudgetLine.account_code,
        )
        .join(BudgetBalance, BudgetBalance.id == LedgerEntry.balance_id)
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .outerjoin(Official, Official.id == LedgerEntry.actor_id)
        .where(BudgetBalance.package_id == package_id)
        .order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc())
        .limit(ENTRIES_SHOWN)
    )
    return [Movement(*row) for row in rows]


async def fiscal_years(session: AsyncSession) -> list[int]:
    """The years that have budget lines, newest first."""
    years = select(BudgetLine.fiscal_year).distinct().order_by(BudgetLine.fiscal_year.desc())
    return list(await session.scalars(years))


async def units_with_budget(session: AsyncSession, actor: Actor) -> list[tuple[UUID, str]]:
    """(id, name) of the actor's units, for a choice."""
    rows = await session.execute(
        select(WorkUnit.id, WorkUnit.name).where(_of_units(actor, WorkUnit.id)).order_by(WorkUnit.name)
    )
    return [(unit_id, name) for unit_id, name in rows]


async def batches(session: AsyncSession, actor: Actor) -> list[tuple[ImportBatch, str | None]]:
    """The latest uploads with the name of who brought them."""
    require_administrator(actor)
    rows = await session.execute(
        select(ImportBatch, Official.name)
        .outerjoin(Official, Official.id == ImportBatch.uploaded_by)
        .options(defer(ImportBatch.rows), defer(ImportBatch.problems))
        .order_by(ImportBatch.uploaded_at.desc())
        .limit(BATCHES_SHOWN)
    )
    return [(batch, name) for batch, name in rows]


async def batch_named(session: AsyncSession, actor: Actor, batch_id: UUID) -> ImportBatch:
    """One upload."""
    require_administrator(actor)
    batch = await session.get(ImportBatch, batch_id)
    if batch is None:
        raise NotVisible("Unggahan ini tidak ditemukan.")
    return batch


async def _shares(session: AsyncSession, condition: ColumnElement[bool]) -> list[Share]:
    rows = await session.execute(
        select(
            BudgetBalance.id,
            Package.id,
            Package.name,
            Package.rup_code,
            BudgetLine.id,
            BudgetLine.account_code,
            BudgetLine.account_name,
            BudgetLine.funding_source,
            BudgetBalance.ceiling,
            BudgetBalance.held,
            BudgetBalance.committed,
            BudgetBalance.realised,
            BudgetBalance.overcommitted,
        )
        .join(Package, Package.id == BudgetBalance.package_id)
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .where(condition)
        .order_by(BudgetBalance.ceiling.desc(), BudgetBalance.id)
    )
    return [_share(row) for row in rows]


def _listed(row: Sequence[Any]) -> ListedLine:
    line, unit, activity, activity_name, account, account_name, source, *amounts, allotted, overcommitted = (
        row
    )
    position = _position(amounts)
    return ListedLine(
        line,
        unit,
        activity,
        activity_name,
        account,
        account_name,
        source,
        position,
        int(allotted),
        overcommitted,
    )


def _share(row: Sequence[Any]) -> Share:
    balance, package, name, code, line, account, account_name, source, *amounts, overcommitted = row
    position = _position(amounts)
    return Share(balance, package, name, code, line, account, account_name, source, position, overcommitted)


def _of_units(actor: Actor, column: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
    """The units in which they are appointed to anything; a role for the whole region opens all of them."""
    units = {unit for _, unit in actor.appointments}
    if None in units:
        return true()
    return column.in_(units)


def _mentions(word: str) -> ColumnElement[bool]:
    like = containing(word)
    in_package = (
        select(BudgetBalance.id)
        .join(Package, Package.id == BudgetBalance.package_id)
        .where(
            BudgetBalance.budget_line_id == BudgetLine.id,
            or_(Package.name.ilike(like), Package.rup_code.ilike(like)),
        )
    )
    columns = (
        BudgetLine.sub_activity_code,
        BudgetLine.sub_activity_name,
        BudgetLine.account_code,
        BudgetLine.account_name,
        WorkUnit.name,
    )
    return or_(*(column.ilike(like) for column in columns), in_package.exists())


def _position(amounts: Sequence[Any]) -> Position:
    return Position(*(int(amount) for amount in amounts))
