"""Every CSV of the house, asked of the application: programs read one form, an Indonesian Excel opens the other."""

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler

from eorder_platform import tenancy
from eorder_platform.csv_writing import FOR_EXCEL, FOR_PROGRAMS, CsvForm, CsvValue, csv_head, csv_text
from eorder_platform.directory.members import acting_member
from eorder_platform.tenancy import Tenant
from eorder_tenants.budgets.importing.reading import read_table
from eorder_tenants.budgets.importing.work_units import WORK_UNITS
from eorder_tenants.orders.core.models import Order, Status
from eorder_tenants.orders.jobs import project_order
from eorder_web.edge.dispatching import Dispatcher
from tests.notices.factories import accounts_for
from tests.orders.factories import a_cast, an_order
from tests.organisation.visiting import let_in
from tests.vendors.browsing import Visitor

ClientFor = Callable[[str], httpx.AsyncClient]
BOM = "\N{BYTE ORDER MARK}"
FORMULA = '=HYPERLINK("https://jahat.example";"klik; ini, ya")'
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}[+-]\d{2}:\d{2}")
MOMENT_IN_EXCEL = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}")


def csv_routes(application: Dispatcher) -> Iterator[tuple[str, str]]:
    """(host, path) of every list that can be taken away."""
    for host, side in (("dki.localhost", application.region), ("localhost", application.nation)):
        for route in side.routes:
            if route.path.endswith(".csv") and any(
                isinstance(one, HTTPRouteHandler) for one in getattr(route, "route_handlers", ())
            ):
                yield host, route.path


READERS = {"/pengawasan/tanda-merah.csv": "auditor", "/pengawasan/pembacaan.csv": "admin"}
"""What only those read who watch the region; an auditor's own reading adds to the record of it."""


def test_the_lists_are_known(application: Dispatcher) -> None:
    assert {
        ("dki.localhost", "/belanja.csv"),
        ("dki.localhost", "/pesanan.csv"),
        ("dki.localhost", "/pengiriman.csv"),
        ("localhost", "/belanja.csv"),
    } <= set(csv_routes(application))


@pytest.mark.usefixtures("ordinary_monday")
async def test_every_csv_is_read_by_programs_and_opens_in_excel(
    client_for: ClientFor, application: Dispatcher, dki: Tenant
) -> None:
    async with tenancy.inside(dki) as session:
        cast = await a_cast(session)
        order = await an_order(session, cast, Status.PAID)
        (await session.get_one(Order, order.id)).title = FORMULA
    await accounts_for(cast)
    await project_order(dki, order_id=str(order.id))
    assert cast.owner.id
    member = await acting_member(cast.owner.id)
    for host, path in csv_routes(application):
        async with client_for(host) as browser:
            if host != "localhost":
                await let_in(browser, dki, getattr(cast, READERS.get(path, "approver")))
            elif path.startswith("/usaha/"):
                await Visitor(browser).signs_in(member.account_id, member.name, member.role)
            for_programs = await browser.get(path)
            in_english = await browser.get(path, params={"bahasa": "en"})
            for_excel = await browser.get(path, params={"untuk": "excel"})
        assert for_programs.headers["content-type"] == "text/csv; header=present; charset=utf-8", path
        text = for_programs.content.decode("utf-8")
        assert not text.startswith(BOM) and "\n" not in text.replace("\r\n", ""), path
        names, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
        assert all(re.fullmatch("[a-z_]+", name) for name in names), path
        assert len(set(names)) == len(names) and all(len(row) == len(names) for row in rows), path
        assert in_english.content == for_programs.content, path
        assert for_programs.headers["content-disposition"].endswith('.csv"'), path

        opened = for_excel.content.decode("utf-8")
        assert opened.startswith(BOM), path
        heads, *same = csv.reader(io.StringIO(opened[1:], newline=""), delimiter=";", strict=True)
        assert (len(heads), len(same)) == (len(names), len(rows)), path
        assert for_excel.headers["content-disposition"].endswith('-excel.csv"'), path
        for cell in (cell for row in (*rows, *same) for cell in row):
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")), (path, cell)
        assert not any(MOMENT.search(cell) for row in same for cell in row), path


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        (FOR_PROGRAMS, "Hari,Saat,Jam,Berat,Nilai,Uraian\r\n2026-11-03,2026-11-03T02:05+00:00,09:30,2.500,1500000,"
                       "\"'=1+1;2\"\r\n"),
        (FOR_EXCEL, "\ufeffHari;Saat;Jam;Berat;Nilai;Uraian\r\n2026-11-03;2026-11-03 02:05;09:30;2,500;1500000;"
                    "\"'=1+1;2\"\r\n"),
    ],
)  # fmt: skip
def test_each_kind_of_cell_is_written_as_its_reader_reads_it(form: CsvForm, lines: str) -> None:
    row: list[CsvValue] = [
        date(2026, 11, 3),
        datetime(2026, 11, 3, 2, 5, 59, tzinfo=UTC),
        time(9, 30),
        Decimal("2.500"),
        1_500_000,
        "=1+1;2",
    ]
    quoted = lines.replace('"\'=1+1;2"', "'=1+1;2") if form is FOR_PROGRAMS else lines
    assert (
        csv_head(["Hari", "Saat", "Jam", "Berat", "Nilai", "Uraian"], form) + csv_text([row], form) == quoted
    )


@pytest.mark.parametrize("form", [FOR_PROGRAMS, FOR_EXCEL], ids=["programs", "excel"])
def test_what_we_write_our_own_uploads_read(form: CsvForm) -> None:
    headers = [column.header for column in WORK_UNITS.columns]
    row = [f"{column.examples[0]}; dan, lagi" for column in WORK_UNITS.columns]
    content = (csv_head(headers, form) + csv_text([row], form)).encode()
    table = read_table(content, lambda text: text in headers)
    assert table.headers == headers
    assert [[cell.text for cell in cells] for _, cells in table.rows] == [row]
