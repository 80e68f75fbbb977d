"""The vendor's side, on the national host: one inbox over all regions, and each order in its region's own words.

Two transactions, one a zone: the national role says whose vendor the person is, then the region's role shows or
changes the order, for that vendor.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from eorder_platform import clock, tenancy
from eorder_platform.directory.members import acting_member
from eorder_platform.errors import NotVisible
from eorder_platform.projections.inbox import InboxOrder, InboxSearch, Place, Sorting, inbox_page, inbox_step
from eorder_platform.sentences import Rupiah, term
from eorder_platform.tenancy import Tenant, registry
from eorder_tenants.orders.conversation.queries import attachment_of
from eorder_tenants.orders.core.models import FINAL, Status
from eorder_tenants.orders.core.steps import OWNER, Step
from eorder_tenants.orders.lifecycle import step_named, steps
from eorder_tenants.orders.reading import queries
from eorder_tenants.organisation.actors import Actor, vendor_actor
from eorder_web.edge.access import VENDOR
from eorder_web.edge.answering import page, see_other
from eorder_web.edge.bell import WAITING_FOR_VENDORS, read_about
from eorder_web.edge.csv_answering import PRIVATE, ForWhom, csv_answer
from eorder_web.edge.papers import attachment_response
from eorder_web.edge.places import in_region
from eorder_web.edge.proving import proof_of
from eorder_web.edge.queries import YEAR, Words, Year, code_in, id_in, words_in
from eorder_web.edge.queries import Status as StatusAsked
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.rendering import NATIONAL_ZONE
from eorder_web.look.tables import TableColumn
from eorder_web.look.translating import _
from eorder_web.orders.conversation import (
    TAKES_ATTACHMENTS,
    Earlier,
    send_comment,
)
from eorder_web.orders.linking import Links
from eorder_web.orders.pages import document_file, proof_file
from eorder_web.orders.presenting import status_tag
from eorder_web.orders.taking import Attempt, take_step
from eorder_web.orders.workspace import workspace_of

PER_PAGE = 20
PLACE: Final = re.compile("-?[0-9]{1,18}", re.ASCII)
STEP: Final = 1_000
MOST_ROWS: Final = 20_000
STEPS_OF_VENDORS = {
    source: step for step in steps() if step.awaited and step.by[0] == OWNER for source in step.sources
}
"""What an order in that status waits for, where that is the vendor's alone to do."""
FINISHED = FINAL | {Status.PAID}
EVERYTHING: Final = "semua"
SHOWN = {
    "menunggu": WAITING_FOR_VENDORS,
    "berjalan": frozenset(Status) - WAITING_FOR_VENDORS - FINISHED - {Status.DRAFT, Status.AWAITING_APPROVAL},
    "selesai": FINISHED,
    EVERYTHING: frozenset(Status),
}
SORTINGS: Final = {
    "tenggat": (Sorting.DEADLINE, term("Tenggat terdekat")),
    "terbaru": (Sorting.CHANGED, term("Perubahan terbaru")),
    "dipesan": (Sorting.ISSUED, term("Pesanan terbaru")),
    "nilai": (Sorting.AMOUNT, term("Nilai terbesar")),
}
"""By the name in an address."""
Group = Annotated[str, QueryParameter(name="tampil")]
Region = Annotated[str, QueryParameter(name="wilayah")]
Sorted = Annotated[str, QueryParameter(name="urut")]
After = Annotated[str, QueryParameter(name="setelah")]

COLUMNS: Final[list[TableColumn[InboxOrder]]] = [
    TableColumn("Wilayah", lambda row: row.region),
    TableColumn("Unit kerja", lambda row: row.work_unit_name),
    TableColumn("Nomor", lambda row: row.number),
    TableColumn("Uraian", lambda row: row.title),
    TableColumn("Produk", lambda row: row.products),
    TableColumn("Status", lambda row: _(Status(row.status).label)),
    TableColumn("Menunggu Anda", lambda row: _next_step(row)),
    TableColumn("Tenggat", lambda row: row.due_at),
    TableColumn("Nilai", lambda row: Rupiah(row.gross_rupiah), name="nilai_rupiah"),
    TableColumn("Dipesan", lambda row: row.issued_at),
    TableColumn("Berubah", lambda row: row.changed_at),
]


