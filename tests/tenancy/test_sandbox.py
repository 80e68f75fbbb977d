"""A sandbox is a region in which everything can be tried, and of which the nation never hears."""

import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
import pytest_asyncio
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from eorder_platform import clock, tenancy
from eorder_platform.directory.asking import ask_for_change
from eorder_platform.directory.members import member_for
from eorder_platform.directory.models import FactKind
from eorder_platform.directory.participating import request_participation
from eorder_platform.directory.queries import regions_standing
from eorder_platform.directory.staffing import add_staff
from eorder_platform.errors import NotVisible, Refused
from eorder_platform.files import file_store
from eorder_platform.identity.models import Account
from eorder_platform.identity.signing_in import account_with, check_password, create_account_with_hash
from eorder_platform.projections.invoice_numbers import claim_numbers, claim_of_own
from eorder_platform.projections.turnover import book_turnover, turnover_before
from eorder_platform.tenancy import Tenant, registry
from eorder_platform.trying_out import is_test, new_test_id
from eorder_tenants.budgets.models import BudgetBalance, Package
from eorder_tenants.catalogue.models import Offer
from eorder_tenants.documents.jobs import render_document
from eorder_tenants.documents.models import OrderDocument
from eorder_tenants.documents.rendering import WATERMARK
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_order
from tests.api.factories import a_client
from tests.api.test_order_by_api import People
from tests.directory.factories import a_committed_vendor
from tests.tenancy.commands import eorder
from tests.tenancy.deployments import Fleet

ClientFor = Callable[[str], httpx.AsyncClient]
REGION = "36"
NATIONAL = (
    "/",
    "/wilayah",
    "/belanja",
    "/belanja.csv",
    "/penyedia",
    "/cari?q=uji",
    "/sitemap.xml",
    "/sitemap/penyedia-1.xml",
    "/api/v1/regions",
)
"""Where the nation speaks of regions, orders and vendors."""
REFUSED = (IntegrityError, asyncpg.CheckViolationError)
TRACES = re.compile(r"uji coba|UJI-36|Usaha Uji", re.IGNORECASE)


@dataclass(frozen=True)
class Sandbox:
    """The region, the password that was shown, and its database as the owner sees it."""

    tenant: Tenant
    password: str
    fleet: Fleet

    def email(self, office: str) -> str:
        return f"{office}@{self.tenant.slug}.uji.example"

    async def account(self, office: str) -> UUID:
        async with tenancy.national() as session:
            found = await account_with(session, self.email(office))
        assert found is not None
        return found.id


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sandbox(fleet: Fleet) -> Sandbox:
    """A sandbox of a province that is a region here already, under a name that does not say so."""
    slug = f"{fleet.tenants[0].slug}uji"
    said = await eorder(
        *("tenants", "add", slug, "--sandbox", "--name", "Provinsi Banten", "--region", REGION),
        *("--zone", "Asia/Jakarta", "--host", f"{slug}.localhost", "--admin-email", "pengembang@contoh.id"),
    )
    assert said.code == 0, said.error
    assert "hanya untuk mencoba" in said.out and f"penyedia@{slug}.uji.example" in said.out
    tenant = await registry.by_slug(slug)
    assert tenant is not None and tenant.region_code == fleet.tenants[0].region_code
    return Sandbox(tenant, said.out.rpartition(" ")[2], fleet)


async def people_of(client_for: ClientFor, sandbox: Sandbox) -> People:
    offices = {
        "officer": "pp",
        "approver": "ppk",
        "receiver": "penerima",
        "treasurer": "bendahara",
        "budget_user": "pa",
        "owner": "penyedia",
    }
    clients = {}
    for who, office in offices.items():
        host = "localhost" if who == "owner" else sandbox.tenant.hosts[0]
        clients[who] = await a_client(client_for, host, await sandbox.account(office))
    return People(clients, sandbox.tenant.slug)


