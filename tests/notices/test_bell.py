"""The bell on every page, the count of what waits, and the page of all notices."""

import re
from collections.abc import Callable, Iterator

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorRole
from eorder_platform.notices import remembering
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_order
from tests.notices.factories import accounts_for, carried_out, notices_of
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.organisation.visiting import let_in, send
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]


@pytest.fixture(autouse=True)
def _in_july() -> Iterator[None]:
    with clock.travelling_to(MONDAY):
        yield


async def told(tenant: Tenant, status: Status, cast: Cast | None = None) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        known, cast = cast is not None, cast or await a_cast(session, ceiling=60_000_000)
        order = await an_order(session, cast, status)
    if not known:
        await accounts_for(cast)
    await carried_out(tenant)
    await project_order(tenant, order_id=str(order.id))
    return cast, order


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def bell_on(html: str) -> str:
    """What the bell says; nothing where the page has none."""
    return words_of(html.partition('<details class="menu bell">')[2].partition("</details>")[0])


async def test_an_official_sees_what_is_new_and_how_much_waits(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await told(dki, Status.AWAITING_APPROVAL)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        html = (await browser.get("/katalog")).text
        assert bell_on(html).startswith("Pemberitahuan, 1 belum dibaca")
        assert f"Baru: Pesanan {order.number} menunggu Anda" in bell_on(html)
        assert "Kotak tugas 1" in words_of(html)
        english = bell_on((await browser.get("/katalog", params={"bahasa": "en"})).text)
        assert f"New: Order {order.number} waits for you: Approve and sign the purchase order" in english


async def test_another_order_rings_at_once(client_for: ClientFor, dki: Tenant) -> None:
    """What is kept for a minute is forgotten when it changes."""
    cast, _ = await told(dki, Status.AWAITING_APPROVAL)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        assert "1 belum dibaca" in bell_on((await browser.get("/katalog")).text)
        await told(dki, Status.AWAITING_APPROVAL, cast)
        html = (await browser.get("/katalog")).text
    assert "2 belum dibaca" in bell_on(html)
    assert "Kotak tugas 2" in words_of(html)


async def test_who_opens_the_order_has_read_of_it(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await told(dki, Status.AWAITING_APPROVAL)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        assert "belum dibaca" not in bell_on((await browser.get(f"/pesanan/{order.id}")).text)
    [notice] = await notices_of(cast.approver, dki)
    assert notice.read_at == MONDAY


async def test_everything_is_read_at_once(client_for: ClientFor, dki: Tenant) -> None:
    cast, _ = await told(dki, Status.AWAITING_APPROVAL)
    await told(dki, Status.AWAITING_APPROVAL, cast)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        assert (await browser.get("/pemberitahuan")).text.count('<li class="new">') == 4, (
            "two, in the bell too"
        )
        answer = await send(browser, "/pemberitahuan", "/pemberitahuan/terbaca", {})
        assert answer.headers["location"] == "/pemberitahuan"
        assert '<li class="new">' not in (await browser.get("/pemberitahuan")).text


async def test_a_form_that_is_shown_again_has_the_bell_too(client_for: ClientFor, dki: Tenant) -> None:
    """And so has the page that says why nothing was done."""
    cast, order = await told(dki, Status.AWAITING_APPROVAL)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page, form = f"/pesanan/{order.id}", {"version": str(order.version), "reason": "x"}
        refused = await send(browser, page, f"{page}/pengembalian", form)
        assert refused.status_code == 422 and bell_on(refused.text).startswith("Pemberitahuan")
        outdated = await send(
            browser, page, f"{page}/pengembalian", form | {"version": "99", "reason": "Periksa lagi"}
        )
        assert outdated.status_code == 409 and bell_on(outdated.text).startswith("Pemberitahuan")


async def test_a_vendor_has_one_bell_over_all_regions(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    cast, order = await told(gorontalo, Status.ISSUED)
    assert cast.owner.id
    async with client_for("localhost") as browser:
        vendor = Visitor(browser)
        await vendor.signs_in(cast.owner.id, cast.owner.name, VendorRole.OWNER)
        html = (await vendor.opens("/usaha/pesanan")).text
        assert "1 belum dibaca" in bell_on(html) and "Gorontalo" in bell_on(html)
        assert f'href="/usaha/pesanan/gorontalo/{order.id}"' in html
        await vendor.opens(f"/usaha/pesanan/gorontalo/{order.id}")
        assert "belum dibaca" not in bell_on((await vendor.opens("/pemberitahuan")).text)


async def test_nobody_sees_what_others_were_told(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await told(dki, Status.AWAITING_APPROVAL)
    async with client_for("dki.localhost") as browser:
        assert bell_on((await browser.get("/katalog")).text) == ""
        await let_in(browser, dki, cast.treasurer)
        assert order.number and order.number not in bell_on((await browser.get("/katalog")).text)


async def test_a_count_that_was_lost_is_made_anew(client_for: ClientFor, dki: Tenant) -> None:
    cast, _ = await told(dki, Status.AWAITING_APPROVAL)
    assert cast.approver.id
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        await browser.get("/katalog")
        await remembering.forget("dki", cast.approver.id)
        assert "1 belum dibaca" in bell_on((await browser.get("/katalog")).text)
