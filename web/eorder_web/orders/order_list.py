"""The list of all orders that a person may see."""

from litestar import Response, get
from litestar.response import Stream

from eorder_platform.sentences import Rupiah, counted, term
from eorder_tenants.orders.core.models import Status as OrderStatus
from eorder_tenants.orders.reading.queries import OrderRow, Wanted, orders_visible_to
from eorder_tenants.organisation.actors import Actor
from eorder_tenants.organisation.models import Role
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.csv_answering import ForWhom
from eorder_web.edge.listing import Action, Asked, Filter, Listing, exported, shown
from eorder_web.edge.queries import Page, Status, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.tables import TableColumn, Tag
from eorder_web.look.translating import _
from eorder_web.orders.presenting import status_tag


def statuses() -> list[tuple[str, str]]:
    """Every status to choose from."""
    return [(one, _(one.label)) for one in OrderStatus]


def to_the_catalogue(actor: Actor) -> Action | None:
    """Where an order begins, for those who may begin one."""
    if not actor.holds(Role.PROCUREMENT_OFFICER):
        return None
    return Action(term("Cari di katalog"), address("catalogue.list"), "search")


ORDERS: Listing[OrderRow] = Listing(
    route="orders.list",
    active="orders",
    title=term("Pesanan"),
    lede="Semua pesanan yang dapat Anda lihat di daerah ini.",
    search=term("Cari nomor, judul, atau penyedia"),
    counted=lambda n: counted("%(n)s pesanan", n),
    empty=(
        term("Belum ada pesanan"),
        "Pesanan dimulai dari katalog: pilih barang, isi draf, lalu ajukan ke PPK.",
    ),
    columns=[
        TableColumn(
            counted("Pesanan", 1),
            lambda row: row.title,
            href=lambda row: address("orders.show", order_id=row.id),
        ),
        TableColumn("Nomor", lambda row: row.number or term("Draf"), below=True),
        TableColumn("Diubah", lambda row: row.changed_at, below=True),
        TableColumn("Unit kerja", lambda row: row.work_unit_name),
        TableColumn(counted("Penyedia", 1), lambda row: row.vendor_name),
        TableColumn("Status", lambda row: Tag(*status_tag(row.status))),
        TableColumn("Nilai", lambda row: Rupiah(row.gross_rupiah), figure=True, name="nilai_rupiah"),
    ],
    find=lambda _tenant, actor, asked: orders_visible_to(
        actor, Wanted(asked.words, [OrderStatus(one) for one in asked.chosen.values()])
    ),
    filters=[Filter("status", term("Status"), term("Semua status"), statuses)],
    action=to_the_catalogue,
)


@get("/pesanan", opt=OFFICIAL, name="orders.list")
async def orders(
    request: Request, words: Words = "", status: Status = "", number: Page = ""
) -> Response[str]:
    """Every order this person may see, the latest change first."""
    return await shown(request, ORDERS, Asked(words, page_in(number), {"status": status}))


@get("/pesanan.csv", opt=OFFICIAL, name="orders.list_csv")
async def orders_csv(
    request: Request, words: Words = "", status: Status = "", for_whom: ForWhom = ""
) -> Stream:
    """The same orders as CSV."""
    return await exported(request, ORDERS, Asked(words, chosen={"status": status}), for_whom)


REGION = [orders, orders_csv]
