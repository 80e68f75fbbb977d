"""A region's administrator takes vendors in or declines them, with one of the few reasons a region may have."""

from datetime import UTC, datetime

import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import Participation, ParticipationStatus, Vendor, VendorStatus
from eorder_platform.errors import Conflict, NotAllowed, NotVisible, Refused
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue import jobs
from eorder_tenants.catalogue.deciding import accept_vendor, decline_vendor
from eorder_tenants.catalogue.models import VendorParticipation
from eorder_tenants.catalogue.queries import requests_waiting
from eorder_tenants.organisation.models import Role
from tests.catalogue.factories import Seller, a_seller, an_administrator, asks
from tests.organisation.factories import an_official


async def waiting_seller(tenant: Tenant) -> Seller:
    seller = await a_seller()
    await asks(seller, tenant)
    return seller


async def test_who_waits_longest_stands_on_top(dki: Tenant) -> None:
    with clock.travelling_to(datetime(2022, 1, 2, tzinfo=UTC)):
        second = await waiting_seller(dki)
    with clock.travelling_to(datetime(2022, 1, 1, tzinfo=UTC)):
        first = await waiting_seller(dki)
    async with tenancy.inside(dki) as session:
        waiting = await requests_waiting(session, await an_administrator(session))
    assert [one.vendor.id for one in waiting][:2] == [first.vendor_id, second.vendor_id]


async def test_only_the_administrator_sees_the_queue_and_decides(dki: Tenant) -> None:
    seller = await waiting_seller(dki)
    async with tenancy.inside(dki) as session:
        officer = await an_official(session, Role.PROCUREMENT_OFFICER, Role.COMMITMENT_OFFICER)
        assert await requests_waiting(session, officer) == []
        with pytest.raises(NotAllowed, match="admin daerah"):
            await accept_vendor(session, officer, seller.vendor_id)
        with pytest.raises(NotAllowed, match="admin daerah"):
            await decline_vendor(session, officer, seller.vendor_id, "hygiene", "Dapur belum bersih.")


async def test_a_decline_needs_its_reason_and_a_note_and_the_vendor_reads_both(dki: Tenant) -> None:
    seller = await waiting_seller(dki)
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
        with pytest.raises(Refused) as refusal:
            await decline_vendor(session, administrator, seller.vendor_id, "tidak suka", " ")
        assert [field for field, _ in refusal.value.problems] == ["reason", "note"]
        await decline_vendor(
            session, administrator, seller.vendor_id, "hygiene", "Kunjungan ulang 5 Desember."
        )
    await jobs.tell_decision(dki, vendor_id=str(seller.vendor_id))
    async with tenancy.national() as session:
        told = await session.get_one(Participation, (seller.vendor_id, dki.id))
    assert told.status == ParticipationStatus.DECLINED
    assert told.reason == "Kunjungan kebersihan tempat usaha belum lulus. Kunjungan ulang 5 Desember."


async def test_a_request_is_decided_once(dki: Tenant) -> None:
    seller = await waiting_seller(dki)
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
        await accept_vendor(session, administrator, seller.vendor_id)
        with pytest.raises(Conflict, match="sudah diputuskan"):
            await decline_vendor(session, administrator, seller.vendor_id, "hygiene", "Terlambat.")


async def test_a_vendor_suspended_meanwhile_is_not_taken_in(dki: Tenant) -> None:
    seller = await waiting_seller(dki)
    async with tenancy.national() as session:
        (await session.get_one(Vendor, seller.vendor_id)).status = VendorStatus.SUSPENDED
    async with tenancy.inside(dki) as session:
        with pytest.raises(Refused, match="tidak terverifikasi"):
            await accept_vendor(session, await an_administrator(session), seller.vendor_id)


async def test_a_vendor_that_asked_another_region_is_unknown_here(dki: Tenant, gorontalo: Tenant) -> None:
    seller = await waiting_seller(gorontalo)
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
        for vendor_id in (seller.vendor_id, new_id()):
            with pytest.raises(NotVisible):
                await accept_vendor(session, administrator, vendor_id)
    async with tenancy.inside(gorontalo) as session:
        waiting = await session.get_one(VendorParticipation, seller.vendor_id)
    assert waiting.status == ParticipationStatus.REQUESTED
    assert waiting.payee["bank_account_holder"] == "CV Dapur Karawo"
