"""Orders: lists, one order, the draft, every step, and what both sides say; for officials and for the vendor alike.

An official finds them below /orders on their region's host, a vendor below /inbox/{region} on the nation's: the same
functions under both addresses, the place says as whom.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import MISSING, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Union, get_args, get_type_hints
from uuid import UUID

import msgspec
from litestar import Response
from sqlalchemy.ext.asyncio import AsyncSession

from eorder_platform import tenancy
from eorder_platform.attachments import Attachment, attachment
from eorder_platform.directory.members import acting_member
from eorder_platform.directory.models import VendorRole
from eorder_platform.errors import Refused
from eorder_platform.projections.inbox import InboxOrder, InboxSearch, Place, Sorting, inbox_step
from eorder_platform.tenancy import Tenant
from eorder_tenants.orders.conversation.commenting import NewComment, write_comment
from eorder_tenants.orders.conversation.models import MOST_FILES
from eorder_tenants.orders.conversation.queries import attachment_of
from eorder_tenants.orders.core.models import DELIVERY_STATUSES, Status
from eorder_tenants.orders.core.steps import Step, Subject
from eorder_tenants.orders.lifecycle import steps
from eorder_tenants.orders.reading import queries
from eorder_tenants.orders.reading.context import beside_of
from eorder_tenants.orders.reading.deliveries import DeliveryRow, deliveries_visible_to
from eorder_tenants.orders.reading.payables import ASSIGNED, PAID, WAITING, PayableRow, payables_visible_to
from eorder_tenants.orders.reading.queries import OrderRow, Wanted, order_for, order_id_of, orders_visible_to
from eorder_tenants.orders.reading.tasks import tasks_of
from eorder_tenants.orders.requesting import choosing, drafting
from eorder_tenants.orders.requesting.choosing import Funding
from eorder_tenants.orders.requesting.drafting import DraftChange
from eorder_tenants.orders.requesting.today import today_of
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_web.api.calls import PREFIX, Call
from eorder_web.api.operations import (
    NATION,
    NOTHING,
    REGION,
    Binary,
    File,
    Listing,
    Operation,
    Page,
    reads,
    writes,
)
from eorder_web.api.order_views import OrderView, order_view
from eorder_web.api.paging import paged, position, steps_of
from eorder_web.api.places import AS_VENDOR, HERE, acting, as_vendor
from eorder_web.edge.bell import WAITING_FOR_VENDORS
from eorder_web.look.translating import _
from eorder_web.orders.pages import document_file, proof_file
from eorder_web.orders.taking import is_gone

ORDERS: Final = "orders"
STEPS: Final = "steps"
INBOX: Final = "inbox"
READ, WRITE, SIGN, BILL = "orders:read", "orders:write", "orders:sign", "invoices:write"
TASKS_READ, INBOX_READ, BUDGETS_READ = "tasks:read", "inbox:read", "budgets:read"
FILES_BYTES: Final = 48 * 1024 * 1024
"""Four files of 8 MB in base64."""

Words = Annotated[str, msgspec.Meta(max_length=200)]
Entering = AbstractAsyncContextManager[tuple[AsyncSession, Actor]]


class OrderQuery(Listing, kw_only=True, frozen=True):
    """`q`: words in number, title or vendor. `status`: one or several, by commas."""

    q: Words = ""
    status: list[Literal[tuple(str(one) for one in Status)]] = []  # type: ignore[valid-type]


class InboxQuery(OrderQuery, kw_only=True, frozen=True):
    """`q`: words in number, title, unit or products. `region`: one of them by its slug.

    `waiting`: only what waits for the vendor, or only what does not. `year`: in which it was ordered. `sort`: nearest
    deadline, latest change, latest order or largest amount first.
    """

    region: Annotated[str, msgspec.Meta(max_length=64)] = ""
    waiting: bool | None = None
    year: Annotated[int, msgspec.Meta(ge=2000, le=2999)] | None = None
    sort: Literal["deadline", "changed", "issued", "amount"] = "changed"


class InboxOrderView(msgspec.Struct, frozen=True, kw_only=True):
    """One order of the vendor's inbox. `slug`: its region, as in the addresses of /inbox."""

    order_id: UUID
    number: str
    title: str
    status: str
    work_unit_name: str
    products: str
    gross_rupiah: int
    due_at: datetime | None
    issued_at: datetime
    changed_at: datetime
    slug: str
    region: str
    zone: str
    code: str
    accent: str


