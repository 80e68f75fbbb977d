"""Orders that the use cases themselves walked, as citizens find them."""

import re
from collections.abc import Callable

import httpx
from sqlalchemy import select

from eorder_platform import clock, tenancy
from eorder_platform.files import file_store
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.jobs import render_document
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_order
from tests.orders.factories import MONDAY, Cast, a_cast, an_order
from tests.transparency.factories import PRIVATE
from tests.transparency.test_privacy import private_facts_in

ClientFor = Callable[[str], httpx.AsyncClient]
NBSP = "\N{NO-BREAK SPACE}"


async def walked(tenant: Tenant, status: Status) -> tuple[Cast, Order]:
    """An order with a vendor whose private facts can be recognised, its jobs done."""
    private = {
        "owner_name": PRIVATE["owner"],
        "tax_id": PRIVATE["tax number"],
        "bank_account": PRIVATE["bank account"],
        "bank_account_holder": PRIVATE["bank account holder"],
        "address": PRIVATE["street"],
        "phone": PRIVATE["phone"],
        "email": PRIVATE["vendor's e-mail"],
    }
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(tenant) as session:
            cast = await a_cast(session, payee=private)
            order = await an_order(session, cast, status)
        for document in await documents_of(tenant, order):
            await render_document(tenant, document_id=str(document.id))
        await project_order(tenant, order_id=str(order.id))
    return cast, order


async def documents_of(tenant: Tenant, order: Order) -> list[OrderDocument]:
    async with tenancy.inside(tenant) as session:
        return list(await session.scalars(select(OrderDocument).where(OrderDocument.order_id == order.id)))


async def test_a_paid_order_is_open_from_the_nation_to_its_last_document(
    client_for: ClientFor, dki: Tenant
) -> None:
    cast, order = await walked(dki, Status.PAID)
    answers = []
    async with client_for("localhost") as nation, client_for("dki.localhost") as region:
        answers.append(await nation.get("/belanja", params={"q": order.number}))
        link = re.search(rf'href="http://dki\.localhost[:\d]*(/belanja/{order.number})"', answers[0].text)
        assert link
        shown = await region.get(link[1])
        for said in (f"Rp{NBSP}11.100.000", f"Rp{NBSP}9.850.000", "Kertas HVS A4", cast.unit.name):
            assert said in shown.text
        links = re.findall(r'href="(/dokumen/[^"]+)"', shown.text)
        documents = {document.verification_code: document for document in await documents_of(dki, order)}
        assert {document.kind for document in documents.values()} == set(DocumentKind)
        for link_to_document in links:
            document = documents.pop(link_to_document.rpartition("/")[2], None)
            if document is None:
                continue
            page = await region.get(link_to_document)
            assert "Sah: dokumen ini asli" in page.text
            paper = await file_store().inside("dki").get(document.file_key or "")
            token = re.search(r'name="_csrf" value="([^"]+)"', page.text)
            assert token
            for content, verdict in ((paper, "Cocok"), (paper[:-1] + b" ", "Tidak cocok")):
                checked = await region.post(
                    f"{link_to_document}/pemeriksaan",
                    data={"_csrf": token[1]},
                    files={"berkas": ("dokumen.pdf", content, "application/pdf")},
                )
                assert f"<b>{verdict}</b>" in checked.text
                answers.append(checked)
            answers.append(page)
        assert documents == {}
        answers += [shown, await region.get("/belanja.csv", params={"q": order.number})]
    assert [private_facts_in(answer) for answer in answers] == [[]] * len(answers)
    officials = [cast.officer, cast.approver, cast.receiver, cast.treasurer, cast.budget_user]
    assert [who.name for who in officials for answer in answers if who.name in answer.text] == []


async def test_what_the_commitment_officer_rejected_stays_inside(client_for: ClientFor, dki: Tenant) -> None:
    _, rejected = await walked(dki, Status.REJECTED)
    _, withdrawn = await walked(dki, Status.CANCELLED)
    async with client_for("localhost") as nation, client_for("dki.localhost") as region:
        for order, status in ((rejected, 404), (withdrawn, 200)):
            assert (await region.get(f"/belanja/{order.number}")).status_code == status
            found = await nation.get("/belanja", params={"q": order.number, "tahun": "semua"})
            assert ("Tidak ada pesanan yang cocok" in found.text) == (status == 404)
