"""Bringing files in: upload, look at what they would change, confirm or put away."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import clock
from eorder_platform.adapters.carrying import is_stand_in
from eorder_platform.adapters.systems import NAMES
from eorder_platform.errors import Refused
from eorder_tenants.budgets import queries
from eorder_tenants.budgets.importing import columns
from eorder_tenants.budgets.importing.columns import Column, Value
from eorder_tenants.budgets.importing.confirming import confirm, discard
from eorder_tenants.budgets.importing.contents import Contents, read_apart
from eorder_tenants.budgets.importing.fetching import fetch, fetchable
from eorder_tenants.budgets.importing.kind import Change, Kind
from eorder_tenants.budgets.importing.kinds import KINDS, kind_named
from eorder_tenants.budgets.importing.previewing import preview, problems_of
from eorder_tenants.budgets.importing.reading import MAXIMUM_BYTES, MAXIMUM_ROWS, ONE_MIB
from eorder_tenants.budgets.importing.samples import sample_csv, sample_xlsx
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.appointing import require_administrator
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.answering import Problems, page
from eorder_web.edge.forms import NOTHING_TYPED, Form
from eorder_web.edge.places import HERE, acting
from eorder_web.edge.receiving import takes_files
from eorder_web.edge.visiting import Request
from eorder_web.edge.writing import write
from eorder_web.look.addresses import address
from eorder_web.look.formatting import date_short, rupiah
from eorder_web.look.translating import _

ROWS_SHOWN = 50
PROBLEMS_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/anggaran/unggahan", opt=OFFICIAL, name="budgets.uploads")
async def uploads(
    request: Request, kind: Annotated[str, QueryParameter(name="jenis")] = "work_units"
) -> Response[str]:
    """The upload form with sample files, and the uploads of late."""
    return await _upload_page(request, values={"kind": kind})


@post("/anggaran/unggahan", opt=OFFICIAL | takes_files(1, 16), name="budgets.upload")
async def upload(request: Request) -> Response[Any]:
    """Read a file into a preview, before the transaction begins; nothing is stored from it yet."""
    read: list[tuple[str, Contents]] = []

    async def beforehand(form: Form) -> None:
        async with acting(request) as (_session, actor):
            require_administrator(actor)
        file = form.file("file")
        if file is None:
            raise Refused("Pilih berkas CSV atau XLSX.", "file")
        read.append((file.filename, await read_apart(kind_named(form.text("kind")), await file.read())))

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        batch = await preview(session, actor, *read[0])
        return address("budgets.preview", batch_id=batch.id)

    return await write(request, HERE, work, again=partial(_upload_page, request), beforehand=beforehand)


@post("/anggaran/unggahan/pengambilan", opt=OFFICIAL, name="budgets.fetch")
async def fetch_from_elsewhere(request: Request) -> Response[Any]:
    """Ask SIPD or SiRUP for this region's rows, before the transaction begins, and show them as a preview."""
    read: list[tuple[str, Contents]] = []

    async def beforehand(form: Form) -> None:
        async with acting(request) as (_session, actor):
            require_administrator(actor)
        read.append(await fetch(request.tenant, form.text("fetched_kind"), form.text("year")))

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        batch = await preview(session, actor, *read[0])
        return address("budgets.preview", batch_id=batch.id)

    return await write(request, HERE, work, again=partial(_upload_page, request), beforehand=beforehand)


@get("/anggaran/unggahan/{batch_id:uuid}", opt=OFFICIAL, name="budgets.preview")
async def show(request: Request, batch_id: FromPath[UUID]) -> Response[str]:
    """What an upload says: the problems by row and column, or what confirming it would change."""
    return await _preview_page(request, batch_id)


