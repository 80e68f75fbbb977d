"""A verified vendor asks regions to take it in, and leaves them."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform.directory.members import Member
from eorder_platform.directory.models import ParticipationStatus
from eorder_platform.directory.participating import (
    record_decision,
    request_participation,
    withdraw_participation,
)
from eorder_platform.directory.queries import regions_serving, regions_standing
from eorder_platform.errors import Conflict, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from tests.directory.factories import a_registered_vendor, a_verified_vendor, mentions, written_jobs


async def standing(session: AsyncSession, member: Member, tenant: Tenant) -> str | None:
    found = {row.slug: one for row, one in await regions_standing(session, member.vendor_id)}[tenant.slug]
    return found.status if found else None


async def test_a_vendor_asks_one_region_and_the_other_hears_nothing(
    national_session: AsyncSession, dki: Tenant, gorontalo: Tenant
) -> None:
    member, other = await a_verified_vendor(national_session), await a_verified_vendor(national_session)
    await request_participation(national_session, member, dki.id)
    await request_participation(national_session, member, dki.id)
    asked = await written_jobs(national_session, "catalogue.receive_request")
    assert mentions(asked, vendor_id=member.vendor_id, tenant_id=dki.id) == 1
    assert mentions(asked, vendor_id=member.vendor_id, tenant_id=gorontalo.id) == 0
    assert await standing(national_session, member, dki) == ParticipationStatus.REQUESTED
    assert await standing(national_session, other, dki) is None


async def test_only_a_verified_vendor_may_ask_and_only_a_region_that_exists(
    national_session: AsyncSession, dki: Tenant
) -> None:
    with pytest.raises(Refused, match="terverifikasi"):
        await request_participation(national_session, await a_registered_vendor(national_session), dki.id)
    with pytest.raises(NotVisible):
        await request_participation(national_session, await a_verified_vendor(national_session), new_id())


async def test_a_decision_is_recorded_once_and_told(
    national_session: AsyncSession, dki: Tenant, gorontalo: Tenant
) -> None:
    member = await a_verified_vendor(national_session)
    await request_participation(national_session, member, dki.id)
    await request_participation(national_session, member, gorontalo.id)
    for _ in range(2):
        await record_decision(national_session, member.vendor_id, dki.id, ParticipationStatus.ACTIVE)
    await record_decision(
        national_session,
        member.vendor_id,
        gorontalo.id,
        ParticipationStatus.DECLINED,
        "Di luar wilayah kirim.",
    )
    assert [one.slug for one in await regions_serving(national_session, member.vendor_id)] == ["dki"]
    told = await written_jobs(national_session, "directory.tell_vendor_of_region")
    assert mentions(told, vendor_id=member.vendor_id, tenant_id=dki.id) == 1
    assert mentions(told, vendor_id=member.vendor_id, tenant_id=gorontalo.id) == 1


async def test_a_declined_vendor_may_ask_again(national_session: AsyncSession, gorontalo: Tenant) -> None:
    member = await a_verified_vendor(national_session)
    await request_participation(national_session, member, gorontalo.id)
    await record_decision(
        national_session,
        member.vendor_id,
        gorontalo.id,
        ParticipationStatus.DECLINED,
        "Di luar wilayah kirim.",
    )
    again = await request_participation(national_session, member, gorontalo.id)
    assert (again.status, again.reason) == (ParticipationStatus.REQUESTED, None)


async def test_a_vendor_who_left_is_not_drawn_back_by_a_late_decision(
    national_session: AsyncSession, dki: Tenant
) -> None:
    member = await a_verified_vendor(national_session)
    await request_participation(national_session, member, dki.id)
    await withdraw_participation(national_session, member, dki.id)
    await record_decision(national_session, member.vendor_id, dki.id, ParticipationStatus.ACTIVE)
    assert await standing(national_session, member, dki) == ParticipationStatus.WITHDRAWN
    left = await written_jobs(national_session, "catalogue.receive_withdrawal")
    assert mentions(left, vendor_id=member.vendor_id, tenant_id=dki.id) == 1


async def test_leaving_where_one_never_was_is_refused(national_session: AsyncSession, dki: Tenant) -> None:
    with pytest.raises(Conflict):
        await withdraw_participation(national_session, await a_verified_vendor(national_session), dki.id)
