"""A demo that was interrupted: told by its marks in the database, and taken away so that it can be made anew.

A demo is made only where no region exists, so everything in a deployment that carries the first mark and not the
second was made by it. Without these marks nothing is ever removed.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import select, text

from eorder_platform import tenancy
from eorder_platform.identity.models import NationalIdempotencyKey
from eorder_platform.tables import PUSAT
from eorder_platform.tenancy import registry
from eorder_platform.tenancy.ownership import owning
from eorder_tenants.tables import metadata

DEMO: Final = UUID(int=0)
BEGUN, COMPLETE = "demo begun", "demo complete"


async def mark(what: str) -> None:
    """Leave a mark of how far the demo has come."""
    async with tenancy.national() as session:
        session.add(NationalIdempotencyKey(account_id=DEMO, key=what, location="/"))


async def was_interrupted() -> bool:
    """Was a demo begun here and not finished?"""
    async with tenancy.national() as session:
        marks = select(NationalIdempotencyKey.key).where(NationalIdempotencyKey.account_id == DEMO)
        return set(await session.scalars(marks)) == {BEGUN}


async def remove() -> None:
    """Take an interrupted demo away: its regions, vendors and accounts. The roles stay: the next demo takes them up."""
    for tenant in await registry.all_tenants():
        async with owning(tenant.placement) as engine, engine.begin() as connection:
            await connection.execute(text(f"drop schema if exists {tenant.schema} cascade"))
    national = [table.fullname for table in metadata.sorted_tables if table.schema == PUSAT]
    made = ", ".join([*national, "nusantara.tenant_host", "nusantara.tenant", "nusantara.vendor"])
    async with owning() as engine, engine.begin() as connection:
        await connection.execute(text(f"truncate {made}"))
    registry.forget()
