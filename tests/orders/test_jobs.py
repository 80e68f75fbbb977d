"""What follows a step outside its transaction: the nation's copy and the printed documents."""

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from sqlalchemy import select

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotVisible
from eorder_platform.files import file_store
from eorder_platform.projections.models import OrderProjection
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.jobs import render_document
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.queries import document_of
from eorder_tenants.documents.signing import hash_of
from eorder_tenants.orders.contracting.answering import accept_order
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_order
from tests.orders.factories import MONDAY, Cast, a_cast, an_order, go_on


async def a_committed(tenant: Tenant, status: Status) -> tuple[Cast, Order]:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session)
            return cast, await an_order(session, cast, status)


async def seen_by_the_nation(order_id: UUID) -> OrderProjection | None:
    async with tenancy.national() as session:
        return await session.scalar(select(OrderProjection).where(OrderProjection.order_id == order_id))


async def test_the_nation_learns_of_an_order_when_it_is_issued(gorontalo: Tenant) -> None:
    cast, order = await a_committed(gorontalo, Status.AWAITING_APPROVAL)
    await project_order(gorontalo, order_id=str(order.id))
    assert await seen_by_the_nation(order.id) is None
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(gorontalo) as session:
            again = await session.get_one(Order, order.id)
            await go_on(session, cast, again, Status.PAID)
    for _ in range(2):
        await project_order(gorontalo, order_id=str(order.id))
    told = await seen_by_the_nation(order.id)
    assert told
    assert (told.status, told.vendor_id, told.tenant_id) == (
        "paid",
        cast.participation.vendor_id,
        gorontalo.id,
    )
    assert (told.gross_rupiah, told.net_rupiah, told.number) == (11_100_000, 9_850_000, order.number)


async def test_a_document_is_printed_once_into_the_region_s_own_files(dki: Tenant, gorontalo: Tenant) -> None:
    _, order = await a_committed(dki, Status.ISSUED)
    async with tenancy.inside(dki) as session:
        document = await document_of(session, order.id, DocumentKind.PURCHASE_ORDER)
    assert document and document.file_key is None
    contents = []
    for _ in range(2):
        await render_document(dki, document_id=str(document.id))
        async with tenancy.inside(dki) as session:
            printed = await session.get_one(OrderDocument, document.id)
        assert printed.file_key and printed.rendered_at
        contents.append(await file_store().inside("dki").get(printed.file_key))
        assert printed.content_hash == sha256(contents[-1]).hexdigest()
    assert contents[0] == contents[1] and printed.file_key
    assert contents[0].startswith(b"%PDF-")
    with pytest.raises(NotVisible):
        await file_store().inside(gorontalo.slug).get(printed.file_key)


async def test_the_second_signature_prints_the_document_anew(dki: Tenant) -> None:
    cast, order = await a_committed(dki, Status.ISSUED)
    async with tenancy.inside(dki) as session:
        document = await document_of(session, order.id, DocumentKind.PURCHASE_ORDER)
    assert document
    await render_document(dki, document_id=str(document.id))
    with clock.travelling_to(MONDAY + timedelta(hours=1)):
        async with tenancy.inside(dki) as session:
            await accept_order(session, cast.owner, order.id, order.version)
    await render_document(dki, document_id=str(document.id))
    async with tenancy.inside(dki) as session:
        signed = await session.get_one(OrderDocument, document.id)
    assert signed.facts_hash == hash_of(signed.facts) != document.facts_hash
    assert signed.number == document.number
    assert signed.file_key and signed.rendered_at


async def test_the_address_under_a_qr_code_is_the_regions_own(dki: Tenant) -> None:
    _, order = await a_committed(dki, Status.ISSUED)
    async with tenancy.inside(dki) as session:
        document = await document_of(session, order.id, DocumentKind.PURCHASE_ORDER)
        assert document
        assert document.facts["verification_url"].startswith("http://dki.localhost")
        assert document.facts["verification_url"].endswith(f"/dokumen/{document.verification_code}")
