"""What a region made by the command line begins with: files as its administrator would import them, an open year."""

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing import confirming, previewing
from eorder_tenants.budgets.importing.contents import contents_of
from eorder_tenants.budgets.importing.kind import Kind
from eorder_tenants.budgets.importing.kinds import kind_named
from eorder_tenants.orders.core.fiscal_year import LAST_HANDOVER, LAST_ORDER, LAST_PAYMENT_REQUEST
from eorder_tenants.organisation.actors import Actor, actor_for
from eorder_tenants.organisation.models import Official
from eorder_tenants.organisation.overriding import Deviation, set_rule
from eorder_web.operations.demo.people import PROVED

YEAR_END: Final = (LAST_ORDER, LAST_HANDOVER, LAST_PAYMENT_REQUEST)
LAST_OF_YEAR: Final = 1231
YEAR_END_BASIS: Final = "Peraturan kepala daerah tentang akhir tahun anggaran"


async def import_rows(
    tenant: Tenant, admin_email: str, kind_name: str, rows: Sequence[tuple[str, ...]]
) -> None:
    """Import rows of that kind, in the order of its columns, as the administrator of that e-mail does."""
    kind = kind_named(kind_name)
    content = _as_csv(kind, rows)
    async with tenancy.inside(tenant) as session:
        actor = await administrator(session, admin_email)
        batch = await previewing.preview(session, actor, f"{kind_name}.csv", contents_of(kind, content))
        if batch.problems:
            raise ValueError(f"our own {kind_name} are refused: {batch.problems[:3]}")
        await confirming.confirm(session, actor, batch.id)


async def keep_the_year_open(tenant: Tenant, admin_email: str, since: date) -> None:
    """The region orders until the year's last day, so that it can be tried on any day."""
    async with tenancy.inside(tenant) as session:
        actor = await administrator(session, admin_email)
        for key in YEAR_END:
            await set_rule(session, actor, Deviation(key, LAST_OF_YEAR, since, None, YEAR_END_BASIS))


async def administrator(session: AsyncSession, email: str) -> Actor:
    """The official of that e-mail as an actor."""
    official_id = await session.scalar(select(Official.id).where(Official.email == email))
    assert official_id is not None, email
    return await actor_for(session, official_id, PROVED)


def _as_csv(kind: Kind, rows: Sequence[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([column.header for column in kind.columns])
    writer.writerows(rows)
    return text.getvalue().encode()
