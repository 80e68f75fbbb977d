"""What a visitor without an account meets."""

import csv
import io
import re
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from eorder_platform import clock
from eorder_platform.tenancy import Tenant
from eorder_tenants.documents.facts import DocumentKind
from eorder_tenants.orders.core.models import Status
from tests.transparency.factories import a_vendor, an_order, taking_part

ClientFor = Callable[[str], httpx.AsyncClient]


async def test_the_national_home_leads_to_regions_and_newest_orders(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    written = await an_order(gorontalo, title="Selendang karawo cendera mata", issued_at=clock.now())
    await taking_part(await a_vendor(), dki, gorontalo)
    async with client_for("localhost") as browser:
        home = await browser.get("/")
    assert home.status_code == 200
    assert "Belanja kecil pemerintah" in home.text
    for host in ("dki.localhost", "gorontalo.localhost"):
        assert f"http://{host}" in home.text
    assert "hari kalender sejak serah terima" in home.text
    assert written.order.title in home.text


async def test_regions_are_listed_with_links_to_their_spending(client_for: ClientFor) -> None:
    async with client_for("localhost") as browser:
        answer = await browser.get("/wilayah")
    assert answer.status_code == 200
    assert "Provinsi Gorontalo" in answer.text
    assert "/belanja" in answer.text


async def test_a_found_order_is_shown_in_its_region(client_for: ClientFor, gorontalo: Tenant) -> None:
    written = await an_order(gorontalo)
    async with client_for("localhost") as browser:
        found = await browser.get("/belanja", params={"q": written.number, "tahun": "semua"})
        none = await browser.get(
            "/belanja", params={"q": f"{written.number} zzz", "hal": "x", "wilayah": "y"}
        )
    assert f"/belanja/{written.number}" in found.text
    assert "Tidak ada pesanan yang cocok" in none.text
    async with client_for("gorontalo.localhost") as browser:
        shown = await browser.get(f"/belanja/{written.number}")
    assert shown.status_code == 200
    assert written.order.title in shown.text


async def test_a_regions_list_follows_every_filter(client_for: ClientFor, dki: Tenant) -> None:
    written = await an_order(dki, gross=12_345_678, unit="Dinas Bina Marga")
    asked = {"q": written.number, "unit": str(written.unit.id), "kategori": "FNB-MEET", "status": "dibayar"}
    async with client_for("dki.localhost") as browser:
        found = await browser.get("/belanja", params=asked)
        other = await browser.get("/belanja", params={**asked, "status": "batal"})
        odd = await browser.get("/belanja", params={"unit": "x", "status": "x", "tahun": "x", "hal": "-1"})
    assert "Rp\N{NO-BREAK SPACE}12.345.678" in found.text
    assert "Rp\N{NO-BREAK SPACE}12,3\N{NO-BREAK SPACE}juta" in found.text
    assert "Tidak ada pesanan yang cocok" in other.text
    assert odd.status_code == 200


@pytest.mark.parametrize(
    ("host", "address", "status"),
    [
        ("localhost", "/belanja?q=%00&wilayah=%00&status=%00&tahun=%00&hal=99999999999999999999", 200),
        ("localhost", "/belanja?q=%F0%9F%98%80 a_b:*%26|!('", 200),
        ("dki.localhost", "/belanja?q=%00%25_%5C&kategori=%00&unit=%00", 200),
        ("dki.localhost", "/belanja.csv?kategori=%00&tahun=2199", 200),
        ("localhost", "/belanja.csv?q=%00&wilayah=x&tahun=1890&untuk=x", 200),
        *(
            (host, f"{path}?{query}", 200)
            for host in ("localhost", "dki.localhost")
            for path in ("/belanja", "/belanja.csv")
            for query in (
                "tahun=abc",
                "tahun=%C2%B2026",
                "tahun=0",
                "tahun=-2026",
                "tahun=1000",
                "tahun=2999",
                "tahun=99999999999999999999999",
                "tahun=1890&tahun=2026",
                "tahun=",
                "tahun=%00",
                "q=a&q=b&status=x&status=y&unit=x&unit=y&hal=1&hal=2&untuk=excel&untuk=x",
            )
        ),
        ("dki.localhost", "/belanja/%00", 404),
        ("dki.localhost", "/belanja/a%2Fb", 404),
        ("dki.localhost", "/dokumen/%00%F0%9F%98%80", 404),
    ],
)
async def test_an_odd_address_is_answered_like_any_other(
    client_for: ClientFor, host: str, address: str, status: int
) -> None:
    async with client_for(host) as browser:
        assert (await browser.get(address)).status_code == status


@pytest.mark.parametrize("host", ["localhost", "dki.localhost"])
async def test_a_year_without_orders_says_so_and_leads_to_years_that_have_some(
    client_for: ClientFor, dki: Tenant, host: str
) -> None:
    await an_order(dki)
    async with client_for(host) as browser:
        page = (await browser.get("/belanja?tahun=1890&hal=7&bahasa=id")).text
        assert "Tidak ada pesanan terbit pada tahun 1890" in page
        assert '<option value="1890" selected>' in page
        (year, *_) = re.findall(r'href="(/belanja\?[^"]*tahun=2\d{3})"', page)
        assert "hal=" not in year
        there = (await browser.get(year.replace("&amp;", "&"))).text
        assert "Tidak ada pesanan" not in there
        assert "No order was issued in 1890" in (await browser.get("/belanja?tahun=1890&bahasa=en")).text
        none = await browser.get("/belanja.csv?tahun=1890")
    assert none.text.count("\n") == 1


async def test_the_nation_s_csv_has_the_orders_of_every_region(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    vendor = await a_vendor("Dua Pulau Sejahtera")
    written = {
        (await an_order(region, vendor, gross=5_850_000)).number: region for region in (dki, gorontalo)
    }
    async with client_for("localhost") as browser:
        page = await browser.get("/belanja", params={"q": "Dua Pulau Sejahtera"})
        assert 'href="/belanja.csv?q=Dua+Pulau+Sejahtera"' in page.text
        answer = await browser.get("/belanja.csv", params={"q": "Dua Pulau Sejahtera"})
        one = await browser.get(
            "/belanja.csv", params={"q": "Dua Pulau Sejahtera", "wilayah": str(gorontalo.id)}
        )
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["nomor"]: row["kode_wilayah"] for row in rows} == {
        number: region.region_code for number, region in written.items()
    }
    assert {(row["nilai_rupiah"], row["skala_usaha"]) for row in rows} == {("5850000", "mikro")}
    assert [row["wilayah"] for row in csv.DictReader(io.StringIO(one.text))] == [gorontalo.short_name]


async def test_another_regions_order_is_not_found_here(client_for: ClientFor, gorontalo: Tenant) -> None:
    written = await an_order(gorontalo)
    code = written.documents[DocumentKind.PURCHASE_ORDER].verification_code
    async with client_for("dki.localhost") as browser:
        assert (await browser.get(f"/belanja/{written.number}")).status_code == 404
        assert (await browser.get(f"/dokumen/{code}")).status_code == 404


@pytest.mark.parametrize("status", [Status.DRAFT, Status.AWAITING_APPROVAL])
async def test_an_order_that_was_never_issued_has_no_page(
    client_for: ClientFor, dki: Tenant, status: Status
) -> None:
    written = await an_order(dki, status=status, projected=False)
    async with client_for("dki.localhost") as browser:
        assert (await browser.get(f"/belanja/{written.order.number}")).status_code == 404


async def test_an_order_is_shown_at_every_stage(client_for: ClientFor, dki: Tenant) -> None:
    async with client_for("dki.localhost") as browser:
        for status in set(Status) - {Status.DRAFT, Status.AWAITING_APPROVAL}:
            written = await an_order(dki, status=status, projected=False)
            shown = await browser.get(f"/belanja/{written.number}?bahasa=id")
            listed = await browser.get("/belanja", params={"q": written.number, "bahasa": "id"})
            english = await browser.get(f"/belanja/{written.number}?bahasa=en")
            assert status.label in shown.text
            assert status.label in listed.text
            assert english.status_code == 200


async def test_an_order_tells_how_long_until_it_was_paid(client_for: ClientFor, dki: Tenant) -> None:
    # handed over Wednesday 10 June 2026, paid Sunday 14 June
    written = await an_order(dki, days_until_paid=4)
    async with client_for("dki.localhost") as browser:
        shown = await browser.get(f"/belanja/{written.number}")
    assert "4 hari" in shown.text
    assert "2 hari kerja" in shown.text


async def test_the_export_has_every_chosen_order_once(client_for: ClientFor, dki: Tenant) -> None:
    vendor = await a_vendor("Ekspor Jaya")
    numbers = {(await an_order(dki, vendor, title=f"Barang ke-{n}")).number for n in range(5)}
    async with client_for("dki.localhost") as browser:
        answer = await browser.get("/belanja.csv", params={"q": "Ekspor Jaya"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    assert sorted(row["nomor"] for row in rows) == sorted(numbers)
    assert {row["hari_sampai_dibayar"] for row in rows} == {"4"}
    assert {row["skala_usaha"] for row in rows} == {"mikro"}


async def test_an_export_of_many_steps_loses_and_repeats_nothing(
    client_for: ClientFor, dki: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor = await a_vendor("Langkah Kecil")
    numbers = [(await an_order(dki, vendor, projected=False)).number for _ in range(7)]
    monkeypatch.setattr("eorder_tenants.transparency.exporting.STEP", 2)
    async with client_for("dki.localhost") as browser:
        answer = await browser.get("/belanja.csv", params={"q": "Langkah Kecil"})
    listed = [row["nomor"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert sorted(listed) == sorted(numbers)


async def test_no_cell_of_the_export_is_a_formula(client_for: ClientFor, dki: Tenant) -> None:
    vendor = await a_vendor("@SUM(A1)")
    written = await an_order(dki, vendor, title='=HYPERLINK("http://jahat.example","klik")', unit="+Dinas")
    async with client_for("dki.localhost") as browser:
        answer = await browser.get("/belanja.csv", params={"q": written.number})
    (row,) = csv.DictReader(io.StringIO(answer.text))
    assert row["uraian"].startswith("'=HYPERLINK")
    assert row["penyedia"] == "'@SUM(A1)"
    assert row["unit_kerja"] == "'+Dinas"
    assert row["nilai_rupiah"] == "5850000"


async def test_every_link_of_the_dashboard_leads_somewhere(client_for: ClientFor, dki: Tenant) -> None:
    await an_order(dki)
    async with client_for("dki.localhost") as browser:
        page = await browser.get("/belanja")
        for link in {part.split('"')[0] for part in page.text.split('href="')[1:]}:
            path = urlsplit(link.replace("&amp;", "&"))
            if path.path.startswith(("/belanja", "/dokumen")):
                assert (await browser.get(link.replace("&amp;", "&"))).status_code == 200, link


@pytest.mark.parametrize("host", ["localhost", "dki.localhost"])
async def test_choosing_one_filter_does_not_make_the_others_mandatory(
    client_for: ClientFor, host: str
) -> None:
    """A browser refuses to send a form whose required select stands on its empty choice, and says so to nobody."""
    async with client_for(host) as browser:
        page = await browser.get("/belanja")
    (form,) = re.findall(r'<form[^>]*id="saring"[^>]*>', page.text)
    assert "novalidate" in form
