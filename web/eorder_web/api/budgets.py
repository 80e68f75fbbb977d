"""Budgets of one's units, and files that bring units, officials, budget lines and packages in."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_tenants.budgets import queries
from eorder_tenants.budgets.importing.confirming import confirm, discard
from eorder_tenants.budgets.importing.contents import Contents, read_apart
from eorder_tenants.budgets.importing.kinds import KINDS, kind_named
from eorder_tenants.budgets.importing.previewing import preview
from eorder_tenants.budgets.importing.reading import MAXIMUM_BYTES
from eorder_tenants.budgets.models import BudgetLine, ImportBatch, Package
from eorder_tenants.budgets.queries import LineKeys, ListedLine, Movement, Share
from eorder_tenants.orders.reading.of_package import orders_of_package
from eorder_tenants.organisation.actors import Actor
from eorder_web.api.calls import Call
from eorder_web.api.operations import File, Listing, Operation, Page, reads, writes
from eorder_web.api.paging import paged, position
from eorder_web.api.places import HERE, acting

BUDGETS: Final = "budgets"
READ: Final = "budgets:read"
WRITES: Final = {
    "work_units": "budgets:write",
    "budget_lines": "budgets:write",
    "packages": "packages:write",
    "officials": "officials:write",
}
"""What a program must be allowed to bring in a file of that kind."""

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class LineQuery(Listing, kw_only=True, frozen=True):
    """`q`: words in codes and names. `year`: the fiscal year, the current one without any."""

    q: Annotated[str, msgspec.Meta(max_length=200)] = ""
    year: Year | None = None
    unit: UUID | None = None


class LineDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A budget line (baris anggaran) with what each package may draw from it; whole rupiah."""

    id: UUID
    work_unit_id: UUID
    work_unit_name: str
    fiscal_year: int
    sub_activity_code: str
    sub_activity_name: str
    account_code: str
    account_name: str
    funding_source: str
    ceiling_rupiah: int
    shares: list[Share]


class OrderOfPackage(msgspec.Struct, frozen=True):
    """An order that draws on the package."""

    id: UUID
    number: str | None
    title: str
    status: str
    gross_rupiah: int


class PackageDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A package of the procurement plan (paket RUP), its money, its orders, and the newest movements of it."""

    id: UUID
    rup_code: str
    work_unit_id: UUID
    work_unit_name: str
    fiscal_year: int
    name: str
    method: str
    ceiling_rupiah: int
    selection_from: date
    selection_until: date
    announced: bool
    active: bool
    shares: list[Share]
    orders: list[OrderOfPackage]
    movements: list[Movement]


class ImportBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A CSV or XLSX file with the columns of the sample files."""

    file: File


class ImportView(msgspec.Struct, frozen=True, kw_only=True):
    """What a file says: what confirming it would change, or the problems by row and column."""

    id: UUID
    kind: str
    file_name: str
    status: str
    summary: dict[str, Any]
    problems: list[dict[str, Any]]
    rows: list[dict[str, Any]]
    uploaded_at: datetime
    confirmed_at: datetime | None


@reads("/budget-lines", tag=BUDGETS, scope=READ, says="Baris anggaran unit Anda dengan yang terpakai.")
async def lines(call: Call, query: LineQuery) -> Page[ListedLine]:
    """The budget lines of the person's units: ceiling, held, committed, realised; whole rupiah."""
    after = position(query, LineKeys)
    async with acting(call) as (session, actor):
        year = query.year or clock.today(call.region.zone).year
        search = queries.LineSearch(year, query.q, query.unit)
        found, keys = await queries.lines_behind(session, actor, search, after, query.limit + 1)
    return paged(call, query, found, lambda at: keys[at], lambda one: one)


@reads("/budget-lines/{line_id}", tag=BUDGETS, scope=READ, says="Satu baris anggaran dengan paket-paketnya.")
async def line(call: Call, line_id: UUID) -> LineDetails:
    """One budget line of the person's units."""
    async with acting(call) as (session, actor):
        found, unit = await queries.line_visible_to(session, actor, line_id)
        shares = await queries.shares_of_line(session, line_id)
    return LineDetails(**_columns(LineDetails, found), work_unit_name=unit.name, shares=shares)


