"""A37: a citizen holds a paper, or a file, and asks whether it is genuine."""

import re
from collections.abc import Callable

import httpx
import pytest
from sqlalchemy import text, update

from eorder_platform.tenancy import Tenant
from eorder_platform.tenancy.ownership import inside_as_owner
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.orders.core.models import Status
from tests.transparency.factories import Written, an_order, the_paper

ClientFor = Callable[[str], httpx.AsyncClient]
BAST = DocumentKind.HANDOVER_REPORT


async def test_the_code_of_a_handover_report_says_what_it_is(client_for: ClientFor, dki: Tenant) -> None:
    written = await an_order(dki, gross=11_100_000)
    document = written.documents[BAST]
    async with client_for("dki.localhost") as browser:
        page = await browser.get(f"/dokumen/{document.verification_code}")
    assert page.status_code == 200
    for said in (
        "Sah: dokumen ini asli",
        "Berita Acara Serah Terima",
        document.number,
        "Dapur Bu Yayah",
        written.unit.name,
        "Rp\N{NO-BREAK SPACE}11.100.000",
        document.content_hash or "",
    ):
        assert said in page.text


@pytest.mark.parametrize(
    ("paper", "said"), [(the_paper(BAST), "Cocok"), (b"%PDF-1.7 altered", "Tidak cocok")]
)
async def test_a_file_fits_only_to_the_last_byte(
    client_for: ClientFor, dki: Tenant, paper: bytes, said: str
) -> None:
    written = await an_order(dki)
    async with client_for("dki.localhost") as browser:
        answer = await hand_in(browser, written, paper)
    assert answer.status_code == 200
    assert f"<b>{said}</b>" in answer.text


async def test_no_file_is_said_beside_the_field(client_for: ClientFor, dki: Tenant) -> None:
    written = await an_order(dki)
    async with client_for("dki.localhost") as browser:
        answer = await hand_in(browser, written, None)
    assert answer.status_code == 422
    assert "Pilih berkas PDF yang akan diperiksa." in answer.text


async def test_a_code_is_forgiven_its_form_but_not_its_letters(client_for: ClientFor, dki: Tenant) -> None:
    code = (await an_order(dki)).documents[BAST].verification_code
    async with client_for("dki.localhost") as browser:
        typed = code.lower().replace("-", " ")
        assert (
            await browser.get("/dokumen", params={"kode": typed}, follow_redirects=True)
        ).status_code == 200
        unknown = await browser.get("/dokumen/AAAA-BBBB-CCCC")
        odd = await browser.get("/dokumen/%22%3E%3Cscript%3E")
    assert unknown.status_code == odd.status_code == 404
    assert "Jangan menganggapnya sah" in unknown.text
    assert "<script>" not in odd.text


async def test_changed_facts_make_a_document_worthless(client_for: ClientFor, dki: Tenant) -> None:
    document = (await an_order(dki)).documents[BAST]
    async with inside_as_owner(dki) as session:
        await session.execute(text("set local session_replication_role = replica"))  # past the guards
        changed = {**document.facts, "gross": 1}
        await session.execute(
            update(OrderDocument).where(OrderDocument.id == document.id).values(facts=changed)
        )
    async with client_for("dki.localhost") as browser:
        page = await browser.get(f"/dokumen/{document.verification_code}")
    assert "Tidak sah: isinya berubah" in page.text
    assert "Sah: dokumen ini asli" not in page.text


async def test_the_order_of_an_expired_purchase_is_genuine_but_void(
    client_for: ClientFor, dki: Tenant
) -> None:
    written = await an_order(dki, status=Status.EXPIRED)
    async with client_for("dki.localhost") as browser:
        page = await browser.get(f"/dokumen/{written.documents[BAST].verification_code}")
    assert "Asli, tetapi tidak berlaku lagi" in page.text


async def hand_in(browser: httpx.AsyncClient, written: Written, paper: bytes | None) -> httpx.Response:
    address = f"/dokumen/{written.documents[BAST].verification_code}"
    token = re.search(r'name="_csrf" value="([^"]+)"', (await browser.get(address)).text)
    assert token
    file = {"berkas": ("bast.pdf", paper, "application/pdf")} if paper else {"lain": ("", b"")}
    return await browser.post(f"{address}/pemeriksaan", data={"_csrf": token[1]}, files=file)