async def paid_order(client_for: ClientFor, sandbox: Sandbox) -> dict[str, Any]:
    """An order of the sandbox's people, from its catalogue to payment, as a program of each takes it there."""
    six = await people_of(client_for, sandbox)
    officer = six.clients["officer"]
    async with tenancy.inside(sandbox.tenant) as session:
        offer = (await session.scalars(select(Offer).where(Offer.category_code.like("FNB%")).limit(1))).one()
    begun = await officer.post("/orders", json={"offer_id": str(offer.id), "quantity": "50"})
    assert begun.status_code == 201, begun.text
    order = begun.json()
    six.id, line = order["id"], order["lines"][0]["id"]
    async with tenancy.inside(sandbox.tenant) as session:
        meals = select(BudgetBalance).join(Package).where(Package.name.like("%rapat%"))
        funding = (await session.scalars(meals.order_by(Package.fiscal_year).limit(1))).one()
    changed = await officer.put(
        f"/orders/{six.id}/draft",
        json={
            "quantities": {line: 50},
            "package_id": str(funding.package_id),
            "budget_line_id": str(funding.budget_line_id),
            "delivery_address": "Jalan Percobaan Nomor 1, lantai 3",
            "delivery_region_code": "36.01",
            "delivery_due_on": clock.today("Asia/Jakarta").isoformat(),
        },
        headers={"If-Match": begun.headers["etag"]},
    )
    assert changed.status_code == 200, changed.text
    await six.takes("officer", "pengajuan")
    await six.takes("approver", "persetujuan", declared=True)
    await six.takes("owner", "penerimaan", declared=True)
    await six.takes("owner", "pengiriman", carrier="Motor")
    await six.takes("owner", "kedatangan")
    await six.takes(
        "receiver", "pemeriksaan", findings={line: {"accepted": 50, "rejected": 0}}, function_fits=True
    )
    await six.takes("owner", "persetujuan-pemeriksaan")
    await six.takes("approver", "serah-terima")
    await six.takes("owner", "tagihan")
    await six.takes("treasurer", "permintaan-pembayaran")
    await six.takes("budget_user", "persetujuan-pembayaran")
    paid = await six.takes("treasurer", "pembayaran", method="imprest", reference="TRX-UJI-1")
    assert paid["status"] == Status.PAID
    await project_order(sandbox.tenant, order_id=six.id)
    return paid


async def said_by_the_nation(client_for: ClientFor) -> dict[str, str]:
    """Every national page without what is another on each request."""
    said = {}
    async with client_for("localhost") as nation:
        for path in NATIONAL:
            answer = await nation.get(path)
            said[path] = re.sub(r'name="_csrf" value="[^"]+"|name="_key" value="[^"]+"', "", answer.text)
    return said


async def test_nothing_of_an_order_paid_in_a_sandbox_reaches_the_nation(
    client_for: ClientFor, sandbox: Sandbox
) -> None:
    before = await said_by_the_nation(client_for)
    paid = await paid_order(client_for, sandbox)
    assert paid["number"].startswith("UJI-36-")
    after = await said_by_the_nation(client_for)
    assert after == before
    assert {path: TRACES.findall(text) for path, text in after.items() if path != "/cari?q=uji"} == {
        path: [] for path in NATIONAL if path != "/cari?q=uji"
    }
    async with client_for("localhost") as nation:
        found = await nation.get("/belanja", params={"q": paid["number"], "tahun": "semua"})
        assert "Tidak ada pesanan yang cocok" in found.text
        vendor = paid["vendor_id"]
        assert (await nation.get(f"/penyedia/{vendor}")).status_code == 404
    owner = await a_client(client_for, "localhost", await sandbox.account("penyedia"))
    inbox = (await owner.get("/inbox")).json()["items"]
    assert [one["number"] for one in inbox] == [paid["number"]]