class DeliveryQuery(Listing, kw_only=True, frozen=True):
    """`q`: words in the order, the vendor, the unit or who brings it."""

    q: Words = ""
    status: list[Literal[tuple(str(one) for one in DELIVERY_STATUSES)]] = []  # type: ignore[valid-type]


class PayableQuery(Listing, kw_only=True, frozen=True):
    """`q`: words in the order, the vendor, the unit or the account."""

    q: Words = ""
    state: Literal["waiting", "assigned", "paid"] | None = None


class TaskView(msgspec.Struct, frozen=True, kw_only=True):
    """What waits for this person: which step on which order, since when and until when."""

    order_id: UUID
    number: str | None
    title: str
    vendor_name: str
    work_unit_name: str
    gross_rupiah: int
    status: str
    step: str
    label: str
    href: str
    delivery: int | None
    since: datetime
    until: datetime | None


class NewDraft(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An offer of the catalogue and how much of it. `draft`: into which of one's drafts; without it a new one begins.

    `work_unit_id` may be left out by those who order for one unit alone.
    """

    offer_id: UUID
    quantity: Decimal
    work_unit_id: UUID | None = None
    draft: UUID | None = None


class DraftBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The whole draft. `quantities` by line; a line or a telephone that is left out stays as it is."""

    title: str = ""
    quantities: dict[UUID, Decimal] = {}
    package_id: UUID | None = None
    budget_line_id: UUID | None = None
    delivery_address: str = ""
    delivery_region_code: str = ""
    delivery_due_on: date | None = None
    note: str = ""
    delivery_contact_phone: str | None = None


class Destination(msgspec.Struct, frozen=True):
    """Where goods may be brought to."""

    code: str
    name: str


class DraftChoices(msgspec.Struct, frozen=True):
    """What a draft may be paid from, those that fit first, and where it may be delivered to."""

    fundings: list[Funding]
    destinations: list[Destination]


class CommentBody(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What is said to the other side, with up to five photos or papers (PDF)."""

    text: str
    files: Annotated[list[File], msgspec.Meta(max_length=MOST_FILES)] = []


class AttachedView(msgspec.Struct, frozen=True):
    """A file that came with a comment."""

    id: UUID
    name: str
    media_type: str
    bytes: int


class CommentView(msgspec.Struct, frozen=True):
    """What somebody wrote."""

    id: UUID
    at: datetime
    author_name: str
    side: str
    role: str
    text: str
    files: list[AttachedView]


class CommentsView(msgspec.Struct, frozen=True):
    """The newest twenty, oldest first; `before` leads to older ones where there are any."""

    items: list[CommentView]
    before: str | None


class CommentQuery(msgspec.Struct, kw_only=True, frozen=True):
    """`before`: the comment before which older ones are read."""

    before: UUID | None = None


def entering(call: Call) -> Entering:
    """The region with whoever asks: its official on its own host, the vendor's member on the nation's."""
    return acting(call) if call.tenant else as_vendor(call)


def on_both(path: str, declare: Callable[..., Any], **facts: Any) -> Callable[[Any], list[Operation]]:
    """The same operation for officials below /orders and for vendors below /inbox/{region}."""
    scopes = facts.pop("scope", None)
    twins = facts.pop("twins", ())

    def both(run: Any) -> list[Operation]:
        own, vendors = dict(facts), dict(facts)
        if declare is writes:
            own |= {"place": HERE, "shows": "orders.comments"}
            vendors |= {"place": AS_VENDOR, "shows": "inbox.comments"}
        module = run.__name__
        return [
            declare(
                f"/orders/{{order}}{path}",
                on=REGION,
                tag=ORDERS,
                scope=scopes or READ,
                name=f"orders.{module}",
                twins=tuple(one for one in twins if one.startswith("orders.")),
                **own,
            )(run),
            declare(
                f"/inbox/{{region}}/{{order}}{path}",
                on=NATION,
                tag=INBOX,
                scope=scopes or INBOX_READ,
                name=f"inbox.{module}",
                twins=tuple(one for one in twins if one.startswith("inbox.")),
                taken_by_place=("region",),
                **vendors,
            )(run),
        ]

    return both


@reads("/tasks", tag=ORDERS, scope=TASKS_READ, says="Yang menunggu Anda, tenggat terdekat dahulu.")
async def tasks(call: Call) -> Page[TaskView]:
    """What waits for the person of the token, the most urgent first; at most 300."""
    async with acting(call) as (session, actor):
        found = await tasks_of(session, actor)
    return Page(
        [
            TaskView(
                order_id=one.order_id,
                number=one.number,
                title=one.title,
                vendor_name=one.vendor_name,
                work_unit_name=one.work_unit_name,
                gross_rupiah=one.gross_rupiah,
                status=one.status,
                step=one.step.name,
                label=_(one.step.label),
                href=f"{PREFIX}/orders/{one.order_id}/{one.step.noun}",
                delivery=one.delivery,
                since=one.since,
                until=one.until,
            )
            for one in found
        ]
    )


@reads("/orders", tag=ORDERS, scope=READ, says="Pesanan yang boleh Anda lihat, perubahan terbaru dahulu.")
async def orders(call: Call, query: OrderQuery) -> Page[OrderRow]:
    """The orders that the person of the token may see, the latest change first."""
    async with acting(call) as (session, actor):
        listed = orders_visible_to(actor, Wanted(query.q, [Status(one) for one in query.status]))
        return await steps_of(call, session, query, listed, lambda row: row)


@reads("/deliveries", tag=ORDERS, scope=READ, says="Pengiriman dari pesanan yang boleh Anda lihat.")
async def deliveries(call: Call, query: DeliveryQuery) -> Page[DeliveryRow]:
    """The deliveries of the orders that the person may see, the latest expected first."""
    async with acting(call) as (session, actor):
        statuses = [Status(one) for one in query.status]
        listed = deliveries_visible_to(call.region, actor, query.q, statuses)
        return await steps_of(call, session, query, listed, lambda row: row)


@reads("/payables", tag=ORDERS, scope=READ, says="Utang belanja dari tahun anggaran yang sudah berakhir.")
async def payables(call: Call, query: PayableQuery) -> Page[PayableRow]:
    """What was handed over and its year could not pay, of the orders that the person may see."""
    states = {"waiting": WAITING, "assigned": ASSIGNED, "paid": PAID, None: ""}
    async with acting(call) as (session, actor):
        listed = payables_visible_to(actor, query.q, states[query.state])
        return await steps_of(call, session, query, listed, lambda row: row)


@reads("/inbox", on=NATION, tag=INBOX, scope=INBOX_READ, says="Pesanan masuk usaha Anda dari semua wilayah.")
async def inbox(call: Call, query: InboxQuery) -> Page[InboxOrderView]:
    """The vendor's orders of all regions, the latest change first unless sorted otherwise."""
    member = await acting_member(call.account_id)
    after = position(query, Place)
    search = InboxSearch(
        text=query.q.replace("\0", ""),
        region=query.region.replace("\0", "") or None,
        statuses=_statuses_asked(query),
        year=query.year,
        sorting=Sorting(query.sort),
    )
    async with tenancy.searching_national() as connection:
        rows = await inbox_step(connection, member.vendor_id, search, after, query.limit + 1)
    return paged(call, query, rows, lambda at: rows[at].place, _inbox_order)


def _statuses_asked(query: InboxQuery) -> set[str] | None:
    if not query.status and query.waiting is None:
        return None
    waiting = {str(one) for one in WAITING_FOR_VENDORS}
    everything = {str(one) for one in Status}
    shown = {None: everything, True: waiting, False: everything - waiting}[query.waiting]
    return shown & set(query.status) if query.status else shown


def _inbox_order(row: InboxOrder) -> InboxOrderView:
    known = row._asdict()
    return InboxOrderView(**{name: known[name] for name in InboxOrderView.__struct_fields__})


async def show(call: Call, order: str) -> OrderView:
    """One order with its lines, deliveries, invoices, papers, journal, and the steps that the caller has on it."""
    async with entering(call) as (session, actor):
        found = await order_for(session, actor, await order_id_of(session, order))
        return await order_view(session, actor, found, f"{PREFIX}{_address(session, actor, found.id)}")


async def document(call: Call, order: str, document_id: UUID) -> Binary:
    """A signed document of the order as PDF."""
    async with entering(call) as (session, actor):
        found = await order_for(session, actor, await order_id_of(session, order))
        tenant: Tenant = session.info["tenant"]
        return _binary(await document_file(session, tenant.slug, found.id, document_id), "dokumen.pdf")


async def departure_proof(call: Call, order: str, delivery_id: UUID) -> Binary:
    """What the vendor showed when the delivery set out: a photo, or a paper."""
    return await _proof(call, order, delivery_id, "photo_key")


async def arrival_proof(call: Call, order: str, delivery_id: UUID) -> Binary:
    """What the vendor showed when the delivery arrived."""
    return await _proof(call, order, delivery_id, "arrival_proof_key")


async def comments(call: Call, order: str, query: CommentQuery) -> CommentsView:
    """What both sides said on the order."""
    async with entering(call) as (session, actor):
        found = await order_for(session, actor, await order_id_of(session, order))
        beside = await beside_of(session, actor, found, query.before)
        said = beside.comments[-SHOWN:]
        older = len(beside.comments) > SHOWN
        at = f"{PREFIX}{_address(session, actor, found.id)}/comments?before={said[0].id}" if older else None
        return CommentsView(
            [
                CommentView(
                    one.id,
                    one.created_at,
                    one.author_name,
                    one.side,
                    one.role,
                    one.text,
                    [msgspec.convert(file, AttachedView) for file in one.files],
                )
                for one in said
            ],
            at,
        )


async def attached(call: Call, order: str, file_id: UUID) -> Binary:
    """A file that came with a comment."""
    async with entering(call) as (session, actor):
        found = await order_for(session, actor, await order_id_of(session, order))
        file = await attachment_of(session, found.id, file_id)
        return Binary(file.content, file.media_type, file.name)


async def comment(session: AsyncSession, actor: Actor, order: str, body: CommentBody) -> str:
    """Say something to the other side; nothing of it can be taken back."""
    order_id = await order_id_of(session, order)
    files: Any = body.files
    await write_comment(session, actor, NewComment(order_id, body.text, tuple(files)))
    return f"{_address(session, actor, order_id)}/comments"


@writes(
    "/orders",
    tag=ORDERS,
    scope=WRITE,
    place=HERE,
    made=True,
    twins=("orders.add_to_draft",),
    shows="orders.show",
    says="Memulai draf pesanan dengan satu produk, atau menambahkannya ke draf.",
)
async def draft(session: AsyncSession, actor: Actor, body: NewDraft) -> str:
    """Put an offer of the catalogue into a draft; without `draft` a new one begins."""
    unit_id = body.work_unit_id or await choosing.only_ordering_unit(session, actor)
    order = await drafting.add_to_draft(session, actor, body.offer_id, body.quantity, unit_id, body.draft)
    return f"/orders/{order.id}"


@reads(
    "/orders/{order}/draft/choices",
    tag=ORDERS,
    scope=READ,
    says="Sumber dana dan tujuan kirim yang dapat dipilih untuk draf ini.",
)
async def draft_choices(call: Call, order: str) -> DraftChoices:
    """Packages with their budget lines, and places, that a draft may name."""
    async with acting(call) as (session, actor):
        found = await order_for(session, actor, await order_id_of(session, order))
        today = await today_of(session, found)
        fundings = await choosing.fundings_for(session, found.work_unit_id, today.accounts)
        places = await choosing.destinations(session)
    return DraftChoices(fundings, [Destination(*one) for one in places])


@writes(
    "/orders/{order}/draft",
    method="PUT",
    tag=ORDERS,
    scope=WRITE,
    place=HERE,
    changes_version=True,
    twins=("orders.change_draft",),
    shows="orders.show",
    says="Mengisi draf pesanan.",
)
async def change_draft(session: AsyncSession, actor: Actor, order: str, body: DraftBody, version: int) -> str:
    """Keep what is filled in, even if not complete: submitting asks for the rest."""
    order_id = await order_id_of(session, order)
    sent = {one: getattr(body, one) for one in DraftBody.__struct_fields__ if one != "delivery_contact_phone"}
    more = (
        {} if body.delivery_contact_phone is None else {"delivery_contact_phone": body.delivery_contact_phone}
    )
    await drafting.change_draft(
        session, actor, DraftChange(order_id=order_id, version=version, more=more, **sent)
    )
    return f"/orders/{order_id}"


@writes(
    "/orders/{order}/draft/lines/{line_id}",
    method="DELETE",
    tag=ORDERS,
    scope=WRITE,
    place=HERE,
    changes_version=True,
    twins=("orders.change_draft",),
    shows="orders.show",
    says="Mengeluarkan satu produk dari draf.",
)
async def remove_line(session: AsyncSession, actor: Actor, order: str, line_id: UUID, version: int) -> str:
    """Take one product out of the draft; a draft may become empty."""
    order_id = await order_id_of(session, order)
    await drafting.remove_line(session, actor, order_id, version, line_id)
    return f"/orders/{order_id}"


@writes(
    "/orders/{order}/draft/prices",
    tag=ORDERS,
    scope=WRITE,
    place=HERE,
    changes_version=True,
    twins=("orders.change_draft",),
    shows="orders.show",
    says="Memperbarui harga draf menurut katalog hari ini.",
)
async def refresh_prices(session: AsyncSession, actor: Actor, order: str, version: int) -> str:
    """Take over today's names, prices and shipping of the catalogue."""
    order_id = await order_id_of(session, order)
    await drafting.refresh_prices(session, actor, order_id, version)
    return f"/orders/{order_id}"


SHOWN: Final = 20


def step_operations() -> list[Operation]:
    """An operation for every step that has an address, for each side that takes it, from its own declaration."""
    found: list[Operation] = []
    for step in steps():
        if step.noun:
            parties = (*step.by, *step.later)
            if any(isinstance(party, Role) for party in parties):
                found.append(
                    _step_operation(step, f"/orders/{{order}}/{step.noun}", REGION, HERE, ("orders.step",))
                )
            if any(isinstance(party, VendorRole) for party in parties):
                path = f"/inbox/{{region}}/{{order}}/{step.noun}"
                found.append(_step_operation(step, path, NATION, AS_VENDOR, ("inbox.step",)))
    return found


def scope_of(step: Step) -> str:
    """What a program must be allowed to send this step for a person."""
    if step.noun == "tagihan":
        return BILL
    return SIGN if step.signs or step.document else WRITE


def _step_operation(
    step: Step, path: str, on: frozenset[str], place: Any, twins: tuple[str, ...]
) -> Operation:
    body = body_of(step)

    async def run(session: AsyncSession, actor: Actor, order: str, version: int, body: Any = None) -> str:
        order_id = await order_id_of(session, order)
        result = await step.act(session, actor, *_answers(step, order_id, version, body))
        return NOTHING if is_gone(step, result) else _address(session, actor, order_id)

    run.__doc__ = (step.act.__doc__ or "").strip()
    vendors = on is NATION
    return writes(
        path,
        on=on,
        tag=STEPS if not vendors else INBOX,
        says=f"{step.label}",
        scope=scope_of(step),
        place=place,
        body=body,
        changes_version=True,
        prepares=_prepare if _has_files(body) else None,
        most_bytes=FILES_BYTES if _has_files(body) else 256 * 1024,
        twins=twins,
        name=f"{'inbox' if vendors else 'orders'}.{step.name}",
        shows="inbox.show" if vendors else "orders.show",
        taken_by_place=("region",) if vendors else (),
        step=step,
        signs=step.signs or bool(step.may_sign),
    )(run)


def body_of(step: Step) -> type[msgspec.Struct] | None:
    """What is sent with a step: the input of its use case without the order and its version."""
    asked: list[Any] = [("declared", bool)] if step.declares else []
    if step.input is None:
        if step.reason:
            asked.append(("reason", Annotated[str, msgspec.Meta(max_length=1_000)]))
        if step.subject in (Subject.DELIVERY, Subject.INVOICE):
            asked.append(("part_id", UUID | None, None))
    else:
        hints = get_type_hints(step.input)
        for one in fields(step.input):
            if one.name in ("order_id", "version"):
                continue
            kind = _sent_as(hints[one.name])
            if one.default is not MISSING:
                asked.append((one.name, kind, one.default))
            elif one.default_factory is not MISSING:
                asked.append((one.name, kind, msgspec.field(default_factory=one.default_factory)))
            else:
                asked.append((one.name, kind))
    if not asked:
        return None
    name = "".join(part.capitalize() for part in step.name.split("_")) + "Step"
    return msgspec.defstruct(name, asked, kw_only=True, forbid_unknown_fields=True, module=__name__)


def _sent_as(hint: Any) -> Any:
    """A file arrives in JSON and is looked into before the use case gets it."""
    if hint is Attachment:
        return File
    if Attachment in get_args(hint):
        return Union[tuple(File if one is Attachment else one for one in get_args(hint))]  # noqa: UP007
    return hint


def _has_files(body: type[msgspec.Struct] | None) -> bool:
    if body is None:
        return False
    return any(File in (one.type, *get_args(one.type)) for one in msgspec.structs.fields(body))


async def _prepare(body: Any) -> Any:
    """The same with each file looked into (attachments.py)."""
    for name in body.__struct_fields__:
        value = getattr(body, name)
        if isinstance(value, File):
            setattr(body, name, await attachment(value.name, value.content, field=name))
        elif isinstance(value, list) and value and isinstance(value[0], File):
            setattr(body, name, [await attachment(one.name, one.content, field=name) for one in value])
    return body


def _answers(step: Step, order_id: UUID, version: int, body: Any) -> tuple[Any, ...]:
    """What follows session and actor when the step is taken."""
    if step.declares and not body.declared:
        raise Refused("Centang pernyataan ini dahulu.", "declared")
    if step.input is None:
        given: list[Any] = [order_id, version]
        if step.reason:
            given.append(body.reason)
        part_id = getattr(body, "part_id", None)
        return (*given, part_id) if part_id else tuple(given)
    names = [one.name for one in fields(step.input) if one.name not in ("order_id", "version")]
    return (step.input(order_id=order_id, version=version, **{name: getattr(body, name) for name in names}),)


def _address(session: AsyncSession, actor: Actor, order_id: UUID) -> str:
    """Where this order stands for whoever acts."""
    tenant: Tenant = session.info["tenant"]
    return f"/orders/{order_id}" if actor.vendor_id is None else f"/inbox/{tenant.slug}/{order_id}"


async def _proof(call: Call, order: str, delivery_id: UUID, kept_in: str) -> Binary:
    async with entering(call) as (session, actor):
        found = await queries.order_for(session, actor, await order_id_of(session, order))
        tenant: Tenant = session.info["tenant"]
        return _binary(await proof_file(tenant.slug, found, delivery_id, kept_in), "bukti")


def _binary(response: Response[bytes], name: str) -> Binary:
    return Binary(response.content, str(response.media_type), name)


OPERATIONS: Final[list[Operation]] = [
    tasks,
    orders,
    deliveries,
    payables,
    inbox,
    draft,
    draft_choices,
    change_draft,
    remove_line,
    refresh_prices,
    *on_both("", reads, says="Satu pesanan dengan semua yang terlihat di halamannya.")(show),
    *on_both("/documents/{document_id}", reads, says="Dokumen bertanda tangan sebagai PDF.")(document),
    *on_both("/departure-proofs/{delivery_id}", reads, says="Bukti berangkat satu pengiriman.")(
        departure_proof
    ),
    *on_both("/arrival-proofs/{delivery_id}", reads, says="Bukti tiba satu pengiriman.")(arrival_proof),
    *on_both("/comments", reads, says="Percakapan kedua pihak pada pesanan ini.")(comments),
    *on_both("/attachments/{file_id}", reads, says="Lampiran dari percakapan.")(attached),
    *on_both(
        "/comments",
        writes,
        scope=WRITE,
        prepares=_prepare,
        most_bytes=FILES_BYTES,
        twins=("orders.comment", "inbox.comment"),
        says="Menulis pesan kepada pihak lain.",
    )(comment),
    *step_operations(),
]
