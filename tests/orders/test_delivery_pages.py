"""The deliveries of an order on its pages, by a browser without JavaScript: announced, inspected, handed over."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.files import file_store
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.core.models import Delivery, Order, Status
from eorder_tenants.orders.fulfilling.delivering import Arrival, NewDelivery, deliver_order, start_delivery
from eorder_tenants.orders.fulfilling.inspecting import (
    Finding,
    InspectionForm,
    agree_inspection,
    inspect_order,
)
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.requesting.drafting import add_to_draft
from tests.directory.factories import a_photo
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, an_offer, an_order, go_on
from tests.organisation.visiting import let_in, send
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]


async def an_accepted_order(tenant: Tenant, quantity: int = 10) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=100_000, pkp=False)
        return cast, await an_order(session, cast, Status.ACCEPTED, quantity)


async def brought(tenant: Tenant, cast: Cast, order: Order, *quantities: int) -> list[Delivery]:
    """So many of the only line set out and arrive, one delivery after the other."""
    made = []
    for quantity in quantities:
        async with tenancy.inside(tenant) as session:
            again = await queries.order_for(session, cast.staff, order.id)
            new = NewDelivery(again.id, again.version, {again.lines[0].id: Decimal(quantity)})
            delivery = await start_delivery(session, cast.staff, new)
            await deliver_order(session, cast.staff, Arrival(again.id, again.version, part_id=delivery.id))
            made.append(delivery)
    return made


async def inspected(tenant: Tenant, cast: Cast, order: Order, delivery: Delivery, rejected: int = 0) -> None:
    async with tenancy.inside(tenant) as session:
        again = await queries.order_for(session, cast.receiver, order.id)
        finding = Finding(rejected=Decimal(rejected), note="Penyok di sudut" if rejected else "")
        form = InspectionForm(again.id, again.version, {again.lines[0].id: finding}, part_id=delivery.id)
        await inspect_order(session, cast.receiver, form)
        await agree_inspection(session, cast.owner, again.id, again.version, delivery.id)


async def as_it_is(tenant: Tenant, cast: Cast, order: Order) -> Order:
    async with tenancy.inside(tenant) as session:
        return await queries.order_for(session, cast.approver, order.id)


@asynccontextmanager
async def the_vendor(client_for: ClientFor, vendor_id: UUID) -> AsyncIterator[Visitor]:
    """An owner of that vendor at the national host."""
    account = new_id()
    async with tenancy.national() as nation:
        nation.add(
            Account(id=account, email=f"{account.hex}@uji.id", name="Rahmat Hidayat", password_hash="-")
        )
        await nation.flush()
        nation.add(VendorMember(account_id=account, vendor_id=vendor_id, role=VendorRole.OWNER))
    async with client_for("localhost") as browser:
        vendor = Visitor(browser)
        await vendor.signs_in(account, "Rahmat Hidayat", VendorRole.OWNER)
        yield vendor


def form_of(html: str, action: str, part: Delivery) -> str:
    """The form on the page that takes that step on that delivery."""
    forms = [one.partition("</form>")[0] for one in html.split("<form")[1:]]
    return next(one for one in forms if f'action="{action}"' in one and str(part.id) in one)


def main_of(html: str) -> str:
    """What stands between masthead and foot."""
    return html.partition("<main")[2].partition("</main>")[0]


def words_of(html: str) -> str:
    """A page without its tags, every blank alike."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_a_vendor_announces_a_part_with_its_hour_driver_and_photo(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    page = f"/usaha/pesanan/dki/{order.id}"
    day = clock.today(dki.zone) + timedelta(days=3)
    answers = {
        f"quantities_{order.lines[0].id}": "4",
        "expected_on": day.isoformat(),
        "expected_at": "09:30",
        "carrier": "Mobil boks",
        "driver": "Pak Darto, 0812-0000-0188",
        "note": "Lewat gerbang belakang",
    }
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        hidden = vendor.hidden_fields(f"{page}/pengiriman")
        photo = {"proof": ("muatan.jpg", a_photo(), "image/jpeg")}
        answer = await vendor.client.post(f"{page}/jadwal-pengiriman", data=hidden | answers, files=photo)
        assert answer.headers["location"] == page
        await vendor.opens(page)
        for told in ("09.30", "Mobil boks", "Pak Darto, 0812-0000-0188", "Lewat gerbang belakang", "4 buah"):
            assert vendor.sees(told), told
        [delivery] = (await as_it_is(dki, cast, order)).deliveries
        assert (delivery.status, delivery.expected_on) == (Status.ANNOUNCED, day)
        shown = await vendor.client.get(f"{page}/foto/{delivery.id}")
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/webp")
    assert shown.headers["cache-control"] == "private, no-store"
    assert delivery.photo_key
    assert shown.content == await file_store().inside("dki").get(delivery.photo_key)
    assert shown.content.startswith(b"RIFF")

    here = f"/pesanan/{order.id}/foto/{delivery.id}"
    async with client_for("dki.localhost") as browser:
        for actor, status in ((cast.receiver, 200), (cast.auditor, 200), (cast.stranger, 404)):
            await let_in(browser, dki, actor)
            assert (await browser.get(here)).status_code == status, actor.name
        await let_in(browser, dki, cast.receiver)
        assert (await browser.get(f"/pesanan/{order.id}/foto/{new_id()}")).status_code == 404
    async with the_vendor(client_for, (await an_accepted_order(dki))[1].vendor_id) as other:
        assert (await other.opens(f"{page}/foto/{delivery.id}")).status_code == 404
        elsewhere = page.replace("/dki/", "/gorontalo/")
        assert (await other.opens(f"{elsewhere}/foto/{delivery.id}")).status_code == 404
    async with tenancy.inside(gorontalo) as session:
        foreigner = (await a_cast(session)).auditor
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, foreigner)
        assert (await browser.get(here)).status_code == 404
    async with client_for("dki.localhost") as citizen:
        assert (await citizen.get(here)).status_code in (303, 401)


