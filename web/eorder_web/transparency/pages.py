"""A region's public spending: the list with its figures, one order, the list as CSV, and genuine documents."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from eorder_platform import clock, tenancy
from eorder_platform.errors import NotVisible, Refused
from eorder_tenants.transparency.choosing import Choice
from eorder_tenants.transparency.exporting import orders_to_export
from eorder_tenants.transparency.publishing import published_order
from eorder_tenants.transparency.spending import PAGE_SIZE, choices, listed_orders
from eorder_tenants.transparency.verifying import PublicDocument, document_under, fingerprint
from eorder_web.edge.access import OUTSIDE_THE_REGION, PUBLIC
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.csv_answering import ForWhom, csv_answer
from eorder_web.edge.queries import ALL_YEARS, Page, Status, Words, Year, code_in, id_in, page_in, year_in
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.translating import spoken
from eorder_web.transparency.counting import spending_of
from eorder_web.transparency.drawing import month_chart
from eorder_web.transparency.exporting import REGIONAL
from eorder_web.transparency.presenting import (
    dates_of,
    facts_of,
    purpose_of,
    receivers,
    scale_of,
    stage_named,
    stage_options,
    status_tags,
    year_options,
)
from eorder_web.transparency.timeline import timeline

Unit = Annotated[str, QueryParameter(name="unit")]
Category = Annotated[str, QueryParameter(name="kategori")]
LAST_PAGE = 400
"""Beyond ten thousand orders one searches rather than turns pages."""
LONGEST_WORDS = 200
UNITS_SHOWN = 8
CATEGORIES_SHOWN = 6
LARGEST_PDF_MB = 10


@get("/belanja", opt=PUBLIC, name="transparency.spending")
async def spending_page(
    request: Request,
    words: Words = "",
    unit: Unit = "",
    category: Category = "",
    status: Status = "",
    year: Year = "",
    number: Page = "",
) -> Response[str]:
    """Issued orders of this region with what they add up to; every filter applies to both."""
    choice, current = _choice(request, words, unit, category, status, year), page_in(number, LAST_PAGE)
    added_up = await spending_of(request.tenant, choice)
    async with tenancy.searching(request.tenant) as connection:
        orders = await listed_orders(connection, choice, current)
        offered = await choices(connection, choice.zone)
    today = clock.today(request.tenant.zone)
    return page(
        request,
        "transparency/spending.html",
        active="spending",
        choice=choice,
        spending=added_up,
        chart=month_chart(added_up.months, choice.year or today.year, today),
        receivers=receivers(added_up),
        units=added_up.units[:UNITS_SHOWN],
        categories=added_up.categories[:CATEGORIES_SHOWN],
        orders=orders,
        units_offered=offered.units,
        years_offered=year_options(offered.years, today.year, choice.year),
        years_with_orders=offered.years,
        categories_offered=[
            (code, english if spoken() == "en" else name) for code, name, english in offered.categories
        ],
        stages_offered=stage_options(),
        tags=status_tags(),
        csv_url=address(
            "transparency.export", words=words, unit=unit, category=category, status=status, year=year
        ),
        current=current,
        last=-(-added_up.total.orders // PAGE_SIZE),
    )


@get("/belanja.csv", opt=PUBLIC, name="transparency.export")
async def export(
    request: Request,
    words: Words = "",
    unit: Unit = "",
    category: Category = "",
    status: Status = "",
    year: Year = "",
    for_whom: ForWhom = "",
) -> Stream:
    """The same orders as CSV, however many they are."""
    choice = _choice(request, words, unit, category, status, year)
    return csv_answer(
        REGIONAL,
        orders_to_export(request.tenant, choice),
        name=f"belanja-{request.tenant.slug}-{choice.year or ALL_YEARS}",
        zone=request.tenant.zone,
        for_whom=for_whom,
    )


@get("/belanja/{number:str}", opt=PUBLIC, name="transparency.order")
async def order_page(request: Request, number: FromPath[str]) -> Response[str]:
    """One order as everybody may see it."""
    order = None
    if known := code_in(number):
        async with tenancy.reading(request.tenant) as connection:
            order = await published_order(connection, known, request.tenant.zone)
    if order is None:
        raise NotVisible("Tidak ada pesanan terbit dengan nomor itu di wilayah ini.")
    return page(
        request,
        "transparency/order.html",
        active="spending",
        order=order,
        state=status_tags()[order.status],
        steps=timeline(order),
        dates=dates_of(order),
        purpose=purpose_of(order),
        scale=scale_of(order),
    )


@get("/dokumen", opt=PUBLIC, name="transparency.find_document")
async def find_document(
    request: Request, code: Annotated[str, QueryParameter(name="kode")] = ""
) -> Response[Any]:
    """Where a code is typed in that cannot be scanned."""
    if plain := _plain(code):
        return see_other(request, address("transparency.document", code=plain))
    return page(request, "transparency/find_document.html", kode="", unknown=False)


@get("/dokumen/{code:str}", opt=PUBLIC, name="transparency.document")
async def document_page(request: Request, code: FromPath[str]) -> Response[str]:
    """Is this document genuine? Where its QR leads."""
    document = await _document(request, code)
    return _shown(request, document) if document else _unknown(request, code)


@post(
    "/dokumen/{code:str}/pemeriksaan",
    status_code=200,
    opt=PUBLIC | OUTSIDE_THE_REGION | takes_files(1, 12),
    name="transparency.check_file",
)
async def check_file(request: Request, code: FromPath[str]) -> Response[str]:
    """Is this file the signed one, to the last byte? Nothing of it is kept."""
    document = await _document(request, code)
    if document is None:
        return _unknown(request, code)
    try:
        return _shown(request, document, verdict=await _verdict(request, document))
    except Refused as refusal:
        return _shown(request, document, status=422, problems=refusal.problems)


async def _verdict(request: Request, document: PublicDocument) -> str:
    file = (await request.fields()).file("berkas")
    if file is None:
        raise Refused("Pilih berkas PDF yang akan diperiksa.", "berkas")
    if file.file.seek(0, 2) > LARGEST_PDF_MB * 2**20:
        raise Refused("Berkas paling besar %(most)s MB.", "berkas", most=LARGEST_PDF_MB)
    file.file.seek(0)
    return "cocok" if await fingerprint(_pieces(file)) == document.content_hash else "tidak-cocok"


async def _pieces(file: UploadFile) -> Any:
    while piece := await file.read(256 * 1024):
        yield piece


async def _document(request: Request, code: str) -> PublicDocument | None:
    async with tenancy.reading(request.tenant) as connection:
        return await document_under(connection, code)


def _shown(
    request: Request, document: PublicDocument, status: int = 200, verdict: str = "", **context: Any
) -> Response[str]:
    return page(
        request,
        "transparency/document.html",
        status=status,
        document=document,
        facts=facts_of(document, request.tenant.zone),
        verdict=verdict,
        **context,
    )


def _unknown(request: Request, code: str) -> Response[str]:
    return page(request, "transparency/find_document.html", status=404, kode=code, unknown=True)


def _plain(code: str) -> str:
    return "".join(letter for letter in code if letter.isascii() and (letter.isalnum() or letter == "-"))[:40]


def _choice(request: Request, words: str, unit: str, category: str, status: str, year: str) -> Choice:
    zone = request.tenant.zone
    return Choice(
        zone=zone,
        year=year_in(year, clock.today(zone).year),
        unit_id=id_in(unit),
        stage=stage_named(status),
        category=code_in(category),
        text=words[:LONGEST_WORDS],
    )


REGION = [spending_page, export, order_page, find_document, document_page, check_file]
