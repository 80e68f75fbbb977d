"""Addresses, ids and cookies taken from one region and tried in another; a vendor who looks at another's orders."""

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import Welcome
from tests.journeys.walking import NATION, REGION, VENDOR

if TYPE_CHECKING:
    from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
OTHER_REGION = "gorontalo.localhost"
OTHER_VENDOR = "penyedia1@usaha.example"


def test_what_is_found_in_one_region_is_found_in_no_other(welcome: Welcome) -> None:
    paths = everything_of_dki(welcome(REGION), welcome(REGION))
    stranger = welcome(OTHER_REGION)
    stranger.signs_in("ppk@gorontalo.example")
    for path in paths:
        stranger.opens(path, status=404)
        stranger.sees("Dokumen tidak dikenal" if path.startswith("/dokumen/") else "Tidak ditemukan")


def test_a_session_of_one_region_signs_nobody_in_at_another(welcome: Welcome) -> None:
    officer, thief = welcome(REGION), welcome(OTHER_REGION)
    officer.signs_in("ppk@dki.example")
    stolen = [one for one in officer.context.cookies() if one.get("domain") == REGION]
    assert stolen
    thief.context.add_cookies(
        [
            {"name": one["name"], "value": one["value"], "domain": OTHER_REGION, "path": "/"}
            for one in stolen
            if "name" in one and "value" in one
        ]
    )
    thief.opens("/tugas")
    assert thief.path == "/masuk"
    officer.opens("/tugas")
    assert officer.path == "/tugas"


def test_a_vendor_finds_his_own_orders_and_nobody_elses(welcome: Welcome) -> None:
    owner, other = welcome(NATION), welcome(NATION)
    owner.signs_in(VENDOR)
    owner.opens("/usaha/pesanan?tampil=selesai")
    if not links(owner, "/usaha/pesanan/"):
        owner.opens("/usaha/pesanan")
    path = links(owner, "/usaha/pesanan/")[0]
    owner.opens(path)
    other.signs_in(OTHER_VENDOR)
    other.opens(path, status=404)
    other.sees("Tidak ditemukan")


def everything_of_dki(officer: "Visitor", insider: "Visitor") -> list[str]:
    """An order, a draft, a document, a budget line, a package, a batch of uploads, an offer, a document's code."""
    officer.signs_in("pp@dki.example")
    # she sells in DKI Jakarta only; an offer in both has the same id in both
    officer.opens("/katalog?q=Yayah")
    offer = links(officer, "/katalog/")[0]
    officer.follows("", within=officer.main.locator("article"))
    officer.presses("Tambah ke pesanan")
    draft = officer.path
    insider.signs_in("auditor@dki.example")
    insider.opens("/pesanan?status=completed")
    order = links(insider, "/pesanan/")[0]
    insider.opens(order)
    insider.waits_for(lambda: bool(links(insider, f"{order}/dokumen/")), "a PDF")
    document = links(insider, f"{order}/dokumen/")[0]
    insider.opens("/anggaran")
    line = links(insider, "/anggaran/baris/")[0]
    insider.opens(line)
    package = links(insider, "/anggaran/paket/")[0]
    insider.opens("/belanja")
    public = links(insider, "/belanja/")[0]
    insider.opens(public)
    code = links(insider, "/dokumen/")[0]
    return [order, f"{order}/pemeriksaan", draft, document, line, package, offer, public, code]


def links(visitor: "Visitor", beginning: str) -> list[str]:
    """The paths on the page that go on from a beginning."""
    found = visitor.page.locator(f'a[href^="{beginning}"]').evaluate_all(
        "links => links.map(link => link.getAttribute('href'))"
    )
    return [str(path) for path in found]