@reads("/packages/{package_id}", tag=BUDGETS, scope=READ, says="Satu paket RUP dengan dana dan pesanannya.")
async def package(call: Call, package_id: UUID) -> PackageDetails:
    """One package of the person's units with every movement of its money."""
    async with acting(call) as (session, actor):
        found, unit = await queries.package_visible_to(session, actor, package_id)
        shares = await queries.shares_of_package(session, package_id)
        movements = await queries.movements_of(session, package_id)
        orders = await orders_of_package(session, actor, package_id)
    return PackageDetails(
        **_columns(PackageDetails, found),
        work_unit_name=unit.name,
        shares=shares,
        movements=movements,
        orders=[
            OrderOfPackage(one.id, one.number, one.title, one.status, one.gross_rupiah) for one in orders
        ],
    )


@reads("/imports", tag=BUDGETS, scope=READ, says="Berkas yang terakhir diunggah.")
async def imports(call: Call) -> Page[ImportView]:
    """The latest fifty files that were brought in, without their rows."""
    async with acting(call) as (session, actor):
        found = await queries.batches(session, actor)
    return Page([_import(batch, [], []) for batch, _name in found])


@reads("/imports/{import_id}", tag=BUDGETS, scope=READ, says="Isi satu unggahan dan masalahnya.")
async def shown_import(call: Call, import_id: UUID) -> ImportView:
    """One file as it was read."""
    async with acting(call) as (session, actor):
        batch = await queries.batch_named(session, actor, import_id)
    return _import(batch, batch.problems, batch.rows)


def _upload_of(kind: str) -> Operation:
    async def read(body: ImportBody) -> Any:
        contents = await read_apart(kind_named(kind), body.file.content)
        return body.file.name, contents

    async def upload(session: AsyncSession, actor: Actor, body: ImportBody) -> str:
        """Read a file into a preview; nothing is stored from it before it is confirmed."""
        name, contents = _as_read(body)
        batch = await preview(session, actor, name, contents)
        return f"/imports/{batch.id}"

    return writes(
        f"/imports/{kind.replace('_', '-')}",
        tag=BUDGETS,
        scope=WRITES[kind],
        place=HERE,
        made=True,
        name=f"budgets.upload_{kind}",
        shows="budgets.shown_import",
        prepares=read,
        most_bytes=MAXIMUM_BYTES * 3 // 2,
        twins=("budgets.upload",),
        says="Mengunggah berkas untuk diperiksa dahulu.",
    )(upload)


def _decision_on(noun: str, act: Any, says: str, twin: str) -> Operation:
    async def decide(session: AsyncSession, actor: Actor, import_id: UUID) -> str:
        await act(session, actor, import_id)
        return f"/imports/{import_id}"

    decide.__doc__ = act.__doc__
    return writes(
        f"/imports/{{import_id}}/{noun}",
        tag=BUDGETS,
        scope="budgets:write",
        place=HERE,
        name=f"budgets.{noun}",
        shows="budgets.shown_import",
        twins=(twin,),
        says=says,
    )(decide)


def _as_read(body: Any) -> tuple[str, Contents]:
    return body[0], body[1]


def _import(batch: ImportBatch, problems: list[Any], rows: list[Any]) -> ImportView:
    own = {
        name: getattr(batch, name)
        for name in ImportView.__struct_fields__
        if name not in ("problems", "rows")
    }
    return ImportView(**own, problems=problems, rows=rows)


def _columns(view: Any, row: BudgetLine | Package) -> dict[str, Any]:
    return {name: getattr(row, name) for name in view.__struct_fields__ if name in row.__table__.columns}


OPERATIONS: Final[list[Operation]] = [
    lines,
    line,
    package,
    imports,
    shown_import,
    *(_upload_of(kind) for kind in KINDS),
    _decision_on("confirmation", confirm, "Menyimpan unggahan yang tidak bermasalah.", "budgets.confirm"),
    _decision_on("disposal", discard, "Membuang unggahan; tidak ada yang berubah.", "budgets.discard"),
]
