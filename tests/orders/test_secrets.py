"""A vendor's numbers lie in a region sealed, while an accepted order of theirs runs there, and no longer."""

import json

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.directory.models import VendorPrivate
from eorder_platform.outbox import Outbox
from eorder_platform.secrecy import Purpose, decrypt, encrypt, keyed_hash
from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import tenant_tables
from eorder_tenants.catalogue.jobs import spread_payee
from eorder_tenants.catalogue.models import PayeeSecret
from eorder_tenants.catalogue.secrets import secrets_of
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.contracting.answering import decline_order
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import settle_secrets
from eorder_tenants.tables import metadata
from tests.catalogue.factories import a_seller
from tests.orders.factories import Cast, a_cast, an_order, go_on

NIK, ACCOUNT = "7571014107850002", "012345678909876"


async def an_individual(dki: Tenant, status: Status) -> tuple[Cast, Order]:
    """A committed order from a person whose tax number is their NIK; the nation knows both numbers."""
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, pkp=False)
        order = await an_order(session, cast, status)
    vendor_id = order.vendor_id
    async with tenancy.national() as session:
        private = VendorPrivate(
            vendor_id=vendor_id,
            scale_basis="sales",
            scale_amount_rupiah=1,
            owner_name="Rahmat Hidayat",
            identity_encrypted=encrypt(NIK, Purpose.IDENTITY, vendor_id),
            identity_hash=keyed_hash(str(vendor_id), Purpose.IDENTITY),
            tax_id_encrypted=encrypt(NIK, Purpose.TAX_ID, vendor_id),
            phone="+628110000001",
            email="rahmat@contoh.id",
            street_address="Jalan Uji 1",
            postcode="10560",
            bank_code="002",
            bank_account_encrypted=encrypt(ACCOUNT, Purpose.BANK_ACCOUNT, vendor_id),
            bank_account_hash="-",
            bank_account_holder="Rahmat Hidayat",
        )
        session.add(private)
    return cast, order


async def known_in(tenant: Tenant, order: Order) -> dict[str, str]:
    """What the region can open after its jobs have run."""
    await settle_secrets(tenant, vendor_id=str(order.vendor_id))
    async with tenancy.inside(tenant) as session:
        return await secrets_of(session, order.vendor_id)


async def goes_on(tenant: Tenant, cast: Cast, order: Order, status: Status) -> None:
    async with tenancy.inside(tenant) as session:
        await go_on(session, cast, await session.get_one(Order, order.id), status)


async def test_a_region_is_given_the_numbers_once_an_order_is_accepted_and_not_before(dki: Tenant) -> None:
    cast, order = await an_individual(dki, Status.ISSUED)
    assert await known_in(dki, order) == {}
    await goes_on(dki, cast, order, Status.ACCEPTED)
    assert await known_in(dki, order) == {"tax_id": NIK, "bank_account": ACCOUNT}


async def test_they_go_with_the_order_that_needed_them(dki: Tenant) -> None:
    cast, order = await an_individual(dki, Status.PAID)
    assert await known_in(dki, order)
    await goes_on(dki, cast, order, Status.COMPLETED)
    assert await known_in(dki, order) == {}


async def test_accepting_refusing_and_ending_an_order_each_settle_what_the_region_holds(
    dki_session: AsyncSession,
) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ACCEPTED)
    assert await settled(dki_session, order) == 1
    await go_on(dki_session, cast, order, Status.PAID)
    assert await settled(dki_session, order) == 1
    await go_on(dki_session, cast, order, Status.COMPLETED)
    assert await settled(dki_session, order) == 2
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.ISSUED)
    await decline_order(dki_session, cast.owner, order.id, order.version, "Stok habis")
    assert await settled(dki_session, order) == 1


async def settled(session: AsyncSession, order: Order) -> int:
    """How often the job was ordered for the order's vendor."""
    await session.flush()
    rows = await session.scalars(select(Outbox).where(Outbox.job == "orders.settle_secrets"))
    return sum(row.arguments == {"vendor_id": str(order.vendor_id)} for row in rows)


async def test_what_lies_there_is_sealed_for_that_region_and_vendor_alone(
    dki: Tenant, gorontalo: Tenant
) -> None:
    _, order = await an_individual(dki, Status.ACCEPTED)
    await known_in(dki, order)
    async with tenancy.inside(dki) as session:
        sealed = (await session.get_one(PayeeSecret, order.vendor_id)).sealed
    assert ACCOUNT.encode() not in sealed and NIK.encode() not in sealed
    for region, owner in ((gorontalo.id, order.vendor_id), (None, order.vendor_id), (dki.id, order.id)):
        with pytest.raises(InvalidTag):
            decrypt(sealed, Purpose.PAYEE, owner, region=region)
    opened = json.loads(decrypt(sealed, Purpose.PAYEE, order.vendor_id, region=dki.id))
    assert opened["bank_account"] == ACCOUNT


async def test_a_region_that_was_only_asked_gets_none_and_no_table_holds_one_in_clear(dki: Tenant) -> None:
    seller = await a_seller(dki)
    await spread_payee(vendor_id=str(seller.vendor_id))
    async with tenancy.inside(dki) as session:
        assert await secrets_of(session, seller.vendor_id) == {}
    _, order = await an_individual(dki, Status.PAID)
    assert await known_in(dki, order)
    await spread_payee(vendor_id=str(order.vendor_id))
    async with tenancy.inside(dki) as session:
        for table in tenant_tables(metadata):
            for number in (NIK, ACCOUNT, "012345678901234"):
                holding = text(f"select count(*) from {table.name} t where t::text like :number")
                assert await session.scalar(holding, {"number": f"%{number}%"}) == 0, table.name


async def test_papers_show_the_last_digits(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    order = await an_order(dki_session, cast, Status.PAID)
    papers = await dki_session.scalars(select(OrderDocument).where(OrderDocument.order_id == order.id))
    told = [json.dumps(one.facts, ensure_ascii=False) for one in papers]
    assert sum("•••• 2233" in facts for facts in told) >= 2
