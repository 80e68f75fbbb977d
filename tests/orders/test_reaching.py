"""Who has an order is reached by name and telephone by the other side, and by nobody else."""

from collections.abc import Callable

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.errors import NotAllowed, Refused
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.organisation.models import Official, Role, WorkUnit
from eorder_tenants.organisation.phoning import change_own_phone, change_phone, change_unit_phone
from tests.orders.factories import Cast, a_cast, an_order
from tests.orders.test_delivery_pages import the_vendor, words_of
from tests.organisation.factories import an_official
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
OWN, OFFICE = "tel:+6281298765432", "tel:+622112345678"


async def reachable(tenant: Tenant, status: Status) -> tuple[Cast, Order]:
    """The receiver has a number of their own, everybody else their unit's."""
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session)
        await change_phone(session, cast.admin, cast.receiver.official_id, "0812 9876 5432")
        await change_unit_phone(session, cast.admin, cast.unit.id, "(021) 1234 5678")
        return cast, await an_order(session, cast, status)


def panel_of(html: str, name: str) -> str:
    return html.partition(f'id="{name}"')[2].partition("</section>")[0]


async def test_the_vendor_reads_who_receives_and_who_has_it_with_their_numbers(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await reachable(dki, Status.DELIVERED)
    async with the_vendor(client_for, order.vendor_id) as vendor:
        html = (await vendor.opens(f"/usaha/pesanan/dki/{order.id}")).text
    hands, delivery = panel_of(html, "pegang"), panel_of(html, "alamat")
    assert cast.receiver.name in words_of(hands) and OWN in hands and OFFICE in hands
    assert f"Penerima barang {cast.receiver.name} +62 812-9876-5432" in words_of(delivery) and OWN in delivery


async def test_before_it_is_accepted_the_vendor_already_knows_who_will_receive(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await reachable(dki, Status.ISSUED)
    async with the_vendor(client_for, order.vendor_id) as vendor:
        html = (await vendor.opens(f"/usaha/pesanan/dki/{order.id}")).text
    assert cast.receiver.name in panel_of(html, "alamat") and OWN in panel_of(html, "alamat")


async def test_an_official_reaches_vendor_and_colleagues_and_reads_no_number_of_their_own(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await reachable(dki, Status.DELIVERED)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        own = panel_of((await browser.get(f"/pesanan/{order.id}")).text, "pegang")
        await let_in(browser, dki, cast.officer)
        seen = panel_of((await browser.get(f"/pesanan/{order.id}")).text, "pegang")
    assert OWN not in own and "Anda" in own
    assert OWN in seen
    assert cast.participation.payee["phone"].replace(" ", "") in seen


async def test_nobody_else_learns_a_number(client_for: ClientFor, dki: Tenant) -> None:
    _, order = await reachable(dki, Status.DELIVERED)
    stranger = (await reachable(dki, Status.ISSUED))[1]
    async with the_vendor(client_for, stranger.vendor_id) as other:
        assert (await other.opens(f"/usaha/pesanan/dki/{order.id}")).status_code == 404
    async with client_for("dki.localhost") as citizen:
        for address in (f"/belanja/{order.number}", "/belanja.csv", "/belanja"):
            answer = await citizen.get(address)
            assert answer.status_code == 200
            assert "98765432" not in answer.text.replace("-", "").replace(" ", ""), address


async def test_an_official_says_their_own_number_and_takes_it_away(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        treasurer = await an_official(session, Role.TREASURER)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, treasurer)
        wrong = await send(browser, "/akun", "/akun/telepon", {"phone": "12"})
        assert wrong.status_code == 422 and 'id="phone-galat"' in wrong.text and 'value="12"' in wrong.text
        for typed, kept in (("0812-9876-5432", "+6281298765432"), ("", "")):
            answer = await send(browser, "/akun", "/akun/telepon", {"phone": typed})
            assert answer.status_code == 303
            async with tenancy.inside(dki) as session:
                assert (await session.get_one(Official, treasurer.official_id)).phone == kept


async def test_the_administrator_says_an_officials_and_a_units_number(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
    person, unit = f"/organisasi/pejabat/{cast.receiver.id}", f"/organisasi/unit/{cast.unit.id}/telepon"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.admin)
        for page, action in ((person, f"{person}/telepon"), ("/organisasi/unit", unit)):
            assert (await send(browser, page, action, {"phone": "satu dua"})).status_code == 422
            assert (await send(browser, page, action, {"phone": "021 12345678"})).status_code == 303
    async with tenancy.inside(dki) as session:
        kept = [
            (await session.get_one(Official, cast.receiver.official_id)).phone,
            (await session.get_one(WorkUnit, cast.unit.id)).phone,
        ]
    assert kept == ["+622112345678"] * 2


async def test_nobody_but_the_administrator_says_anothers_number(dki_session: AsyncSession) -> None:
    cast = await a_cast(dki_session)
    with pytest.raises(NotAllowed):
        await change_phone(dki_session, cast.officer, cast.receiver.official_id, "021 12345678")
    with pytest.raises(NotAllowed):
        await change_unit_phone(dki_session, cast.officer, cast.unit.id, "021 12345678")
    with pytest.raises(NotAllowed):
        await change_own_phone(dki_session, cast.owner, "021 12345678")
    with pytest.raises(Refused):
        await change_own_phone(dki_session, cast.officer, "+1 202 555 0100")
