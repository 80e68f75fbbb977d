"""Public figures as pages ask for them: counted anew unless counting is dear (remembering.py)."""

from uuid import UUID

from eorder_platform import tenancy
from eorder_platform.projections.queries import YearFigures, region_figures
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import DEAD
from eorder_tenants.transparency.choosing import Choice
from eorder_tenants.transparency.spending import Spending, spending
from eorder_web.transparency.remembering import Remembered

_years, _choices = Remembered(), Remembered()


async def figures_of(year: int) -> dict[UUID, YearFigures]:
    """Every region's year by its id."""

    async def count() -> dict[UUID, YearFigures]:
        async with tenancy.reading_national() as connection:
            return await region_figures(connection, year, DEAD)

    return await _years.get(year, count)


async def spending_of(tenant: Tenant, choice: Choice) -> Spending:
    """What a choice of a region's orders adds up to."""

    async def count() -> Spending:
        async with tenancy.searching(tenant) as connection:
            return await spending(connection, choice)

    return await _choices.get((tenant.id, choice), count)
