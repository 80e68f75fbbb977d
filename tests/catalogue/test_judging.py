"""Who decides about a vendor sees what it sells before, and nobody else does."""

from collections.abc import Callable
from html import unescape

import httpx
import pytest

from eorder_platform import tenancy
from eorder_platform.directory.photographing import add_photo
from eorder_platform.errors import NotAllowed, NotVisible
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.judging import candidacy_of
from eorder_tenants.organisation.models import Role
from tests.catalogue.factories import Seller, a_seller, an_administrator, asks, is_accepted, sells, signs_in
from tests.directory.factories import a_drawn_photo
from tests.organisation.visiting import committed

Browsers = Callable[[str], httpx.AsyncClient]


async def a_vendor_that_waits(tenant: Tenant) -> Seller:
    """It sells rice boxes here and cakes elsewhere, the boxes with a photo."""
    seller = await a_seller()
    await sells(seller, coverage="75")
    async with tenancy.national() as session:
        await add_photo(session, seller.member, seller.product.id, a_drawn_photo())
    await asks(seller, tenant)
    return seller


async def test_an_administrator_sees_the_products_before_deciding(client_for: Browsers, dki: Tenant) -> None:
    seller = await a_vendor_that_waits(dki)
    async with tenancy.inside(dki) as session:
        administrator = await an_administrator(session)
    browser = client_for("dki.localhost")
    await signs_in(browser, dki, administrator)
    page = unescape((await browser.get(f"/penyedia/{seller.vendor_id}")).text).replace("\xa0", " ")
    for said in (f"Nasi kotak {seller.word}", "Rp 35.000", "Jasa boga", "Dikirim ke sini", "Terima penyedia"):
        assert said in page
    assert f"Kue {seller.word}" in page and page.count("Tidak dikirim ke sini") == 1
    assert f'src="/foto/{seller.product.id}/' in page
    assert "Surat keterangan PP 55" in page
    async with tenancy.inside(dki) as session:
        found = await candidacy_of(session, administrator, seller.vendor_id)
    assert [one.is_delivered for one in found.products] == [False, True] and found.count == 2


async def test_nobody_else_sees_them_and_nobody_once_it_is_decided(
    client_for: Browsers, dki: Tenant, gorontalo: Tenant
) -> None:
    seller = await a_vendor_that_waits(dki)
    treasurer, elsewhere = await committed(dki, Role.TREASURER), await committed(gorontalo, Role.TENANT_ADMIN)
    administrator = await committed(dki, Role.TENANT_ADMIN)
    assert (await client_for("dki.localhost").get(f"/penyedia/{seller.vendor_id}")).status_code == 404
    for tenant, actor, refusal in (
        (dki, treasurer, NotAllowed),
        (gorontalo, elsewhere, NotVisible),
    ):
        with pytest.raises(refusal):
            async with tenancy.inside(tenant) as session:
                await candidacy_of(session, actor, seller.vendor_id)
    await is_accepted(seller, dki)
    with pytest.raises(NotVisible):
        async with tenancy.inside(dki) as session:
            await candidacy_of(session, administrator, seller.vendor_id)
