"""Budgets and uploads as a browser without JavaScript meets them."""

import io
import re
from collections.abc import Callable

import httpx
import openpyxl

from eorder_platform import clock, tenancy
from eorder_platform.ids import new_id
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.samples import sample_csv, sample_xlsx
from eorder_tenants.budgets.importing.work_units import WORK_UNITS
from eorder_tenants.budgets.queries import LineSearch, lines_visible_to
from eorder_tenants.organisation.models import Role
from tests.budgets.factories import a_balance, a_budget_line, a_csv, a_package
from tests.orders.factories import MONDAY, a_cast, an_order
from tests.organisation.factories import a_work_unit, an_official
from tests.organisation.visiting import let_in, send

ClientFor = Callable[[str], httpx.AsyncClient]
UPLOADS = "/anggaran/unggahan"


async def test_an_official_sees_the_budget_of_his_unit_and_no_other(
    client_for: ClientFor, dki: Tenant
) -> None:
    with clock.travelling_to(MONDAY):
        async with tenancy.inside(dki) as session:
            cast = await a_cast(session, price=12_500_000, pkp=False, ceiling=40_000_000)
            await an_order(session, cast)
    async with tenancy.inside(dki) as session:
        line, package, officer = cast.budget_line, cast.package, cast.officer
        foreign = await a_budget_line(session, await a_work_unit(session))
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, officer)
        html = (await browser.get("/anggaran")).text
        assert f"/anggaran/baris/{line.id}" in html
        assert str(foreign.id) not in html
        assert (await browser.get(f"/anggaran/baris/{foreign.id}")).status_code == 404
        assert "Alat tulis kantor sekolah dasar" in (await browser.get(f"/anggaran/baris/{line.id}")).text
        ledger = (await browser.get(f"/anggaran/paket/{package.id}")).text
        assert "Rp\xa027.500.000" in ledger
        assert "Tersedia → Dicadangkan" in ledger


async def test_lines_are_found_by_words_of_the_line_and_of_its_packages(dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        unit = await a_work_unit(session)
        line, package = await a_budget_line(session, unit), await a_package(session, unit)
        await a_budget_line(session, unit)
        await a_balance(session, 40_000_000, line, package)
        officer = await an_official(session, Role.PROCUREMENT_OFFICER, unit=unit)
        found = {
            words: (await lines_visible_to(session, officer, LineSearch(2026, words))).count
            for words in ("", "kantor 0024", package.rup_code, "ambulans", "100%")
        }
    assert found == {"": 2, "kantor 0024": 2, package.rup_code: 1, "ambulans": 0, "100%": 0}


async def test_an_administrator_uploads_looks_and_confirms(client_for: ClientFor, dki: Tenant) -> None:
    code = f"7.{new_id().hex[-8:]}"
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        file = ("unit.csv", a_csv(WORK_UNITS, {"code": code, "name": "Dinas Perpustakaan"}))
        answer = await send(browser, UPLOADS, UPLOADS, {"kind": "work_units"}, file)
        assert answer.status_code == 303
        preview = answer.headers["location"]
        html = (await browser.get(preview)).text
        assert "Dinas Perpustakaan" in html
        assert "Simpan 1 baris" in html
        assert code not in (await browser.get("/organisasi/unit")).text
        assert (await send(browser, preview, f"{preview}/konfirmasi", {})).status_code == 303
        assert code in (await browser.get("/organisasi/unit")).text
        assert (await browser.get(UPLOADS)).text.count("unit.csv") >= 1


async def test_a_second_click_on_confirm_is_led_to_the_same_page(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        file = ("unit.csv", a_csv(WORK_UNITS, {"code": f"7.{new_id().hex[-8:]}"}))
        preview = (await send(browser, UPLOADS, UPLOADS, {"kind": "work_units"}, file)).headers["location"]
        html = (await browser.get(preview)).text
        form = html.partition(f'action="{preview}/konfirmasi"')[2].partition("</form>")[0]
        hidden = {
            name: form.partition(f'name="{name}" value="')[2].partition('"')[0]
            for name in ("_csrf", "_kunci")
        }
        answers = [await browser.post(f"{preview}/konfirmasi", data=hidden) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [(303, preview)] * 2


async def test_bad_cells_are_shown_and_cannot_be_confirmed(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        file = ("unit.csv", a_csv(WORK_UNITS, {"region_code": "<99>"}))
        preview = (await send(browser, UPLOADS, UPLOADS, {"kind": "work_units"}, file)).headers["location"]
        html = (await browser.get(preview)).text
    assert "Kode wilayah" in html
    assert "&lt;99&gt;" in html
    assert "Unggah lagi" in html
    assert "/konfirmasi" not in html


async def test_hidden_rows_are_named_beside_the_others(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    book = openpyxl.load_workbook(io.BytesIO(sample_xlsx(WORK_UNITS)))
    book.worksheets[0].row_dimensions[3].hidden = True
    content = io.BytesIO()
    book.save(content)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        file = ("unit.xlsx", content.getvalue())
        preview = (await send(browser, UPLOADS, UPLOADS, {"kind": "work_units"}, file)).headers["location"]
        html = (await browser.get(preview)).text
    assert "ikut dibaca: baris 3." in html


async def test_a_file_that_is_no_table_is_refused_beside_its_field(
    client_for: ClientFor, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        picture = ("foto.png", b"\x89PNG\x00")
        answers = [
            await send(browser, UPLOADS, UPLOADS, {"kind": "packages"}, picture),
            await send(browser, UPLOADS, UPLOADS, {"kind": "packages"}),
        ]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all('id="file-galat"' in answer.text for answer in answers)
    assert re.search(r'value="packages"[^>]* checked', answers[0].text)


async def test_sample_files_are_downloaded(client_for: ClientFor, dki: Tenant) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        text = await browser.get(f"{UPLOADS}/contoh/work_units/csv")
        book = await browser.get(f"{UPLOADS}/contoh/packages/xlsx")
        unknown = await browser.get(f"{UPLOADS}/contoh/secrets/csv")
    assert text.content == sample_csv(WORK_UNITS)
    assert 'filename="contoh-paket-rup.xlsx"' in book.headers["content-disposition"]
    assert book.content.startswith(b"PK")
    assert unknown.status_code == 404


async def test_an_upload_of_another_region_is_not_found(
    client_for: ClientFor, dki: Tenant, gorontalo: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        admin = await an_official(session, Role.TENANT_ADMIN)
    async with tenancy.inside(gorontalo) as session:
        there = await an_official(session, Role.TENANT_ADMIN)
    async with client_for("dki.localhost") as browser:
        await let_in(browser, dki, admin)
        file = ("unit.csv", a_csv(WORK_UNITS, {"code": f"7.{new_id().hex[-8:]}"}))
        preview = (await send(browser, UPLOADS, UPLOADS, {"kind": "work_units"}, file)).headers["location"]
    async with client_for("gorontalo.localhost") as browser:
        await let_in(browser, gorontalo, there)
        assert (await browser.get(preview)).status_code == 404
