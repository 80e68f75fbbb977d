"""Budget lines, packages and the balance between them."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.ids import new_id
from eorder_tenants.budgets.ledger import change_ceiling
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.organisation.actors import SYSTEM_ACTOR
from eorder_tenants.organisation.models import WorkUnit
from tests.organisation.factories import a_work_unit


async def a_budget_line(
    session: AsyncSession, unit: WorkUnit | None = None, ceiling: int = 100_000_000
) -> BudgetLine:
    """A budget line of office stationery in 2026."""
    line = BudgetLine(
        id=new_id(),
        work_unit_id=(unit or await a_work_unit(session)).id,
        fiscal_year=2026,
        sub_activity_code=f"1.01.02.{new_id().hex[-8:]}",
        sub_activity_name="Pengelolaan Dana BOS Sekolah Dasar",
        account_code="5.1.02.01.01.0024",
        account_name="Belanja Alat/Bahan untuk Kegiatan Kantor-Alat Tulis Kantor",
        funding_source="PAD",
        ceiling_rupiah=ceiling,
    )
    session.add(line)
    await session.flush()
    return line


async def a_package(
    session: AsyncSession, unit: WorkUnit | None = None, ceiling: int = 100_000_000
) -> Package:
    """An announced package that may be ordered from all year."""
    package = Package(
        id=new_id(),
        rup_code=str(new_id().int)[-12:],
        work_unit_id=(unit or await a_work_unit(session)).id,
        fiscal_year=2026,
        name="Alat tulis kantor sekolah dasar",
        method="E-Purchasing",
        ceiling_rupiah=ceiling,
        selection_from=date(2026, 1, 2),
        selection_until=date(2026, 12, 31),
        announced=True,
    )
    session.add(package)
    await session.flush()
    return package


async def a_balance(
    session: AsyncSession, ceiling: int, line: BudgetLine | None = None, package: Package | None = None
) -> BudgetBalance:
    """What a package may draw from a line, allotted through the ledger."""
    unit = await a_work_unit(session) if line is None or package is None else None
    line = line or await a_budget_line(session, unit, max(ceiling, 1))
    package = package or await a_package(session, unit, max(ceiling, 1))
    return await change_ceiling(session, SYSTEM_ACTOR, line.id, package.id, ceiling, "DPA 2026")
