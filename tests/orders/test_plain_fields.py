"""A plain field of an order, declared once: typed in the draft, checked, on both pages and on the purchase order."""

import io
from collections.abc import Callable

import httpx
import pytest
from pypdf import PdfReader

from eorder_platform import clock, tenancy
from eorder_platform.directory.models import VendorMember, VendorRole
from eorder_platform.errors import Refused
from eorder_platform.identity.models import Account
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind, facts_from_json
from eorder_tenants.documents.queries import document_of
from eorder_tenants.documents.rendering import render
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.core.plain_fields import PLAIN_FIELDS
from eorder_tenants.orders.requesting.drafting import change_draft
from tests.documents.factories import a_purchase_order
from tests.orders.factories import MONDAY, Cast, a_cast, a_draft, completed, go_on
from tests.organisation.visiting import let_in, send
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
TYPED, KEPT, READ = "0812 4433-1655", "+6281244331655", "+62\N{NO-BREAK SPACE}812-4433-1655"


async def a_committed_draft(tenant: Tenant) -> tuple[Cast, Order]:
    async with tenancy.inside(tenant) as session:
        cast = await a_cast(session, price=10_000)
        return cast, await a_draft(session, cast)


def form_of(cast: Cast, order: Order, phone: str) -> dict[str, str]:
    return {
        "title": order.title,
        f"quantity_{order.lines[0].id}": "1",
        "funding": f"{cast.package.id}/{cast.budget_line.id}",
        "delivery_address": order.delivery_address,
        "delivery_region_code": order.delivery_region_code,
        "delivery_due_on": str(order.delivery_due_on),
        "delivery_contact_phone": phone,
    }


async def test_the_draft_asks_for_it_and_keeps_it_as_it_is_stored(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await a_committed_draft(dki)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, address, f"{address}/draf", form_of(cast, order, TYPED))
        assert answer.status_code == 303
        page = (await browser.get(address)).text
        assert f'name="delivery_contact_phone" type="tel" value="{KEPT}"' in page
        assert "Telepon penerima" in page
        english = (await browser.get(address, params={"bahasa": "en"})).text
        assert "Receiver&#39;s phone" in english
        cleared = await send(browser, address, f"{address}/draf", form_of(cast, order, ""))
        assert cleared.status_code == 303
    async with tenancy.inside(dki) as session:
        assert (await session.get_one(Order, order.id)).delivery_contact_phone == ""


async def test_what_cannot_be_a_phone_is_refused_beside_it(client_for: ClientFor, dki: Tenant) -> None:
    cast, order = await a_committed_draft(dki)
    address = f"/pesanan/{order.id}"
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.officer)
        answer = await send(browser, address, f"{address}/draf", form_of(cast, order, "nomor saya"))
    assert answer.status_code == 422
    assert 'id="delivery_contact_phone-galat"' in answer.text
    assert 'value="nomor saya"' in answer.text


async def test_both_pages_show_it_the_purchase_order_prints_it_and_the_public_does_not_read_it(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session, price=10_000)
        draft = await a_draft(session, cast)
        order = await change_draft(
            session, cast.officer, completed(draft, cast, more={"delivery_contact_phone": TYPED})
        )
        await go_on(session, cast, order, Status.ISSUED)
        document = await document_of(session, order.id, DocumentKind.PURCHASE_ORDER)
        assert document
    assert ["Telepon penerima", READ] in document.facts["particulars"]
    pdf = PdfReader(io.BytesIO(render(DocumentKind.PURCHASE_ORDER, document.facts)))
    printed = "".join(page.extract_text() for page in pdf.pages)
    printed = printed.replace(
        "\N{ZERO WIDTH SPACE}", ""
    )  # where a long code may break, read back with its letter
    assert "Telepon penerima" in printed
    assert KEPT.removeprefix("+") in "".join(sign for sign in printed if sign.isdigit())
    link = f'<a href="tel:{KEPT}">{READ}</a>'
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, cast.approver)
        assert link in (await browser.get(f"/pesanan/{order.id}")).text
    async with client_for("dki.localhost") as citizen:
        public = (await citizen.get(f"/belanja/{order.number}")).text
        assert order.title in public
        assert "4433" not in public
    assert link in await _page_of_the_vendor(client_for, dki, cast, order)


async def test_a_document_that_was_signed_before_the_field_existed_prints_as_it_did() -> None:
    stored = a_purchase_order().to_json()
    del stored["particulars"]
    assert facts_from_json(DocumentKind.PURCHASE_ORDER, stored) == a_purchase_order()
    assert render(DocumentKind.PURCHASE_ORDER, stored) == render(
        DocumentKind.PURCHASE_ORDER, a_purchase_order().to_json()
    )


async def test_a_form_without_the_field_leaves_it(dki: Tenant) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=10_000)
            order = await a_draft(session, cast)
            more = {"delivery_contact_phone": TYPED}
            order = await change_draft(session, cast.officer, completed(order, cast, more=more))
            order = await change_draft(session, cast.officer, completed(order, cast, note="Lewat belakang"))
            assert (order.delivery_contact_phone, order.note) == (KEPT, "Lewat belakang")
            with pytest.raises(Refused) as refusal:
                too_long = {"delivery_contact_phone": "0" * 31}
                await change_draft(
                    session, cast.officer, completed(order, cast, note="x" * 1_001, more=too_long)
                )
    assert [field for field, _ in refusal.value.problems] == ["delivery_contact_phone", "note"]


def test_every_plain_field_is_a_column_of_the_order() -> None:
    assert {one.name for one in PLAIN_FIELDS} <= set(Order.__table__.columns.keys())


async def _page_of_the_vendor(client_for: ClientFor, tenant: Tenant, cast: Cast, order: Order) -> str:
    owner = cast.owner
    assert owner.id
    async with tenancy.national() as nation:
        nation.add(Account(id=owner.id, email=f"{new_id().hex}@uji.id", name=owner.name, password_hash="-"))
        await nation.flush()
        nation.add(VendorMember(account_id=owner.id, vendor_id=order.vendor_id, role=VendorRole.OWNER))
    async with client_for("localhost") as browser:
        vendor = Visitor(browser)
        await vendor.signs_in(owner.id, owner.name, VendorRole.OWNER)
        return (await vendor.opens(f"/usaha/pesanan/{tenant.slug}/{order.id}")).text
