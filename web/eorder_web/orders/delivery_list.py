"""The list of deliveries: what the receivers of a region wait for, and what has come."""

from litestar import Response, get
from litestar.response import Stream

from eorder_platform.sentences import counted, term
from eorder_tenants.orders.core.models import DELIVERY_STATUSES
from eorder_tenants.orders.core.models import Status as OrderStatus
from eorder_tenants.orders.reading.deliveries import DeliveryRow, deliveries_visible_to
from eorder_web.edge.access import OFFICIAL
from eorder_web.edge.csv_answering import ForWhom
from eorder_web.edge.listing import Asked, Filter, Listing, exported, shown
from eorder_web.edge.queries import Page, Status, Words, page_in
from eorder_web.edge.visiting import Request
from eorder_web.look.addresses import address
from eorder_web.look.tables import TableColumn, Tag
from eorder_web.look.translating import _, ngettext
from eorder_web.orders.presenting import status_tag

DELIVERIES: Listing[DeliveryRow] = Listing(
    route="orders.deliveries",
    active="deliveries",
    title=counted("Pengiriman", 2),
    lede="Barang yang akan datang dan sudah datang dari semua pesanan yang dapat Anda lihat.",
    search=term("Cari nomor, judul, penyedia, unit, atau pengantar"),
    counted=lambda n: counted("%(n)s pengiriman", n),
    empty=(
        term("Belum ada pengiriman"),
        "Pengiriman muncul di sini setelah penyedia menjadwalkannya pada pesanan.",
    ),
    columns=[
        TableColumn(
            counted("Pesanan", 1),
            lambda row: row.order_title,
            href=lambda row: f"{address('orders.show', order_id=row.order_id)}#kirim-{row.sequence}",
        ),
        TableColumn("Nomor", lambda row: row.order_number, below=True),
        TableColumn("Dijadwalkan tiba", lambda row: row.expected_on),
        TableColumn("Jam", lambda row: row.expected_at, below=True),
        TableColumn("Tiba", lambda row: row.delivered_at),
        TableColumn(
            "Hari terlambat",
            lambda row: row.late_days,
            shown=lambda days: ngettext("terlambat %(n)s hari", "terlambat %(n)s hari", days) if days else "",
            below=True,
        ),
        TableColumn(counted("Penyedia", 1), lambda row: row.vendor_name),
        TableColumn("Pengirim", lambda row: row.carrier, below=True),
        TableColumn("Pengantar", lambda row: row.driver, below=True),
        TableColumn("Unit kerja", lambda row: row.work_unit_name),
        TableColumn("Status", lambda row: Tag(*status_tag(row.status))),
    ],
    find=lambda tenant, actor, asked: deliveries_visible_to(
        tenant, actor, asked.words, [OrderStatus(one) for one in asked.chosen.values()]
    ),
    filters=[
        Filter(
            "status",
            term("Status"),
            term("Semua status"),
            lambda: [(one, _(one.label)) for one in DELIVERY_STATUSES],
        )
    ],
)


@get("/pengiriman", opt=OFFICIAL, name="orders.deliveries")
async def deliveries(
    request: Request, words: Words = "", status: Status = "", number: Page = ""
) -> Response[str]:
    """Every delivery this person may see, the latest expected first."""
    return await shown(request, DELIVERIES, Asked(words, page_in(number), {"status": status}))


@get("/pengiriman.csv", opt=OFFICIAL, name="orders.deliveries_csv")
async def deliveries_csv(
    request: Request, words: Words = "", status: Status = "", for_whom: ForWhom = ""
) -> Stream:
    """The same deliveries as CSV."""
    return await exported(request, DELIVERIES, Asked(words, chosen={"status": status}), for_whom)


REGION = [deliveries, deliveries_csv]
