"""Budget lines, packages and the balance between them; files to be imported."""

import csv
import io
from datetime import date
from typing import Any
from uuid import UUID

import openpyxl
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.ids import new_id
from eorder_tenants.budgets.importing.kind import Kind
from eorder_tenants.budgets.ledger import Cause, change_ceilings
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, ImportBatch, Package
from eorder_tenants.organisation.actors import SYSTEM_ACTOR, Actor
from eorder_tenants.organisation.models import Role, WorkUnit
from eorder_web.operations.demo.people import PROVED
from tests.organisation.factories import a_work_unit


async def a_budget_line(
    session: AsyncSession,
    unit: WorkUnit | None = None,
    ceiling: int = 100_000_000,
    account: str = "5.1.02.01.01.0024",
    year: int = 2026,
) -> BudgetLine:
    """A budget line of office stationery, or of another account."""
    line = BudgetLine(
        id=new_id(),
        work_unit_id=(unit or await a_work_unit(session)).id,
        fiscal_year=year,
        sub_activity_code=f"1.01.02.{new_id().hex[-8:]}",
        sub_activity_name="Pengelolaan Dana BOS Sekolah Dasar",
        account_code=account,
        account_name="Belanja Alat/Bahan untuk Kegiatan Kantor-Alat Tulis Kantor",
        funding_source="PAD",
        ceiling_rupiah=ceiling,
    )
    session.add(line)
    await session.flush()
    return line


async def a_package(
    session: AsyncSession, unit: WorkUnit | None = None, ceiling: int = 100_000_000, year: int = 2026
) -> Package:
    """An announced package that may be ordered from all year."""
    package = Package(
        id=new_id(),
        rup_code=str(new_id().int)[-12:],
        work_unit_id=(unit or await a_work_unit(session)).id,
        fiscal_year=year,
        name="Alat tulis kantor sekolah dasar",
        method="E-Purchasing",
        ceiling_rupiah=ceiling,
        selection_from=date(year, 1, 2),
        selection_until=date(year, 12, 31),
        announced=True,
    )
    session.add(package)
    await session.flush()
    return package


async def change_ceiling(
    session: AsyncSession,
    actor: Actor,
    budget_line_id: UUID,
    package_id: UUID,
    ceiling: int,
    file_name: str = "DPA 2026",
) -> BudgetBalance:
    """The ceiling of one balance as an upload of that name tells it."""
    batch = await an_upload(session, file_name)
    return (await change_ceilings(session, actor, {(budget_line_id, package_id): ceiling}, batch))[0]


async def an_upload(session: AsyncSession, file_name: str = "DPA 2026") -> ImportBatch:
    """A file with packages that was confirmed; nobody asks here what stands in it."""
    batch = ImportBatch(
        id=new_id(),
        kind="packages",
        file_name=file_name,
        digest="",
        rows=[],
        problems=[],
        summary=dict.fromkeys(("new", "changed", "unchanged", "problems"), 0),
        status="confirmed",
        uploaded_by=new_id(),
        uploaded_at=clock.now(),
        confirmed_at=clock.now(),
    )
    session.add(batch)
    await session.flush()
    return batch


async def a_balance(
    session: AsyncSession, ceiling: int, line: BudgetLine | None = None, package: Package | None = None
) -> BudgetBalance:
    """What a package may draw from a line, allotted through the ledger."""
    unit = await a_work_unit(session) if line is None or package is None else None
    line = line or await a_budget_line(session, unit, max(ceiling, 1))
    package = package or await a_package(session, unit, max(ceiling, 1))
    return await change_ceiling(session, SYSTEM_ACTOR, line.id, package.id, ceiling, "DPA 2026")


def by(action: str, order_id: UUID, order_round: int = 1) -> Cause:
    """What moves an order's money; the journal of that order is not asked before the commit."""
    return Cause(order_id, order_round, order_round * 10 + _PLACES.index(action), action)


_PLACES = ("submit", "approve", "return_to_draft", "expire", "record_payment", "carry_over", "fund_payable")


def a_csv(kind: Kind, *rows: dict[str, str], separator: str = ";", encoding: str = "utf-8") -> bytes:
    """A file of that kind: its first example row, with the named columns changed, once for each row."""
    lines = [[column.header for column in kind.columns]]
    lines += [[row.get(column.name, column.examples[0]) for column in kind.columns] for row in rows]
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(lines)
    return text.getvalue().encode(encoding)


def an_xlsx(*rows: list[Any]) -> bytes:
    """A spreadsheet with these cells."""
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def an_administrator() -> Actor:
    """The region's administrator."""
    return Actor(new_id(), "Ratna Wulandari", frozenset({(Role.TENANT_ADMIN, None)}), proof=PROVED)
