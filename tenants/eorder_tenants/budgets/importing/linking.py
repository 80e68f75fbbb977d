"""Bringing new officials of a confirmed file together with their national accounts, by e-mail."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from eorder_platform import clock, tenancy
from eorder_platform.identity.inviting import find_or_invite
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.previewing import rows_of
from eorder_tenants.budgets.models import ImportBatch
from eorder_tenants.organisation.belonging import remember_official
from eorder_tenants.organisation.models import Official


async def link_accounts(tenant: Tenant, batch_id: UUID) -> int:
    """Make an official of every row that is none yet; returns how many those were.

    Three transactions, the account's before the official's: what fails half-way leaves an account that nobody uses
    yet, and the next run goes on from there. A person who has an account keeps it; the others are invited.
    """
    async with tenancy.inside(tenant) as session:
        rows = rows_of(await session.get_one(ImportBatch, batch_id))
        emails = {row["email"] for row in rows}
        address = func.lower(Official.email)
        known = set(await session.scalars(select(address).where(address.in_(emails))))
    # in one order, so that two files which name the same people do not wait for each other
    wanted = sorted((row for row in rows if row["email"] not in known), key=lambda row: str(row["email"]))
    if not wanted:
        return 0
    async with tenancy.national() as session:
        accounts = [
            await find_or_invite(session, row["email"], row["name"], tenant.hosts[0]) for row in wanted
        ]
        for account_id in accounts:
            await remember_official(session, account_id, tenant)
    officials = [
        {"id": account_id, **row.values, "created_at": clock.now()}
        for account_id, row in zip(accounts, wanted, strict=True)
    ]
    async with tenancy.inside(tenant) as session:
        await session.execute(insert(Official).on_conflict_do_nothing(), officials)
    return len(officials)
