"""An order's pages as a browser without JavaScript meets them: what a form shows is what it sends back."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import TaxClass, VendorMember, VendorRole
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.listing import page_of
from eorder_platform.tenancy import Tenant
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.catalogue.secrets import keep_secrets
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.fulfilling.inspecting import InspectionForm, agree_inspection, inspect_order
from eorder_tenants.orders.paying.invoicing import return_invoice
from eorder_tenants.orders.reading import queries
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role, RoleAssignment
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, accepting, an_order, go_on
from tests.organisation.factories import a_work_unit, an_official
from tests.organisation.visiting import let_in, send
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]


async def _committed(tenant: Tenant, status: Status = Status.DRAFT, quantity: int = 1) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=10_000)
        if status is Status.DRAFT:
            return cast, await a_draft(session, cast, quantity)
        return cast, await an_order(session, cast, status, quantity)


async def _seen_by_the_vendor(client_for: ClientFor, tenant: Tenant, cast: Cast, order: Order) -> str:
    owner, account = cast.owner, new_id().hex
    assert owner.id
    async with tenancy.national() as nation:
        nation.add(Account(id=owner.id, email=f"{account}@uji.id", name=owner.name, password_hash="-"))
        await nation.flush()
        nation.add(VendorMember(account_id=owner.id, vendor_id=order.vendor_id, role=VendorRole.OWNER))
    async with client_for("localhost") as browser:
        vendor = Visitor(browser)
        await vendor.signs_in(owner.id, owner.name, VendorRole.OWNER)
        return (await vendor.opens(f"/usaha/pesanan/{tenant.slug}/{order.id}")).text


def words_of(html: str) -> str:
    """A page without its tags, blanks between words made one; a no-break space stays."""
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", "", html))


def _filled_in(cast: Cast, order: Order, quantity: str) -> dict[str, str]:
    return {
        "title": order.title,
        f"quantity_{order.lines[0].id}": quantity,
        "funding": f"{cast.package.id}/{cast.budget_line.id}",
        "delivery_address": order.delivery_address,
        "delivery_region_code": order.delivery_region_code,
        "delivery_due_on": str(order.delivery_due_on),
    }


@pytest.mark.parametrize("language", ["id", "en"])
async def test_saving_a_draft_as_it_is_shown_keeps_its_quantity(
    client_for: ClientFor, dki: Tenant, language: str
) -> None:
    cast, order = await _committed(dki, quantity=1250)
    field, address = f"quantity_{order.lines[0].id}", f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        html = (await browser.get(address, params={"bahasa": language})).text
        shown = html.partition(f'name="{field}" value="')[2].partition('"')[0]
        answer = await send(browser, address, f"{address}/draf", _filled_in(cast, order, shown))
    assert answer.status_code == 303
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.officer, order.id)
    assert kept.lines[0].quantity == 1250


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [("id", "1.250", "1250"), ("id", "2,5", "2.5"), ("en", "1,000", "1000"), ("en", "1,250.5", "1250.5")],
)
async def test_a_quantity_is_read_as_its_page_writes_it(
    client_for: ClientFor, dki: Tenant, language: str, typed: str, kept: str
) -> None:
    cast, order = await _committed(dki)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        await browser.get(address, params={"bahasa": language})
        answer = await send(browser, address, f"{address}/draf", _filled_in(cast, order, typed))
    assert answer.status_code == 303
    async with tenancy.inside(dki) as session:
        found = await queries.order_for(session, cast.officer, order.id)
    assert found.lines[0].quantity == Decimal(kept)


async def test_thousands_of_the_other_language_are_asked_about_beside_their_field(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        await browser.get(address, params={"bahasa": "en"})
        answer = await send(browser, address, f"{address}/draf", _filled_in(cast, order, "1.500"))
    assert answer.status_code == 422
    assert "“1.500” can be read as 1.5 or as 1,500. Write one of them." in answer.text


@pytest.mark.parametrize("typed", ["0", "banyak", "0,5"])
async def test_a_quantity_that_cannot_be_ordered_is_refused_beside_it_on_the_product_s_page(
    client_for: ClientFor, dki: Tenant, typed: str
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        product = f"/katalog/{cast.offer.id}"
        answer = await send(
            browser, product, "/pesanan/draf", {"offer_id": str(cast.offer.id), "quantity": typed}
        )
    assert answer.status_code == 422
    assert cast.offer.name in answer.text
    assert f'name="quantity" value="{typed}"' in answer.text
    assert 'id="quantity-galat"' in answer.text
    async with tenancy.inside(dki) as session:
        assert (await page_of(session, queries.orders_visible_to(cast.officer, queries.Wanted()))).total == 0


@pytest.mark.parametrize("typed", ["0,0005", "NaN", "1e9", "²"])
async def test_a_quantity_that_is_none_is_refused_beside_its_line(
    client_for: ClientFor, dki: Tenant, typed: str
) -> None:
    cast, order = await _committed(dki, Status.DELIVERED)
    address, line = f"/pesanan/{order.id}/pemeriksaan", order.lines[0]
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        answer = await send(
            browser,
            f"/pesanan/{order.id}",
            address,
            {f"result_{line.id}": "part", f"rejected_{line.id}": typed},
        )
    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.receiver, order.id)
    assert (kept.status, kept.lines[0].accepted_quantity) == (Status.DELIVERED, None)


@pytest.mark.parametrize("version", ["", "abc", "²", "9" * 5000])
async def test_a_form_with_a_version_of_its_own_making_is_answered_plainly(
    client_for: ClientFor, dki: Tenant, version: str
) -> None:
    cast, order = await _committed(dki)
    address = f"/pesanan/{order.id}"
    form = _filled_in(cast, order, "2") | {"version": version}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, address, f"{address}/draf", form)
    assert answer.status_code == 409
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.officer, order.id)
    assert kept.lines[0].quantity == Decimal(1)


async def test_the_bank_account_is_shown_to_those_who_pay_this_unit_only(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.PAYMENT_APPROVED)
    account = "40108112233"
    async with tenancy.inside(dki) as session:
        await keep_secrets(session, order.vendor_id, {"tax_id": None, "bank_account": account}, 1)
        elsewhere = await an_official(session, Role.TREASURER, unit=await a_work_unit(session))
        session.add(
            RoleAssignment(
                official_id=elsewhere.official_id,
                role=Role.RECEIVER,
                work_unit_id=cast.unit.id,
                valid_from=clock.today(dki.zone),
                letter_number="SK 13/2026",
            )
        )
    for actor, shown in ((cast.treasurer, True), (cast.receiver, False), (elsewhere, False)):
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, actor)
            html = (await browser.get(f"/pesanan/{order.id}")).text
        assert (account in html) is shown, actor.name


async def test_a_price_that_rose_is_shown_and_taken_over_before_the_draft_is_submitted(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, quantity=3)
    async with tenancy.inside(dki) as session:
        (await session.get_one(Offer, cast.offer.id)).price_rupiah = 12_000
    address, form = f"/pesanan/{order.id}", _filled_in(cast, order, "3")
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        refused = await send(browser, address, f"{address}/draf", form | {"intent": "submit"})
        assert refused.status_code == 422
        assert 'name="intent" value="refresh"' in refused.text
        updated = await send(browser, address, f"{address}/draf", form | {"intent": "refresh"})
        assert updated.status_code == 303
        submitted = await send(browser, address, f"{address}/draf", form | {"intent": "submit"})
        assert submitted.status_code == 303
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.officer, order.id)
    assert (kept.status, kept.lines[0].total_rupiah) == (Status.AWAITING_APPROVAL, 36_000)


async def test_everybody_sees_the_local_tax_that_is_paid(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(
            session, price=45_000, tax_class=TaxClass.CATERING, pkp=False, charges_local_tax=True
        )
        order = await an_order(session, cast, Status.ACCEPTED, quantity=100)
    async with client_for("dki.localhost") as citizen:
        public = (await citizen.get(f"/belanja/{order.number}")).text
        product = (await citizen.get(f"/katalog/{cast.offer.id}")).text
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        inside = (await browser.get(f"/pesanan/{order.id}")).text
    for html in (public, inside):
        assert "Pajak daerah (PBJT)" in html
        assert "Rp\N{NO-BREAK SPACE}450.000" in html
        assert "Rp\N{NO-BREAK SPACE}4.950.000" in html
    assert "Pajak daerah (PBJT) ditagih di atas harga ini." in product


async def test_both_sides_see_before_they_sign_what_was_accepted_and_what_lateness_costs(
    client_for: ClientFor, dki: Tenant
) -> None:
    """A hundred lunches of Rp 45,000, twenty rejected, two days late: Rp 3,600,000 and a penalty of two permil."""
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=45_000, tax_class=TaxClass.CATERING, pkp=False)
            order = await an_order(session, cast, Status.IN_DELIVERY, quantity=100)
    with clock.travelling_to(MONDAY + timedelta(days=16)):
        async with tenancy.inside(dki) as session:
            again = await queries.order_for(session, cast.officer, order.id)
            await go_on(session, cast, again, Status.DELIVERED)
            inspection = InspectionForm(again.id, again.version, accepting(again, rejected=20))
            await inspect_order(session, cast.receiver, inspection)
            await agree_inspection(session, cast.owner, again.id, again.version)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        html = (await browser.get(f"/pesanan/{order.id}")).text
    assert "Tandatangani serah terima Rp\N{NO-BREAK SPACE}3.600.000" in html
    assert "terlambat 2 hari" in html
    assert "denda Rp\N{NO-BREAK SPACE}7.200 dipotong dari pembayarannya" in words_of(html)
    assert "1/1000 × Rp\N{NO-BREAK SPACE}3.600.000 × 2 hari" in words_of(html)
    assert "Rp\N{NO-BREAK SPACE}3.520.800" in html


async def test_enter_in_a_field_of_the_draft_saves_it(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await _committed(dki)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        form = (await browser.get(f"/pesanan/{order.id}")).text.partition('id="draf"')[2]
    first_button = form.partition('type="submit"')[2].partition(">")[0]
    assert 'value="save"' in first_button


async def test_another_quantity_is_shown_with_its_value_before_it_is_submitted(
    client_for: ClientFor, dki: Tenant
) -> None:
    """The button said Rp 11,100 for one; three are worth Rp 33,300, which nobody has seen yet."""
    cast, order = await _committed(dki)
    address, form = f"/pesanan/{order.id}", _filled_in(cast, order, "3") | {"intent": "submit"}
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        assert "Ajukan Rp\N{NO-BREAK SPACE}11.100" in (await browser.get(address)).text
        await send(browser, address, f"{address}/draf", form)
        shown = (await browser.get(address)).text
        assert "Periksa ringkasannya" in shown
        assert "Ajukan Rp\N{NO-BREAK SPACE}33.300" in shown
        await send(browser, address, f"{address}/draf", form)
    async with tenancy.inside(dki) as session:
        kept = await queries.order_for(session, cast.approver, order.id)
    assert (kept.status, kept.gross_rupiah) == (Status.AWAITING_APPROVAL, 33_300)


async def test_who_returns_an_order_is_led_to_his_tasks_because_he_no_longer_sees_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.AWAITING_APPROVAL)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        answer = await send(browser, address, f"{address}/pengembalian", {"reason": "Alamat kurang jelas"})
        assert answer.headers["location"] == "/tugas"
        assert "Dikembalikan untuk diperbaiki." in (await browser.get("/tugas")).text


async def test_a_reason_that_is_refused_stands_in_its_field_again(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await _committed(dki, Status.AWAITING_APPROVAL)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        answer = await send(browser, address, f"{address}/pengembalian", {"reason": "ya"})
    assert answer.status_code == 422
    assert ">ya</textarea>" in answer.text


async def test_a_payment_without_its_number_is_told_what_to_write(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await _committed(dki, Status.PAYMENT_APPROVED)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.treasurer)
        answer = await send(browser, address, f"{address}/pembayaran", {"method": "imprest", "reference": ""})
    assert answer.status_code == 422
    assert answer.text.count("Isi nomor bukti transfer atau SP2D, 4 sampai 60 huruf.") == 2


async def test_whose_work_is_over_is_led_on_and_a_refused_order_to_goods_like_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.REJECTED)

    async def onward(actor: Actor) -> str:
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, actor)
            html = (await browser.get(f"/pesanan/{order.id}")).text
        return html.partition('id="pegang-judul"')[2].partition("</section>")[0]

    alike = "+".join(order.lines[0].name.split()[:2])
    assert f'href="/katalog?q={alike}"' in await onward(cast.officer)
    assert 'href="/tugas"' in await onward(cast.approver)
    assert "href" not in await onward(cast.auditor)
    assert "katalog" not in await _seen_by_the_vendor(client_for, dki, cast, order)


async def test_an_invoice_that_came_back_says_why_at_the_top_of_the_vendor_s_page(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.INVOICED)
    async with tenancy.inside(dki) as session:
        again = await queries.order_for(session, cast.treasurer, order.id)
        await return_invoice(session, cast.treasurer, order.id, again.version, "Rekening belum sesuai")
    html = await _seen_by_the_vendor(client_for, dki, cast, order)
    notice = html.partition('class="callout callout-warn"')[2].partition("</div>")[0]
    assert "Tagihan dikembalikan" in notice
    assert "Rekening belum sesuai" in notice


@pytest.mark.parametrize("status", [Status.CANCELLATION_ASKED, Status.CANCELLED, Status.EXPIRED])
async def test_no_money_is_promised_to_a_vendor_for_an_order_that_comes_to_nothing(
    client_for: ClientFor, dki: Tenant, status: Status
) -> None:
    cast, order = await _committed(dki, status)
    html = await _seen_by_the_vendor(client_for, dki, cast, order)
    assert "Masuk ke rekening Anda" not in html
    assert ("Dibayar ke penyedia" in html) is (status is Status.CANCELLATION_ASKED)


async def test_who_asked_for_the_cancellation_takes_his_request_back(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.CANCELLATION_ASKED)
    asking = await _seen_by_the_vendor(client_for, dki, cast, order)
    assert "Tarik permintaan pembatalan" in asking
    assert "Tolak pembatalan" not in asking
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        asked = (await browser.get(f"/pesanan/{order.id}")).text
    assert "Tolak pembatalan" in asked
    assert "Tarik permintaan pembatalan" not in asked


async def test_what_was_rejected_wants_its_note_beside_the_note_s_field(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await _committed(dki, Status.DELIVERED, quantity=5)
    address, line = f"/pesanan/{order.id}/pemeriksaan", order.lines[0]
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        unexplained = await send(browser, address, address, {f"accepted_{line.id}": "4"})
        too_many = await send(browser, address, address, {f"accepted_{line.id}": "6"})
    assert f'id="note_{line.id}-pemeriksaan-1-galat"' in unexplained.text
    assert "Paling banyak 5 buah, sebanyak yang dipesan." in too_many.text


async def test_english_writes_rates_and_what_is_left_of_a_budget_its_own_way(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000_000)
        order = await a_draft(session, cast)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        html = (await browser.get(f"/pesanan/{order.id}", params={"bahasa": "en"})).text
    assert "Income tax (PPh 22) 1.5% withheld" in html
    assert "Rp\N{NO-BREAK SPACE}20,000,000 left" in html
    assert "sisa Rp" not in html


async def test_what_came_late_cannot_be_called_in_time(client_for: ClientFor, dki: Tenant) -> None:
    with clock.travelling_to(MONDAY):
        cast, order = await _committed(dki, Status.IN_DELIVERY)
    with clock.travelling_to(MONDAY + timedelta(days=16)):
        async with tenancy.inside(dki) as session:
            again = await queries.order_for(session, cast.officer, order.id)
            await go_on(session, cast, again, Status.DELIVERED)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        html = (await browser.get(f"/pesanan/{order.id}/pemeriksaan")).text
    assert "lewat tanggal penyerahan" in html
    assert 'name="time_fits"' not in html


async def test_the_inspection_s_form_is_shown_only_to_whom_there_is_something_to_inspect(
    client_for: ClientFor, dki: Tenant
) -> None:
    for status, name, shown in (
        (Status.DELIVERED, "receiver", True),
        (Status.DELIVERED, "treasurer", False),
        (Status.INSPECTED, "receiver", False),
    ):
        cast, order = await _committed(dki, status)
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, cast.everybody[name])
            for address in (f"/pesanan/{order.id}", f"/pesanan/{order.id}/pemeriksaan"):
                html = (await browser.get(address)).text
                assert ("Tandatangani berita acara pemeriksaan" in html) == shown, (status, name)
