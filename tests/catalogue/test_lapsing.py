"""What the clock does to vendors whom a region leaves without an answer, and what the journal says of it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
from sqlalchemy import update

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Participation, ParticipationStatus, Vendor, VendorStatus
from eorder_platform.directory.participating import withdraw_participation
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue import jobs, journal
from eorder_tenants.catalogue.browsing import Wanted, browse
from eorder_tenants.catalogue.deciding import accept_vendor
from eorder_tenants.catalogue.lapsing import accept_unanswered, left_unanswered
from eorder_tenants.catalogue.models import ParticipationEvent, VendorParticipation
from eorder_tenants.catalogue.standing import ANSWER_RULE
from eorder_web.operations.scheduler import pass_deadlines
from tests.catalogue.factories import Seller, a_seller, an_administrator, asks

MONDAY = datetime(2026, 6, 8, 3, tzinfo=UTC)
"""10.00 in Jakarta, 11.00 in Gorontalo; the five business days after it end on 15 June at 23.59."""


async def asked_on_monday(*tenants: Tenant) -> Seller:
    seller = await a_seller()
    with clock.travelling_to(MONDAY):
        for tenant in tenants:
            await asks(seller, tenant)
    return seller


async def standing(seller: Seller, tenant: Tenant) -> VendorParticipation:
    async with tenancy.inside(tenant) as session:
        return await session.get_one(VendorParticipation, seller.vendor_id)


async def turns(seller: Seller, tenant: Tenant) -> list[ParticipationEvent]:
    async with tenancy.inside(tenant) as session:
        return await journal.history(session, await an_administrator(session), seller.vendor_id)


async def test_a_region_has_five_business_days_by_its_own_clock_and_the_vendor_knows_until_when(
    dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await asked_on_monday(dki, gorontalo)
    due = {
        dki: datetime(2026, 6, 15, 16, 59, tzinfo=UTC),
        gorontalo: datetime(2026, 6, 15, 15, 59, tzinfo=UTC),
    }
    for tenant, until in due.items():
        assert (await standing(seller, tenant)).due_at == until
        async with tenancy.national() as session:
            told = await session.get_one(Participation, (seller.vendor_id, tenant.id))
        assert told.due_at == until


async def test_whom_a_region_leaves_unanswered_is_taken_in_when_his_time_is_up_and_not_a_minute_before(
    dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await asked_on_monday(dki, gorontalo)
    due = (await standing(seller, dki)).due_at
    assert due is not None
    async with tenancy.inside(dki) as session:
        with clock.travelling_to(due):
            assert seller.vendor_id not in [one.id for one in await left_unanswered(session)]
            assert not await accept_unanswered(session, seller.vendor_id)
        with clock.travelling_to(due + timedelta(seconds=1)):
            assert seller.vendor_id in [one.id for one in await left_unanswered(session)]
            assert await accept_unanswered(session, seller.vendor_id)
    taken_in = await standing(seller, dki)
    assert (taken_in.status, taken_in.decided_by) == (ParticipationStatus.ACTIVE, None)
    assert (await standing(seller, gorontalo)).status == ParticipationStatus.REQUESTED


async def test_the_scheduler_takes_him_in_his_products_follow_and_the_journal_names_system_and_rule(
    dki: Tenant,
) -> None:
    seller = await asked_on_monday(dki)
    await pass_deadlines()
    await pass_deadlines()
    await jobs.fetch_vendor(dki, vendor_id=str(seller.vendor_id))
    await jobs.tell_decision(dki, vendor_id=str(seller.vendor_id))
    assert [one["id"] for one in (await browse(dki, Wanted(words=seller.word))).offers] == [seller.product.id]
    async with tenancy.national() as session:
        told = await session.get_one(Participation, (seller.vendor_id, dki.id))
    assert told.status == ParticipationStatus.ACTIVE
    decided, asked = await turns(seller, dki)
    assert (decided.actor_name, decided.role, decided.rule) == ("Sistem", "system", ANSWER_RULE)
    assert decided.actor_id is None
    assert (asked.status, asked.role) == (ParticipationStatus.REQUESTED, "vendor")


async def test_a_vendor_with_a_national_problem_goes_on_waiting(dki: Tenant) -> None:
    seller = await asked_on_monday(dki)
    async with tenancy.national() as session:
        (await session.get_one(Vendor, seller.vendor_id)).status = VendorStatus.SUSPENDED
    await pass_deadlines()
    async with tenancy.inside(dki) as session:
        assert not await accept_unanswered(session, seller.vendor_id)
    assert (await standing(seller, dki)).status == ParticipationStatus.REQUESTED


async def test_who_was_answered_or_has_left_is_not_taken_in_afterwards(dki: Tenant) -> None:
    accepted, left = await asked_on_monday(dki), await asked_on_monday(dki)
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
        await accept_vendor(session, administrator, accepted.vendor_id)
    async with tenancy.national() as session:
        await withdraw_participation(session, left.member, dki.id)
    await jobs.receive_withdrawal(vendor_id=str(left.vendor_id), tenant_id=str(dki.id))
    await pass_deadlines()
    assert (await standing(accepted, dki)).decided_by == administrator.id
    assert (await standing(left, dki)).status == ParticipationStatus.WITHDRAWN
    assert [turn.role for turn in await turns(accepted, dki)] == ["tenant_admin", "vendor"]
    assert [turn.status for turn in await turns(left, dki)] == ["withdrawn", "requested"]


async def test_one_vendor_that_cannot_be_taken_in_does_not_stop_the_next(dki: Tenant) -> None:
    broken, sound = await asked_on_monday(dki), await asked_on_monday(dki)
    async with tenancy.inside(dki) as session:
        first = update(VendorParticipation).where(VendorParticipation.vendor_id == broken.vendor_id)
        await session.execute(first.values(due_at=MONDAY))
    async with no_journal_for(broken, dki):
        await pass_deadlines()
    assert (await standing(broken, dki)).status == ParticipationStatus.REQUESTED
    assert (await standing(sound, dki)).status == ParticipationStatus.ACTIVE


@asynccontextmanager
async def no_journal_for(seller: Seller, tenant: Tenant) -> AsyncIterator[None]:
    """The database refuses every new line about this vendor meanwhile."""
    owner = await asyncpg.connect(os.environ["DATABASE_URL"])
    table = f"{tenant.schema}.participation_event"
    try:
        await owner.execute(
            f"alter table {table} add constraint ck_broken check (vendor_id <> '{seller.vendor_id}') not valid"
        )
        yield
    finally:
        await owner.execute(f"alter table {table} drop constraint if exists ck_broken")
        await owner.close()