@dataclass(frozen=True)
class Asked:
    """What an address asks the inbox for; what makes no sense there is left aside."""

    group: str
    region: str
    status: str
    year: int | None
    sorting: str
    words: str

    @classmethod
    def of(cls, group: str, region: str, status: str, year: str, sorting: str, words: str) -> "Asked":
        return cls(
            group if group in SHOWN else "menunggu",
            code_in(region) or "",
            status if status in set(Status) else "",
            int(year) if YEAR.fullmatch(year) else None,
            sorting if sorting in SORTINGS else "tenggat",
            words_in(words),
        )

    @property
    def search(self) -> InboxSearch:
        shown = SHOWN[self.group]
        statuses = {self.status} & shown if self.status else shown
        everything = self.group == EVERYTHING and not self.status
        return InboxSearch(
            text=self.words,
            region=self.region or None,
            statuses=None if everything else statuses,
            year=self.year,
            sorting=SORTINGS[self.sorting][0],
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything is left out beside what the tab leaves out."""
        return bool(self.words or self.region or self.status or self.year)


@get("/usaha/pesanan", opt=VENDOR, name="inbox.list")
async def inbox(
    request: Request,
    group: Group = "menunggu",
    region: Region = "",
    status: StatusAsked = "",
    chosen_year: Year = "",
    sorting: Sorted = "",
    words: Words = "",
    after: After = "",
) -> Response[str]:
    """Every order of this vendor, whatever region it came from."""
    asked = Asked.of(group, region, status, chosen_year, sorting, words)
    member = await acting_member(request.account_id)
    place = _place_in(after)
    async with tenancy.searching_national() as connection:
        found = await inbox_page(connection, member.vendor_id, asked.search, place, PER_PAGE + 1)
    orders = found.orders[:PER_PAGE]
    more = len(found.orders) > PER_PAGE
    return page(
        request,
        "vendors/inbox.html",
        active="inbox",
        asked=asked,
        orders=orders,
        counts={name: found.count(group, asked.region or None, asked.year) for name, group in SHOWN.items()},
        is_new=not found.counted and not asked.words,
        regions=found.regions(),
        statuses=[
            (one, f"{_(one.label)} ({found.count([one], asked.region or None, asked.year)})")
            for one in Status
            if one in SHOWN[asked.group] and (one == asked.status or found.count([one]))
        ],
        years=[(year, str(year)) for year in found.years()],
        sortings=[(name, _(label)) for name, (_sorting, label) in SORTINGS.items()],
        total=found.count(asked.search.statuses, asked.region or None, asked.year),
        tags={status: status_tag(status) for status in Status},
        next_steps=STEPS_OF_VENDORS,
        now=clock.now(),
        csv_url=_csv_url(asked),
        most_rows=MOST_ROWS,
        is_continued=place is not None,
        next_after=_place_text(orders[-1]) if more else "",
    )


@get("/usaha/pesanan.csv", opt=VENDOR, name="inbox.list_csv")
async def export(
    request: Request,
    group: Group = EVERYTHING,
    region: Region = "",
    status: StatusAsked = "",
    chosen_year: Year = "",
    sorting: Sorted = "",
    words: Words = "",
    for_whom: ForWhom = "",
) -> Stream:
    """What the inbox shows under the same address, as CSV; everything where nothing is asked for."""
    asked = Asked.of(group, region, status, chosen_year, sorting, words)
    member = await acting_member(request.account_id)
    return csv_answer(
        COLUMNS,
        _steps(member.vendor_id, asked.search),
        name="pesanan-masuk",
        zone=NATIONAL_ZONE,
        for_whom=for_whom,
        headers=PRIVATE,
    )


async def _steps(vendor_id: UUID, search: InboxSearch) -> AsyncIterator[list[InboxOrder]]:
    """In steps, so that memory stays flat and whoever reads slowly holds no connection."""
    after: Place | None = None
    for _step in range(MOST_ROWS // STEP):
        async with tenancy.searching_national() as connection:
            rows = await inbox_step(connection, vendor_id, search, after, STEP)
        if rows:
            yield rows
            after = rows[-1].place
        if len(rows) < STEP:
            return


def _csv_url(asked: Asked) -> str:
    return address(
        "inbox.list_csv",
        group=asked.group,
        region=asked.region,
        status=asked.status,
        chosen_year=asked.year or "",
        sorting=asked.sorting,
        words=asked.words,
    )


def _next_step(order: InboxOrder) -> str:
    step = STEPS_OF_VENDORS.get(Status(order.status))
    return _(step.label) if step else ""


def _place_text(order: InboxOrder) -> str:
    return f"{order.key}_{order.order_id.hex}"


def _place_in(text: str) -> Place | None:
    """Where a page of the list ended; None for what we never wrote: the beginning."""
    key, _sign, order_id = text.partition("_")
    found = id_in(order_id)
    if found is None or not PLACE.fullmatch(key):
        return None
    return Place(int(key), found)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}", opt=VENDOR, name="inbox.show")
async def show(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], earlier: Earlier = ""
) -> Response[str]:
    """One order, with what the vendor receives before they accept."""
    await read_about(request.visit, order_id=order_id)
    tenant, actor = await _tenant(slug), await _vendor(request)
    return await _order_page(request, tenant, actor, order_id, Attempt(earlier=id_in(earlier)))


@post(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/percakapan",
    opt=VENDOR | TAKES_ATTACHMENTS,
    name="inbox.comment",
)
async def comment(request: Request, slug: FromPath[str], order_id: FromPath[UUID]) -> Response[Any]:
    """Say something to the office."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    show = partial(_order_page, request, tenant, actor, order_id)
    links = Links.for_vendor(slug, order_id)
    return await send_comment(request, in_region(tenant, actor), order_id, links, show)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/percakapan", opt=VENDOR, name="inbox.comments")
async def comments(request: Request, slug: FromPath[str], order_id: FromPath[UUID]) -> Response[None]:
    """Where a comment was refused, for those who load it again: the conversation on the order's page."""
    return see_other(request, Links.for_vendor(slug, order_id).comments())


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/lampiran/{file_id:uuid}", opt=VENDOR, name="inbox.attachment")
async def attachment(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], file_id: FromPath[UUID]
) -> Response[bytes]:
    """What was attached to a comment."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        await queries.order_for(session, actor, order_id)
        return attachment_response(await attachment_of(session, order_id, file_id))


@post(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/{noun:str}",
    opt=VENDOR | takes_files(4, 32),
    name="inbox.step",
)
async def step(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[Any]:
    """A step of the vendor: acceptance, delivery, invoice … (lifecycle.py)."""
    tenant, actor = await _tenant(slug), await _vendor(request)

    def leads_to(_step: Step, _result: Any) -> str:
        return address("inbox.show", slug=slug, order_id=order_id)

    async def again(attempt: Attempt) -> Response[str]:
        return await _order_page(request, tenant, actor, order_id, attempt)

    place = in_region(tenant, actor)
    return await take_step(request, place, order_id, noun, leads_to=leads_to, again=again)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/{noun:str}", opt=VENDOR, name="inbox.step_form")
async def step_form(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], noun: FromPath[str]
) -> Response[str]:
    """A step's address after it was taken or refused, for those who reload it: the order. No step's: NotVisible."""
    if step_named(noun) is None:
        raise NotVisible
    return await _order_page(request, await _tenant(slug), await _vendor(request), order_id, Attempt())


@get(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/dokumen/{document_id:uuid}", opt=VENDOR, name="inbox.document"
)
async def document(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Response[bytes]:
    """A signed document of one of the vendor's orders."""
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        await queries.order_for(session, actor, order_id)
        return await document_file(session, slug, order_id, document_id)


