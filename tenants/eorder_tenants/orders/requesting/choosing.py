"""What a procurement officer may choose from while they draft: units, packages with money left, destinations."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.reference.models import RegionRow
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.methods import orderable
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.orders.requesting.financing import NO_ACCOUNTS, Accounts, all_pay
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role, WorkUnit


@dataclass(frozen=True)
class Funding:
    """A package and the budget line it may draw from, with what is left of it.

    `fits`: its account pays for everything that is to be ordered.
    """

    package_id: UUID
    budget_line_id: UUID
    package_name: str
    account_name: str
    available: int
    fits: bool = True


async def fundings_for(
    session: AsyncSession, work_unit_id: UUID, accounts: Accounts = NO_ACCOUNTS
) -> list[Funding]:
    """The unit's announced, active packages that may be ordered from today; those that fit first, then the fullest.

    `accounts`: by category, which accounts pay for what is to be ordered (financing.py).
    """
    tenant: Tenant = session.info["tenant"]
    today = clock.today(tenant.zone)
    left = BudgetBalance.ceiling - BudgetBalance.held - BudgetBalance.committed - BudgetBalance.realised
    rows = await session.execute(
        select(
            Package.id,
            BudgetLine.id,
            Package.name,
            BudgetLine.account_name,
            left,
            BudgetLine.account_code,
        )
        .join(BudgetBalance, BudgetBalance.package_id == Package.id)
        .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
        .where(
            Package.work_unit_id == work_unit_id,
            Package.announced,
            Package.active,
            orderable(Package.method),
            Package.selection_from <= today,
            Package.selection_until >= today,
            ~BudgetBalance.overcommitted,
            left > 0,
        )
        .order_by(left.desc(), Package.name)
        .limit(200)
    )
    found = [
        Funding(package, line, name, account_name, available, all_pay(account, accounts))
        for package, line, name, account_name, available, account in rows
    ]
    return sorted(found, key=lambda one: not one.fits)


async def destinations(session: AsyncSession) -> list[tuple[str, str]]:
    """(code, name) of the regencies and cities of this region, or the region itself where it is one."""
    tenant: Tenant = session.info["tenant"]
    inside = RegionRow.code.startswith(f"{tenant.region_code}.")
    rows = await session.execute(
        select(RegionRow.code, RegionRow.name).where(inside).order_by(RegionRow.code)
    )
    return [(code, name) for code, name in rows] or [(tenant.region_code, tenant.name)]


async def ordering_units(session: AsyncSession, actor: Actor) -> list[WorkUnit]:
    """The active units for which the actor may order."""
    if not actor.holds(Role.PROCUREMENT_OFFICER):
        return []
    units = actor.units(Role.PROCUREMENT_OFFICER)
    units_query = select(WorkUnit).where(WorkUnit.active).order_by(WorkUnit.name)
    if units is not None:
        units_query = units_query.where(WorkUnit.id.in_(units))
    return list(await session.scalars(units_query))


async def only_ordering_unit(session: AsyncSession, actor: Actor) -> UUID:
    """The unit for which they order when they have just one; otherwise they must say which."""
    units = await ordering_units(session, actor)
    if not units:
        raise NotAllowed("Hanya Pejabat Pengadaan yang dapat menyusun pesanan.")
    if len(units) > 1:
        raise Refused("Pilih satuan kerja yang memesan.", "work_unit_id")
    return units[0].id
