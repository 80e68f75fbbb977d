"""A region's catalogue follows the national directory: what its vendors publish, change, withdraw, and who they are."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import (
    Participation,
    ParticipationStatus,
    Vendor,
    VendorPrivate,
    VendorStatus,
)
from eorder_platform.directory.participating import request_participation, withdraw_participation
from eorder_platform.directory.photographing import add_photo
from eorder_platform.directory.publishing_products import withdraw_product
from eorder_platform.directory.queries import product_card
from eorder_platform.directory.writing_products import change_product
from eorder_platform.outbox import NationalOutbox
from eorder_platform.tenancy import Tenant, provisioning
from eorder_tenants.catalogue import jobs
from eorder_tenants.catalogue.browsing import Wanted, browse
from eorder_tenants.catalogue.counting import recount
from eorder_tenants.catalogue.models import Offer, OfferCount, VendorParticipation
from eorder_tenants.catalogue.offering import is_delivered, offer_product
from eorder_tenants.tables import metadata
from tests.catalogue.factories import Seller, a_seller, asks, is_accepted, sells
from tests.directory.factories import a_drawn_photo, some_product


async def offers_with(tenant: Tenant, word: str) -> list[Mapping[str, Any]]:
    return list((await browse(tenant, Wanted(words=word))).offers)


async def offer_in(tenant: Tenant, product_id: UUID) -> Offer | None:
    async with tenancy.inside(tenant) as session:
        return await session.get(Offer, product_id)


async def changed(seller: Seller, **facts: str | None) -> None:
    async with tenancy.national() as session:
        answers = some_product(**{"name": f"Nasi kotak {seller.word}", "coverage": "31,75", **facts})
        await change_product(session, seller.member, seller.product.id, answers)
    await jobs.spread_product(product_id=str(seller.product.id))


async def test_a_product_is_offered_only_where_its_vendor_was_taken_in(
    dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_seller(gorontalo)
    assert [offer["id"] for offer in await offers_with(gorontalo, seller.word)] == [seller.product.id]
    assert await offers_with(dki, seller.word) == []


async def test_a_region_that_was_only_asked_shows_nothing(dki: Tenant) -> None:
    seller = await a_seller()
    await asks(seller, dki)
    await jobs.spread_product(product_id=str(seller.product.id))
    assert await offers_with(dki, seller.word) == []


async def test_both_regions_get_what_is_published_later(dki: Tenant, gorontalo: Tenant) -> None:
    seller = await a_seller(dki, gorontalo)
    later = await sells(seller)
    for tenant in (dki, gorontalo):
        assert later.id in {offer["id"] for offer in await offers_with(tenant, seller.word)}


async def test_an_offer_follows_a_price_change(dki: Tenant) -> None:
    seller = await a_seller(dki)
    await changed(seller, price="41.500")
    (offer,) = await offers_with(dki, seller.word)
    assert offer["price_rupiah"] == 41_500


async def test_an_offer_says_that_its_vendor_charges_local_tax(dki: Tenant) -> None:
    seller = await a_seller(dki)
    await changed(seller, charges_local_tax="ya")
    offer = await offer_in(dki, seller.product.id)
    assert offer and offer.charges_local_tax


async def test_a_region_that_comes_back_learns_what_it_missed(dki: Tenant, gorontalo: Tenant) -> None:
    seller = await a_seller(dki, gorontalo)
    await provisioning.set_suspended(gorontalo, metadata, "Pemeriksaan")
    try:
        await changed(seller, price="41.500")
        async with tenancy.national() as session:
            private = await session.get_one(VendorPrivate, seller.vendor_id)
            private.phone, private.version = "+628110000001", private.version + 1
        await jobs.spread_payee(vendor_id=str(seller.vendor_id))
    finally:
        await provisioning.set_suspended(gorontalo, metadata, None)
    (stale,) = await offers_with(gorontalo, seller.word)
    assert stale["price_rupiah"] != 41_500
    since = clock.now()
    await jobs.catch_up(tenant_id=str(gorontalo.id))
    async with tenancy.national() as session:
        rows = list(await session.scalars(select(NationalOutbox).where(NationalOutbox.created_at >= since)))
    written = {(row.job, id_) for row in rows for id_ in row.arguments.values()}
    assert ("catalogue.receive_request", str(seller.vendor_id)) in written
    assert ("catalogue.spread_payee", str(seller.vendor_id)) in written
    assert ("catalogue.spread_product", str(seller.product.id)) in written
    await jobs.receive_request(vendor_id=str(seller.vendor_id), tenant_id=str(gorontalo.id))
    await jobs.spread_payee(vendor_id=str(seller.vendor_id))
    await jobs.spread_product(product_id=str(seller.product.id))
    (offer,) = await offers_with(gorontalo, seller.word)
    assert offer["price_rupiah"] == 41_500
    async with tenancy.inside(gorontalo) as session:
        known = await session.get_one(VendorParticipation, seller.vendor_id)
    assert (known.status, known.payee["phone"]) == (ParticipationStatus.ACTIVE, "+628110000001")


async def test_an_older_version_of_a_product_is_ignored(dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        old = await product_card(session, seller.product.id)
    await changed(seller, price="41.500")
    async with tenancy.inside(dki) as session:
        await offer_product(session, old)
    (offer,) = await offers_with(dki, seller.word)
    assert offer["price_rupiah"] == 41_500


async def test_a_withdrawn_product_disappears_but_its_row_stays_for_orders(dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        await withdraw_product(session, seller.member, seller.product.id)
    await jobs.spread_product(product_id=str(seller.product.id))
    assert await offers_with(dki, seller.word) == []
    offer = await offer_in(dki, seller.product.id)
    assert offer is not None and not offer.visible


async def test_a_vendor_who_leaves_a_region_disappears_there_and_nowhere_else(
    dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_seller(dki, gorontalo)
    async with tenancy.national() as session:
        await withdraw_participation(session, seller.member, dki.id)
    await jobs.receive_withdrawal(vendor_id=str(seller.vendor_id), tenant_id=str(dki.id))
    await jobs.spread_product(product_id=str(seller.product.id))
    assert await offers_with(dki, seller.word) == []
    assert len(await offers_with(gorontalo, seller.word)) == 1


async def test_a_vendor_who_comes_back_waits_for_a_new_decision(dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        await withdraw_participation(session, seller.member, dki.id)
    await asks(seller, dki)
    assert await offers_with(dki, seller.word) == []
    await is_accepted(seller, dki)
    assert len(await offers_with(dki, seller.word)) == 1


async def test_a_nationally_suspended_vendor_disappears_everywhere(dki: Tenant, gorontalo: Tenant) -> None:
    seller = await a_seller(dki, gorontalo)
    async with tenancy.national() as session:
        (await session.get_one(Vendor, seller.vendor_id)).status = VendorStatus.SUSPENDED
    await jobs.spread_product(product_id=str(seller.product.id))
    for tenant in (dki, gorontalo):
        assert await offers_with(tenant, seller.word) == []


async def test_a_product_that_is_not_delivered_here_is_not_shown(dki: Tenant, gorontalo: Tenant) -> None:
    seller = await a_seller(dki, gorontalo, coverage="75.71")
    assert await offers_with(dki, seller.word) == []
    assert len(await offers_with(gorontalo, seller.word)) == 1
    assert is_delivered(["75"], "75.71") and is_delivered(["75.71"], "75")
    assert not is_delivered(["75.71"], "75.72") and not is_delivered([], "75")


async def test_photos_come_along_in_their_order(dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        picture = a_drawn_photo(size=(400, 300))
        photos = [await add_photo(session, seller.member, seller.product.id, picture) for _ in range(2)]
    await jobs.spread_product(product_id=str(seller.product.id))
    offer = await offer_in(dki, seller.product.id)
    assert offer is not None
    assert offer.photos == [f"{seller.product.id}/{photo.id}" for photo in photos]


async def test_telling_twice_changes_nothing(dki: Tenant) -> None:
    seller = await a_seller(dki)
    before = await counted(dki)
    for _ in range(2):
        await jobs.receive_request(vendor_id=str(seller.vendor_id), tenant_id=str(dki.id))
        await jobs.fetch_vendor(dki, vendor_id=str(seller.vendor_id))
        await jobs.spread_product(product_id=str(seller.product.id))
        await jobs.tell_decision(dki, vendor_id=str(seller.vendor_id))
    assert await counted(dki) == before
    assert len(await offers_with(dki, seller.word)) == 1
    async with tenancy.national() as session:
        told = await session.get_one(Participation, (seller.vendor_id, dki.id))
    assert told.status == ParticipationStatus.ACTIVE


async def test_the_kept_numbers_are_the_numbers_of_visible_offers(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        await recount(session)  # other tests put offers on the shelf by hand
    seller = await a_seller(dki)
    await sells(seller, category_code="ATK.PAPER")
    await changed(seller, category_code="FNB-GUEST.HAMPER")
    leaving = await a_seller(dki)
    async with tenancy.national() as session:
        await withdraw_participation(session, leaving.member, dki.id)
    await jobs.receive_withdrawal(vendor_id=str(leaving.vendor_id), tenant_id=str(dki.id))
    async with tenancy.inside(dki) as session:
        for kind, column in (("group", Offer.category_group), ("region", Offer.vendor_region_code)):
            kept = select(OfferCount.code, OfferCount.offers).where(
                OfferCount.kind == kind, OfferCount.offers > 0
            )
            true = select(column, func.count()).where(Offer.visible).group_by(column)
            assert dict((await session.execute(kept)).all()) == dict((await session.execute(true)).all())


async def test_a_new_bank_account_reaches_every_region_and_an_older_one_none(
    dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_seller(dki, gorontalo)
    async with tenancy.national() as session:
        private = await session.get_one(VendorPrivate, seller.vendor_id)
        private.bank_account_holder, private.version = "CV Dapur Baru", private.version + 1
    await jobs.spread_payee(vendor_id=str(seller.vendor_id))
    for tenant in (dki, gorontalo):
        assert await holder_in(tenant, seller) == "CV Dapur Baru"
    async with tenancy.national() as session:
        private = await session.get_one(VendorPrivate, seller.vendor_id)
        private.bank_account_holder, private.version = "CV Dapur Lama", private.version - 1
    await jobs.spread_payee(vendor_id=str(seller.vendor_id))
    assert await holder_in(dki, seller) == "CV Dapur Baru"


async def test_a_region_that_its_vendor_left_still_learns_whom_its_running_orders_pay(dki: Tenant) -> None:
    seller = await a_seller(dki)
    async with tenancy.national() as session:
        await withdraw_participation(session, seller.member, dki.id)
    await jobs.receive_withdrawal(vendor_id=str(seller.vendor_id), tenant_id=str(dki.id))
    async with tenancy.national() as session:
        private = await session.get_one(VendorPrivate, seller.vendor_id)
        private.bank_account_holder, private.version = "CV Dapur Baru", private.version + 1
    await jobs.spread_payee(vendor_id=str(seller.vendor_id))
    assert await holder_in(dki, seller) == "CV Dapur Baru"


async def test_a_request_waits_for_the_bank_account_that_is_being_changed(dki: Tenant) -> None:
    seller = await a_seller()
    async with tenancy.national() as session:
        await request_participation(session, seller.member, dki.id)
    async with tenancy.national() as session:
        private = await session.get_one(VendorPrivate, seller.vendor_id, with_for_update=True)
        private.bank_account_holder, private.version = "CV Dapur Baru", private.version + 1
        await session.flush()
        asked = jobs.receive_request(vendor_id=str(seller.vendor_id), tenant_id=str(dki.id))
        telling = asyncio.ensure_future(asked)
        await asyncio.wait([telling], timeout=0.5)
    await telling
    assert await holder_in(dki, seller) == "CV Dapur Baru"


async def holder_in(tenant: Tenant, seller: Seller) -> str:
    async with tenancy.inside(tenant) as session:
        holder = (await session.get_one(VendorParticipation, seller.vendor_id)).payee["bank_account_holder"]
    return str(holder)


async def counted(tenant: Tenant) -> dict[tuple[str, str], int]:
    async with tenancy.inside(tenant) as session:
        rows = await session.execute(select(OfferCount.kind, OfferCount.code, OfferCount.offers))
        return {(kind, code): offers for kind, code, offers in rows if offers}