async def test_everything_sets_out_by_one_press(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_accepted_order(dki)
    page = f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        assert main_of(vendor.page.text).count("btn-primary") == 1
        await vendor.sends(f"{page}/pengiriman")
        assert vendor.sees("Pengiriman 1")
    [delivery] = (await as_it_is(dki, cast, order)).deliveries
    assert [line.quantity for line in delivery.lines] == [10]


@pytest.mark.parametrize(
    ("answers", "field", "sentence"),
    [
        ({"quantity": "11"}, "quantities", "Sisa yang belum dikirim 10 buah."),
        ({"quantity": ""}, "quantities", "Pilih atau isi bagian ini."),
        ({"expected_at": "25.99"}, "expected_at", "Tulis jam seperti 10.30."),
        ({"expected_at": "10:30+07:00"}, "expected_at", "Tulis jam seperti 10.30."),
        ({"expected_on": "kemarin"}, "expected_on", "“kemarin” bukan tanggal. Tulis misalnya"),
        ({"expected_on": "2020-01-01"}, "expected_on", "Tanggal tiba sudah lewat."),
    ],
)
async def test_a_delivery_that_cannot_be_is_refused_beside_its_field_and_kept_as_typed(
    client_for: ClientFor, dki: Tenant, answers: dict[str, str], field: str, sentence: str
) -> None:
    cast, order = await an_accepted_order(dki)
    page, quantity = f"/usaha/pesanan/dki/{order.id}", f"quantities_{order.lines[0].id}"
    typed = {"driver": "Pak Darto", quantity: answers.get("quantity", "3")}
    typed |= {name: value for name, value in answers.items() if name != "quantity"}
    named = quantity if field == "quantities" else field
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        answer = await vendor.sends(f"{page}/pengiriman", typed)
    assert answer.status_code == 422
    beside = answer.text.partition(f'id="{named}-pengiriman-galat"')[2].partition("</span>")[0]
    assert sentence in beside
    assert f'href="#{named}-pengiriman"' in answer.text
    for value in typed.values():
        assert f'value="{value}"' in answer.text
    assert (await as_it_is(dki, cast, order)).deliveries == []


async def test_what_is_no_picture_is_refused_beside_the_photo(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_accepted_order(dki)
    page = f"/usaha/pesanan/dki/{order.id}"
    async with the_vendor(client_for, order.vendor_id) as vendor:
        await vendor.opens(page)
        file = {"proof": ("muatan.jpg", b"%PDF-1.7 bukan foto", "image/jpeg")}
        answer = await vendor.sends(f"{page}/pengiriman", {"driver": "Pak Darto"}, file)
    assert answer.status_code == 422
    assert 'id="proof-pengiriman-galat"' in answer.text
    assert 'value="Pak Darto"' in answer.text
    assert (await as_it_is(dki, cast, order)).deliveries == []


async def test_two_deliveries_that_wait_are_inspected_each_by_its_own_form(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    first, second = await brought(dki, cast, order, 6, 4)
    page, line = f"/pesanan/{order.id}", order.lines[0]
    action = f"{page}/pemeriksaan"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        html = (await browser.get(page)).text
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        assert main_of(html).count("btn-primary") == 1
        assert "checked" not in form_of(html, action, first) + form_of(html, action, second)
        hidden = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form_of(html, action, second)))
        hidden.pop(f"result_{line.id}")
        empty = await browser.post(action, data=hidden)
        assert empty.status_code == 422
        assert f'id="accepted_{line.id}-pemeriksaan-2-galat"' in empty.text
        assert f'id="accepted_{line.id}-pemeriksaan-1-galat"' not in empty.text
        part = hidden | {
            f"result_{line.id}": "part",
            f"rejected_{line.id}": "1",
            f"cause_{line.id}": "damaged",
        }
        assert (await browser.post(action, data=part)).status_code == 303
        after = (await browser.get(page)).text
    assert form_of(after, action, first)
    kept = await as_it_is(dki, cast, order)
    assert [one.status for one in kept.deliveries] == [Status.DELIVERED, Status.INSPECTED]
    assert kept.deliveries[1].lines[0].rejected_quantity == 1
    assert "3 dari 4 buah" in after and "1 ditolak: Rusak" in after


async def test_a_rejection_without_its_quantity_is_asked_beside_it_and_kept_as_chosen(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    await brought(dki, cast, order, 10)
    page, line = f"/pesanan/{order.id}", order.lines[0]
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        typed = {f"result_{line.id}": "part", f"cause_{line.id}": "damaged", "note": "Dibuka di gudang"}
        answer = await send(browser, page, f"{page}/pemeriksaan", typed)
    assert answer.status_code == 422
    assert re.search(r'value="part" checked', answer.text)
    assert re.search(r'<option value="damaged" selected', answer.text)
    assert ">Dibuka di gudang</textarea>" in answer.text
    field = re.search(rf'<input [^>]*name="rejected_{line.id}"[^>]*>', answer.text)
    assert field and 'aria-invalid="true"' in field[0]


async def test_the_handover_asks_what_becomes_of_the_rest(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await an_accepted_order(dki)
    [delivery] = await brought(dki, cast, order, 10)
    await inspected(dki, cast, order, delivery, rejected=2)
    page = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        refused = await send(browser, page, f"{page}/serah-terima", {})
        assert refused.status_code == 422
        beside = refused.text.partition('id="rest-serah-terima-1-galat"')[2].partition("</span>")[0]
        assert "Pilih apakah sisanya dikirim lagi atau ditutup." in beside
        answer = await send(browser, page, f"{page}/serah-terima", {"rest": "delivered"})
        assert answer.status_code == 303
        html = (await browser.get(page)).text
    kept = await as_it_is(dki, cast, order)
    assert kept.status == Status.PARTLY_DELIVERED
    assert "8 dari 10 buah" in html and "2 ditolak: Penyok di sudut" in html


async def test_the_page_says_where_the_money_stands_and_the_parts_make_up_the_whole(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    first, _second = await brought(dki, cast, order, 3, 4)
    await inspected(dki, cast, order, first)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        page = f"/pesanan/{order.id}"
        await send(browser, page, f"{page}/serah-terima", {"rest": "delivered"})
        html = (await browser.get(page)).text
    money = words_of(html.partition("Uang pesanan ini")[2].partition("</section>")[0])
    for part in (
        "Dibayar Rp 0",
        "Belum dibayar Rp 300.000",
        "Menunggu serah terima Rp 400.000",
        "Belum tiba Rp 300.000",
        "Nilai pesanan Rp 1.000.000",
    ):
        assert part in money, part


async def test_the_page_says_in_whose_hands_the_order_is_and_what_follows_if_they_do_nothing(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    await brought(dki, cast, order, 10)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        html = (await browser.get(f"/pesanan/{order.id}")).text
    hands = words_of(html.partition('id="pegang"')[2].partition("</section>")[0])
    for told in ("Sekarang, sampai", f"{cast.receiver.name} Anda", "Rahmat Hidayat", cast.approver.name):
        assert told in hands, told
    assert hands.index(cast.receiver.name) < hands.index("Rahmat Hidayat") < hands.index(cast.approver.name)
    assert "Pejabat Pengadaan" not in hands
    assert "Jika dibiarkan: batasnya" in html
    assert "tidak ada yang dianggap diterima" in html


async def test_only_the_late_delivery_bears_a_penalty_and_says_how_it_is_made(
    client_for: ClientFor, dki: Tenant
) -> None:
    """Four of ten in time; six two days late: 2 × 1/1000 of Rp 600,000."""
    with clock.travelling_to(MONDAY):
        cast, order = await an_accepted_order(dki)
        [first] = await brought(dki, cast, order, 4)
        await inspected(dki, cast, order, first)
    with clock.travelling_to(MONDAY + timedelta(days=16)):
        await brought(dki, cast, order, 6)
        async with client_for("dki.localhost") as browser:
            await let_in(browser, dki, cast.receiver)
            html = (await browser.get(f"/pesanan/{order.id}")).text
    late = words_of(html.partition('id="denda-keterlambatan-judul"')[2].partition("</section>")[0])
    assert late.count("terlambat 2 hari") == 1
    assert "Pengiriman 2 terlambat 2 hari dari batas 20 Juli 2026" in late
    assert "denda Rp 1.200 dipotong" in late
    assert "1/1000 × Rp 600.000 × 2 hari" in late


async def test_a_step_that_no_longer_stands_on_the_page_says_so_above_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    """Two deliveries wait and the form does not say which: no form of the page is to blame."""
    cast, order = await an_accepted_order(dki)
    await brought(dki, cast, order, 6, 4)
    page, line = f"/pesanan/{order.id}", order.lines[0]
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        answer = await send(browser, page, f"{page}/pemeriksaan", {f"result_{line.id}": "all", "part_id": ""})
    assert answer.status_code == 422
    assert "Pilih pengiriman yang dimaksud." in answer.text
    assert "error-summary" not in answer.text


async def test_below_an_order_only_the_addresses_of_steps_lead_to_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await an_accepted_order(dki)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        found = [
            (await browser.get(f"/pesanan/{order.id}/{noun}")).status_code for noun in ("serah-terima", "x")
        ]
    assert found == [200, 404]
    async with the_vendor(client_for, order.vendor_id) as vendor:
        home = f"/usaha/pesanan/dki/{order.id}"
        assert (await vendor.opens(f"{home}/kedatangan")).status_code == 200
        assert (await vendor.opens(f"{home}/x")).status_code == 404


async def test_nothing_is_ticked_beforehand_and_each_missing_answer_is_one_sentence(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=100_000, pkp=False)
        other = await an_offer(session, cast.participation, price=50_000, name="Map plastik")
        draft = await a_draft(session, cast, 10)
        await add_to_draft(session, cast.officer, other.id, Decimal(4), cast.unit.id, draft.id)
        order = await go_on(session, cast, draft, Status.DELIVERED)
    page = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.receiver)
        html = (await browser.get(page)).text
        form = html.partition(f'action="{page}/pemeriksaan"')[2].partition("</form>")[0]
        assert form.count('type="radio"') == 2 * 3
        assert " checked" not in form and " selected" not in form
        answer = await send(browser, page, f"{page}/pemeriksaan", {})
        assert answer.status_code == 422
        form = answer.text.partition(f'action="{page}/pemeriksaan"')[2].partition("</form>")[0]
        beside = [one.partition("</span>")[0] for one in form.split('class="field-error"')[1:]]
        assert [re.sub(r".*>", "", one) for one in beside] == [
            "Isi hasil pemeriksaan Kertas HVS A4.",
            "Isi hasil pemeriksaan Map plastik.",
        ]
        half = {f"result_{order.lines[0].id}": "all", f"result_{order.lines[1].id}": "part"}
        answer = await send(browser, page, f"{page}/pemeriksaan", half)
        assert answer.status_code == 422
        assert "Isi hasil pemeriksaan Map plastik." in answer.text
        assert "Isi hasil pemeriksaan Kertas HVS A4." not in answer.text
    assert (await as_it_is(dki, cast, order)).deliveries[0].inspection is None
