"""Every page that anybody may open, today's and tomorrow's: none says anything private of a vendor or an official.

The routes are asked of the application itself. A new one is visited without being named here; one whose address needs
something that is not known here makes the test fail until it says what.
"""

import json
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from xml.etree import ElementTree

import httpx
import pytest
import pytest_asyncio
from litestar.handlers import HTTPRouteHandler

from eorder_platform import tenancy
from eorder_platform.directory.models import Vendor
from eorder_platform.directory.photographing import add_photo
from eorder_platform.settings import settings
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
from tests.directory.sanctions import a_sanction
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
    "/openid/",
    "/bukan-saya/",
    "/berhenti-surat/",
    "/pemulihan/",
    "/akun-kembali/",
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
        warned = await a_sanction(session, member, level="warning", months=None)
    seller = Seller(member, word, [product])
    await asks(seller, dki)
    await is_accepted(seller, dki)
    await jobs.spread_product(product_id=str(product.id))
    written = await an_order(dki, vendor, title=f"Nasi kotak {word}")
    code = written.documents[DocumentKind.PURCHASE_ORDER].verification_code
    parameters = {
        "tag": "places",
        "offer_id": str(product.id),
        "product_id": str(product.id),
        "vendor_id": str(vendor.id),
        "name": f"{photo.id}-240.webp",
        "number": written.number,
        "code": code,
        "decision": warned.number,
        "part": "halaman.xml",
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
                assert answer.status_code == 200 or address.startswith(LEADS_AWAY), address
                assert private_facts_in(answer, told.private) == [], address


@pytest.mark.parametrize("host", ["dki.localhost", "localhost"])
async def test_the_pages_tell_of_that_very_vendor(client_for: ClientFor, told: Told, host: str) -> None:
    """Otherwise the test above would prove nothing."""
    async with client_for(host) as browser:
        for address in (f"/penyedia/{told.seller.vendor_id}", f"/penyedia?q={told.seller.word}"):
            assert told.seller.word in (await browser.get(address)).text.casefold(), address


LEADS_AWAY = ("/masuk", "/lupa-sandi")
"""At a region: to the nation, or to nothing without the browser that left."""
FOUND_BY_NOBODY = ("/masuk", "/lupa-sandi", "/dokumen/", "/cari?")
"""Forms, what a code leads to, and answers to a question of one reader: no search engine keeps them."""


@pytest.mark.parametrize("host", ["dki.localhost", "localhost"])
async def test_every_page_says_what_it_is_about_in_both_languages(
    client_for: ClientFor, application: Dispatcher, told: Told, host: str
) -> None:
    said: dict[str, str] = {}
    async with client_for(host) as browser:
        for path in addresses(application, host, told):
            joint = "&" if "?" in path else "?"
            for language in ("id", "en"):
                answer = await browser.get(f"{path}{joint}bahasa={language}")
                if not answer.headers["content-type"].startswith("text/html"):
                    continue
                heads = answer.text.partition("</head>")[0]
                if path.startswith(FOUND_BY_NOBODY):
                    assert '<meta name="robots" content="noindex">' in heads, path
                    continue
                plain = settings().public_url(host, path.partition("?")[0])
                own = plain if language == "id" else f"{plain}?bahasa=en"
                (about,) = re.findall(r'<meta name="description" content="([^"]{20,300})">', heads)
                assert "noindex" not in heads, path
                assert f'<link rel="canonical" href="{own}">' in heads, path
                for other, address in (("x-default", plain), ("id", plain), ("en", f"{plain}?bahasa=en")):
                    assert f'<link rel="alternate" hreflang="{other}" href="{address}">' in heads, path
                for kind, value in (("url", own), ("description", about)):
                    assert f'<meta property="og:{kind}" content="{value}">' in heads, path
                (title,) = re.findall(r'<meta property="og:title" content="([^"]+)">', heads)
                assert f"<title>{title} – " in heads, path
                assert said.setdefault(about, plain) == plain or "?q=" in path, (about, said[about], path)
                (picture,) = re.findall(r'<meta property="og:image" content="([^"]+)">', heads)
        drawn = await browser.get(picture)
    assert drawn.headers["content-type"] == "image/png"
    assert struct.unpack(">II", drawn.content[16:24]) == (1200, 630)


async def test_a_page_behind_the_sign_in_and_a_page_that_is_not_there_are_kept_by_nobody(
    client_for: ClientFor,
) -> None:
    async with client_for("dki.localhost") as browser:
        for path in ("/masuk/kembali", "/belanja/EO-31-2026-9999999"):
            assert '<meta name="robots" content="noindex">' in (await browser.get(path)).text, path


async def test_a_product_says_its_facts_to_programs(client_for: ClientFor, told: Told) -> None:
    async with client_for("dki.localhost") as browser:
        page = await browser.get(f"/katalog/{told.parameters['offer_id']}")
    (facts,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    product = json.loads(facts)
    assert product["name"] == f"Nasi kotak {told.seller.word}"
    assert product["offers"]["priceCurrency"] == "IDR"
    assert product["offers"]["price"] == 35_000
    assert product["image"][0].startswith(settings().public_url("dki.localhost", "/foto/"))


@pytest.mark.parametrize("host", ["dki.localhost", "localhost"])
async def test_the_map_leads_to_every_public_page(client_for: ClientFor, told: Told, host: str) -> None:
    here = settings().public_url(host, "")
    async with client_for(host) as browser:
        rules = (await browser.get("/robots.txt")).text
        assert f"Sitemap: {here}/sitemap.xml\n" in rules
        whole = await browser.get("/sitemap.xml")
        assert whole.headers["cache-control"] == "public, max-age=3600"
        parts = located(whole.text)
        found = []
        for part in (one for one in parts if one.startswith(f"{here}/")):
            answer = await browser.get(part)
            assert answer.headers["content-type"].startswith("application/xml")
            found += located(answer.text)
        wanted = [f"{here}/", f"{here}/penyedia/{told.seller.vendor_id}"]
        if host == "localhost":
            assert settings().public_url("dki.localhost", "/sitemap.xml") in parts
        else:
            wanted.append(f"{here}/katalog/{told.parameters['offer_id']}")
            wanted.append(f"{here}/belanja/{told.parameters['number']}")
        assert set(wanted) <= set(found)
        assert len(found) == len(set(found))
        for address in (*found[:12], *wanted):
            assert (await browser.get(address)).status_code == 200, address
        for none in ("belanja-99", "belanja-0", "belanja-x", "katalog", "lain-1", "halaman-2"):
            assert (await browser.get(f"/sitemap/{none}.xml")).status_code == 404, none


def located(xml: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(xml).iter() if one.tag.endswith("loc")]


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
    """What programs call shows a token instead."""
    by_all = handler.opt.get("access") == "public" and not handler.opt.get("of_programs")
    return by_all and "GET" in handler.http_methods