async def test_every_page_paper_and_answer_of_a_sandbox_says_what_it_is(
    client_for: ClientFor, sandbox: Sandbox
) -> None:
    async with client_for(sandbox.tenant.hosts[0]) as browser:
        async with tenancy.inside(sandbox.tenant) as session:
            offer = (await session.scalars(select(Offer.id).limit(1))).one()
        for path in ("/", "/katalog", f"/katalog/{offer}", "/belanja", "/masuk", "/tidak-ada"):
            page = await browser.get(path, follow_redirects=False)
            assert page.headers["sandbox"] == "?1" and "noindex" in page.headers["x-robots-tag"]
            if page.status_code == 303:
                continue
            assert "UJI COBA / SANDBOX" in page.text and "<title>UJI COBA: " in page.text
            assert '<meta name="robots" content="noindex">' in page.text
            assert "ld+json" not in page.text and 'rel="canonical"' not in page.text
            assert "Uji Coba Provinsi Banten" in page.text
        assert (await browser.get("/robots.txt")).text == "User-agent: *\nDisallow: /\n"
        assert (await browser.get("/sitemap.xml")).status_code == 404
        assert (await browser.get("/api/v1/offers")).headers["sandbox"] == "?1"
    async with client_for(sandbox.fleet.tenants[0].hosts[0]) as browser:
        real = await browser.get("/katalog")
        assert "sandbox" not in real.headers and "SANDBOX" not in real.text
    async with tenancy.inside(sandbox.tenant) as session:
        documents = list(await session.scalars(select(OrderDocument)))
    for document in documents:
        await render_document(sandbox.tenant, document_id=str(document.id))
    assert await _words_of_papers(sandbox.tenant) == {document.kind: True for document in documents}


async def _words_of_papers(tenant: Tenant) -> dict[str, bool]:
    async with tenancy.inside(tenant) as session:
        printed = list(await session.scalars(select(OrderDocument)))
    files = file_store().inside(tenant.slug)
    return {
        one.kind: all(WATERMARK in page for page in _pages_of(await files.get(one.file_key or "")))
        for one in printed
    }