@post("/anggaran/unggahan/{batch_id:uuid}/konfirmasi", opt=OFFICIAL, name="budgets.confirm")
async def confirmation(request: Request, batch_id: FromPath[UUID]) -> Response[Any]:
    """Store a preview without problems."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await confirm(session, actor, batch_id)
        return address("budgets.preview", batch_id=batch_id)

    again = partial(_preview_page, request, batch_id)
    return await write(request, HERE, work, "Data tersimpan.", again)


@post("/anggaran/unggahan/{batch_id:uuid}/pembuangan", opt=OFFICIAL, name="budgets.discard")
async def disposal(request: Request, batch_id: FromPath[UUID]) -> Response[Any]:
    """Put a preview away."""

    async def work(session: AsyncSession, actor: Actor, _form: Form) -> str:
        await discard(session, actor, batch_id)
        return address("budgets.uploads")

    return await write(request, HERE, work, "Unggahan dibuang; tidak ada yang berubah.")


@get(
    "/anggaran/unggahan/contoh/{kind_name:str}/csv",
    opt=OFFICIAL,
    name="budgets.sample_csv",
    sync_to_thread=False,
)
def sample_as_csv(request: Request, kind_name: FromPath[str]) -> Response[bytes]:
    """A sample file for a text editor or an export."""
    kind = kind_named(kind_name)
    return _download(sample_csv(kind), "text/csv; charset=utf-8", f"contoh-{_file_name(kind.title)}.csv")


@get(
    "/anggaran/unggahan/contoh/{kind_name:str}/xlsx",
    opt=OFFICIAL,
    name="budgets.sample_xlsx",
    sync_to_thread=True,
)
def sample_as_xlsx(request: Request, kind_name: FromPath[str]) -> Response[bytes]:
    """A sample file for a spreadsheet."""
    kind = kind_named(kind_name)
    return _download(sample_xlsx(kind), XLSX, f"contoh-{_file_name(kind.title)}.xlsx")


async def _upload_page(
    request: Request, problems: Problems = (), values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        earlier = await queries.batches(session, actor)
    this_year = clock.today(request.tenant.zone).year
    return page(
        request,
        "budgets/uploads.html",
        active="budget",
        problems=problems,
        kinds=KINDS,
        kind_choices=[(kind.name, _(kind.title), None) for kind in KINDS.values()],
        chosen=values.get("kind", ""),
        fetchable=[
            (kind, _("%(kind)s dari %(system)s", kind=_(KINDS[kind].title), system=NAMES[system]))
            for kind, system in fetchable().items()
        ],
        stand_ins=[NAMES[system] for system in fetchable().values() if is_stand_in(system)],
        fetched_kind=values.get("fetched_kind", ""),
        years=[(str(one), str(one)) for one in (this_year, this_year + 1)],
        year=values.get("year", ""),
        earlier=earlier,
        max_mb=MAXIMUM_BYTES // ONE_MIB,
        max_rows=MAXIMUM_ROWS,
    )


async def _preview_page(
    request: Request, batch_id: UUID, problems: Problems = (), _values: Mapping[str, str] = NOTHING_TYPED
) -> Response[str]:
    async with acting(request) as (session, actor):
        batch = await queries.batch_named(session, actor, batch_id)
    bad, kind = {problem["row"] for problem in batch.problems}, KINDS[batch.kind]
    to_change = [row for row in batch.rows if row["change"] != Change.UNCHANGED and row["number"] not in bad]
    return page(
        request,
        "budgets/preview.html",
        active="budget",
        problems=problems,
        batch=batch,
        kind=kind,
        bad_cells=problems_of(batch)[:PROBLEMS_SHOWN],
        rows=[row | {"cells": _cells(kind, row["values"])} for row in to_change[:ROWS_SHOWN]],
        rows_in_all=len(to_change),
    )


def _cells(kind: Kind, values: dict[str, Any]) -> list[tuple[str, bool]]:
    """What a row says, as text, and whether it is an amount."""
    return [
        (_said(column, values.get(column.name)), column.read is columns.rupiah) for column in kind.columns
    ]


def _said(column: Column, value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Ya" if value else "Tidak")
    if column.read is columns.rupiah:
        return rupiah(int(value))
    return date_short(columns.as_date(value)) if column.read is columns.day else str(value)


def _download(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


def _file_name(title: str) -> str:
    return title.lower().replace(" ", "-")


REGION = [uploads, upload, fetch_from_elsewhere, show, confirmation, disposal, sample_as_csv, sample_as_xlsx]
