"""Every page that anybody may open, today's and tomorrow's: none says anything private of a vendor or an official.

The routes are asked of the application itself. A new one is visited without being named here; one whose address needs
something that is not known here makes the test fail until it says what.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
import pytest_asyncio
from litestar.handlers import HTTPRouteHandler

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor
from eorder_platform.directory.photographing import add_photo
from eorder_platform.tenancy import registry
from eorder_tenants.catalogue import jobs
from eorder_tenants.documents.facts import DocumentKind
from eorder_web.edge.dispatching import Dispatcher
from tests.catalogue.factories import Seller, a_word, asks, is_accepted
from tests.directory.factories import (
    a_drawn_photo,
    a_national_identity_number,
    a_published_product,
    a_verified_vendor,
)
from tests.transparency.factories import PRIVATE, an_order
from tests.transparency.test_privacy import private_facts_in

ClientFor = Callable[[str], httpx.AsyncClient]
NO_PAGES = (
    "/surat",
    "/galeri",
    "/_/",
    "/static/",
    "/undangan/",
    "/sandi-baru/",
    "/bukan-saya/",
    "/berhenti-surat/",
)
"""The demo's mailbox, made-up specimens, what is no page, and pages that only who was sent their address can open."""
SEARCHES = ("/cari", "/penyedia", "/katalog", "/belanja", "/belanja.csv")


@dataclass
class Told:
    """A vendor with an order, everything private about both, and what leads to their pages."""

    seller: Seller
    private: dict[str, str]
    parameters: dict[str, str]


@pytest_asyncio.fixture(scope="module")
async def told() -> Told:
    """A business that registered with secrets, sells in DKI Jakarta and was paid there."""
    dki = await registry.by_slug("dki")
    assert dki is not None
    word = a_word()
    secrets = {
        "owner_name": "Pemilik Sangat Rahasia",
        "national_identity_number": a_national_identity_number(),
        "tax_id": "021832415000000",
        "street_address": "Gang Tersembunyi Nomor 88",
        "phone": "+6281299887755",
        "email": f"{word}@rahasia.example",
        "bank_account": "40108199887755",
        "bank_account_holder": "Pemegang Sangat Rahasia",
    }
    async with tenancy.national() as session:
        member = await a_verified_vendor(session, trade_name=f"Dapur {word.title()}", **secrets)
        product = await a_published_product(session, member, name=f"Nasi kotak {word}", coverage="31")
        photo = await add_photo(session, member, product.id, a_drawn_photo())
        vendor = await session.get_one(Vendor, member.vendor_id)
    seller = Seller(member, word, [product])
    await asks(seller, dki)
    await is_accepted(seller, dki)
    await jobs.spread_product(product_id=str(product.id))
    written = await an_order(dki, vendor, title=f"Nasi kotak {word}")
    code = written.documents[DocumentKind.PURCHASE_ORDER].verification_code
    parameters = {
        "offer_id": str(product.id),
        "product_id": str(product.id),
        "vendor_id": str(vendor.id),
        "name": f"{photo.id}-240.webp",
        "number": written.number,
        "code": code,
    }
    spoken = {"phone as dialled here": "081299887755", "NPWP as written": "02.183.241.5-000.000"}
    return Told(seller, {**PRIVATE, **secrets, **spoken}, parameters)


@pytest.mark.parametrize("host", ["dki.localhost", "localhost"])
async def test_no_page_that_anybody_may_open_says_anything_private(
    client_for: ClientFor, application: Dispatcher, told: Told, host: str
) -> None:
    pages = list(addresses(application, host, told))
    assert len(pages) > 10
    async with client_for(host) as browser:
        for address in pages:
            for language in ("id", "en"):
                joint = "&" if "?" in address else "?"
                answer = await browser.get(f"{address}{joint}bahasa={language}")
                assert answer.status_code == 200, address
                assert private_facts_in(answer, told.private) == [], address


@pytest.mark.parametrize("host", ["dki.localhost", "localhost"])
async def test_the_pages_tell_of_that_very_vendor(client_for: ClientFor, told: Told, host: str) -> None:
    """Otherwise the test above would prove nothing."""
    async with client_for(host) as browser:
        for address in (f"/penyedia/{told.seller.vendor_id}", f"/penyedia?q={told.seller.word}"):
            assert told.seller.word in (await browser.get(address)).text.casefold(), address


def addresses(application: Dispatcher, host: str, told: Told) -> Iterator[str]:
    """Every public address of that host that is read, filled in; searches once more with the vendor's word."""
    for route in (application.nation if host == "localhost" else application.region).routes:
        handlers = [one for one in getattr(route, "route_handlers", ()) if isinstance(one, HTTPRouteHandler)]
        if route.path.startswith(NO_PAGES) or not any(is_read_by_all(handler) for handler in handlers):
            continue
        yield re.sub(r"\{(\w+):\w+\}", lambda found: told.parameters[found[1]], route.path)
        if route.path in SEARCHES:
            yield f"{route.path}?q={told.seller.word}&tahun=semua"


def is_read_by_all(handler: HTTPRouteHandler) -> bool:
    return handler.opt.get("access") == "public" and "GET" in handler.http_methods
