"""Telling those who answer for a budget that a lower ceiling left it overcommitted (domain.md 2.7)."""

from uuid import UUID

from sqlalchemy import select

from eorder_platform import formatting, tenancy
from eorder_platform.mail import send_mail
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.models import BudgetBalance, BudgetLine, Package
from eorder_tenants.organisation.models import Role
from eorder_tenants.organisation.queries import holders


async def tell_of_overcommitment(tenant: Tenant, balance_id: UUID) -> list[str]:
    """Mail the unit's budget users (PA) and the region's auditors (APIP); returns to whom.

    Nobody is mailed when the balance has come back within its ceiling meanwhile.
    """
    async with tenancy.inside(tenant) as session:
        balance, line, package = (
            await session.execute(
                select(BudgetBalance, BudgetLine, Package)
                .join(BudgetLine, BudgetLine.id == BudgetBalance.budget_line_id)
                .join(Package, Package.id == BudgetBalance.package_id)
                .where(BudgetBalance.id == balance_id)
            )
        ).one()
        if not balance.overcommitted:
            return []
        people = [
            official
            for role in (Role.BUDGET_USER, Role.AUDITOR)
            for official in await holders(session, role, line.work_unit_id)
        ]
    text = (
        f"Pagu paket {package.name} (RUP {package.rup_code}) pada rekening {line.account_code} {line.account_name}"
        f" menjadi {formatting.rupiah(balance.ceiling)}, di bawah yang sudah terikat."
        f" Kekurangan {formatting.rupiah(-balance.available)}.\n\n"
        "Pesanan yang berjalan tetap sah. Pesanan baru dari paket ini ditahan"
        " sampai pagunya cukup lagi.\n"
    )
    addresses = sorted({official.email for official in people})
    for address in addresses:
        await send_mail(to=address, subject=f"Melebihi pagu: {package.name}", text=text)
    return addresses