def _pages_of(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


async def test_a_real_vendor_and_a_sandbox_never_meet(sandbox: Sandbox) -> None:
    real = await a_committed_vendor(legal_form="individual")
    year, invoice = 2026, new_test_id()
    before = await turnover_before(real.vendor_id, year, sandbox.tenant.id, invoice)
    with pytest.raises(REFUSED, match="ck_person_payment_world"):
        await book_turnover(real.vendor_id, year, sandbox.tenant.id, invoice, 490_000_000)
    with pytest.raises(REFUSED, match="ck_invoice_number_world"):
        await claim_numbers(real.vendor_id, sandbox.tenant.id, invoice, [claim_of_own("INV-1")], [])
    assert await turnover_before(real.vendor_id, year, sandbox.tenant.id, invoice) == before == 0
    tried = await sandbox.account("penyedia")
    async with tenancy.national() as session:
        with pytest.raises(NotVisible):
            await request_participation(session, real, sandbox.tenant.id)
        known = {row.id for row, _ in await regions_standing(session, real.vendor_id)}
        assert sandbox.tenant.id not in known and sandbox.fleet.tenants[0].id in known
        test = await member_for(session, tried)
        assert {row.id for row, _ in await regions_standing(session, test.vendor_id)} == {sandbox.tenant.id}
        with pytest.raises(NotVisible):
            await request_participation(session, test, sandbox.fleet.tenants[0].id)
        with pytest.raises(Refused, match="Penyedia uji coba tidak diperiksa"):
            await ask_for_change(session, test, FactKind.BANK_ACCOUNT, {"bank_account": "1234567890"})
        for member, email in ((test, "staf@contoh.id"), (real, "staf@x.uji.example")):
            with pytest.raises(Refused, match=r"\.uji\.example"):
                await add_staff(session, member, {"name": "Staf Baru", "email": email})


async def test_test_people_hold_no_office_of_the_nation_or_of_a_real_region(sandbox: Sandbox) -> None:
    said = await eorder("agency", "give", sandbox.email("ppk"), "verifier")
    assert (said.code, said.error) == (
        1,
        f"{sandbox.email('ppk')} akun uji coba, jadi tidak dapat bekerja untuk badan nasional.",
    )
    real, account = sandbox.fleet.tenants[0], await sandbox.account("ppk")
    owner = sandbox.fleet.owner
    for sql in (
        f"insert into pusat.regional_official values ('{account}', '{real.id}')",
        f"insert into pusat.national_role values ('{account}', 'verifier', now())",
        f"update pusat.account set email = 'orang@sungguhan.id' where id = '{account}'",
        f"update nusantara.tenant set name = 'Provinsi Banten' where id = '{sandbox.tenant.id}'",
    ):
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute(sql)
    with pytest.raises(REFUSED, match="ck_account_world"):
        async with tenancy.national() as session:
            session.add(Account(id=new_test_id(), email="orang@contoh.id", name="Orang", password_hash="-"))
    async with tenancy.national() as session:
        made = await create_account_with_hash(session, f"lain@{sandbox.tenant.slug}.uji.example", "Lain", "-")
        assert is_test(made.id)


async def test_what_a_region_is_can_never_be_switched(sandbox: Sandbox) -> None:
    owner = sandbox.fleet.owner
    for tenant in (sandbox.tenant, sandbox.fleet.tenants[0]):
        with pytest.raises(asyncpg.GeneratedAlwaysError):
            await owner.execute(
                "update nusantara.tenant set sandbox = $2 where id = $1", tenant.id, not tenant.is_sandbox
            )
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await owner.execute(
                "update nusantara.tenant set id = $2 where id = $1",
                tenant.id,
                UUID(int=tenant.id.int ^ (15 << 76)),
            )
    said = await eorder("tenants", "rename", sandbox.tenant.slug, "--name", "Provinsi Banten Raya")
    assert "kini bernama Uji Coba Provinsi Banten Raya (Uji Coba Provinsi Banten Raya)" in said.out
    await eorder("tenants", "rename", sandbox.tenant.slug, "--name", "Provinsi Banten")


async def test_only_a_sandbox_is_reset_and_then_it_is_as_new(client_for: ClientFor, sandbox: Sandbox) -> None:
    real = sandbox.fleet.tenants[0]
    offers = f"select count(*) from {real.schema}.orders"
    kept = await sandbox.fleet.owner.fetchval(offers)
    refused = await eorder("tenants", "reset-sandbox", real.slug)
    assert refused.code == 1 and "wilayah sungguhan" in refused.error
    assert await sandbox.fleet.owner.fetchval(offers) == kept

    old = await sandbox.account("ppk")
    lock = await asyncpg.connect(sandbox.fleet.addresses["main"])
    async with lock.transaction():
        await lock.execute("select from nusantara.tenant where id = $1 for no key update", sandbox.tenant.id)
        twice = await eorder("tenants", "reset-sandbox", sandbox.tenant.slug)
        assert twice.code == 1 and "sedang diatur ulang" in twice.error
    await lock.close()

    said = await eorder("tenants", "reset-sandbox", sandbox.tenant.slug)
    assert said.code == 0, said.error
    new = Sandbox(sandbox.tenant, said.out.rpartition(" ")[2], sandbox.fleet)
    assert new.password != sandbox.password and await new.account("ppk") != old
    with pytest.raises(Refused):
        await check_password(new.email("ppk"), sandbox.password, "127.0.0.1")
    await check_password(new.email("ppk"), new.password, "127.0.0.1")
    async with tenancy.inside(new.tenant) as session:
        assert list(await session.scalars(select(Order))) == []
    left = await sandbox.fleet.owner.fetchval(
        "select count(*) from pusat.order_projection where tenant_id = $1", new.tenant.id
    )
    assert left == 0
    administrators = await sandbox.fleet.owner.fetch(
        f"select o.email from {new.tenant.schema}.official o join {new.tenant.schema}.role_assignment r"
        " on r.official_id = o.id where r.role = 'tenant_admin' order by 1"
    )
    assert [one["email"] for one in administrators] == [new.email("admin"), "pengembang@contoh.id"]
    assert (await paid_order(client_for, new))["number"].endswith("-0000001")