@get("/usaha/pesanan/{slug:str}/{order_id:uuid}/foto/{delivery_id:uuid}", opt=VENDOR, name="inbox.photo")
async def photo(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """What was shown when a delivery set out."""
    return await _proof(request, slug, order_id, delivery_id, "photo_key")


@get(
    "/usaha/pesanan/{slug:str}/{order_id:uuid}/bukti-tiba/{delivery_id:uuid}",
    opt=VENDOR,
    name="inbox.arrival_proof",
)
async def arrival_proof(
    request: Request, slug: FromPath[str], order_id: FromPath[UUID], delivery_id: FromPath[UUID]
) -> Response[bytes]:
    """What was shown when it arrived."""
    return await _proof(request, slug, order_id, delivery_id, "arrival_proof_key")


async def _proof(
    request: Request, slug: str, order_id: UUID, delivery_id: UUID, kept_in: str
) -> Response[bytes]:
    tenant, actor = await _tenant(slug), await _vendor(request)
    async with tenancy.inside(tenant) as session:
        order = await queries.order_for(session, actor, order_id)
        return await proof_file(slug, order, delivery_id, kept_in)


async def _order_page(
    request: Request, tenant: Tenant, actor: Actor, order_id: UUID, attempt: Attempt
) -> Response[str]:
    async with tenancy.inside(tenant) as session:
        order = await queries.order_for(session, actor, order_id)
        links = Links.for_vendor(tenant.slug, order.id)
        common = await workspace_of(session, actor, order, tenant.zone, links, attempt)
    expected, status = common["expected"], Status(order.status)
    return page(
        request,
        "vendors/order.html",
        active="inbox",
        tenant=tenant,
        may_be_paid=not status.is_dead and status is not Status.CANCELLATION_ASKED,
        gross=expected.assessment.gross if expected else order.gross_rupiah,
        withheld=expected.assessment.withheld if expected else order.withheld_rupiah,
        penalty=expected.penalty if expected else order.penalty_rupiah,
        **common,
    )


async def _vendor(request: Request) -> Actor:
    member = await acting_member(request.account_id)
    return vendor_actor(member.account_id, member.name, member.vendor_id, member.role, proof_of(request))


async def _tenant(slug: str) -> Tenant:
    tenant = await registry.by_slug(slug)
    if tenant is None:
        raise NotVisible
    return tenant


NATION = [inbox, export, show, document, photo, arrival_proof, comment, comments, attachment, step, step_form]
